"""A small dialogue of our own, trained once: the real engine without waiting for the real data."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ENGINE = HERE.parents[1] / "rasa"
PYTHON = ENGINE / ".venv" / "bin" / "python"


@dataclass(frozen=True)
class Project:
    """A folder laid out like the repository, and how to run the engine's commands on it."""

    root: Path

    def run(
        self, script: str, *arguments: str, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        command = [PYTHON, ENGINE / script, *arguments, "--root", self.root]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=60, check=False, env=env, cwd=self.root
        )

    def copy_to(self, folder: Path) -> Project:
        shutil.copytree(self.root, folder)
        return Project(folder)

    @property
    def models(self) -> list[str]:
        return sorted(path.name for path in (self.root / "models" / "dialogue").glob("*"))


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("toy") / "project"
    shutil.copytree(HERE / "toy", root)
    return Project(root)


@pytest.fixture(scope="session")
def trained(toy: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Read-only: copy it before changing it."""
    project = toy.copy_to(tmp_path_factory.mktemp("trained") / "project")
    done = project.run("train.py")
    assert done.returncode == 0, done.stderr
    return project
