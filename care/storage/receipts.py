"""Which events of a channel were taken already; all that is kept about somebody who did not agree."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from care.storage.keys import MasterKey
from care.storage.statements import changed, insert
from care.storage.tables import ReceiptRow


class Receipts:
    """Each event can be claimed once."""

    def __init__(self, session: Session, master: MasterKey) -> None:
        self._session = session
        self._master = master

    def claim(self, channel: str, event_id: str, at: datetime) -> bool:
        """Whether this event is new; from the commit on nobody else can claim it."""
        event_key = self._master.keyed_hash("receipt", channel, event_id)
        new = insert(self._session, ReceiptRow).values(channel=channel, event_key=event_key, at=at)
        return changed(self._session, new.on_conflict_do_nothing()) == 1

    def expire(self, before: datetime) -> int:
        """Forgets the receipts older than ``before``; returns how many."""
        return changed(self._session, delete(ReceiptRow).where(ReceiptRow.at < before))
