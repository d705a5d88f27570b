"""What happened to a person at a moment: mood entries, journal entries, practice sessions, help shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from care.storage.people import Keys
from care.storage.shapes import Shape
from care.storage.statements import insert
from care.storage.tables import EntryRow


class Entry(Protocol):
    """Anything with an id and an aware moment."""

    @property
    def id(self) -> str: ...
    @property
    def at(self) -> datetime: ...


E = TypeVar("E", bound=Entry)


class Entries(Generic[E]):
    """One table of entries of one kind."""

    def __init__(self, session: Session, keys: Keys, row: type[EntryRow], shape: Shape[E]) -> None:
        self._session = session
        self._keys = keys
        self._row = row
        self._shape = shape

    def put(self, person_key: str, entry: E) -> None:
        """Keeps an entry, in place of the person's earlier one with the same id if there is one.

        Raises LookupError when the person is not stored.
        """
        key = self._keys.of(person_key)
        body = key.seal(self._row.__tablename__, "body", entry.id, self._shape.body(entry))
        new: dict[str, Any] = {"at": entry.at, "body": body}
        statement = insert(self._session, self._row).values(person_key=person_key, id=entry.id, **new)
        self._session.execute(statement.on_conflict_do_update(index_elements=["person_key", "id"], set_=new))

    def since(self, person_key: str, start: datetime) -> list[E]:
        """The person's entries at or after ``start``, oldest first."""
        query = self._of(person_key).where(self._row.at >= start)
        return self._opened(person_key, query.order_by(self._row.at, self._row.id))

    def last(self, person_key: str, n: int = 1) -> list[E]:
        """The person's ``n`` newest entries, newest first."""
        newest = self._of(person_key).order_by(self._row.at.desc(), self._row.id.desc())
        return self._opened(person_key, newest.limit(n))

    def _of(self, person_key: str) -> Select[str, datetime, bytes]:
        columns = select(self._row.id, self._row.at, self._row.body)
        return columns.where(self._row.person_key == person_key)

    def _opened(self, person_key: str, query: Select[str, datetime, bytes]) -> list[E]:
        rows = self._session.execute(query).all()
        return [
            self._shape.restored(
                self._keys.of(person_key).open(self._row.__tablename__, "body", id_, body), id=id_, at=at
            )
            for id_, at, body in rows
        ]
