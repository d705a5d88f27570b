"""Reads a rating from 0 to 10 out of a short answer, however it is said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

LOWEST, HIGHEST = 0, 10
_NUMBER = re.compile(r"(?<![\w.,])([-+]?\d{1,9})(?:[.,](\d))?(?:\s*(?:/|out of)\s*(\d{1,3}))?(?!\w)")
_LONGEST_ANSWER = 200


@dataclass(frozen=True)
class RatingWords:
    """One language's words for ratings; see ``data/lexicons/<language>/ratings.yml``."""

    numbers: Mapping[str, int]
    levels: Mapping[str, int]
    scales: Mapping[str, tuple[str, ...]]

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
    """
    lowered = " ".join(text.lower().split())
    if not lowered or len(lowered) > _LONGEST_ANSWER:
        return None
    found = _NUMBER.search(lowered)
    if found:
        return _scaled(found)
    tokens = re.findall(r"[^\W\d_]+", lowered)
    spelled = next((words.numbers[token] for token in tokens if token in words.numbers), None)
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
