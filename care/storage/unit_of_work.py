"""One transaction: nothing of it is kept unless it is committed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from care.storage.addresses import Addresses
from care.storage.alerts import Alerts
from care.storage.crisis_counts import CrisisCounts
from care.storage.entries import Entries
from care.storage.follow_ups import FollowUpPlans
from care.storage.keys import MasterKey
from care.storage.outbox import Outbox
from care.storage.people import Keys, People
from care.storage.receipts import Receipts
from care.storage.safety_plans import SafetyPlans
from care.storage.shapes import CHECK_IN, EPISODE, HELP_SHOWN, JOURNAL_ENTRY, PRACTICE_SESSION
from care.storage.statements import changed
from care.storage.tables import (
    SEALED_FOR,
    EpisodeRow,
    HelpShownRow,
    JournalEntryRow,
    MoodEntryRow,
    PracticeSessionRow,
    tables_about_people,
)
from care.storage.vault import Vault


class UnitOfWork:
    """What can be read and written together; everything raises StorageUnavailable when the database fails.

    On SQLite one that writes keeps other writers waiting from its first use to its end: keep it short.
    """

    def __init__(
        self, sessions: Callable[[], Session], vault: Vault, master: MasterKey, *, reading: bool
    ) -> None:
        self._sessions = sessions
        self._vault = vault
        self._master = master
        self._reading = reading

    def __enter__(self) -> Self:
        self._session = self._sessions()
        self._keys = Keys(self._session, self._vault)
        self.people = People(self._session, self._keys, reading=self._reading)
        self.addresses = Addresses(self._session, self._keys)
        self.check_ins = Entries(self._session, self._keys, MoodEntryRow, CHECK_IN)
        self.sessions = Entries(self._session, self._keys, PracticeSessionRow, PRACTICE_SESSION)
        self.journal = Entries(self._session, self._keys, JournalEntryRow, JOURNAL_ENTRY)
        self.help_shown = Entries(self._session, self._keys, HelpShownRow, HELP_SHOWN)
        self.safety_plans = SafetyPlans(self._session, self._keys)
        self.crisis_counts = CrisisCounts(self._session)
        self.follow_ups = FollowUpPlans(self._session, self._keys)
        self.episodes = Entries(self._session, self._keys, EpisodeRow, EPISODE)
        self.alerts = Alerts(self._session, self._master)
        self.receipts = Receipts(self._session, self._master)
        self.outbox = Outbox(self._session, self._keys, self._master)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()  # rolls back whatever was not committed

    def commit(self) -> None:
        """Keeps all that was done so far."""
        self._session.commit()

    def everything_about(self, person_key: str) -> dict[str, list[dict[str, Any]]]:
        """Every row of a person by table, opened and with moments as they are; keys are left out.

        Empty when nobody is stored under the key.
        """
        found: dict[str, list[dict[str, Any]]] = {}
        for table, owner in reversed(tables_about_people().items()):
            rows = self._session.execute(select(table).where(table.columns[owner] == person_key))
            opened = [self._opened(person_key, table, row._asdict()) for row in rows]
            if opened:
                found[table.name] = opened
        alerts = self.alerts.about(person_key)
        return found | ({"alerts": alerts} if alerts else {})

    def erase(self, person_key: str) -> Counter[str]:
        """Deletes every row of a person, the key among them; returns how many rows by table."""
        counts: Counter[str] = Counter(alerts=self.alerts.forget(person_key))
        for table, owner in tables_about_people().items():
            counts[table.name] = changed(
                self._session, delete(table).where(table.columns[owner] == person_key)
            )
        return counts

    def _opened(self, person_key: str, table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, value in row.items():
            row_id = table.columns[name].info.get(SEALED_FOR)
            if row_id is not None:
                key = self._keys.of(person_key)
                shown |= key.open(table.name, name, row[row_id], value)
            elif name != "wrapped_key":
                shown[name] = value
        return shown
