from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from datetime import date

import pytest

from care.cli import app
from care.commands.doctor import examine, looks, taken
from care.commands.findings import Found, State
from care.commands.prepare import key_and_database
from care.settings import REPOSITORY, Settings

TODAY = date(2026, 6, 1)


@pytest.fixture
def started(fake_engine, data_dir):
    """The folder as a first start leaves it."""
    data_dir.mkdir(mode=0o700)
    key_and_database(Settings())


def found(name: str, today: date = TODAY) -> Found:
    return taken(dict(looks(Settings(), today))[name])


def broken(care) -> dict[str, str]:
    result = care.invoke(app, ["doctor", "--json"])
    checks = [json.loads(line) for line in result.stdout.splitlines()]
    names = {check["check"]: check["found"] for check in checks if check["state"] == "broken"}
    assert result.exit_code == (1 if names else 0)
    return names


def test_after_a_first_start_nothing_is_broken(care, started):
    assert broken(care) == {}


def test_before_the_first_start_nothing_is_broken_and_nothing_is_made(care, fake_engine, data_dir):
    assert broken(care) == {}
    assert not data_dir.exists()
    assert found("master key").state is State.TO_DO


def test_each_check_is_one_line_with_its_remedy(care, fake_engine):
    lines = care.invoke(app, ["doctor"]).stdout.splitlines()

    assert "to do   database: It is not there yet. Nothing to do: the first `care chat` makes it." in lines
    assert "ok      channel terminal: On." in lines


def test_it_says_where_the_master_key_is_and_never_what_it_is(care, started, data_dir):
    key = (data_dir / "master.key").read_text(encoding="ascii").strip()

    output = care.invoke(app, ["doctor"]).output

    assert (str(data_dir / "master.key") in output, key in output) == (True, False)


def test_a_key_in_the_environment_is_not_shown_either(care, started, monkeypatch):
    monkeypatch.setenv("CARE_MASTER_KEY", "A" * 43)

    output = care.invoke(app, ["doctor"]).output

    assert ("In CARE_MASTER_KEY." in output, "A" * 43 in output) == (True, False)


def test_a_key_that_others_can_read_is_broken(care, started, data_dir):
    (data_dir / "master.key").chmod(0o644)

    assert "can be read by others" in broken(care)["master key"]


def test_a_malformed_key_is_broken(care, started, data_dir):
    (data_dir / "master.key").write_text("short\n", encoding="ascii")

    assert "is not 32 bytes" in broken(care)["master key"]


def test_a_missing_key_beside_data_is_broken_and_no_new_one_is_made(care, started, ayla, data_dir):
    (data_dir / "master.key").unlink()

    assert "there is data" in broken(care)["master key"]
    assert not (data_dir / "master.key").exists()


def test_a_key_that_the_data_were_not_written_with_is_broken(care, started, ayla, monkeypatch):
    monkeypatch.setenv("CARE_MASTER_KEY", "A" * 43)

    assert "not the one" in broken(care)["database"]


def test_a_data_folder_open_to_others_is_broken(care, started, data_dir):
    data_dir.chmod(0o750)

    assert found("data folder").remedy == f"Run: chmod 700 {data_dir}"


def test_a_file_in_the_data_folder_open_to_others_is_broken(care, started, data_dir):
    (data_dir / "logs").mkdir(mode=0o700)
    (data_dir / "logs" / "engine.log").touch(mode=0o644)

    assert "engine.log" in broken(care)["data folder"]


def test_a_read_only_database_is_broken(care, started, data_dir, monkeypatch):
    monkeypatch.setenv("CARE_DATABASE_URL", f"sqlite:///file:{data_dir / 'care.db'}?mode=ro&uri=true")

    assert "read-only" in broken(care)["database"]


