"""Finds the phrases of a lexicon in words, through stretched letters and common typos."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

_TOKEN = re.compile(r"[a-z0-9*]+(?:'[a-z]+)?|\n|[^\w\s'\"\ufe0f\U0001f3fb-\U0001f3ff-]", re.IGNORECASE)
_STRETCHED = re.compile(r"(\w)\1{2,}")
_LONGEST = 6
_SHORTEST_STEM = 3
_MENDED_FROM = 7


class Hit(NamedTuple):
    """A phrase found in words ``start`` to ``end``, and what it stands for, with weights."""

    start: int
    end: int
    names: Mapping[str, float]


class Phrases:
    """Phrases and what they stand for; ``redundan*`` stands for every word that starts so."""

    def __init__(self, phrases: Iterable[tuple[str, str, float]]) -> None:
        self._names: dict[str, dict[str, float]] = defaultdict(dict)
        for phrase, name, weight in phrases:
            self._names[" ".join(split(phrase.lower()))][name] = weight
        self._stems = {key[:-1] for key in self._names if key.endswith("*")}
        self.words = frozenset(word for key in self._names for word in key.split())

    def find(self, words: Sequence[str]) -> list[Hit]:
        """Every phrase in the words, the longest first where they overlap."""
        hits, at = [], 0
        while at < len(words):
            hit = self._longest(words, at)
            hits += [hit] if hit else []
            at = hit.end if hit else at + 1
        return hits

    def _longest(self, words: Sequence[str], at: int) -> Hit | None:
        for end in range(min(len(words), at + _LONGEST), at, -1):
            names = self._names.get(" ".join(words[at:end]))
            if names:
                return Hit(at, end, names)
        starts = (words[at][:size] for size in range(_SHORTEST_STEM, len(words[at]) + 1))
        stem = next((start for start in starts if start in self._stems), None)
        return Hit(at, at + 1, self._names[f"{stem}*"]) if stem else None


class Spelling:
    """Turns a word as typed into one that the lexicon holds, if it is plainly meant."""

    def __init__(self, known: frozenset[str], fixes: Mapping[str, str]) -> None:
        self._known = known
        self._fixes = fixes
        long = [word for word in known if len(word) >= _MENDED_FROM]
        self._shortened = {short: word for word in long for short in _without_one(word)}

    def mend(self, word: str) -> str:
        """The word, or the known word that it is a typo of."""
        word = self._fixes.get(word, word)
        if word in self._known:
            return word
        for run in (r"\1\1", r"\1"):
            squeezed = _STRETCHED.sub(run, word)
            if squeezed in self._known or squeezed in self._fixes:
                return self._fixes.get(squeezed, squeezed)
        return self._near(word) if len(word) >= _MENDED_FROM else word

    def _near(self, word: str) -> str:
        """A letter missed, doubled or swapped; never another letter, which is often another word."""
        swapped = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1))
        near = (*swapped, *(one for one in _without_one(word) if len(one) >= _MENDED_FROM))
        return self._shortened.get(word) or next((one for one in near if one in self._known), word)


def split(text: str) -> list[str]:
    """Words, numbers, emoji and marks of a text; an apostrophe stays within its word."""
    return _TOKEN.findall(text.replace("\u2019", "'"))


def _without_one(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(1, len(word) - 1)]
