"""How often help was shown, and what the report needs of the records; nobody is named."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.storage.statements import insert
from care.storage.tables import CrisisCountRow, HelpShownRow


class CrisisCounts:
    """A counter by day and label, also for those who never agreed to be stored."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, day: date, label: str) -> None:
        """One more."""
        statement = insert(self._session, CrisisCountRow).values(day=day, label=label, count=1)
        more = {"count": CrisisCountRow.count + 1}
        self._session.execute(statement.on_conflict_do_update(index_elements=["day", "label"], set_=more))

    def between(self, first: date, last: date) -> list[tuple[date, str, int]]:
        """Each day and label with its count, both ends included."""
        row = CrisisCountRow
        found = self._session.execute(
            select(row.day, row.label, row.count).where(row.day.between(first, last))
        )
        return [(day, label, count) for day, label, count in found]

    def people_helped(self, start: datetime, end: datetime) -> list[str]:
        """The pseudonyms with a record of help shown, the end left out."""
        row = HelpShownRow
        query = select(row.person_key).where(row.at >= start, row.at < end).distinct()
        return list(self._session.scalars(query))
