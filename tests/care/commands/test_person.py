from __future__ import annotations

import json

import pytest

from care.cli import app

AYLA = ["--channel", "terminal", "--user", "ayla"]


def test_a_copy_holds_what_the_person_wrote(care, ayla):
    result = care.invoke(app, ["export", *AYLA])

    assert (result.exit_code, "a hard week" in json.dumps(json.loads(result.stdout))) == (0, True)


def test_a_copy_in_a_file_is_for_its_owner_alone_even_when_the_file_was_not(care, ayla, tmp_path):
    out = tmp_path / "copy.json"
    out.touch(mode=0o644)

    care.invoke(app, ["export", *AYLA, "--out", str(out)])

    assert (out.stat().st_mode & 0o777, "a hard week" in out.read_text(encoding="utf-8")) == (0o600, True)


def test_a_file_that_cannot_be_written_is_named(care, ayla, tmp_path):
    result = care.invoke(app, ["export", *AYLA, "--out", str(tmp_path / "no" / "copy.json")])

    assert (result.exit_code, "copy.json cannot be written" in result.stderr) == (1, True)


def test_nothing_is_erased_until_the_operator_says_yes(care, ayla):
    assert care.invoke(app, ["erase", *AYLA], input="n\n").exit_code == 1

    assert care.invoke(app, ["export", *AYLA]).exit_code == 0


def test_erasing_says_what_goes_and_what_went(care, ayla):
    result = care.invoke(app, ["erase", *AYLA], input="y\n")

    assert result.exit_code == 0
    assert "This erases for ever: " in result.stderr
    assert "Erased: 1 mood entries, 1 people." in result.stdout
    assert care.invoke(app, ["export", *AYLA]).exit_code == 1


def test_erasing_can_go_without_a_question(care, ayla):
    assert care.invoke(app, ["erase", *AYLA, "--yes"]).exit_code == 0


@pytest.mark.parametrize("command", [["export"], ["erase", "--yes"]])
def test_somebody_unknown_is_said_to_be_so(care, ayla, command):
    result = care.invoke(app, [*command, "--channel", "terminal", "--user", "nobody"])

    assert (result.exit_code, "Nothing is kept" in result.stderr) == (1, True)


def test_data_that_no_longer_opens_can_still_be_erased(care, ayla, monkeypatch):
    monkeypatch.setattr("care.commands.person.counted", lambda _: None)

    result = care.invoke(app, ["erase", *AYLA, "--yes"])

    assert (result.exit_code, "data that does not open" in result.stderr) == (0, True)


def test_without_a_master_key_none_is_made_and_nobody_can_be_named(care, data_dir):
    result = care.invoke(app, ["export", *AYLA])

    assert (result.exit_code, "no master key" in result.stderr, data_dir.exists()) == (1, True, False)
