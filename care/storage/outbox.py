"""Messages on their way to people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from care.storage.keys import MasterKey
from care.storage.people import Keys
from care.storage.statements import changed, insert
from care.storage.tables import OutboxRow

_TABLE = OutboxRow.__tablename__


@dataclass(frozen=True)
class Outgoing:
    """A message to send. ``attempts`` counts the tries that failed."""

    id: int
    person_key: str
    due_at: datetime
    body: Mapping[str, Any] = field(repr=False)
    attempts: int = 0


class Outbox:
    """What is to be sent, once each."""

    def __init__(self, session: Session, keys: Keys, master: MasterKey) -> None:
        self._session = session
        self._keys = keys
        self._master = master

    def add(self, person_key: str, dedupe_key: str, due_at: datetime, body: Mapping[str, Any]) -> bool:
        """Whether the JSON-able message is new; the person's second one under a ``dedupe_key`` is refused.

        Raises LookupError when the person is not stored.
        """
        key = self._master.keyed_hash("outbox", person_key, dedupe_key)
        sealed = self._keys.of(person_key).seal(_TABLE, "body", key, dict(body))
        new = insert(self._session, OutboxRow).values(
            person_key=person_key, dedupe_key=key, due_at=due_at, body=sealed, attempts=0
        )
        return changed(self._session, new.on_conflict_do_nothing()) == 1

    def due(self, now: datetime, limit: int, person_key: str | None = None) -> list[Outgoing]:
        """Up to ``limit`` messages not sent and due, the longest due first; of one person if given.

        Locks them until the unit of work ends and leaves out those that another one holds.
        """
        query = select(OutboxRow).where(OutboxRow.sent_at.is_(None), OutboxRow.due_at <= now)
        if person_key is not None:
            query = query.where(OutboxRow.person_key == person_key)
        ordered = query.order_by(OutboxRow.due_at, OutboxRow.id).limit(limit)
        fresh = ordered.with_for_update(skip_locked=True).execution_options(populate_existing=True)
        return [self._opened(row) for row in self._session.scalars(fresh)]

    def withdraw(self, person_key: str, dedupe_key: str, at: datetime) -> None:
        """Never send the person's message under this key; nothing happens if it was sent."""
        key = self._master.keyed_hash("outbox", person_key, dedupe_key)
        waiting = update(OutboxRow).where(OutboxRow.dedupe_key == key, OutboxRow.sent_at.is_(None))
        self._session.execute(waiting.values(sent_at=at))

    def mark_sent(self, id_: int, at: datetime) -> None:
        """Never due again."""
        self._session.execute(update(OutboxRow).where(OutboxRow.id == id_).values(sent_at=at))

    def mark_failed(self, id_: int, retry_at: datetime) -> None:
        """Due again at ``retry_at``, with one more failed attempt."""
        more = {"attempts": OutboxRow.attempts + 1, "due_at": retry_at}
        self._session.execute(update(OutboxRow).where(OutboxRow.id == id_).values(more))

    def _opened(self, row: OutboxRow) -> Outgoing:
        body = self._keys.of(row.person_key).open(_TABLE, "body", row.dedupe_key, row.body)
        return Outgoing(row.id, row.person_key, row.due_at, body, row.attempts)
