"""The engine's own modules, checked inside its environment; see engine/check_*.py."""

from __future__ import annotations

import ast
import json
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
PYTHON = HERE.parents[1] / "rasa" / ".venv" / "bin" / "python"


def checks() -> list[str]:
    return [
        f"{path.stem}.{node.name}"
        for path in sorted((HERE / "engine").glob("check_*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


@pytest.fixture(scope="module")
def outcomes() -> dict[str, str]:
    done = subprocess.run(
        [PYTHON, "-W", "ignore", HERE / "engine" / "run.py"],
        capture_output=True,
        text=True,
        timeout=80,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("check", checks())
def test_in_the_engine(check: str, outcomes: dict[str, str]):
    assert outcomes[check] == "ok", outcomes[check]
