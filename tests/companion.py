"""What end-to-end tests share: how ``care chat`` is called and how its answers are read."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from connectors.__main__ import main as connect

ROOT = Path(__file__).resolve().parents[1]
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

    def talk(self, name, *lines, at=None):
        """As ``play``, by the terminal connector inside this process: many conversations start sooner."""
        script = self.folder / "script.txt"
        script.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        options = ["--script", str(script), "--json", "--as", name, *(["--at", at] if at else [])]
        said = io.StringIO()
        with (
            mock.patch.dict(os.environ, self.env, clear=True),
            mock.patch.object(sys, "argv", ["connectors", "terminal", *options]),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(said),
        ):
            assert connect() == 0
        return turns(said.getvalue())


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


MET = ("yes", "I agree", "United Kingdom", "London", "Sam", "nothing")


def companion_env(data_dir):
    """The environment of a companion with a data folder of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("CARE_")}
    return env | {"CARE_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT)}
