"""The launcher: what it refuses to start with, and what the engine does once it stands."""

from __future__ import annotations

import base64
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from conftest import Project  # pytest hands it in; a conftest cannot be imported

ENGINE = Path(__file__).resolve().parents[2] / "rasa"
PYTHON = ENGINE / ".venv" / "bin" / "python"

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
TOKEN = "a-token-of-some-length"  # noqa: S105  made up
NOWHERE = "http://127.0.0.1:9/webhook"
READY_S = 60.0


def settings(folder: Path, **changes: str) -> dict[str, str]:
    ours = {
        "CARE_ENGINE_KEY": KEY,
        "CARE_ENGINE_TOKEN": TOKEN,
        "CARE_TRACKER_URL": f"sqlite:///{folder / 'engine.db'}",
    }
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("CARE_")}
    return {**theirs, **ours, **changes}


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def refusal(project: Project, env: dict[str, str], port: int | None = None) -> str:
    done = project.run("launch.py", "--port", str(port or free_port()), "--actions-url", NOWHERE, env=env)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr.startswith("The dialogue engine does not start: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CARE_ENGINE_KEY", "", "CARE_ENGINE_KEY is not set"),
        ("CARE_ENGINE_KEY", "c2hvcnQ=", "CARE_ENGINE_KEY is not 32 bytes"),
        ("CARE_ENGINE_KEY", "no base64 at all!", "CARE_ENGINE_KEY is not 32 bytes"),
        ("CARE_ENGINE_TOKEN", "", "CARE_ENGINE_TOKEN is not set"),
        ("CARE_ENGINE_TOKEN", "short", "CARE_ENGINE_TOKEN is not 16"),
        ("CARE_TRACKER_URL", "", "CARE_TRACKER_URL is not set"),
        ("CARE_TRACKER_URL", "mysql://host/name", "CARE_TRACKER_URL is not a database URL"),
        ("CARE_TRACKER_URL", "conversations", "CARE_TRACKER_URL is not a database URL"),
        ("CARE_DIE_WITH_PARENT", "1", "process that started it is gone"),
    ],
)
def test_it_refuses_a_setting_that_is_missing_or_wrong(
    name: str, value: str, words: str, trained: Project, tmp_path: Path
):
    said = refusal(trained, settings(tmp_path, **{name: value}))
    assert words in said
    assert len(value) < 6 or value not in said
    assert list(tmp_path.iterdir()) == []


def test_it_refuses_without_a_model_with_a_stale_one_and_with_one_that_is_broken(
    trained: Project, tmp_path: Path
):
    project = trained.copy_to(tmp_path / "project")
    (model,) = (project.root / "models" / "dialogue").iterdir()
    model.write_bytes(model.read_bytes()[:2000])
    assert "cannot be read" in refusal(project, settings(tmp_path))
    model.rename(model.with_name("0123456789abcdef.tar.gz"))
    assert "changed since the model was trained" in refusal(project, settings(tmp_path))
    model.with_name("0123456789abcdef.tar.gz").unlink()
    assert "no dialogue model is trained" in refusal(project, settings(tmp_path))


def test_it_refuses_a_port_in_use(trained: Project, tmp_path: Path):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]
        assert f"port {port}" in refusal(trained, settings(tmp_path), port)


def test_it_refuses_a_file_that_is_no_database(trained: Project, tmp_path: Path):
    (tmp_path / "engine.db").write_text("shopping list\n" * 100, encoding="utf-8")
    assert "the conversation store cannot be opened" in refusal(trained, settings(tmp_path))


def test_it_refuses_a_database_that_another_process_locks(trained: Project, tmp_path: Path):
    connection = sqlite3.connect(tmp_path / "engine.db")
    connection.execute("BEGIN EXCLUSIVE")
    try:
        assert "database is locked" in refusal(trained, settings(tmp_path))
    finally:
        connection.close()


