"""Finds entries by day, part of life and word, in texts that are open in memory and nowhere else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, Protocol, TypeVar

from care.domain.days import DayWords
from care.domain.periods import PeriodWords, read_period

_SHORTEST_STEM = 3
_LONG = 5  # letters from which a word is also found inside a longer one: "sleep" in "sleepless"
_QUOTED = re.compile('["\u201c\u201d\u00ab]([^"\u201c\u201d\u00ab\u00bb]+)["\u201c\u201d\u00bb]')
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")


class Entry(Protocol):
    """What can be found."""

    @property
    def day(self) -> date: ...
    @property
    def text(self) -> str: ...
    @property
    def areas(self) -> tuple[str, ...]: ...


E = TypeVar("E", bound=Entry)


@dataclass(frozen=True)
class SearchWords:
    """One language's words for looking something up; see ``data/lexicons/<language>/journal.yml``.

    ``filler`` says nothing about what is looked for, ``areas`` names the parts of life, ``endings`` are taken
    off a word before two are compared, in exchange for what they map to. ``everything`` are single words
    that ask for no more than the newest entries; any other single word is looked for, filler or not.
    ``hunting`` says that something is looked for, though not yet what.
    """

    periods: PeriodWords
    filler: frozenset[str]
    areas: Mapping[str, tuple[str, ...]]
    endings: Mapping[str, str]
    everything: frozenset[str]
    hunting: tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """One thing looked for: ``stems`` stand side by side in the text, or the entry is about ``area``."""

    said: str = field(repr=False)
    stems: tuple[str, ...] = field(repr=False)
    area: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Search:
    """Entries from ``first`` to ``last`` that hold every one of ``terms``; both days may be open.

    ``areas`` are the parts of life that the words belong to, for when the words themselves are not found.
    """

    first: date | None = None
    last: date | None = None
    terms: tuple[Term, ...] = field(default=(), repr=False)
    areas: tuple[str, ...] = field(default=(), repr=False)

    @property
    def narrows(self) -> bool:
        """Whether it asks for some entries and not for all."""
        return bool(self.first or self.last or self.terms)


@dataclass(frozen=True)
class Found(Generic[E]):
    """Entries in the order given; ``near`` says that these hold only a part of what was looked for."""

    search: Search
    entries: Sequence[E] = field(repr=False)
    near: bool = False


def read_search(
    text: str, today: date, words: SearchWords, days: DayWords, areas: Collection[str] = ()
) -> Search:
    """What a request looks for; ``areas`` is what a reader of texts says the request is about."""
    quoted = _QUOTED.findall(text)
    period = read_period(_QUOTED.sub(" ", text), today, words.periods, days)
    phrases = [tuple(_words(phrase)) for phrase in quoted]
    terms = [
        Term(phrase, _stems(spoken, words)) for phrase, spoken in zip(quoted, phrases, strict=True) if spoken
    ]
    spoken = _words(period.rest)
    alone = len(spoken) == 1 and spoken[0] not in words.everything
    terms += _terms(spoken, words, frozenset() if alone else words.filler)
    return Search(period.first, period.last, tuple(terms), tuple(areas))


def find(entries: Iterable[E], search: Search, words: SearchWords) -> Found[E]:
    """Those of the entries, in their order, that match; where none does, those that hold a part of it."""
    dated = [entry for entry in entries if _in_time(entry.day, search)]
    opened = [(entry, _stems(_words(entry.text), words)) for entry in dated]
    all_of_it = [entry for entry, stems in opened if all(_holds(entry, stems, term) for term in search.terms)]
    if all_of_it or not search.terms:
        return Found(search, all_of_it)
    close = [
        entry
        for entry, stems in opened
        if set(search.areas).intersection(entry.areas)
        or any(_holds(entry, stems, term) for term in search.terms)
    ]
    return Found(search, close, near=bool(close))


def first_place(text: str, search: Search, words: SearchWords) -> int:
    """Where in a text the first word stands that was looked for; 0 where none does."""
    places = [(match.start(), _stem(_plain(match[0]), words)) for match in _WORD.finditer(text)]
    wanted = [term.stems[0] for term in search.terms]
    return next((start for start, stem in places if any(_same(stem, each) for each in wanted)), 0)


def _terms(spoken: Sequence[str], words: SearchWords, filler: Collection[str]) -> Iterator[Term]:
    """Names of parts of life, the longest first, and every other word that is no filler."""
    names = {tuple(_words(name)): area for area, listed in words.areas.items() for name in listed}
    longest = max(map(len, names), default=1)
    at = 0
    while at < len(spoken):
        sizes = range(min(longest, len(spoken) - at), 0, -1)
        size = next((size for size in sizes if tuple(spoken[at : at + size]) in names), 1)
        said = tuple(spoken[at : at + size])
        if said in names or said[0] not in filler:
            yield Term(" ".join(said), _stems(said, words), names.get(said))
        at += size


def _in_time(day: date, search: Search) -> bool:
    return (search.first is None or search.first <= day) and (search.last is None or day <= search.last)


def _holds(entry: Entry, stems: Sequence[str], term: Term) -> bool:
    if term.area is not None and term.area in entry.areas:
        return True
    size = len(term.stems)
    stretches = (stems[at : at + size] for at in range(len(stems) - size + 1))
    return any(all(map(_same, stretch, term.stems)) for stretch in stretches)


def _same(stem: str, wanted: str) -> bool:
    return stem == wanted or (len(wanted) >= _LONG and stem.startswith(wanted))


def _words(text: str) -> list[str]:
    return [_plain(word) for word in _WORD.findall(text)]


def _plain(word: str) -> str:
    """Lower case, without accents and apostrophes."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(part for part in parts if part.isalnum())


def _stems(spoken: Iterable[str], words: SearchWords) -> tuple[str, ...]:
    return tuple(_stem(word, words) for word in spoken)


def _stem(word: str, words: SearchWords) -> str:
    for ending, instead in words.endings.items():
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending) + instead
    return word
