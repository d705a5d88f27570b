"""Turns domain objects into JSON-able bodies and back; a new plain field needs no change here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from typing import Any, Generic, TypeVar

from care.domain.check_in import CheckIn
from care.domain.episode import Episode
from care.domain.follow_up import FollowUps
from care.domain.journal import JournalEntry
from care.domain.person import Person
from care.domain.practice import PracticeSession, Verdict
from care.domain.safety_plan import SafetyPlan

T = TypeVar("T")
_Both = tuple[Callable[[Any], Any], Callable[[Any], Any]]


@dataclass(frozen=True)
class HelpShown:
    """That help was shown after a message: the screen's label and the contacts named, never the message."""

    id: str
    at: datetime
    label: str = field(repr=False)
    contacts: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Address:
    """Where a person is reached."""

    channel: str
    user_id: str = field(repr=False)


@dataclass(frozen=True)
class Shape(Generic[T]):
    """How the fields of a dataclass stand in JSON; ``columns`` are those that have a column of their own."""

    made_of: Callable[..., T]
    names: tuple[str, ...]
    columns: tuple[str, ...]
    special: Mapping[str, _Both]

    def body(self, value: T) -> dict[str, Any]:
        """The sealed part, JSON-able."""
        return {
            name: self._convert(name, getattr(value, name), 0)
            for name in self.names
            if name not in self.columns
        }

    def restored(self, body: Mapping[str, Any], **columns: Any) -> T:
        """The object again; a field that an older body lacks takes its default."""
        known = {name: self._convert(name, body[name], 1) for name in self.names if name in body}
        return self.made_of(**known, **columns)

    def _convert(self, name: str, value: Any, way: int) -> Any:
        return self.special[name][way](value) if value is not None and name in self.special else value


_MOMENT: _Both = (datetime.isoformat, datetime.fromisoformat)
_DAY: _Both = (date.isoformat, date.fromisoformat)
_TIME: _Both = (time.isoformat, time.fromisoformat)
_LIST: _Both = (list, tuple)
_LISTS: _Both = (lambda rows: [list(row) for row in rows], lambda rows: tuple(map(tuple, rows)))
_SET: _Both = (sorted, frozenset)


def _shape(kind: type[T], columns: tuple[str, ...], **special: _Both) -> Shape[T]:
    names = tuple(each.name for each in fields(kind))  # type: ignore[arg-type]  # all are dataclasses
    return Shape(kind, names, columns, special)


PERSON = _shape(
    Person,
    ("key",),
    consented_at=_MOMENT,
    last_seen_at=_MOMENT,
    avoid=_SET,
    stopped_families=_SET,
    nudge_at=_TIME,
    on_call_since=_MOMENT,
)
CHECK_IN = _shape(CheckIn, ("id", "at"), day=_DAY, feelings=_LIST, areas=_LIST)
JOURNAL_ENTRY = _shape(JournalEntry, ("id", "at"), day=_DAY, feelings=_LIST, areas=_LIST)
PRACTICE_SESSION = _shape(PracticeSession, ("id", "at"), verdict=(str, Verdict))
HELP_SHOWN = _shape(HelpShown, ("id", "at"), contacts=_LIST)
SAFETY_PLAN = _shape(SafetyPlan, ("updated_at",), entries=_LISTS)
FOLLOW_UPS = _shape(FollowUps, (), began_at=_MOMENT, settled_at=_MOMENT, agreed_at=_MOMENT)
EPISODE = _shape(
    Episode,
    ("id", "at"),
    heard_at=_MOMENT,
    changed_at=_MOMENT,
    asked_at=_MOMENT,
    closed_at=_MOMENT,
    calm_day=_DAY,
    barriers=_LIST,
)
ADDRESS = _shape(Address, ())
