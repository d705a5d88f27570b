"""What a person wrote into their journal, the sentence that answers it, and how entries are shown again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from care.domain.choose import Wordings
from care.domain.history import in_words
from care.domain.journal_search import Found, Search, SearchWords, Term, first_place
from care.domain.moments import Moment
from care.domain.reflect import Reading, reflect

MOST_SHOWN = 5
_EXCERPT = 100
_BEFORE = 30  # letters of an excerpt that lead up to what was looked for
_WHOLE = 1_500


@dataclass(frozen=True)
class JournalEntry:
    """Something a person wrote for themselves.

    ``at`` is when, ``day`` the day of it in the person's own calendar. ``feelings``, ``areas`` and
    ``sentiment`` (-1 to 1) are our reading, which nobody confirmed; ``sure`` says whether it may be stated.
    """

    id: str
    at: datetime
    day: date
    text: str = field(repr=False)
    feelings: tuple[str, ...] = field(default=(), repr=False)
    areas: tuple[str, ...] = field(default=(), repr=False)
    sentiment: float = field(default=0.0, repr=False)
    sure: bool = False


def answer(
    reading: Reading, moment: Moment | None, wordings: Wordings, *, avoid: Collection[str] = ()
) -> str:
    """One sentence on what was written: warm in a hard moment, and never a guess stated as a fact.

    Where no feeling was found it thanks: that all is level is nothing to tell somebody who wrote of a row.
    """
    if moment:
        return wordings.say(f"journal.{moment.value}", avoid=avoid)
    if reading.sure and reading.feelings:
        return reflect(reading, wordings, avoid=avoid)
    if len(reading.areas) == 1:
        area = wordings.say(f"reflection.area_{reading.areas[0]}")
        return wordings.say("journal.unsure_area", avoid=avoid, area=area)
    return wordings.say("journal.unsure", avoid=avoid)


def shown(found: Found[JournalEntry], words: SearchWords, today: date, wordings: Wordings) -> str:
    """The newest of the entries found, with their days; a single one is shown whole."""
    count = len(found.entries)
    kind = ("near" if found.near else "one" if count == 1 else "many") if found.search.narrows else "all"
    key = f"{kind}_one" if kind in ("near", "all") and count == 1 else kind
    lines = [wordings.say(f"journal.{key}", count=count, sought=sought(found.search, today, wordings))]
    if count == 1:
        lines.append(_whole(found.entries[0], today, wordings))
    else:
        newest = found.entries[:MOST_SHOWN]
        lines += [_line(entry, found.search, words, today, wordings) for entry in newest]
    if count > MOST_SHOWN:
        more = count - MOST_SHOWN
        lines.append(wordings.say(f"journal.{'one_more' if more == 1 else 'more'}", count=more))
    return "\n".join(lines)


def sought(search: Search, today: date, wordings: Wordings) -> str:
    """What was looked for, to be put behind ``entries``: `` about work from Mon 16 Nov to Sun 22 Nov``."""
    names = [_name(term, wordings) for term in search.terms]
    about = wordings.say("journal.about", terms=_joined(names, wordings)) if names else ""
    return about + _when(search, today, wordings)


def _name(term: Term, wordings: Wordings) -> str:
    if term.area:
        return wordings.say(f"reflection.area_{term.area}")
    return wordings.say("journal.word", word=term.said)


def _when(search: Search, today: date, wordings: Wordings) -> str:
    first, last = search.first, search.last
    days = {
        name: _day(day, today, wordings)
        for name, day in (("first", first), ("last", last))
        if day is not None
    }
    if first and first == last:
        return wordings.say("journal.on_day", day=days["first"])
    kind = {(True, True): "from_to", (True, False): "since", (False, True): "until"}.get(
        (first is not None, last is not None)
    )
    return wordings.say(f"journal.{kind}", **days) if kind else ""


def _line(entry: JournalEntry, search: Search, words: SearchWords, today: date, wordings: Wordings) -> str:
    excerpt = _excerpt(entry.text, first_place(entry.text, search, words), wordings)
    return wordings.say("journal.line", day=_day(entry.day, today, wordings), excerpt=excerpt)


def _whole(entry: JournalEntry, today: date, wordings: Wordings) -> str:
    text = _cut(entry.text.strip(), _WHOLE, wordings)
    return wordings.say("journal.whole", day=_day(entry.day, today, wordings), text=text)


def _excerpt(text: str, at: int, wordings: Wordings) -> str:
    """A short piece of a text on one line, from a little before ``at`` on, in whole words."""
    start = text.rfind(" ", 0, max(0, at - _BEFORE)) + 1 if at > _BEFORE else 0
    piece = _cut(" ".join(text[start:].split()), _EXCERPT, wordings)
    return wordings.say("journal.cut_before", text=piece) if start else piece


def _cut(text: str, length: int, wordings: Wordings) -> str:
    if len(text) <= length:
        return text
    kept = text[:length].rsplit(None, 1)[0] if " " in text[:length] else text[:length]
    return wordings.say("journal.cut", text=kept)


def _day(day: date, today: date, wordings: Wordings) -> str:
    """A day as a person says it, with the year where it is another one."""
    said = in_words(day, wordings)
    return said if day.year == today.year else wordings.say("journal.day_year", day=said, year=day.year)


def _joined(names: Sequence[str], wordings: Wordings) -> str:
    if len(names) < 2:  # noqa: PLR2004 -- one alone
        return "".join(names)
    start = wordings.say("journal.listed", first=names[0], last=names[1])
    for name in names[2:]:
        start = wordings.say("journal.listed", first=start, last=name)
    return start
