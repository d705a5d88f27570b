"""Finds in English words what a text says outright: feelings named, denied or of others, and bare answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from care.content import read_yaml
from care.errors import ContentError
from care.understanding.grammar import Grammar, Standing
from care.understanding.phrases import Hit, Phrases, Spelling, split

_RATING = re.compile(
    r"(?:(?:i'm|an?|about|around|maybe|like|solid|probably) )*(\d\d?|[a-z]+)(?: (?:/|out of) (?:10|ten))?"
)
_WEIGHTS = {"strong": 3.0, "plain": 2.0, "hint": 1.0}


@dataclass(frozen=True)
class Evidence:
    """What the words themselves say.

    ``own``, ``denied``, ``past`` and ``others`` weigh the check-in feelings for which phrases were found,
    from 1 for a hint to 4 for a strong phrase with "very". ``adds`` says that the text adds to something
    said before ("also"), ``contrast`` that it sets one thing against another ("but").
    ``bare`` is -2 to 2 where the text says no more than how good ("fine", "7/10"), else None.
    """

    own: Mapping[str, float] = field(default_factory=dict, repr=False)
    denied: Mapping[str, float] = field(default_factory=dict, repr=False)
    past: Mapping[str, float] = field(default_factory=dict, repr=False)
    others: Mapping[str, float] = field(default_factory=dict, repr=False)
    adds: bool = field(default=False, repr=False)
    contrast: bool = field(default=False, repr=False)
    bare: int | None = field(default=None, repr=False)


class Lexicon:
    """Reads the words of one language. Nothing in it changes after it is made, so threads may share it."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._feelings = Phrases(
            (phrase, name, weight)
            for name, facts in content["feelings"].items()
            for key, weight in _WEIGHTS.items()
            for phrase in facts[key]
        )
        self._marking = Phrases(_flat(content["grammar"]))
        self._bare: Mapping[str, int] = {
            " ".join(split(answer)): score for score, answers in content["bare"].items() for answer in answers
        }
        self._ratings: Mapping[str, int] = content["ratings"]
        known = self._feelings.words | self._marking.words | self._bare.keys()
        self._spelling = Spelling(known, content["spellings"])

    def read(self, text: str) -> Evidence:
        """What the words of any text say; an empty one says nothing."""
        shown = text.strip()
        words = [part for word in split(shown.lower()) for part in self._spelling.mend(word).split()]
        bare = self._bare_score(words)
        return Evidence(bare=bare) if bare is not None else self._weighed(shown, words)

    def _weighed(self, shown: str, words: list[str]) -> Evidence:
        found = self._feelings.find(words)
        grammar = Grammar(words, self._marking, found, capital=shown[:2].istitle())
        hits: dict[Standing, list[Hit]] = {standing: [] for standing in Standing}
        for hit in found:
            hits[grammar.standing(hit)].append(hit)
        marks = frozenset[str]().union(*grammar.marks)
        return Evidence(
            own=_weigh(hits[Standing.OWN], grammar),
            denied=_weigh(hits[Standing.DENIED], grammar),
            past=_weigh(hits[Standing.NOT_NOW], grammar),
            others=_weigh(hits[Standing.OF_OTHERS], grammar),
            adds="adds" in marks,
            contrast="contrast" in marks,
        )

    def _bare_score(self, words: Sequence[str]) -> int | None:
        answer = " ".join(word for word in words if word not in ".!,?…")
        rating = _RATING.fullmatch(answer)
        if answer in self._bare or rating is None:
            return self._bare.get(answer)
        number = int(rating[1]) if rating[1].isdigit() else self._ratings.get(rating[1])
        return None if number is None else of_rating(number)


def load_lexicon(content_dir: Path, language: str = "en") -> Lexicon:
    """The lexicon of one language. Raises ContentError when it is missing or lacks a part."""
    file = content_dir / "lexicons" / language / "feelings.yml"
    content = read_yaml(file)
    try:
        return Lexicon(content)
    except (KeyError, TypeError, AttributeError) as error:
        raise ContentError(f"{file} lacks a part: {error}.", "Restore that part.") from error


def of_rating(number: int) -> int:
    """-2 to 2 for a score out of ten: 1 and 2 are -2, 3 is -1, 4 to 6 are 0, 7 and 8 are 1, from 9 on 2."""
    return sum(number >= step for step in (3, 4, 7, 9)) - 2


def _flat(groups: Mapping[str, Iterable[str]]) -> Iterable[tuple[str, str, float]]:
    return ((phrase, name, 1.0) for name, phrases in groups.items() for phrase in phrases)


def _weigh(hits: Iterable[Hit], grammar: Grammar) -> dict[str, float]:
    """The best evidence for each feeling; "very" makes a phrase weigh more."""
    found: dict[str, list[float]] = defaultdict(list)
    for hit in hits:
        for name, weight in hit.names.items():
            found[name].append(weight + ("booster" in grammar.near(hit, 1, 0)))
    return {name: max(weights) for name, weights in found.items()}
