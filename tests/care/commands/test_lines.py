from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
import time

import pytest

from care.cli import app
from care.commands.lines import run, usable_cores

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


def lines_of(*texts: str) -> list[bytes]:
    return [json.dumps({"text": text}).encode() for text in texts]


def texts_in(out: io.StringIO) -> list[str]:
    return [json.loads(line)["text"] for line in out.getvalue().splitlines()]


def test_several_lines_are_judged_at_once_and_answered_in_their_order():
    both, out = threading.Barrier(2, timeout=10), io.StringIO()

    def judge(text, language):
        both.wait()  # passed only by two at a time
        time.sleep(0.05 if text == "first" else 0)
        return {}

    assert run(judge, lines_of("first", "second", "third", "fourth"), out, threads=2) == 0
    assert texts_in(out) == ["first", "second", "third", "fourth"]


def test_with_several_threads_a_line_is_answered_before_the_next_one_is_there():
    answered = threading.Event()

    class Out(io.StringIO):
        def flush(self):
            answered.set()

    def lines():
        yield from lines_of("first")
        assert answered.wait(timeout=10)
        yield from lines_of("second")

    out = Out()
    assert run(lambda *_: {}, lines(), out, threads=2) == 0
    assert texts_in(out) == ["first", "second"]


def test_lines_are_read_only_a_little_ahead():
    taken, most, lock = [0], [0], threading.Lock()

    def judge(text, language):
        with lock:
            most[0] = max(most[0], taken[0] - int(text))
        time.sleep(0.001)
        return {}

    def lines():
        for at in range(200):
            taken[0] = at + 1
            yield from lines_of(str(at))

    run(judge, lines(), io.StringIO(), threads=2)

    assert most[0] <= 20


@pytest.mark.parametrize("at", [1, 39])
def test_a_bad_line_anywhere_makes_the_status_1(at):
    given = lines_of(*(str(number) for number in range(40)))
    given[at] = b"bad"

    assert run(lambda *_: {}, given, io.StringIO(), threads=2) == 1


def test_an_output_that_is_closed_ends_it():
    class Closed(io.StringIO):
        def write(self, _):
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        run(lambda *_: {}, lines_of("first", "second"), Closed(), threads=2)


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 2), (64, 4)])
def test_there_are_as_many_threads_as_cores_four_at_most(monkeypatch, cores, threads):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(cores)))

    assert usable_cores() == threads


def test_content_that_is_broken_is_one_line_with_a_remedy(care, monkeypatch, tmp_path):
    monkeypatch.setenv("CARE_CONTENT_DIR", str(tmp_path))

    result = care.invoke(app, ["screen"], input="")

    assert (result.exit_code, result.stderr.count("\n"), "Traceback" in result.output) == (1, 1, False)
