"""The people who agreed, and the keys that open what is theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from care.domain.person import Person
from care.storage.shapes import PERSON
from care.storage.statements import insert
from care.storage.tables import PersonRow
from care.storage.vault import PersonKey, Vault

_TABLE = PersonRow.__tablename__


class Keys:
    """The keys of the people met in one unit of work."""

    def __init__(self, session: Session, vault: Vault) -> None:
        self._session = session
        self._vault = vault
        self._known: dict[str, PersonKey] = {}

    def of(self, person_key: str) -> PersonKey:
        """Raises LookupError for somebody who never agreed or was erased, DataUnreadable for a wrong key."""
        if person_key not in self._known:
            wrapped = self._session.scalar(select(PersonRow.wrapped_key).where(PersonRow.key == person_key))
            if wrapped is None:
                raise LookupError("Nobody is stored under this key.")
            self._known[person_key] = self._vault.unwrap(person_key, wrapped)
        return self._known[person_key]

    def new(self, person_key: str) -> bytes:
        """A wrapped key for somebody new."""
        return self._vault.new_key(person_key)


class People:
    """Everyone who agreed."""

    def __init__(self, session: Session, keys: Keys, *, reading: bool) -> None:
        self._session = session
        self._keys = keys
        self._reading = reading

    def get(self, key: str) -> Person | None:
        """The person, None when unknown.

        In a unit of work that writes, others who get the same person to write wait until this one ends.
        """
        query = select(PersonRow.profile).where(PersonRow.key == key)
        if not self._reading:
            query = query.with_for_update(key_share=True)
        profile = self._session.scalar(query)
        return None if profile is None else self._opened(key, profile)

    def add(self, person: Person) -> None:
        """Keeps somebody new under a key of their own; for somebody known it is ``save``."""
        new = {"key": person.key, "wrapped_key": self._keys.new(person.key), "profile": b""}
        self._session.execute(insert(self._session, PersonRow).values(new).on_conflict_do_nothing())
        self.save(person)

    def save(self, person: Person) -> None:
        """Keeps what changed; raises LookupError when the person is not stored."""
        profile = self._keys.of(person.key).seal(_TABLE, "profile", person.key, PERSON.body(person))
        self._session.execute(update(PersonRow).where(PersonRow.key == person.key).values(profile=profile))

    def due_for_a_nudge(self, now: datetime, limit: int) -> list[Person]:
        """Up to ``limit`` people whose nudge is due, the longest due first.

        Locks them until the unit of work ends and leaves out those whom another one holds.
        """
        rows = self._session.execute(
            select(PersonRow.key, PersonRow.profile)
            .where(PersonRow.next_nudge_at <= now)
            .order_by(PersonRow.next_nudge_at, PersonRow.key)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
        )
        return [self._opened(key, profile) for key, profile in rows]

    def next_nudge_at(self, key: str) -> datetime | None:
        """When the next nudge is due (UTC); None for never."""
        return self._session.scalar(select(PersonRow.next_nudge_at).where(PersonRow.key == key))

    def nudge_next_at(self, key: str, at: datetime | None) -> None:
        """Sets when the next nudge is due; None for never."""
        self._session.execute(update(PersonRow).where(PersonRow.key == key).values(next_nudge_at=at))

    def _opened(self, key: str, profile: bytes) -> Person:
        return PERSON.restored(self._keys.of(key).open(_TABLE, "profile", key, profile), key=key)
