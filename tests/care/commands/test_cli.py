from __future__ import annotations

import subprocess
import sys

import pytest

from care.cli import app

COMMANDS = ["chat", "engine", "doctor", "screen", "feelings", "export", "erase", "bench"]


@pytest.mark.parametrize("arguments", [[], *([name] for name in COMMANDS), ["bench", "conversation"]])
def test_every_command_explains_itself(care, arguments):
    result = care.invoke(app, [*arguments, "--help"])

    assert (result.exit_code, "Usage: " in result.stdout) == (0, True)


def test_a_command_that_does_not_exist_fails(care):
    assert care.invoke(app, ["sing"]).exit_code != 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CARE_ENGINE_WAIT_S", "secret-value"),
        ("CARE_ENGINE_WAIT_S", "-1"),
        ("CARE_LANGUAGES", "secret-value"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(care, data_dir, monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    result = care.invoke(app, ["screen"], input="")

    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert name in result.stderr
    assert "secret-value" not in result.output


def test_little_is_loaded_before_the_terminal_is_started():
    code = (
        "import sys, care.cli, care.commands.chat\n"
        "print([name for name in ('sqlalchemy', 'alembic', 'httpx', 'rich', 'yaml') if name in sys.modules])"
    )

    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )


def test_python_m_care_is_the_same_command():
    result = subprocess.run(
        [sys.executable, "-m", "care", "--help"], capture_output=True, text=True, check=True
    )

    assert "Usage: care " in result.stdout
