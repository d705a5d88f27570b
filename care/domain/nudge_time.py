"""The wall time at which a person wants to be invited, outside the quiet hours."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

QUIET_FROM = time(21)
QUIET_UNTIL = time(8)
_CLOCK = re.compile(r"\b([01]?\d|2[0-3])(?:[:.h]([0-5]\d))?\s*(am|pm)?\b")
_NOON = 12


def read_time(text: str) -> time | None:
    """The time of day in ``20:00``, ``8.30`` or ``8 pm``; None when there is none."""
    found = _CLOCK.search(text.lower())
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half == "pm" and hour < _NOON:
        hour += _NOON
    if half == "am" and hour == _NOON:
        hour = 0
    return time(hour, minute)


def is_quiet(at: time) -> bool:
    """Whether a time of day lies in the quiet hours, 21:00 to 8:00, in which nobody is written to."""
    return at >= QUIET_FROM or at < QUIET_UNTIL


def next_nudge(now: datetime, at: time, zone: str) -> datetime:
    """The next moment (aware, UTC) after ``now`` at which the clock in ``zone`` shows ``at``.

    Where the clock shows it twice, the first of the two; where it jumps over it, as much later as it jumps.
    """
    place = ZoneInfo(zone)
    day = now.astimezone(place).date()
    while True:
        wall = datetime.combine(day, at, tzinfo=place)
        moment = wall.astimezone(ZoneInfo("UTC"))
        if moment > now:
            return moment
        day += timedelta(days=1)
