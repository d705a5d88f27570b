"""What the gateway reads and writes in the database, each in one short transaction."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from care.domain.episode import Episode
from care.domain.person import Person
from care.errors import StorageUnavailable
from care.privacy import Erased, erase, export
from care.safety.help import Notice
from care.storage.database import Database
from care.storage.shapes import Address, HelpShown
from care.storage.tracker import Tracker
from care.storage.unit_of_work import UnitOfWork
from connectors.messages import Incoming

_AT_ONCE = 5


class Records:
    """Every method may block, so call it in a thread; it raises StorageUnavailable unless it says not to."""

    def __init__(self, database: Database, tracker: Tracker) -> None:
        self.database = database
        self._tracker = tracker

    def claim(self, incoming: Incoming) -> bool:
        """Whether this message is new; from now on it is not."""
        with self.database.begin() as uow:
            fresh = uow.receipts.claim(incoming.channel, incoming.event_id, incoming.at)
            uow.commit()
            return fresh

    def person(self, key: str) -> Person | None:
        """The person, None before consent."""
        with self.database.begin(reading=True) as uow:
            return uow.people.get(key)

    def change(self, key: str, **changes: Any) -> None:
        """Save what a person told outside the dialogue; nothing is stored of a stranger. Never raises."""
        with suppress(StorageUnavailable), self.database.begin() as uow:
            person = uow.people.get(key)
            if person is not None:
                uow.people.save(replace(person, **changes))
                uow.commit()

    def seen(self, key: str, incoming: Incoming) -> None:
        """When and where the person was last met; nothing is stored of a stranger. Never raises."""
        with suppress(StorageUnavailable), self.database.begin() as uow:
            person = uow.people.get(key)
            if person is not None:
                uow.people.save(replace(person, last_seen_at=incoming.at))
                uow.addresses.set(key, Address(incoming.channel, incoming.user_id))
                uow.commit()

    def note_help(self, incoming: Incoming, key: str, notice: Notice) -> None:
        """The receipt of a message that help answered and, for a person who agreed, what was shown."""
        with self.database.begin() as uow:
            uow.receipts.claim(incoming.channel, incoming.event_id, incoming.at)
            if uow.people.get(key) is not None:
                shown = HelpShown(incoming.event_id, incoming.at, notice.label.value, notice.contacts)
                uow.help_shown.put(key, shown)
            uow.commit()

    def person_and_episode(self, key: str) -> tuple[Person | None, Episode | None]:
        """The person, None before consent, and their newest crisis episode, open or closed."""
        with self.database.begin(reading=True) as uow:
            return uow.people.get(key), next(iter(uow.episodes.last(key)), None)

    def keep_episode(self, key: str, episode: Episode, *, rose: bool) -> None:
        """Keep an episode of a person who agreed; of a stranger nothing is stored.

        ``rose`` says that it has just opened, or risen, to a thought of suicide or a plan.
        """
        with self.database.begin() as uow:
            if uow.people.get(key) is not None:
                uow.episodes.put(key, episode)
                if rose:
                    self.danger_rose(uow, key, episode)
                uow.commit()

    def danger_rose(self, uow: UnitOfWork, key: str, episode: Episode) -> None:
        """What must follow from grave danger, in the transaction that keeps it: follow-ups start here."""

    def take_due(self, key: str, at: datetime) -> list[Mapping[str, Any]]:
        """Messages of the scheduler that are due, marked as sent."""
        with self.database.begin() as uow:
            due = uow.outbox.due(at, _AT_ONCE, person_key=key)
            for row in due:
                uow.outbox.mark_sent(row.id, at)
            uow.commit()
            return [row.body for row in due]

    def copy_of(self, key: str) -> dict[str, Any]:
        """All that is kept about a person."""
        with self.database.begin(reading=True) as uow:
            return export(uow, self._tracker, key)

    def erase(self, key: str) -> Erased:
        """Delete a person everywhere."""
        return erase(self.database, self._tracker, key)
