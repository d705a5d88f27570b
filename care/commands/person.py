"""One person's data in the operator's hands: a copy, or its end."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from care import privacy
from care.commands.prepare import data_folder, load_settings
from care.errors import DataUnreadable, KeyUnusable, StorageUnavailable
from care.storage.database import Database, open_database
from care.storage.keys import load_master_key, pseudonym
from care.storage.tracker import Tracker


@dataclass(frozen=True)
class Stored:
    """Where one person's data stand."""

    database: Database
    tracker: Tracker
    key: str


@contextmanager
def stored(channel: str, user: str) -> Iterator[Stored]:
    """Where the data of a channel's user stand.

    Raises KeyUnusable when there is no master key, for then nobody's data can be named.
    """
    settings = load_settings()
    if settings.master_key is None and not settings.key_file.exists():
        raise KeyUnusable(
            f"There is no master key in {settings.key_file}.", "Set CARE_DATA_DIR or restore it."
        )
    data_folder(settings)
    master = load_master_key(settings)
    database = open_database(settings.database, master)
    try:
        database.migrate()
        yield Stored(database, Tracker(settings.tracker_database, master), pseudonym(master, channel, user))
    finally:
        database.close()


def copy(who: Stored) -> dict[str, Any]:
    """All that is kept about the person; empty for somebody unknown."""
    with who.database.begin(reading=True) as uow:
        return privacy.export(uow, who.tracker, who.key)


def counted(who: Stored) -> dict[str, int] | None:
    """How many rows are kept, by table; None when they do not open, which is no reason to keep them."""
    try:
        return {table: len(rows) for table, rows in copy(who).items()}
    except DataUnreadable:
        return None


def erase(who: Stored) -> Mapping[str, int]:
    """Erase the person; how many rows went, by table."""
    return privacy.erase(who.database, who.tracker, who.key).counts


def listed(counts: Mapping[str, int]) -> str:
    """What goes or went, for the operator: ``3 mood entries, 1 people``."""
    return ", ".join(f"{count} {table.replace('_', ' ')}" for table, count in counts.items() if count)


def hand_over(data: Mapping[str, Any], out: Path | None) -> None:
    """Write the copy to a file that only its owner can read, or to standard output.

    Raises StorageUnavailable when the file cannot be written.
    """
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    if out is None:
        sys.stdout.write(text)
        return
    try:
        _write(out, text)
    except OSError as error:
        raise StorageUnavailable(
            f"{out} cannot be written: {error.strerror}.", "Name another --out."
        ) from error


def _write(out: Path, text: str) -> None:
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)  # it may have been there, open to others
        file.write(text)
