"""Opens a conversation in the terminal and starts what it needs behind it."""

from __future__ import annotations

import os
import subprocess

import typer

from care.commands import parts, prepare
from care.errors import CareError, StorageUnavailable
from care.processes import Processes
from care.settings import Settings

_HEAD_START_S = 3.0


def chat(options: tuple[str, ...]) -> int:
    """Run the terminal connector with ``options`` until it ends; its exit status."""
    given = prepare.load_settings()
    prepare.data_folder(given)
    try:
        prepare.key_and_database(given)
    except StorageUnavailable as error:
        typer.echo(str(error), err=True)  # help in danger needs no database: the terminal opens all the same
    settings = parts.addressed(given)
    with Processes(settings.data_dir) as processes:
        if given.engine_url is None:
            prepare.ensure_engine(given, processes)
        terminal = _opened(settings, options, processes)
        try:
            background = [*parts.dialogue(given, settings, _secrets(given)), parts.scheduler(settings)]
        except CareError:
            background = []  # the terminal meets the same error and says it
        for part in background:
            processes.start(part)
        return processes.follow(terminal)


def _opened(settings: Settings, options: tuple[str, ...], processes: Processes) -> subprocess.Popen[bytes]:
    """The terminal, once its first words are said: until then it need not share the cores."""
    said, end = os.pipe()
    try:
        part = parts.connector(settings, *options, "--opened", str(end))
        terminal = processes.open(part, handed=(end,))
    finally:
        os.close(end)
    processes.wait(_HEAD_START_S, said)
    os.close(said)
    return terminal


def _secrets(settings: Settings) -> tuple[str, str]:
    from care.storage.keys import engine_secrets, load_master_key  # noqa: PLC0415 -- slow; the terminal goes first

    return engine_secrets(load_master_key(settings))
