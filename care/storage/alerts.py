"""Notices to the people on call."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from care.domain.alert import APART, Alert
from care.storage.keys import MasterKey
from care.storage.statements import changed, insert
from care.storage.tables import AlertRow

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is easily taken for another
_LENGTH = 6
_FIELDS = tuple(name for name in Alert.__dataclass_fields__)


class Alerts:
    """Whose an alert is stands as a keyed hash alone: it can be found from the person, not the other way."""

    def __init__(self, session: Session, master: MasterKey) -> None:
        self._session = session
        self._master = master

    def open(self, person_key: str, level: str, at: datetime) -> bool:
        """Whether a new one was written: not while one of the person is open or less than an hour old."""
        whose = self._hash(person_key)
        same = select(AlertRow.code).where(
            AlertRow.person_hash == whose, or_(AlertRow.done.is_(False), AlertRow.at > at - APART)
        )
        if self._session.scalar(same.limit(1)) is not None:
            return False
        new = asdict(Alert(_code(), level, at, due_at=at))
        self._session.execute(insert(self._session, AlertRow).values(person_hash=whose, **new))
        return True

    def claim(self, now: datetime, lease: timedelta) -> Alert | None:
        """The alert that is due longest; due again after ``lease`` unless ``keep`` comes first.

        Leaves out those that another unit of work holds.
        """
        due = select(AlertRow).where(AlertRow.done.is_(False), AlertRow.due_at <= now)
        first = due.order_by(AlertRow.due_at, AlertRow.code).limit(1).with_for_update(skip_locked=True)
        row = self._session.scalar(first)
        if row is None:
            return None
        row.due_at = now + lease
        self._session.flush()
        return _alert(row)

    def keep(self, after: Alert, claimed: Alert) -> bool:
        """Keeps what became of a claimed alert; False when it was acknowledged, erased or claimed anew."""
        values = {name: getattr(after, name) for name in ("step", "attempts", "give_up_at", "due_at", "done")}
        same = update(AlertRow).where(
            AlertRow.code == claimed.code, AlertRow.done.is_(False), AlertRow.due_at == claimed.due_at
        )
        return changed(self._session, same.values(values)) == 1

    def acknowledge(self, code: str, by: str, at: datetime) -> bool:
        """Whether there is such an alert; no notice about it goes out any more. The first name stays."""
        if self._session.get(AlertRow, code) is None:
            return False
        first = update(AlertRow).where(AlertRow.code == code, AlertRow.acknowledged_at.is_(None))
        self._session.execute(first.values(acknowledged_at=at, acknowledged_by=by, done=True))
        return True

    def unacknowledged(self) -> list[Alert]:
        """Those that wait and those that nobody answered, the oldest first."""
        query = select(AlertRow).where(AlertRow.acknowledged_at.is_(None)).order_by(AlertRow.at)
        return [_alert(row) for row in self._session.scalars(query)]

    def about(self, person_key: str) -> list[dict[str, Any]]:
        """A person's alerts, without the name of who acknowledged."""
        query = select(AlertRow).where(AlertRow.person_hash == self._hash(person_key)).order_by(AlertRow.at)
        found = [asdict(_alert(row)) for row in self._session.scalars(query)]
        return [{name: value for name, value in row.items() if name != "acknowledged_by"} for row in found]

    def forget(self, person_key: str) -> int:
        """Deletes a person's alerts; returns how many."""
        theirs = delete(AlertRow).where(AlertRow.person_hash == self._hash(person_key))
        return changed(self._session, theirs)

    def _hash(self, person_key: str) -> str:
        return self._master.keyed_hash("alert", person_key)


def _code() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def _alert(row: AlertRow) -> Alert:
    return Alert(**{name: getattr(row, name) for name in _FIELDS})
