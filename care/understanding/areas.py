"""Finds the parts of life that a text names, by the phrases in ``data/lexicons``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from care.content import read_yaml
from care.errors import ContentError
from care.understanding.grammar import Grammar
from care.understanding.phrases import Phrases, Spelling, split

_MOST = 3


@dataclass(frozen=True)
class Context:
    """Areas a text names, three at most, the most often named first; and those it says it is not about."""

    areas: tuple[str, ...] = field(default=(), repr=False)
    denied_areas: tuple[str, ...] = field(default=(), repr=False)


class AreaReader:
    """Reads the areas in one language; ``names`` are those it knows. Threads may share it."""

    def __init__(
        self,
        areas: Mapping[str, Sequence[str]],
        grammar: Mapping[str, Sequence[str]],
        fixes: Mapping[str, str],
    ) -> None:
        self.names = frozenset(areas)
        self._areas = Phrases(_flat(areas))
        self._marking = Phrases(_flat(grammar))
        self._spelling = Spelling(self._areas.words | self._marking.words, fixes)

    def read(self, text: str) -> Context:
        """The areas of any text."""
        words = [part for word in split(text.lower()) for part in self._spelling.mend(word).split()]
        found = self._areas.find(words)
        grammar = Grammar(words, self._marking, [], capital=False)
        stated, denied = Counter[str](), Counter[str]()
        for hit in found:
            (denied if grammar.denies_area(hit) else stated).update(hit.names.keys())
        areas = tuple(name for name, _ in stated.most_common(_MOST))
        return Context(areas, tuple(name for name in denied if name not in stated))


def load_areas(content_dir: Path, language: str = "en") -> AreaReader:
    """The reader of one language. Raises ContentError when a lexicon is missing or lacks a part."""
    folder = content_dir / "lexicons" / language
    areas, feelings = read_yaml(folder / "areas.yml"), read_yaml(folder / "feelings.yml")
    try:
        return AreaReader(areas["areas"], feelings["grammar"], feelings["spellings"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ContentError(f"A lexicon in {folder} lacks a part: {error}.", "Restore that part.") from error


def _flat(groups: Mapping[str, Sequence[str]]) -> list[tuple[str, str, float]]:
    return [(phrase, name, 1.0) for name, phrases in groups.items() for phrase in phrases]
