"""What happens because time passes: invitations that are due go to the outbox, old receipts go away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from care.domain.days import local_day
from care.domain.nudge_time import next_nudge
from care.domain.person import Person
from care.domain.reply import Button, Reply, to_body
from care.messages import Messages
from care.storage.database import Database
from care.storage.unit_of_work import UnitOfWork

RECEIPTS_KEPT = timedelta(days=7)
_LATE = timedelta(hours=1)
_BATCH = 100

Compose = Callable[[Person], Reply]


def nudges(now: datetime, database: Database, compose: Compose) -> int:
    """Put out the invitations that are due and set when the next ones are; returns how many people were due.

    An invitation more than an hour late, or for a person who paused or is in a crisis episode, is dropped.
    Outbox row and next time are written in one transaction, and the row's key (person, local day)
    lets only one a day through.
    """
    with database.begin() as uow:
        people = uow.people.due_for_a_nudge(now, _BATCH)
        for person in people:
            due = uow.people.next_nudge_at(person.key)
            wanted = not person.paused and not _in_crisis(uow, person.key)
            if due is not None and now - due <= _LATE and wanted:
                uow.outbox.add(
                    person.key, f"nudge:{local_day(now, person.zone)}", now, to_body(compose(person))
                )
            uow.people.nudge_next_at(person.key, _after(person, now))
        uow.commit()
        return len(people)


def _in_crisis(uow: UnitOfWork, person_key: str) -> bool:
    return any(episode.is_open for episode in uow.episodes.last(person_key))


def retention(now: datetime, database: Database) -> None:
    """Forget receipts that no platform repeats any more."""
    with database.begin() as uow:
        uow.receipts.expire(now - RECEIPTS_KEPT)
        uow.commit()


def invitation(messages: Messages) -> Compose:
    """An invitation to check in, without a health word in it: a lock screen may show it."""

    def compose(person: Person) -> Reply:
        name = f", {person.nickname}" if person.nickname else ""
        buttons = (
            Button(messages.say("system.check_in"), "/check_in"),
            Button(messages.say("labels.not_now"), "/not_now"),
        )
        return Reply(messages.say("system.nudge", name=name), buttons)

    return compose


def _after(person: Person, now: datetime) -> datetime | None:
    if person.nudge_at is None or person.zone is None:
        return None
    return next_nudge(now, person.nudge_at, person.zone)
