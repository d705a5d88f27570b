"""Opens a conversation in the terminal and starts what it needs behind it."""

from __future__ import annotations

import typer

from care.commands import parts, prepare
from care.errors import CareError, StorageUnavailable
from care.processes import Processes
from care.settings import Settings


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
        terminal = processes.open(parts.connector(settings, *options))
        try:
            background = [*parts.dialogue(given, settings, _secrets(given)), parts.scheduler(settings)]
        except CareError:
            background = []  # the terminal meets the same error and says it
        for part in background:
            processes.start(part)
        return processes.follow(terminal)


def _secrets(settings: Settings) -> tuple[str, str]:
    from care.storage.keys import engine_secrets, load_master_key  # noqa: PLC0415 -- slow; the terminal goes first

    return engine_secrets(load_master_key(settings))