class Running:
    """An engine that serves, and what it wrote to standard error."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.folder, self.log, self.pid_file = folder, folder / "engine.log", folder / "engine.pid"
        self.port = free_port()
        self._project = project
        self.start()

    def start(self, **changes: str) -> None:
        command = [PYTHON, ENGINE / "launch.py", "--port", str(self.port), "--actions-url", NOWHERE]
        command += ["--root", self._project.root, "--pid-file", self.pid_file]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=settings(self.folder, **changes), stderr=log, stdout=log
            )
        until_answered(self.port)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def post(self, body: object, token: str | None = f"Bearer {TOKEN}") -> httpx.Response:
        headers = {} if token is None else {"Authorization": token}
        return httpx.post(f"{self.url}/webhooks/care/webhook", json=body, headers=headers, timeout=30)

    def say(self, text: str, sender: str = "ayla") -> list[Any]:
        answer = self.post({"sender": sender, "message": text, "metadata": {"message_id": "1"}})
        assert answer.status_code == 200, answer.text
        return [each["text"] for each in answer.json()]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def until_answered(port: int) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the engine did not come up")


@pytest.fixture(scope="module")
def engine(trained: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(trained, tmp_path_factory.mktemp("engine"))
    yield running
    running.stop()


@pytest.mark.parametrize(
    "token",
    [None, "", TOKEN, "Bearer", "Bearer wrong", f"Basic {TOKEN}", "Bearer \u00e9".encode()],
)
def test_a_message_without_the_right_token_is_refused(token: str | None, engine: Running):
    answer = engine.post({"sender": "ayla", "message": "hello"}, token)
    assert (answer.status_code, "hello" in answer.text) == (401, False)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "marmalade",
        {},
        {"sender": "ayla"},
        {"message": "marmalade"},
        {"sender": 1, "message": "marmalade"},
        {"sender": "", "message": "marmalade"},
        {"sender": "ayla", "message": ""},
        {"sender": "ayla", "message": "marmalade" * 9999},
        {"sender": "ayla", "message": "marmalade", "metadata": "x"},
    ],
    ids=str,
)
def test_a_body_of_another_shape_is_refused_without_repeating_it(body: object, engine: Running):
    answer = engine.post(body)
    assert (answer.status_code, "marmalade" in answer.text) == (400, False)


def test_the_rest_of_the_interface_asks_for_the_token_too_and_has_no_open_channel(engine: Running):
    assert httpx.get(f"{engine.url}/status").status_code == 401
    assert httpx.get(f"{engine.url}/status", params={"token": TOKEN}).json()["model_file"].endswith(".tar.gz")
    assert (
        httpx.post(f"{engine.url}/webhooks/rest/webhook", json={"sender": "a", "message": "hi"}).status_code
        == 404
    )
    assert (
        "access-control-allow-origin" not in httpx.get(engine.url, headers={"Origin": "http://evil"}).headers
    )


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_listens_on_loopback_alone(engine: Running):
    sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    hosts = {
        fields[1].split(":")[0]
        for fields in sockets
        if fields[1].endswith(f":{engine.port:04X}") and fields[3] == "0A"
    }
    assert hosts == {"0100007F"}


def test_one_variation_follows_another(engine: Running):
    greetings = [engine.say("hello", "ben")[0] for _ in range(6)]
    assert all(len(set(greetings[i : i + 3])) == 3 for i in range(4))


def test_no_word_of_a_conversation_is_in_a_file_or_a_log_and_a_restart_remembers_it(engine: Running):
    engine.say("hello there marmalade", "cleo")
    engine.say("yes", "cleo")
    assert engine.say("I am sad, marmalade is gone", "cleo") == ["So you feel sad."]
    engine.stop()
    assert not engine.pid_file.exists()
    engine.start()
    assert int(engine.pid_file.read_text()) == engine.process.pid
    files = b"".join(path.read_bytes() for path in engine.folder.iterdir())
    assert b"marmalade" not in files
    assert b"cleo" in files
    tracker = httpx.get(f"{engine.url}/conversations/cleo/tracker", params={"token": TOKEN}).json()
    assert (tracker["slots"]["consent"], tracker["slots"]["feeling"]) == (True, "sad")


def test_another_key_is_refused_once_the_store_was_used(engine: Running, trained: Project):
    other = base64.urlsafe_b64encode(bytes(32)).decode()
    said = refusal(trained, settings(engine.folder, CARE_ENGINE_KEY=other))
    assert "not the key that the conversation store was written with" in said


def test_a_store_that_breaks_is_an_error_and_not_a_fresh_conversation(engine: Running):
    engine.say("yes", "dan")
    with sqlite3.connect(engine.folder / "engine.db") as connection:
        connection.execute("ALTER TABLE events RENAME TO gone")
    try:
        answer = engine.post({"sender": "dan", "message": "marmalade"})
        assert (answer.status_code, "marmalade" in answer.text) == (503, False)
    finally:
        with sqlite3.connect(engine.folder / "engine.db") as connection:
            connection.execute("ALTER TABLE gone RENAME TO events")
    assert engine.say("hello", "dan")
    assert "marmalade" not in engine.log.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no signal for it")
def test_it_dies_with_the_process_that_started_it(trained: Project, tmp_path: Path):
    port, pid_file = free_port(), tmp_path / "engine.pid"
    script = (
        "import os, subprocess, sys\n"
        "env = {**os.environ, 'CARE_DIE_WITH_PARENT': str(os.getpid())}\n"
        "subprocess.run(sys.argv[1:], env=env)\n"
    )
    command = [sys.executable, "-c", script, PYTHON, ENGINE / "launch.py", "--port", str(port)]
    command += ["--actions-url", NOWHERE, "--root", trained.root, "--pid-file", pid_file]
    with (tmp_path / "log").open("wb") as log:
        parent = subprocess.Popen(command, env=settings(tmp_path), stderr=log)
    until_answered(port)
    child = int(pid_file.read_text())
    parent.send_signal(signal.SIGKILL)
    parent.wait(10)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{child}").exists() and "Z" not in Path(f"/proc/{child}/stat").read_text().split()[2]:
        assert time.monotonic() < deadline, "the engine outlived its parent"
        time.sleep(0.05)
