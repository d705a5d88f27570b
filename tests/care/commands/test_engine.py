from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from care.cli import app
from care.commands import engine


@pytest.fixture
def standard_input(monkeypatch):
    """A pipe in the place of standard input; closing the returned end lets go of the engine."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as file, os.fdopen(writing, "w") as held:
        monkeypatch.setattr(sys, "__stdin__", file)
        yield held


def close_once_ready(held, monkeypatch) -> None:
    real = json.dumps

    def dumps(value: object) -> str:
        held.close()
        return real(value)

    monkeypatch.setattr(engine.json, "dumps", dumps)


def test_it_says_its_addresses_when_ready_and_ends_with_standard_input(
    care, fake_engine, standard_input, monkeypatch
):
    close_once_ready(standard_input, monkeypatch)

    result = care.invoke(app, ["engine"])

    assert (result.exit_code, list(json.loads(result.stdout))) == (0, ["engine_url", "actions_url"])


def test_the_engine_is_given_four_of_our_variables_and_no_master_key(
    care, fake_engine, standard_input, monkeypatch
):
    monkeypatch.setenv("CARE_MASTER_KEY", "A" * 43)
    close_once_ready(standard_input, monkeypatch)

    care.invoke(app, ["engine"])

    given = fake_engine.environment()
    assert sorted(given) == ["CARE_ACTIONS_URL", "CARE_ENGINE_KEY", "CARE_ENGINE_TOKEN", "CARE_TRACKER_URL"]
    assert "A" * 43 not in given.values()


def test_it_ends_when_standard_input_closes_before_it_is_ready(care, fake_engine, standard_input):
    fake_engine.write("launch.py", "import signal; signal.pause()")
    standard_input.close()

    result = care.invoke(app, ["engine"])

    assert (result.exit_code, result.stdout) == (0, "")


def test_an_engine_that_refuses_is_named_with_its_reason(
    care, fake_engine, standard_input, monkeypatch, data_dir: Path
):
    monkeypatch.setattr("care.processes.FIRST_PAUSE_S", 0.0)
    monkeypatch.setattr("care.processes.LONGEST_PAUSE_S", 0.05)
    fake_engine.write("launch.py", "import sys; sys.stderr.write('no model: train it\\n'); sys.exit(2)")

    result = care.invoke(app, ["engine"])

    assert (result.exit_code, "engine refused to start: no model: train it" in result.stderr) == (1, True)
    assert (data_dir / "run" / "engine.error").exists()


def test_an_engine_that_does_not_come_up_in_time_is_said(care, fake_engine, standard_input, monkeypatch):
    monkeypatch.setenv("CARE_ENGINE_WAIT_S", "0.01")
    fake_engine.write("launch.py", "import signal; signal.pause()")

    result = care.invoke(app, ["engine"])

    assert (result.exit_code, "not up after" in result.stderr) == (1, True)


def test_an_engine_that_the_settings_name_is_not_started_again(care, fake_engine, monkeypatch):
    monkeypatch.setenv("CARE_ENGINE_URL", "http://127.0.0.1:1")

    result = care.invoke(app, ["engine"])

    assert (result.exit_code, "CARE_ENGINE_URL" in result.stderr) == (1, True)
