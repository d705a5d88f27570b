"""The notation in which a clinician writes what to look for, and how it becomes spaCy patterns.

A line is a few words in lower case, parted by spaces. A part may be
``boss``            this word
``boss|gaffer``     one of these
``walk(s,ed,ing)``  the word with no ending or one of these
``my?``             perhaps this word
``@kin``            an entry of the list of that name; ``@kin?`` perhaps
``~``               up to three words, whatever they are
``<number>``        a number in figures or words
``<clock>``         something found before by its own patterns: clock, duration, medicine
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from spacy.language import Language

from care.errors import ContentError

_MOST_PHRASES = 4000
_ENDINGS = re.compile(r"([^()\s]+)\(([^()\s]+)\)")
_STRAY = re.compile(r"[()@?~<>]|^$")
_SPECIAL: Mapping[str, Mapping[str, Any]] = {
    "~": {"IS_PUNCT": False, "OP": "{0,3}"},
    "<number>": {"LIKE_NUM": True},
}

Words = tuple[str, ...]
Token = Mapping[str, Any]
Part = Token | Sequence[Words]


@dataclass(frozen=True)
class Line:
    """One line, compiled: either ``phrases`` of plain words, or ``rules`` for spaCy's Matcher."""

    phrases: tuple[Words, ...] = ()
    rules: tuple[tuple[Token, ...], ...] = ()


class Notation:
    """Compiles lines; ``lists`` are the word lists that ``@name`` stands for.

    Words are compared by spaCy's norm, so that "can't", "cant" and "cannot" are one.
    """

    def __init__(self, nlp: Language, lists: Mapping[str, Sequence[str]]) -> None:
        self._nlp = nlp
        self._lists = lists

    def compile(self, line: str, where: str) -> Line:
        """The line as patterns.

        Raises ContentError, which names ``where`` the line stands, when it is not in the notation.
        """
        try:
            parts = [self._part(part) for part in line.lower().split()]
            _check_size(parts)
        except ValueError as error:
            raise ContentError(f'{where} holds "{line}": {error}.', "Mend that line.") from error
        if any(isinstance(part, Mapping) for part in parts):
            return Line(rules=tuple(_rules(parts)))
        return Line(phrases=tuple(_phrases(parts)))

    def norms(self, text: str) -> Words:
        """The words of a text as they are compared."""
        return tuple(token.norm_ for token in self._nlp.make_doc(text))

    def _part(self, part: str) -> Part:
        if part in _SPECIAL:
            return _SPECIAL[part]
        if re.fullmatch(r"<(clock|duration|medicine)>", part):
            return {"ENT_TYPE": part[1:-1], "OP": "+"}
        needed = part.removesuffix("?")
        words = [self.norms(word) for choice in needed.split("|") for word in self._choice(choice)]
        return [*dict.fromkeys(words)] + ([()] if part != needed else [])

    def _choice(self, choice: str) -> Sequence[str]:
        if choice.startswith("@"):
            return self._list(choice[1:])
        match = _ENDINGS.fullmatch(choice)
        forms = [match[1], *(match[1] + ending for ending in match[2].split(","))] if match else [choice]
        stray = next((form for form in forms if _STRAY.search(form)), None)
        if stray is not None:
            raise ValueError(f'"{choice}" is not in the notation')
        return forms

    def _list(self, name: str) -> Sequence[str]:
        if name not in self._lists:
            raise ValueError(f'there is no list "{name}"')
        return [form for entry in self._lists[name] for form in self._choice(entry)]


def norms(token: Token) -> Sequence[str]:
    """The words that a token of a rule stands for; none when it asks for something else."""
    wanted = token.get("NORM", ())
    return [wanted] if isinstance(wanted, str) else wanted["IN"] if wanted else ()


def _check_size(parts: Sequence[Part]) -> None:
    is_rule = any(isinstance(part, Mapping) for part in parts)
    if not parts or prod(len(_as_tokens(part) if is_rule else part) for part in parts) > _MOST_PHRASES:
        raise ValueError("it is empty or stands for too many phrases")


def _phrases(parts: Sequence[Part]) -> Iterator[Words]:
    for chosen in product(*parts):
        words = tuple(word for words in chosen for word in words)
        if words:
            yield words


def _rules(parts: Sequence[Part]) -> Iterator[tuple[Token, ...]]:
    for chosen in product(*(_as_tokens(part) for part in parts)):
        yield tuple(token for tokens in chosen for token in tokens)


def _as_tokens(part: Part) -> list[tuple[Token, ...]]:
    """A part for the Matcher: single words share one token, longer entries stand for themselves."""
    if isinstance(part, Mapping):
        return [(part,)]
    single = sorted(words[0] for words in part if len(words) == 1)
    shared: list[tuple[Token, ...]] = [({"NORM": {"IN": single}},)] if single else []
    return shared + [tuple({"NORM": word} for word in words) for words in part if len(words) != 1]
