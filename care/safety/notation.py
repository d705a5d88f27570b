"""The small notation of the crisis lexicon, turned into expressions that run in linear time.

``want to die``      these words, in this order
``kill|end``         one of these words
``(about to|will)``  one of these phrases
``really?``          may be missing; works on a group too
``*`` and ``*5``     up to three (five) words of any kind, but no negation and no new clause
``<self>``           one of the words of that name in the lexicon's ``words``
``a & b``            both in one sentence, in any order
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from care.errors import ContentError

_PIECE = re.compile(r"[()|?]|\*\d*|<\w+>|[^\s()|?<>*&]+|\s+")
_WORD = re.compile(r"[^\s()|?<>*&]+")
_DEFAULT_GAP = 3
_LONGEST_GAP = 8


@dataclass(frozen=True)
class Phrase:
    """A phrase: every part must be found; ``anchors`` are words of which one must stand there.

    The parts are compiled when they are first looked for: most never are, and compiling all takes seconds.
    """

    expressions: tuple[str, ...]
    anchors: frozenset[str]
    source: str

    @cached_property
    def parts(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(expression) for expression in self.expressions)


@dataclass(frozen=True)
class _Piece:
    expression: str
    anchor: frozenset[str] = frozenset()

    def optional(self) -> _Piece:
        return _Piece(f"(?:{self.expression})?")


class Notation:
    """Compiles phrases.

    ``words`` holds the named lists, ``barriers`` what a gap may not run over, ``common`` the words that are
    too frequent to find a phrase by, where it has another.
    """

    def __init__(self, words: Mapping[str, list[str]], barriers: list[str], common: Collection[str]) -> None:
        self._lists = words
        self._common = frozenset(common)
        stop = "|".join(map(re.escape, barriers))
        self._gap = rf"(?:(?!(?:{stop}) )\S+ )"
        self.vocabulary: set[str] = set()

    def compile(self, source: str) -> Phrase:
        """One line of the lexicon.

        Raises ContentError when it does not follow the notation or has no word to find it by.
        """
        parts = [_Reader(part.strip(), source, self).whole() for part in source.split("&")]
        anchors = self.rarest(part.anchor for part in parts)
        if not anchors:
            raise ContentError(
                f"Phrase {source!r} has no word of its own.", "Add a word that must stand there."
            )
        return Phrase(tuple(rf"(?<!\S){part.expression}" for part in parts), anchors, source)

    def word(self, word: str) -> _Piece:
        """One word that must stand there."""
        if word.endswith("'s"):
            return self.then([self.word(word[:-2]), self.word("s")])
        self.vocabulary.add(word)
        return _Piece(re.escape(word) + " ", frozenset({word}))

    def then(self, pieces: list[_Piece]) -> _Piece:
        """Pieces one after the other."""
        if len(pieces) == 1:
            return pieces[0]
        return _Piece("".join(p.expression for p in pieces), self.rarest(p.anchor for p in pieces))

    def rarest(self, anchors: Iterable[frozenset[str]]) -> frozenset[str]:
        """Of some sets of words the one that most texts have none of; empty when there is none."""
        return min(filter(None, anchors), key=self._commonness, default=frozenset())

    def _commonness(self, words: frozenset[str]) -> tuple[int, int]:
        return len(words & self._common), len(words)

    def gap(self, length: int) -> _Piece:
        """Up to so many words of any kind."""
        return _Piece(self._gap + f"{{0,{length}}}?")

    def listed(self, name: str, source: str) -> _Piece:
        """One of the words of a named list."""
        if name not in self._lists:
            raise ContentError(
                f"Phrase {source!r} names a list <{name}> that is not there.", "Add it to words."
            )
        return _either([_Reader(entry, source, self).whole() for entry in self._lists[name]])


class _Reader:
    """Reads one part of a phrase from left to right."""

    def __init__(self, text: str, source: str, notation: Notation) -> None:
        self._pieces = _PIECE.findall(text)
        self._at = 0
        self._source = source
        self._notation = notation
        self._depth = 0
        if "".join(self._pieces) != text or not text:
            raise self._wrong("is not written in the notation")

    def whole(self) -> _Piece:
        read = self._sequence()
        if self._at < len(self._pieces):
            raise self._wrong("closes a bracket that was not opened")
        return read

    def _sequence(self) -> _Piece:
        """Elements up to the end, a closing bracket, or a bar that parts two phrases."""
        read: list[_Piece] = []
        while self._peek() not in {"", ")", "|"}:
            if self._peek().isspace():
                self._take()
                continue
            read.append(self._element())
        if not read:
            raise self._wrong("has an empty choice")
        return self._notation.then(read)

    def _element(self) -> _Piece:
        piece = self._take()
        if piece == "(":
            read = self._group()
        elif piece.startswith("*"):
            return self._notation.gap(self._length(piece))
        elif piece.startswith("<"):
            read = self._notation.listed(piece.strip("<>"), self._source)
        elif piece == "?":
            raise self._wrong("has a question mark after nothing")
        else:
            read = self._choice(piece)
        if self._peek() == "?":
            self._take()
            return read.optional()
        return read

    def _group(self) -> _Piece:
        self._depth += 1
        choices = [self._sequence()]
        while self._peek() == "|":
            self._take()
            choices.append(self._sequence())
        if self._take() != ")":
            raise self._wrong("opens a bracket and does not close it")
        self._depth -= 1
        return _either(choices)

    def _choice(self, first: str) -> _Piece:
        """A word, or outside brackets ``one|of|these``."""
        choices = [self._notation.word(first)]
        while not self._depth and self._peek() == "|":
            self._take()
            if not _WORD.fullmatch(self._peek()):
                raise self._wrong("has an empty choice")
            choices.append(self._notation.word(self._take()))
        return _either(choices)

    def _length(self, piece: str) -> int:
        length = int(piece[1:] or _DEFAULT_GAP)
        if length > _LONGEST_GAP:
            raise self._wrong(f"has a gap over {_LONGEST_GAP} words")
        return length

    def _peek(self) -> str:
        return self._pieces[self._at] if self._at < len(self._pieces) else ""

    def _take(self) -> str:
        piece = self._peek()
        self._at += 1
        return piece

    def _wrong(self, what: str) -> ContentError:
        return ContentError(
            f"Phrase {self._source!r} {what}.", "Mend it; the top of the file explains the notation."
        )


def _either(choices: list[_Piece]) -> _Piece:
    if len(choices) == 1:
        return choices[0]
    ordered = sorted((c.expression for c in choices), key=len, reverse=True)
    anchor = (
        frozenset[str]().union(*(c.anchor for c in choices))
        if all(c.anchor for c in choices)
        else frozenset()
    )
    return _Piece("(?:" + "|".join(ordered) + ")", anchor)
