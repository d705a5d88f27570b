"""Which model the launcher looks for, and when one is trained."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project  # pytest hands it in; a conftest cannot be imported

HERE = Path(__file__).resolve().parent
ENGINE = HERE.parents[1] / "rasa"

EXAMPLE = "data/dialogue/nlu/en/toy.yml"


def wanted(project: Project) -> str:
    command = [sys.executable, ENGINE / "dialogue_model.py", "--root", project.root]
    return Path(subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()).name


@pytest.mark.parametrize(
    "changed", [EXAMPLE, "rasa/domain/toy.yml", "rasa/config.yml", "data/dialogue/responses/en/toy.yml"]
)
def test_another_model_is_wanted_once_the_data_changed(changed: str, toy: Project, tmp_path: Path):
    project = toy.copy_to(tmp_path / "changed")
    before = wanted(project)
    with (project.root / changed).open("a", encoding="utf-8") as file:
        file.write("# another line\n")
    assert wanted(project) != before


def test_a_renamed_file_is_a_change_and_one_that_is_not_read_is_none(toy: Project, tmp_path: Path):
    project = toy.copy_to(tmp_path / "changed")
    before = wanted(project)
    (project.root / "data/dialogue/notes.txt").write_text("later", encoding="utf-8")
    assert wanted(project) == before
    (project.root / EXAMPLE).rename(project.root / "data/dialogue/nlu/en/other.yml")
    assert wanted(project) != before


def test_a_component_that_the_configuration_names_is_part_of_the_fingerprint(tmp_path: Path):
    folders = [tmp_path / "rasa", tmp_path / "data" / "dialogue"]
    for folder in folders:
        folder.mkdir(parents=True)
    for name in ("dialogue_model.py", "intent_classifier.py", "launch.py", "requirements.txt"):
        (tmp_path / "rasa" / name).write_bytes((ENGINE / name).read_bytes())
    (tmp_path / "rasa" / "config.yml").write_bytes((HERE / "toy" / "rasa" / "config.yml").read_bytes())

    def fingerprint() -> str:
        command = [sys.executable, tmp_path / "rasa" / "dialogue_model.py"]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    before = fingerprint()
    (tmp_path / "rasa" / "launch.py").write_text("# changed", encoding="utf-8")
    assert fingerprint() == before
    (tmp_path / "rasa" / "intent_classifier.py").write_text("# changed", encoding="utf-8")
    assert fingerprint() != before


def test_training_leaves_the_wanted_model_alone_in_its_folder_and_nothing_else_behind(trained: Project):
    assert trained.models == [wanted(trained)]
    assert sorted(path.name for path in trained.root.iterdir()) == ["data", "models", "rasa"]


def test_if_needed_does_nothing_when_the_model_is_there(trained: Project):
    done = trained.run("train.py", "--if-needed")
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


def test_an_older_model_goes_when_a_newer_one_is_trained(trained: Project, tmp_path: Path):
    project = trained.copy_to(tmp_path / "changed")
    with (project.root / EXAMPLE).open("a", encoding="utf-8") as file:
        file.write("      - so fed up\n")
    done = project.run("train.py", "--if-needed")
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("Training the dialogue model")
    assert project.models == [wanted(project)] != trained.models


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (EXAMPLE, "examples: |", "examples: [", "toy.yml"),
        ("data/dialogue/rules/toy.yml", "intent: rate", "intent: rats", "rats"),
        (
            "data/dialogue/rules/toy.yml",
            "action: utter_rated",
            "action: utter_unheard_of",
            "utter_unheard_of",
        ),
        ("data/dialogue/rules/toy.yml", "{intent: refuse}", "{intent: agree}", "refusing is answered"),
    ],
    ids=["YAML", "intent", "response", "contradiction"],
)
def test_broken_data_is_named_in_one_line(
    file: str, old: str, new: str, words: str, toy: Project, tmp_path: Path
):
    project = toy.copy_to(tmp_path / "broken")
    path = project.root / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    done = project.run("train.py")
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1
    assert last.startswith("The dialogue model cannot be trained:")
    assert words in last
    assert "Traceback" not in done.stderr
    assert project.models == []
