"""Runs the dialogue engine and its action server without a channel."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from urllib.parse import urljoin

import httpx

from care.commands import parts, prepare
from care.errors import ConfigurationError, EngineUnavailable
from care.processes import Processes
from care.settings import Settings
from care.storage.keys import engine_secrets, load_master_key

_BETWEEN_LOOKS_S = 0.25
_LOOK_S = 2.0


def engine() -> int:
    """Run until SIGTERM, Ctrl-C or the end of standard input; the addresses on standard output once ready."""
    given = prepare.load_settings()
    if given.engine_url is not None:
        raise ConfigurationError("CARE_ENGINE_URL names an engine that runs.", "Unset it to start one here.")
    prepare.data_folder(given)
    prepare.key_and_database(given)
    secrets = engine_secrets(load_master_key(given))
    settings = parts.addressed(given)
    with Processes(settings.data_dir) as processes:
        prepare.ensure_engine(given, processes)
        start(given, settings, secrets, processes)
        asked = _Asked(processes)
        if wait_until_ready(settings, secrets[1], processes, asked.to_end):
            urls = {"engine_url": settings.engine_url, "actions_url": settings.actions_url}
            print(json.dumps(urls), flush=True)  # noqa: T201 -- what the caller waits for
        while not asked.to_end(60.0):
            pass
    return 0


def start(given: Settings, settings: Settings, secrets: tuple[str, str], processes: Processes) -> None:
    """Start what ``given`` does not name, in the background."""
    for part in parts.dialogue(given, settings, secrets):
        processes.start(part)


def wait_until_ready(
    settings: Settings, token: str, processes: Processes, asked_to_end: Callable[[float], bool]
) -> bool:
    """Wait for the engine and its action server; False when asked to end before they were there.

    ``asked_to_end`` waits for so many seconds or less. Raises EngineUnavailable when a part refuses to start
    or takes more than ``engine_wait_s``.
    """
    deadline = time.monotonic() + settings.engine_wait_s
    with httpx.Client(timeout=_LOOK_S, trust_env=False) as client:
        while not _ready(client, settings, token):
            for name, reason in processes.gave_up().items():
                raise EngineUnavailable(f"{name} refused to start: {reason}", "See care doctor.")
            if time.monotonic() > deadline:
                problem = f"The dialogue engine is not up after {settings.engine_wait_s:.0f} s."
                raise EngineUnavailable(problem, f"See {settings.data_dir / 'logs'}.")
            if asked_to_end(_BETWEEN_LOOKS_S):
                return False
    return True


def _ready(client: httpx.Client, settings: Settings, token: str) -> bool:
    try:
        engine = client.get(f"{settings.engine_url}/status", params={"token": token})
        loaded = engine.status_code == httpx.codes.OK and bool(engine.json().get("model_file"))
        if not loaded or settings.actions_url is None:
            return loaded
        return client.get(urljoin(settings.actions_url, "/health")).status_code == httpx.codes.OK
    except (httpx.HTTPError, ValueError):
        return False


class _Asked:
    """Notices that we are to end: by a signal, or because whoever holds our standard input let go of it."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._input = None if sys.__stdin__ is None else sys.__stdin__.fileno()
        self._closed = False

    def to_end(self, seconds: float) -> bool:
        """Whether to end, asked for so many seconds or less."""
        watched = () if self._input is None else (self._input,)
        if self._processes.wait(seconds, *watched) and self._input is not None:
            self._closed = self._closed or not os.read(self._input, 4096)
        return self._closed or self._processes.asked_to_end is not None
