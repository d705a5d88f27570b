from __future__ import annotations

import json
from pathlib import Path

import pytest

from care.cli import app
from care.commands import parts
from care.commands.prepare import newest_version, stored_version
from care.processes import Part, Processes
from care.settings import Settings

REPORT = """
import json, os, pathlib, sys
ours = {name: value for name, value in os.environ.items() if name.startswith("CARE_")}
pathlib.Path(ours["CARE_DATA_DIR"], "seen.json").write_text(json.dumps([sys.argv[1:], ours]))
sys.exit(int(os.environ.get("STATUS", "0")))
"""


@pytest.fixture
def terminal(data_dir, monkeypatch):
    """A connector that notes its options and environment and ends with $STATUS."""
    real = parts.connector

    def fake(settings: Settings, *options: str) -> Part:
        made = real(settings, *options)
        return Part(made.name, (made.command[0], "-I", "-S", "-c", REPORT, *options), made.env)

    monkeypatch.setattr(parts, "connector", fake)


@pytest.fixture
def started(monkeypatch) -> list[str]:
    names: list[str] = []
    real = Processes.start

    def start(self: Processes, part: Part) -> None:
        names.append(part.name)
        real(self, part)

    monkeypatch.setattr(Processes, "start", start)
    return names


def seen(data_dir: Path) -> tuple[list[str], dict[str, str]]:
    options, environment = json.loads((data_dir / "seen.json").read_text(encoding="utf-8"))
    return options, environment


def test_the_exit_status_is_that_of_the_terminal(care, fake_engine, terminal, monkeypatch):
    monkeypatch.setenv("STATUS", "7")

    assert care.invoke(app, ["chat"]).exit_code == 7


def test_options_reach_the_terminal_unchanged(care, fake_engine, terminal, data_dir):
    care.invoke(app, ["chat", "--script", "-", "--json", "--as", "ayla", "--at", "2026-01-01T08:00"])

    given = ["--script", "-", "--as", "ayla", "--at", "2026-01-01T08:00", "--json"]
    assert seen(data_dir)[0][: len(given)] == given


def test_engine_action_server_and_scheduler_run_behind_the_terminal(care, fake_engine, terminal, started):
    care.invoke(app, ["chat"])

    assert started == ["engine", "actions", "scheduler"]


def test_an_engine_that_the_settings_name_is_used_and_none_is_started(
    care, fake_engine, terminal, started, data_dir, monkeypatch
):
    monkeypatch.setenv("CARE_ENGINE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("CARE_ACTIONS_URL", "http://127.0.0.1:2/webhook")

    care.invoke(app, ["chat"])

    assert started == ["scheduler"]
    assert seen(data_dir)[1]["CARE_ENGINE_URL"] == "http://127.0.0.1:1"


def test_the_first_start_makes_the_folder_the_key_and_the_tables(care, fake_engine, terminal, data_dir):
    care.invoke(app, ["chat"])

    modes = [
        path.stat().st_mode & 0o777 for path in (data_dir, data_dir / "master.key", data_dir / "care.db")
    ]
    assert modes == [0o700, 0o600, 0o600]
    assert stored_version(Settings()) == newest_version()


def test_a_later_start_spares_the_time_to_load_the_storage(
    care, fake_engine, terminal, data_dir, monkeypatch
):
    care.invoke(app, ["chat"])
    monkeypatch.setattr("care.storage.database.open_database", None)

    assert care.invoke(app, ["chat"]).exit_code == 0


def test_a_missing_model_is_trained_first_and_what_the_training_says_stays_off_standard_output(
    care, fake_engine, terminal, capfd
):
    (fake_engine.models / "one.tar.gz").unlink()

    result = care.invoke(app, ["chat"])

    assert (result.exit_code, (fake_engine.models / "one.tar.gz").exists()) == (0, True)
    assert capfd.readouterr() == ("", "training ...\n")


def test_a_training_that_fails_ends_with_one_line(care, fake_engine, terminal):
    (fake_engine.models / "one.tar.gz").unlink()
    fake_engine.write("train.py", "raise SystemExit(1)")

    result = care.invoke(app, ["chat"])

    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "model was not trained" in result.stderr


def test_a_missing_engine_environment_names_make_setup(care, fake_engine, terminal):
    (fake_engine.folder / ".venv" / "bin" / "python").unlink()

    result = care.invoke(app, ["chat"])

    assert (result.exit_code, result.stderr.endswith("Run: make setup\n")) == (1, True)


def test_a_data_folder_open_to_others_is_refused(care, fake_engine, terminal, data_dir):
    data_dir.mkdir(mode=0o755)

    result = care.invoke(app, ["chat"])

    assert (result.exit_code, result.stderr) == (
        1,
        f"Others may enter {data_dir}. Run: chmod 700 {data_dir}\n",
    )


def test_a_database_out_of_order_is_said_and_the_terminal_opens_all_the_same(
    care, fake_engine, terminal, data_dir
):
    data_dir.mkdir(mode=0o700)
    (data_dir / "care.db").write_bytes(b"not a database" * 100)

    result = care.invoke(app, ["chat"])

    assert "damaged" in result.stderr
    assert seen(data_dir)[0][:1] == ["--opened"]


def test_a_wrong_key_is_left_for_the_terminal_to_say(care, fake_engine, terminal, started, data_dir):
    care.invoke(app, ["chat"])
    started.clear()
    (data_dir / "master.key").write_text("short\n", encoding="utf-8")

    result = care.invoke(app, ["chat"])

    assert (result.exit_code, result.stderr, started) == (0, "", [])


def test_a_master_key_in_the_environment_reaches_the_terminal(
    care, fake_engine, terminal, data_dir, monkeypatch
):
    monkeypatch.setenv("CARE_MASTER_KEY", "A" * 43)

    care.invoke(app, ["chat"])

    assert seen(data_dir)[1]["CARE_MASTER_KEY"] == "A" * 43
