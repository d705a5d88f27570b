"""When a help line is open, read from the words of its row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

ALWAYS = "24/7"

_DOUBT = re.compile(r"\s*\((?:hours not confirmed|check provider|trial, check provider)[^)]*\)")
_UNKNOWN = re.compile(r"check provider(?: \([^)]*\))?|limited(?: hours)?|evenings|weekdays")
_DAYS = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_STATED = re.compile(
    r"(?:(?P<first>[a-z]{3})-(?P<last>[a-z]{3}) )?(?:from )?(?P<start>\d\d:\d\d)(?:-| to at least )"
    r"(?P<end>\d\d:\d\d|midnight)(?: (?P<which>daily|weekdays))?"
)
_A_DAY = 24 * 60


class Openness(IntEnum):
    """Whether somebody answers now, the better the lower."""

    OPEN = 0
    UNKNOWN = 1
    CLOSED = 2


@dataclass(frozen=True)
class Clock:
    """A moment (aware), and the person's own zone where it is known."""

    now: datetime
    zone: str | None = None


@dataclass(frozen=True)
class Hours:
    """``spans`` are weekly intervals in minutes from Monday 0:00, the end left out; None when not known."""

    spans: tuple[tuple[int, int], ...] | None

    def at(self, clock: Clock, zones: Sequence[str]) -> Openness:
        """Open when it is open in the person's zone, or in all zones of the country; closed when in none."""
        if self.spans is None:
            return Openness.UNKNOWN
        own = (clock.zone,) if clock.zone in zones else tuple(zones)
        if self.spans == _WHOLE_WEEK:
            return Openness.OPEN
        if not own:
            return Openness.UNKNOWN
        found = {self._holds(clock.now.astimezone(ZoneInfo(str(zone)))) for zone in own}
        if len(found) > 1:
            return Openness.UNKNOWN
        return Openness.OPEN if True in found else Openness.CLOSED

    def _holds(self, local: datetime) -> bool:
        minute = local.weekday() * _A_DAY + local.hour * 60 + local.minute
        return any(start <= m < end for start, end in self.spans or () for m in (minute, minute + 7 * _A_DAY))


_WHOLE_WEEK = ((0, 7 * _A_DAY),)


def read_hours(text: str) -> Hours:
    """The hours that a row states ("24/7", "Mon-Sat 10:00-20:00", "limited").

    Raises ValueError for words that it does not know.
    """
    said = _DOUBT.sub("", text).strip().lower()
    if said == ALWAYS:
        return Hours(_WHOLE_WEEK)
    if _UNKNOWN.fullmatch(said):
        return Hours(None)
    found = _STATED.fullmatch(said)
    if found is None:
        raise ValueError(text)
    length = _minutes(found["end"]) - _minutes(found["start"])
    length += 0 if length > 0 else _A_DAY
    start = _minutes(found["start"])
    return Hours(tuple((day * _A_DAY + start, day * _A_DAY + start + length) for day in _days(found)))


def _days(found: re.Match[str]) -> Sequence[int]:
    if found["first"]:
        first, last = _DAYS.get(found["first"]), _DAYS.get(found["last"])
        if first is None or last is None or last < first:
            raise ValueError(found[0])
        return range(first, last + 1)
    return range(5 if found["which"] == "weekdays" else 7)


def _minutes(clock: str) -> int:
    at = time() if clock == "midnight" else time.fromisoformat(clock)
    return int(timedelta(hours=at.hour, minutes=at.minute).total_seconds() // 60)
