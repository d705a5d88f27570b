"""Which day a person means, in their own calendar."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_DAY_ENDS = timedelta(hours=3)
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")


def local_day(at: datetime, zone: str | None) -> date:
    """The day that ``at`` (aware) belongs to for a person in ``zone``; a day ends at 3 in the morning."""
    return (at.astimezone(ZoneInfo(zone or "UTC")) - _DAY_ENDS).date()


def read_day(text: str, today: date, words: Mapping[str, int]) -> date | None:
    """The day a text names: an ISO date or a word such as ``yesterday``; None when it names none.

    A date that no calendar has (``2026-02-31``) counts as none.
    """
    dated = _ISO_DATE.search(text)
    if dated:
        try:
            return date(*(int(part) for part in dated.groups()))
        except ValueError:
            return None
    lowered = text.lower()
    for phrase in sorted(words, key=len, reverse=True):
        if re.search(rf"\b{re.escape(phrase)}\b", lowered):
            return today + timedelta(days=words[phrase])
    return None
