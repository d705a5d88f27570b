"""Which processes make up the product, with the command line and the environment that each gets."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from care.processes import Part, free_ports
from care.settings import REPOSITORY, Settings


def addressed(settings: Settings) -> Settings:
    """The settings with an address for the engine and its action server: free loopback ports where unset."""
    if settings.engine_url is not None:
        return settings
    engine_port, actions_port = free_ports(2)
    actions_url = settings.actions_url or f"http://127.0.0.1:{actions_port}/webhook"
    return settings.model_copy(
        update={"engine_url": f"http://127.0.0.1:{engine_port}", "actions_url": actions_url}
    )


def dialogue(given: Settings, settings: Settings, secrets: tuple[str, str]) -> list[Part]:
    """The engine and its action server at the addresses of ``settings``, save those that ``given`` names.

    ``secrets`` are the engine's key and token.
    """
    if given.engine_url is not None:
        return []
    ours = [engine(settings, secrets)]
    return ours if given.actions_url is not None else [*ours, action_server(settings)]


def engine(settings: Settings, secrets: tuple[str, str]) -> Part:
    """The dialogue engine; of our secrets it gets these two alone, not the master key."""
    url, actions_url = str(settings.engine_url), str(settings.actions_url)
    env = _foreign_env(settings) | {
        "CARE_ENGINE_KEY": secrets[0],
        "CARE_ENGINE_TOKEN": secrets[1],
        "CARE_TRACKER_URL": settings.tracker_database,
        "CARE_ACTIONS_URL": actions_url,
    }
    options = ("--port", _port(url), "--actions-url", actions_url, "--models", str(settings.model_dir))
    return Part(
        "engine", (str(engine_python(settings)), str(settings.engine_dir / "launch.py"), *options), env
    )


def training(settings: Settings) -> Part:
    """Trains the dialogue model when it is missing or older than its data."""
    script, models = str(settings.engine_dir / "train.py"), str(settings.model_dir)
    command = (str(engine_python(settings)), script, "--if-needed", "--models", models)
    return Part("training", command, _foreign_env(settings))


def action_server(settings: Settings) -> Part:
    """What the engine calls to read and write our data."""
    return _ours("actions", settings, "--port", _port(str(settings.actions_url)))


def scheduler(settings: Settings) -> Part:
    """What happens because time passes."""
    return _ours("scheduler", settings)


def connector(settings: Settings, *options: str) -> Part:
    """The terminal, in which the person chats."""
    return _ours("connectors", settings, "terminal", *options)


def engine_python(settings: Settings) -> Path:
    """The interpreter of the engine's own environment."""
    return settings.engine_dir / ".venv" / "bin" / "python"


def _ours(module: str, settings: Settings, *options: str) -> Part:
    # -P: never a folder of that name where the person happens to be
    return Part(module, (sys.executable, "-P", "-m", module, *options), _app_env(settings))


def _app_env(settings: Settings) -> dict[str, str]:
    values = {name: getattr(settings, name) for name in type(settings).model_fields}
    ours = {f"CARE_{name.upper()}": _as_text(value) for name, value in values.items() if value is not None}
    path = os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH"))))
    return _environment_of_others() | {"PYTHONPATH": path} | ours


def _foreign_env(settings: Settings) -> dict[str, str]:
    return _environment_of_others() | {
        "PYTHONPATH": str(settings.engine_dir),
        "RASA_TELEMETRY_ENABLED": "false",
    }


def _environment_of_others() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("CARE_")}


def _as_text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return json.dumps([_as_text(each) for each in value])
    return str(value)


def _port(url: str) -> str:
    return str(urlsplit(url).port)
