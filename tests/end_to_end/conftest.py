"""A companion that really runs: engine, action server, database; scripts are played through ``care chat``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CARE = [sys.executable, "-m", "care"]


@dataclass
class Said:
    """What came back for one line."""

    texts: list[str]
    buttons: list[str]
    media: list[str]

    @property
    def text(self):
        return "\n".join(self.texts)


@dataclass
class Companion:
    """``care chat`` against an engine that runs already."""

    env: dict[str, str]
    data_dir: Path
    folder: Path

    def play(self, name, *lines, at=None):
        """First words, then what came back for each line; every answer as the JSON lines told it."""
        command = [*CARE, "chat", "--script", "-", "--json", "--as", name, *(["--at", at] if at else [])]
        done = subprocess.run(
            command,
            input="".join(f"{line}\n" for line in lines),
            capture_output=True,
            text=True,
            env=self.env,
            cwd=self.folder,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return turns(done.stdout)


def turns(output):
    """Groups JSON lines by what the person said."""
    found = [Said([], [], [])]
    for line in output.splitlines():
        item = json.loads(line)
        assert set(item) == {"from", "text", "buttons", "media"}
        if item["from"] == "person":
            found.append(Said([], [], []))
        else:
            found[-1].texts.append(item["text"])
            found[-1].buttons += item["buttons"]
            found[-1].media += item["media"]
    return found


@pytest.fixture(scope="session")
def companion(tmp_path_factory):
    data_dir = tmp_path_factory.mktemp("companion") / "data"
    env = {name: value for name, value in os.environ.items() if not name.startswith("CARE_")}
    env |= {"CARE_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT)}
    engine = subprocess.Popen(
        [*CARE, "engine"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, cwd=ROOT, text=True
    )
    try:
        ready = engine.stdout.readline()
        assert ready, "the engine did not come up"
        urls = json.loads(ready)
        env |= {"CARE_ENGINE_URL": urls["engine_url"], "CARE_ACTIONS_URL": urls["actions_url"]}
        yield Companion(env, data_dir, tmp_path_factory.mktemp("cwd"))
    finally:
        engine.stdin.close()
        engine.wait(timeout=30)
        engine.stdout.close()


MET = ("yes", "I agree", "United Kingdom", "London", "Sam", "nothing")


@pytest.fixture
def met(companion, request):
    """A companion and somebody who has been through the first meeting, under a name of their own."""
    name = request.node.name
    companion.play(name, *MET)
    return companion, name