def test_a_locked_database_is_broken(care, started, data_dir, monkeypatch):
    monkeypatch.setattr("care.commands.check_storage._WAIT_MS", 1)
    holder = sqlite3.connect(data_dir / "care.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    assert "locked" in broken(care)["database"]
    holder.close()


@pytest.mark.parametrize(("name", "check"), [("care.db", "database"), ("engine.db", "conversation store")])
def test_a_damaged_database_is_broken(care, started, data_dir, name, check):
    (data_dir / name).write_bytes(b"not a database" * 100)
    (data_dir / name).chmod(0o600)

    assert "damaged" in broken(care)[check]


def test_old_tables_wait_for_the_next_start(started, data_dir):
    with sqlite3.connect(data_dir / "care.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()

    assert found("database").state is State.TO_DO


def test_looking_leaves_no_trace_in_the_database(started, data_dir):
    examine(TODAY)

    with sqlite3.connect(data_dir / "care.db") as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
    connection.close()
    assert not [name for name in tables if "probe" in name]


@pytest.mark.parametrize(("free", "state"), [(10, State.BROKEN), (100, State.TO_DO), (10_000, State.OK)])
def test_a_full_disk_is_said_before_it_hurts(fake_engine, monkeypatch, free, state):
    usage = shutil.disk_usage("/")._replace(free=free * 1_000_000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)

    assert found("free disk space").state is state


def test_a_missing_model_is_to_do(fake_engine):
    (fake_engine.models / "one.tar.gz").unlink()

    assert (found("dialogue model").state, found("dialogue model").seen) == (
        State.TO_DO,
        "It is not trained yet.",
    )


def test_an_older_model_is_to_do(fake_engine):
    (fake_engine.models / "one.tar.gz").rename(fake_engine.models / "other.tar.gz")

    assert found("dialogue model").seen == "It is older than the dialogue data."


def test_a_missing_engine_environment_is_broken(care, fake_engine):
    (fake_engine.folder / ".venv" / "bin" / "python").unlink()

    assert "dialogue engine" in broken(care)


def test_another_version_of_the_engine_is_broken(fake_engine):
    packages = fake_engine.folder / ".venv" / "lib" / "python3.10" / "site-packages"
    (packages / "rasa-3.6.21.dist-info").rename(packages / "rasa-3.5.0.dist-info")

    assert found("dialogue engine").seen == "It holds Rasa 3.5.0, not 3.6.21."


def test_the_last_refusal_to_start_is_shown(care, started, data_dir):
    (data_dir / "run").mkdir(mode=0o700)
    (data_dir / "run" / "engine.error").touch(mode=0o600)
    (data_dir / "run" / "engine.error").write_text("port 80 is taken\n", encoding="utf-8")

    assert broken(care) == {"last start of engine": "port 80 is taken"}


@pytest.mark.parametrize(
    ("gone", "check"),
    [
        ("messages/en", "messages"),
        ("practices", "practices"),
        ("hotlines", "help lines"),
        ("lexicons/en/crisis.yml", "crisis screen"),
        ("lexicons/en/feelings.yml", "feelings"),
        ("lexicons/en/ratings.yml", "short answers"),
    ],
)
def test_missing_content_is_broken(care, fake_engine, monkeypatch, tmp_path, gone, check):
    content = tmp_path / "data"
    shutil.copytree(REPOSITORY / "data", content, ignore=shutil.ignore_patterns("dialogue"))
    target = content / gone
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    monkeypatch.setenv("CARE_CONTENT_DIR", str(content))

    assert check in broken(care)


def test_help_lines_are_due_a_year_after_they_were_checked(fake_engine):
    assert found("help lines", date(2040, 1, 1)).state is State.TO_DO


def test_wrong_settings_are_the_only_thing_said(care, data_dir, monkeypatch):
    monkeypatch.setenv("CARE_ENGINE_WAIT_S", "soon")

    assert list(broken(care)) == ["settings"]


def test_the_speech_engine_in_use_is_named(fake_engine, monkeypatch, tmp_path):
    embedded = found("speech").seen
    (tmp_path / "model.bin").touch()
    monkeypatch.setenv("CARE_SPEECH_MODEL", str(tmp_path))

    assert "pocketsphinx" in embedded
    assert "faster-whisper" in found("speech").seen


def test_a_speech_model_that_is_none_is_broken(care, fake_engine, monkeypatch, tmp_path):
    monkeypatch.setenv("CARE_SPEECH_MODEL", str(tmp_path))

    assert "holds no Whisper model" in broken(care)["speech"]


def checkpoint(folder, monkeypatch, *labels):
    config = {"id2label": dict(enumerate(labels)), "problem_type": "single_label_classification"}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "model.safetensors").touch()
    monkeypatch.setenv("CARE_EMOTION_CHECKPOINT", str(folder))


def test_a_classifier_without_pytorch_is_broken(care, fake_engine, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "torch", None)
    checkpoint(tmp_path, monkeypatch, "joy", "sadness")

    assert broken(care)["feelings"] == "CARE_EMOTION_CHECKPOINT needs the package torch."
    assert "'.[transformers]'" in found("feelings").remedy


def test_a_classifier_with_an_unknown_label_is_broken(care, fake_engine, monkeypatch, tmp_path):
    checkpoint(tmp_path, monkeypatch, "joy", "spam")

    assert "'spam'" in broken(care)["feelings"]


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (("joy", "sadness"), "of its labels one holds: joy, sadness."),
        (
            ("LABEL_0", "LABEL_1"),
            "one holds: negative, positive. It only numbers them: these names are a guess.",
        ),
    ],
)
def test_a_classifier_in_use_is_named_with_its_labels(fake_engine, monkeypatch, tmp_path, labels, said):
    monkeypatch.setattr("care.commands.check_content.load_reader", lambda *_: None)
    checkpoint(tmp_path, monkeypatch, *labels)

    assert found("feelings").seen.endswith(said)
