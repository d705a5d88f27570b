"""Which day a person means, in their own calendar."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_DAY_ENDS = timedelta(hours=3)
_WEEK = 7
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")


@dataclass(frozen=True)
class DayWords:
    """One language's words for days; see ``data/lexicons/<language>/days.yml``.

    ``offsets`` are days from today, ``weekdays`` begin with Monday and ``months`` with January, each with its
    spellings. ``ago`` gives the length in days of what can be counted back ("2 weeks ago").
    """

    offsets: Mapping[str, int]
    weekdays: Sequence[Sequence[str]]
    months: Sequence[Sequence[str]]
    ago: str
    spans: Mapping[str, int]
    counts: Mapping[str, int]


def local_day(at: datetime, zone: str | None) -> date:
    """The day that ``at`` (aware) belongs to for a person in ``zone``; a day ends at 3 in the morning."""
    return (at.astimezone(ZoneInfo(zone or "UTC")) - _DAY_ENDS).date()


def read_day(text: str, today: date, words: DayWords) -> date | None:
    """The day a text names: a date, ``yesterday``, ``last friday``, ``3 days ago``; None when it names none.

    A weekday is the latest one before today. A date that no calendar has (``2026-02-31``) counts as none.
    """
    lowered = text.lower()
    readers = (_iso, _counted_back, _phrase, _dated, _weekday)
    found = (read(lowered, today, words) for read in readers)
    return next((day for day in found if day is not None), None)


def _iso(text: str, _today: date, _words: DayWords) -> date | None:
    found = _ISO_DATE.search(text)
    return _real(*(int(part) for part in found.groups())) if found else None


def _counted_back(text: str, today: date, words: DayWords) -> date | None:
    spans, counts = _either(words.spans), _either(words.counts)
    found = re.search(rf"\b(\d{{1,3}}|{counts})\s+({spans})\s+{re.escape(words.ago)}\b", text)
    if not found:
        return None
    count = int(found[1]) if found[1].isdecimal() else words.counts[found[1]]
    return today - timedelta(days=count * words.spans[found[2]])


def _phrase(text: str, today: date, words: DayWords) -> date | None:
    longest_first = sorted(words.offsets, key=len, reverse=True)
    found = next((phrase for phrase in longest_first if _has(text, phrase)), None)
    return today + timedelta(days=words.offsets[found]) if found else None


def _dated(text: str, today: date, words: DayWords) -> date | None:
    for month, names in enumerate(words.months, start=1):
        name = _either(names)
        found = re.search(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{name})\b", text) or re.search(
            rf"\b(?:{name})\s+(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\b", text
        )
        if found:
            return _real(today.year, month, int(found[1]))
    return None


def _weekday(text: str, today: date, words: DayWords) -> date | None:
    for place, names in enumerate(words.weekdays):
        if any(_has(text, name) for name in names):
            return today - timedelta(days=(today.weekday() - place - 1) % _WEEK + 1)
    return None


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _has(text: str, phrase: str) -> bool:
    return re.search(rf"\b{re.escape(phrase)}\b", text) is not None


def _either(names: Sequence[str] | Mapping[str, int]) -> str:
    return "|".join(re.escape(name) for name in names)
