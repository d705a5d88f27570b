"""Says of each phrase found in a text who feels it and when, and whether the text denies it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from care.understanding.phrases import Hit, Phrases

_WINDOW = 4
_CLAUSE = 40  # words of one clause looked at, so that a text without a stop takes no longer
_CLAUSE_MARKS = frozenset(".,;:!?…()\n\u2013\u2014")
_SELF = frozenset({"me", "my", "i", "i'm", "myself"})


class Standing(Enum):
    """What becomes of a phrase."""

    OWN = auto()
    DENIED = auto()
    NOT_NOW = auto()
    OF_OTHERS = auto()


class Grammar:
    """One text as words, its clauses, and the marks of ``grammar`` in the lexicon that each word has.

    ``capital`` says whether the text opens with a capital letter. Negators inside ``found`` phrases
    ("can't stop crying") are part of them and deny nothing.
    """

    def __init__(
        self, words: Sequence[str], marking: Phrases, found: Sequence[Hit], *, capital: bool
    ) -> None:
        self._words = words
        self._capital = capital
        self.marks: list[frozenset[str]] = [frozenset()] * len(words)
        for hit in marking.find(words):
            self.marks[hit.start : hit.end] = [frozenset(hit.names)] * (hit.end - hit.start)
        for hit in found:
            for at in range(hit.start, hit.end):
                self.marks[at] -= {"negator", "clause"}
        self._clauses = [0] * len(words)
        for at in range(1, len(words)):
            self._clauses[at] = self._clauses[at - 1] + self._opens_clause(at)

    def near(self, hit: Hit, before: int, after: int) -> frozenset[str]:
        """The marks of that many words around a hit in its own clause, without those inside it."""
        clause = self._clauses[hit.start]
        span = (*range(max(0, hit.start - before), hit.start), *range(hit.end, hit.end + after))
        inside = (at for at in span if at < len(self._words) and self._clauses[at] == clause)
        return frozenset[str]().union(*(self.marks[at] for at in inside))

    def standing(self, hit: Hit) -> Standing:
        """Who feels what a hit stands for, and whether it holds now."""
        if self._is_of_others(hit):
            return Standing.OF_OTHERS
        if "negator" in self.near(hit, _WINDOW, 0) or "gone" in self.near(hit, 0, _WINDOW):
            return Standing.DENIED
        return Standing.NOT_NOW if self._is_past(hit) else Standing.OWN

    def _opens_clause(self, at: int) -> bool:
        after = self.marks[at + 1] if at + 1 < len(self._words) else frozenset()
        joins = "join" in self.marks[at] and after & {"myself", "others", "now", "relation"}
        return bool(joins or self._words[at] in _CLAUSE_MARKS or "clause" in self.marks[at])

    def _is_past(self, hit: Hit) -> bool:
        around = self.near(hit, _CLAUSE, _CLAUSE)
        if around & {"now", "present"}:
            return False
        return "past" in around or ("past_verb" in around and self._changes_after(hit))

    def _changes_after(self, hit: Hit) -> bool:
        """A later clause says what is so now."""
        later = range(hit.end, len(self._words))
        return any("now" in self.marks[at] for at in later if self._clauses[at] > self._clauses[hit.start])

    def _is_of_others(self, hit: Hit) -> bool:
        """Somebody else feels it; an opinion about somebody is still the writer's."""
        if "opinion" in self.marks[hit.start] or _SELF.intersection(self._words[hit.start : hit.end]):
            return False
        linked = False
        for at in range(hit.start - 1, max(-1, hit.start - _CLAUSE), -1):
            marks, beside = self.marks[at], at == hit.start - 1
            if self._clauses[at] != self._clauses[hit.start] or "myself" in marks:
                return False
            if (
                "others" in marks
                or ("relation" in marks and (linked or beside))
                or ("theirs" in marks and beside)
            ):
                return True
            linked = linked or "linking" in marks
        return self._capital and hit.start > 1 and "linking" in self.marks[1] and not self.marks[0]
