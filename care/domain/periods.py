"""Which stretch of past days a text names: a day, a week, a month, a year, or since and before one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from care.domain.days import DayWords, read_day

_DAY = timedelta(days=1)
_WEEK = 7
_MONTHS = 12
_SATURDAY = 5
_UNITS = ((365, "year"), (30, "month"), (7, "week"), (1, "day"))


@dataclass(frozen=True)
class PeriodWords:
    """One language's words for stretches of days; see ``data/lexicons/<language>/journal.yml``.

    ``named`` gives for a phrase its unit (day, week, month, year, weekend) and how many of them back,
    ``recent`` what stands before a number of days up to today ("the last 3 days") and ``few`` such numbers in
    words, ``within`` what stands before a month or a year alone. ``since`` and ``before`` open a side.
    """

    named: Mapping[str, tuple[str, int]]
    recent: Sequence[str]
    few: Mapping[str, int]
    within: Sequence[str]
    since: Sequence[str]
    before: Sequence[str]


@dataclass(frozen=True)
class Period:
    """Days from ``first`` to ``last``, either open if None; ``rest`` is the text without the words for it."""

    first: date | None
    last: date | None
    rest: str = field(repr=False)


@dataclass(frozen=True)
class _Hit:
    first: date
    last: date
    start: int
    end: int


def read_period(text: str, today: date, words: PeriodWords, days: DayWords) -> Period:
    """The stretch that a text names; open on both sides, with the whole text left, when it names none.

    A day or month without its year is the latest that is not still to come.
    """
    lowered = text.lower()
    readers = (_iso, _dated, _named, _rolling, _ago, _month, _year, _one_day)
    found = (read(lowered, today, words, days) for read in readers)
    hit = next((hit for hit in found if hit is not None and hit.first <= today), None)
    if hit is None:
        return Period(None, None, text)
    return _opened(replace(hit, last=min(hit.last, today)), text, today, words)


def _opened(hit: _Hit, text: str, today: date, words: PeriodWords) -> Period:
    """The stretch, or all that is since or before it, if the words in front say so."""
    lead = text[: hit.start].lower()
    for side, phrases in (("since", words.since), ("before", words.before)):
        found = re.search(rf"\b(?:{_either(phrases)})\s+(?:\w+\s+)?$", lead)
        if found:
            rest = f"{text[: found.start()]} {text[hit.end :]}"
            return Period(hit.first, today, rest) if side == "since" else Period(None, hit.first - _DAY, rest)
    return Period(hit.first, hit.last, f"{text[: hit.start]} {text[hit.end :]}")


def _iso(text: str, today: date, _: PeriodWords, days: DayWords) -> _Hit | None:
    found = re.search(r"\b\d{4}-\d{1,2}-\d{1,2}\b", text)
    day = read_day(found[0], today, days) if found else None
    return _hit(found, day, day)


def _dated(text: str, today: date, _: PeriodWords, days: DayWords) -> _Hit | None:
    """``24 november``, ``november 24th 2025``."""
    for month, names in enumerate(days.months, start=1):
        name, day, year = _either(names), r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?:,?\s+(?P<year>\d{4}))?"
        for order in (rf"{day}\s+(?:of\s+)?(?:{name})", rf"(?:{name})\s+(?:the\s+)?{day}"):
            found = re.search(rf"\b{order}{year}\b", text)
            if found:
                when = _latest(month, int(found["day"]), found["year"], today)
                return _hit(found, when, when)
    return None


def _named(text: str, today: date, words: PeriodWords, _: DayWords) -> _Hit | None:
    for phrase in sorted(words.named, key=len, reverse=True):
        found = re.search(rf"\b{re.escape(phrase)}\b", text)
        if found:
            unit, back = words.named[phrase]
            return _hit(found, *_calendar(unit, back, today))
    return None


def _rolling(text: str, today: date, words: PeriodWords, days: DayWords) -> _Hit | None:
    """``the last 3 days``: so many days up to today."""
    found = re.search(rf"\b(?:{_either(words.recent)})\s+{_length(words, days)}\b", text)
    if not found:
        return None
    length = _count(found["count"], words, days) * days.spans[found["span"]]
    return _hit(found, today - timedelta(days=max(length - 1, 0)), today)


def _ago(text: str, today: date, words: PeriodWords, days: DayWords) -> _Hit | None:
    """``3 days ago`` is a day, ``two weeks ago`` the whole week."""
    found = re.search(rf"\b{_length(words, days)}\s+{re.escape(days.ago)}\b", text)
    if not found:
        return None
    unit = next(name for least, name in _UNITS if days.spans[found["span"]] >= least)
    return _hit(found, *_calendar(unit, _count(found["count"], words, days), today))


def _month(text: str, today: date, words: PeriodWords, days: DayWords) -> _Hit | None:
    """``in march``, ``last may``, ``november 2025``, or nothing but a month: its latest or the one named."""
    for month, names in enumerate(days.months, start=1):
        name, lead = f"(?:{_either(names)})", _either(words.within)
        found = (
            re.search(rf"\b(?P<said>{name}\s+(?P<year>\d{{4}}))\b", text)
            or re.search(rf"\b(?:{lead})\s+(?P<said>{name})\b(?P<year>)", text)
            or re.fullmatch(rf"\s*(?P<said>{name})(?P<year>)\s*", text)
        )
        if found:
            first = _latest(month, 1, found["year"], today)
            return _hit(found, first, _next_month(first) - _DAY if first else None)
    return None


def _year(text: str, _today: date, words: PeriodWords, _: DayWords) -> _Hit | None:
    found = re.search(rf"\b(?:{_either(words.within)})\s+(?P<said>(?:19|20)\d\d)\b", text)
    return _hit(found, date(int(found[1]), 1, 1), date(int(found[1]), 12, 31)) if found else None


def _one_day(text: str, today: date, _: PeriodWords, days: DayWords) -> _Hit | None:
    """``yesterday``, ``on friday``."""
    phrases = [phrase for phrase, offset in days.offsets.items() if offset <= 0]
    phrases += [name for names in days.weekdays for name in names]
    found = re.search(rf"\b(?:{_either(_longest(phrases))})\b", text)
    day = read_day(found[0], today, days) if found else None
    return _hit(found, day, day)


def _calendar(unit: str, back: int, today: date) -> tuple[date, date]:
    """The day, week (from Monday on), weekend, month or year that lies so many back."""
    if unit == "week":
        first = today - timedelta(days=today.weekday() + _WEEK * back)
        return first, first + timedelta(days=_WEEK - 1)
    if unit == "weekend":
        since_saturday = (today.weekday() - _SATURDAY) % _WEEK
        first = today - timedelta(days=since_saturday + _WEEK * back)
        return first, first + _DAY
    if unit == "month":
        months = today.year * _MONTHS + today.month - 1 - back
        first = date(months // _MONTHS, months % _MONTHS + 1, 1)
        return first, _next_month(first) - _DAY
    if unit == "year":
        return date(today.year - back, 1, 1), date(today.year - back, 12, 31)
    return today - timedelta(days=back), today - timedelta(days=back)


def _latest(month: int, day: int, year: str | None, today: date) -> date | None:
    """The day in the year named, else the latest that is not still to come; None if no calendar has it."""
    years = [int(year)] if year else range(today.year, today.year - 5, -1)
    for each in years:
        try:
            found = date(each, month, day)
        except ValueError:
            continue
        if year or found <= today:
            return found
    return None


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _hit(found: re.Match[str] | None, first: date | None, last: date | None) -> _Hit | None:
    """Days for the words that named them: those of the group ``said``, or all that was matched."""
    if found is None or first is None or last is None:
        return None
    group = "said" if "said" in found.re.groupindex else 0
    return _Hit(first, last, found.start(group), found.end(group))


def _length(words: PeriodWords, days: DayWords) -> str:
    """A pattern for a number, in figures or words, and what it counts."""
    numbers, spans = _longest((*days.counts, *words.few)), _longest(days.spans)
    return rf"(?P<count>\d{{1,3}}|{_either(numbers)})\s+(?P<span>{_either(spans)})"


def _count(said: str, words: PeriodWords, days: DayWords) -> int:
    return int(said) if said.isdecimal() else {**days.counts, **words.few}[said]


def _longest(phrases: Iterable[str]) -> list[str]:
    return sorted(phrases, key=len, reverse=True)


def _either(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in phrases)
