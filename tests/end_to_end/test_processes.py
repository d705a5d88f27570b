"""What happens to a conversation, and to what stands behind it, when processes die."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from companion import CARE, MET, ROOT, companion_env

WORDS = ("my zebrafish boss", "quokkaish")


class Chat:
    """``care chat`` with its own engine, spoken with line by line as at a keyboard."""

    def __init__(self, data_dir, *, extra=()):
        self.data_dir = data_dir
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [*CARE, "chat", "--script", "-", "--json", "--as", "sam", *extra],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=companion_env(data_dir),
            cwd=ROOT,
            text=True,
            bufsize=1,
        )
        self._lines = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(json.loads(line))

    def say(self, text):
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()

    def hear(self, *wanted, within=60):
        """Texts until one holds one of the wanted words."""
        heard = []
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            try:
                item = self._lines.get(timeout=0.2)
            except queue.Empty:
                continue
            if item["from"] == "bot":
                heard.append(item["text"])
                if any(word in item["text"] for word in wanted):
                    return "\n".join(heard)
        raise AssertionError(f"none of {wanted} among {heard}")

    def pid(self, name):
        return int((self.data_dir / "run" / f"{name}.pid").read_text())

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(timeout=30)
        self._reader.join(timeout=5)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()


@pytest.fixture
def chat(tmp_path):
    opened = Chat(tmp_path / "data")
    yield opened
    opened.close()


def alive(pid):
    """Whether a process runs; one that ended but was not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pids, within=15):
    deadline = time.monotonic() + within
    while time.monotonic() < deadline and any(alive(pid) for pid in pids):
        time.sleep(0.05)
    return [pid for pid in pids if alive(pid)]


def family(pid):
    """The process and everything below it, the background's own sessions included."""
    found = [pid]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid:
            found += family(int(stat.parent.name))
    return found


def test_an_engine_killed_in_mid_conversation_comes_back_and_the_next_message_works(chat):
    chat.hear("18")
    for line, answer in zip(MET, ("erase", "ountry", "city", "call", "leave out", "Check in"), strict=True):
        chat.say(line)
        if answer != "Check in":
            chat.hear(answer, answer.capitalize(), "clock", "name", "keep out")
    chat.say("check in")
    chat.hear("10")

    os.kill(chat.pid("engine"), signal.SIGKILL)
    chat.say("4")
    heard = chat.hear("energy", "once more", "again")
    if "energy" not in heard:
        chat.say("4")
        chat.hear("energy")
    chat.say("i want to kill myself")
    chat.hear("116 123", within=5)


def test_an_action_server_killed_in_mid_conversation_gets_an_honest_word_and_recovers(chat):
    chat.hear("18")
    os.kill(chat.pid("actions"), signal.SIGKILL)

    chat.say("yes")
    heard = chat.hear("again", "once more", "erase", "agree")
    deadline = time.monotonic() + 30
    while "agree" not in heard and "erase" not in heard and time.monotonic() < deadline:
        chat.say("yes")
        heard = chat.hear("again", "once more", "erase", "agree", "18")
    assert "agree" in heard or "erase" in heard


@pytest.mark.skipif(sys.platform != "linux", reason="the guarantee holds on Linux")
def test_a_kill_of_the_command_itself_leaves_no_process_behind(chat):
    chat.hear("18")
    everyone = family(chat.process.pid)
    assert len(everyone) >= 4

    chat.process.kill()
    chat.process.wait(timeout=10)

    assert gone(everyone) == []


def test_ctrl_c_leaves_no_process_behind(chat):
    chat.hear("18")
    everyone = family(chat.process.pid)

    chat.process.send_signal(signal.SIGINT)
    chat.process.wait(timeout=20)

    assert gone(everyone) == []


def test_no_word_of_a_conversation_stands_in_any_file(chat):
    chat.hear("18")
    for line in (*MET[:4], "Quokkaish", MET[5], "check in", "3", "4", "my zebrafish boss, i'm worn out"):
        chat.say(line)
    chat.hear("Is that right", "get that right")
    chat.say("yes")
    chat.hear("exercise", "choice", "choose", "Pick")
    chat.close()

    files = [path for path in chat.data_dir.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"care.db", "engine.db", "engine.log"}
    for path in files:
        content = path.read_bytes().lower()
        for word in ("zebrafish", "quokkaish", "worn out"):
            for encoding in ("utf-8", "utf-16-le"):
                assert word.encode(encoding) not in content, path.name
        assert path.stat().st_mode & 0o077 == 0, path.name
