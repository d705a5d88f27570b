"""Reads and changes what a person told us about themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import Any

from actions import wiring
from care.domain.person import Person


def find(person_key: str) -> Person | None:
    """The person behind a pseudonym, or None before consent."""
    with wiring.database().begin(reading=True) as uow:
        return uow.people.get(person_key)


def in_crisis(person_key: str) -> bool:
    """Whether the person is in an open crisis episode."""
    with wiring.database().begin(reading=True) as uow:
        return any(episode.is_open for episode in uow.episodes.last(person_key))


def change(person_key: str, **changes: Any) -> Person | None:
    """Save changed fields of a person; None, and nothing stored, when there is no such person."""
    with wiring.database().begin() as uow:
        person = uow.people.get(person_key)
        if person is None:
            return None
        changed = replace(person, **changes)
        uow.people.save(changed)
        uow.commit()
        return changed


def invite_at(person_key: str, at: time | None, due: datetime | None) -> None:
    """Set the wall time of the daily invitation and when the next one is due; None for none."""
    with wiring.database().begin() as uow:
        person = uow.people.get(person_key)
        if person is not None:
            uow.people.save(replace(person, nudge_at=at))
            uow.people.nudge_next_at(person_key, due)
            uow.commit()
