"""Reads a rating from 0 to 10 out of a short answer, however it is said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

LOWEST, HIGHEST = 0, 10
_NUMBER = re.compile(r"(?<![\w.,])([-+]?\d{1,9})(?:[.,](\d))?(?:\s*(?:/|out of)\s*(\d{1,3}))?(?!\w)")
_LONGEST_ANSWER = 200
_SHORT = 5  # words: in a longer sentence a number may count something else ("slept 3 hours")
_CLAUSE_END = re.compile(r"[,;:!?\n\u2013\u2014]+|\.(?!\d)")


@dataclass(frozen=True)
class RatingWords:
    """One language's words for ratings; see ``data/lexicons/<language>/ratings.yml``."""

    numbers: Mapping[str, int]
    levels: Mapping[str, int]
    scales: Mapping[str, tuple[str, ...]]
    around: frozenset[str]

    def only_numbers(self) -> RatingWords:
        """Without words for levels, for a scale on which ``good`` is not high."""
        return replace(self, levels={})


@dataclass(frozen=True)
class OutOfRange:
    """A number was given, but not one from 0 to 10."""


def read_rating(text: str, words: RatingWords) -> int | OutOfRange | None:
    """The rating that a short answer gives: 0 to 10, OutOfRange, or None when it holds none.

    Halves round up; ``6/10`` and ``6 out of 10`` are 6; ``60/100`` is 6; of ``6 or 7`` the first counts.
    A text of more than 200 characters is a story, not a rating, so a number in it means something else.
    So does one in a sentence ("one of those days", "no one", "i slept 3 hours and woke at 2").
    """
    lowered = " ".join(text.lower().split())
    if not lowered or len(lowered) > _LONGEST_ANSWER:
        return None
    clauses = _CLAUSE_END.split(lowered)
    found = _NUMBER.search(lowered)
    if found and (len(lowered.split()) <= _SHORT or any(_counts(clause, words) for clause in clauses)):
        return _scaled(found)
    spelled = next((number for clause in clauses if (number := _spelled(clause, words)) is not None), None)
    if spelled is not None:
        return spelled
    return _level(lowered, words.levels)


def read_named_ratings(text: str, words: RatingWords) -> dict[str, int]:
    """The ratings of an answer that names its scales: ``mood 6, energy 3`` gives both.

    Empty when fewer than two scales are named with a number within range.
    """
    found: dict[str, int] = {}
    for scale, names in words.scales.items():
        near = "|".join(map(re.escape, names))
        match = re.search(rf"\b(?:{near})\b\D{{0,12}}(\d{{1,2}})\b", text.lower()) or re.search(
            rf"\b(\d{{1,2}})\b\W{{0,3}}(?:for\s+)?\b(?:{near})\b", text.lower()
        )
        if match and int(match[1]) <= HIGHEST:
            found[scale] = int(match[1])
    return found if len(found) > 1 else {}


def _counts(clause: str, words: RatingWords) -> bool:
    """Whether a clause holds a number and hardly anything else."""
    found = _NUMBER.search(clause)
    return found is not None and _is_around(clause.replace(found[0], " "), words)


def _spelled(clause: str, words: RatingWords) -> int | None:
    said = [token for token in _words_of(clause) if token in words.numbers]
    return words.numbers[said[0]] if said and _is_around(clause, words) else None


def _is_around(clause: str, words: RatingWords) -> bool:
    return all(token in words.around or token in words.numbers for token in _words_of(clause))


def _words_of(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:'[a-z]+)?", text.replace("\u2019", "'"))


def _scaled(found: re.Match[str]) -> int | OutOfRange:
    value = float(f"{found[1]}.{found[2] or 0}")
    top = float(found[3] or HIGHEST)
    if top in (5.0, 20.0, 100.0):
        value, top = value * HIGHEST / top, float(HIGHEST)
    if top != HIGHEST or not LOWEST <= value <= HIGHEST:
        return OutOfRange()
    return int(value + 0.5)


def _level(lowered: str, levels: Mapping[str, int]) -> int | None:
    for phrase in sorted(levels, key=len, reverse=True):
        if re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", lowered):
            return levels[phrase]
    return None
