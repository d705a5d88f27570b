"""What a person can ask of us: everything that is kept about them, and that it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from care.storage.connection import overwrite_what_was_deleted
from care.storage.database import Database
from care.storage.tracker import Tracker
from care.storage.unit_of_work import UnitOfWork

CONVERSATION = "conversation"


@dataclass(frozen=True)
class Erased:
    """How many rows went, by table; ``conversation`` counts the events of the dialogue engine."""

    counts: Mapping[str, int]

    @property
    def anything(self) -> bool:
        """Whether there was anything to erase."""
        return any(self.counts.values())


def export(uow: UnitOfWork, tracker: Tracker, person_key: str) -> dict[str, Any]:
    """All that is kept about a person, readable and JSON-able: a list of rows by table, and the conversation.

    Moments are ISO 8601 in UTC. Empty for somebody unknown. Raises DataUnreadable when something does not
    decrypt, StorageUnavailable when a database cannot be used.
    """
    found: dict[str, Any] = {
        table: [{name: _plain(value) for name, value in row.items()} for row in rows]
        for table, rows in uow.everything_about(person_key).items()
    }
    conversation = tracker.conversation(person_key)
    return found | ({CONVERSATION: conversation} if conversation else {})


def erase(database: Database, tracker: Tracker, person_key: str) -> Erased:
    """Deletes a person everywhere, their key included, and overwrites the bytes where SQLite kept them.

    Can be done again when it was cut short: the person's own rows go last. Raises StorageUnavailable.
    """
    events = tracker.erase(person_key)
    with database.begin() as uow:
        counts = uow.erase(person_key)
        uow.commit()
    overwrite_what_was_deleted(database.engine)
    return Erased({**counts, CONVERSATION: events})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
