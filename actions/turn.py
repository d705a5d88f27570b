"""What a person just said, read from the tracker."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker

from care.domain.days import local_day
from care.domain.person import Person

_IDS = uuid.UUID("6f3a2f0e-56a5-4a0e-9f6c-3c1d3c6f0a11")


@dataclass(frozen=True)
class Turn:
    """One message of a person: ``text`` is empty when a button without a value was pressed."""

    person_key: str
    text: str = field(repr=False)
    intent: str
    at: datetime
    message_id: str
    entities: dict[str, str] = field(repr=False)

    @classmethod
    def of(cls, tracker: Tracker) -> Turn:
        """The latest message; its time and id come with it, so no clock is read here."""
        message: dict[str, Any] = tracker.latest_message
        metadata = message.get("metadata") or {}
        entities = {found["entity"]: str(found["value"]) for found in message.get("entities") or []}
        return cls(
            person_key=tracker.sender_id,
            text=_typed(message.get("text") or "", entities),
            intent=str((message.get("intent") or {}).get("name") or ""),
            at=_time(metadata.get("at")),
            message_id=str(metadata.get("message_id") or ""),
            entities=entities,
        )

    def said(self, value: object) -> str:
        """A slot's candidate as the person meant it: a button's value, or the words typed."""
        text = str(value)
        return _typed(text, self.entities) if text.startswith("/") else text

    def today(self, person: Person | None) -> date:
        """The day this message belongs to for the person."""
        return local_day(self.at, person.zone if person else None)

    def local(self, person: Person | None) -> datetime | None:
        """What the person's clock shows; None while their zone is unknown."""
        return self.at.astimezone(ZoneInfo(person.zone)) if person and person.zone else None

    def id_for(self, kind: str) -> str:
        """An id that is the same when the same message is handled twice, so nothing is stored double."""
        return str(uuid.uuid5(_IDS, f"{self.person_key}:{self.message_id}:{kind}"))


def _typed(text: str, entities: dict[str, str]) -> str:
    return entities.get("answer", "") if text.startswith("/") else text


def _time(iso: str | None) -> datetime:
    return datetime.fromisoformat(iso) if iso else datetime.fromtimestamp(0, UTC)
