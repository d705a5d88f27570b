"""A stand-in for the dialogue engine's folder: the same files, on the standard library alone."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from care.commands import parts
from care.domain.check_in import CheckIn
from care.domain.person import Person
from care.processes import Part
from care.settings import Settings
from care.storage.database import open_database
from care.storage.keys import load_master_key, pseudonym

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)

SERVER = """
import http.server, json, os, sys
class Door(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.answer({"model_file": "one.tar.gz"})
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer([] if body["message"] == os.environ.get("SILENT_ON") else [{"text": "hello"}])
    def answer(self, what):
        raw = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)
    def log_message(self, *_): pass
port = int(sys.argv[sys.argv.index("--port") + 1])
http.server.ThreadingHTTPServer(("127.0.0.1", port), Door).serve_forever()
"""
SHOW_ENVIRONMENT = """
import json, os, pathlib
ours = {name: value for name, value in os.environ.items() if name.startswith("CARE_")}
pathlib.Path(__file__).with_name("environment.json").write_text(json.dumps(ours))
"""
MODEL = """
import pathlib, sys
model = pathlib.Path(sys.argv[sys.argv.index("--models") + 1]) / "one.tar.gz"
print(model)
sys.exit(not model.exists())
"""
TRAIN = """
import pathlib, sys
print("training ...")
folder = pathlib.Path(sys.argv[sys.argv.index("--models") + 1])
folder.mkdir(exist_ok=True)
(folder / "one.tar.gz").touch()
"""


class FakeEngine:
    """The folder of an engine that is set up and trained, until a test breaks it."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "engine"
        self.models = root / "models"
        self.models.mkdir()
        (self.models / "one.tar.gz").touch()
        (self.folder / ".venv" / "bin").mkdir(parents=True)
        (self.folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
        (self.folder / ".venv" / "lib" / "python3.10" / "site-packages" / "rasa-3.6.21.dist-info").mkdir(
            parents=True
        )
        for name, code in (
            ("dialogue_model", MODEL),
            ("train", TRAIN),
            ("launch", SHOW_ENVIRONMENT + SERVER),
        ):
            self.write(f"{name}.py", code)

    def write(self, name: str, code: str) -> None:
        (self.folder / name).write_text(code, encoding="utf-8")

    def environment(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.folder / "environment.json").read_text(encoding="utf-8"))
        return found


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("CARE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CARE_DATA_DIR", str(tmp_path / "care"))
    return tmp_path / "care"


@pytest.fixture
def fake_engine(tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The fake engine, set as the one to start, with an action server and a scheduler as simple as it."""
    engine = FakeEngine(tmp_path)
    monkeypatch.setenv("CARE_ENGINE_DIR", str(engine.folder))
    monkeypatch.setenv("CARE_MODEL_DIR", str(engine.models))
    monkeypatch.setattr(parts, "action_server", fake_action_server)
    monkeypatch.setattr(parts, "scheduler", lambda _: python("scheduler", "import signal; signal.pause()"))
    return engine


def fake_action_server(settings: Settings) -> Part:
    return python("actions", SERVER, "--port", str(settings.actions_url).rsplit(":", 1)[1].split("/")[0])


def python(name: str, code: str, *arguments: str) -> Part:
    return Part(name, (sys.executable, "-I", "-S", "-c", code, *arguments), dict(os.environ))


@pytest.fixture
def care() -> CliRunner:
    return CliRunner()


@pytest.fixture
def ayla(data_dir):
    """Stores a person with one check-in."""
    master = load_master_key(Settings())
    key = pseudonym(master, "terminal", "ayla")
    database = open_database(Settings().database, master)
    database.migrate()
    with database.begin() as uow:
        uow.people.add(Person(key, "1", NOW, NOW))
        uow.check_ins.put(key, CheckIn("one", NOW, date(2026, 5, 1), 4, note="a hard week"))
        uow.commit()
    database.close()
