from __future__ import annotations

import json
import subprocess
import sys

import pytest

from care.cli import app

UNDERSTOOD = {
    "feelings",
    "probabilities",
    "emotions",
    "present",
    "sentiment",
    "sentiment5",
    "arousal",
    "mixed",
    "areas",
    "sure",
    "language",
}


def played(care, command: str, *lines: str | bytes) -> tuple[int, list[dict]]:
    raw = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines) + b"\n"
    result = care.invoke(app, [command], input=raw)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(autouse=True)
def _own_settings(data_dir):
    pass


def test_screening_adds_label_and_score_to_the_fields_of_the_input(care):
    status, answers = played(care, "screen", '{"text": "I want to die", "lang": "en", "id": 3}')

    assert (status, answers[0]["text"], answers[0]["id"]) == (0, "I want to die", 3)
    assert answers[0]["label"] == "passive_ideation"
    assert 0 < answers[0]["score"] <= 1


def test_screening_finds_nothing_in_a_plain_sentence(care):
    assert played(care, "screen", '{"text": "lunch was good"}')[1][0]["label"] == "none"


def test_feelings_adds_all_that_was_understood(care):
    status, answers = played(care, "feelings", '{"text": "so tired of work", "id": 3}')

    assert (status, set(answers[0])) == (0, {"text", "id"} | UNDERSTOOD)
    assert answers[0]["feelings"] == ["tired"]
    assert len(answers[0]["emotions"]) == 28


@pytest.mark.parametrize("command", ["screen", "feelings"])
@pytest.mark.parametrize(
    "bad",
    [
        "",
        "private words",
        b"\xff\xfe\xfd",
        "[1]",
        "{}",
        '{"text": null}',
        '{"text": 5}',
        '{"text": "ok", "lang": 5}',
        "[" * 100_000,
        '{"text": ' + "9" * 5_000 + "}",
    ],
)
def test_a_bad_line_is_named_in_its_place_and_the_others_are_answered(care, command, bad):
    status, answers = played(care, command, '{"text": "hi"}', bad, '{"text": "hi"}')

    assert status == 1
    assert [answer.get("line") for answer in answers] == [None, 2, None]
    assert set(answers[1]) == {"error", "line"}
    assert "private" not in answers[1]["error"]


@pytest.mark.parametrize("text", ["", "\ud800", "\x00\x1b[31m", "x" * 20_000, "😀😀"])
@pytest.mark.parametrize("command", ["screen", "feelings"])
def test_odd_texts_are_answered_and_come_back_unchanged(care, command, text):
    status, answers = played(care, command, json.dumps({"text": text}))

    assert (status, answers[0]["text"]) == (0, text)


def test_each_line_is_answered_before_the_next_one_is_there():
    command = [sys.executable, "-m", "care", "screen"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as screen:
        screen.stdin.write('{"text": "hi"}\n')
        screen.stdin.flush()

        assert json.loads(screen.stdout.readline())["label"] == "none"
        screen.stdin.close()
        assert screen.wait() == 0


def test_content_that_is_broken_is_one_line_with_a_remedy(care, monkeypatch, tmp_path):
    monkeypatch.setenv("CARE_CONTENT_DIR", str(tmp_path))

    result = care.invoke(app, ["screen"], input="")

    assert (result.exit_code, result.stderr.count("\n"), "Traceback" in result.output) == (1, 1, False)
