"""Who is written to again after a crisis, and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.domain.follow_up import FollowUps
from care.domain.person import Person
from care.storage.people import Keys
from care.storage.shapes import FOLLOW_UPS, PERSON
from care.storage.statements import insert
from care.storage.tables import FollowUpRow, PersonRow

_TABLE = FollowUpRow.__tablename__


class FollowUpPlans:
    """One row for each person who had a crisis."""

    def __init__(self, session: Session, keys: Keys) -> None:
        self._session = session
        self._keys = keys

    def get(self, person_key: str) -> FollowUps | None:
        """The person's follow-ups; None when there are none."""
        found = self._session.scalar(select(FollowUpRow.body).where(FollowUpRow.person_key == person_key))
        return None if found is None else self._opened(person_key, found)

    def put(self, person_key: str, plan: FollowUps, due_at: datetime | None) -> None:
        """Keeps follow-ups and when the next is due; raises LookupError when the person is not stored."""
        body = self._keys.of(person_key).seal(_TABLE, "body", person_key, FOLLOW_UPS.body(plan))
        values = {"due_at": due_at, "body": body}
        new = insert(self._session, FollowUpRow).values(person_key=person_key, **values)
        self._session.execute(new.on_conflict_do_update(index_elements=["person_key"], set_=values))

    def due(self, now: datetime, limit: int) -> list[tuple[Person, FollowUps]]:
        """Up to ``limit`` people with a follow-up due, the longest due first.

        Locks them until the unit of work ends and leaves out those whom another one holds.
        """
        rows = self._session.execute(
            select(FollowUpRow.person_key, FollowUpRow.body, PersonRow.profile)
            .join(PersonRow, PersonRow.key == FollowUpRow.person_key)
            .where(FollowUpRow.due_at <= now)
            .order_by(FollowUpRow.due_at, FollowUpRow.person_key)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
        )
        return [(self._person(key, profile), self._opened(key, body)) for key, body, profile in rows]

    def _opened(self, key: str, body: bytes) -> FollowUps:
        return FOLLOW_UPS.restored(self._keys.of(key).open(_TABLE, "body", key, body))

    def _person(self, key: str, profile: bytes) -> Person:
        opened = self._keys.of(key).open(PersonRow.__tablename__, "profile", key, profile)
        return PERSON.restored(opened, key=key)
