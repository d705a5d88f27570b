"""Finds what patterns look for in a text, by spaCy's PhraseMatcher and Matcher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from spacy.language import Language
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc, Span

from care.understanding.patterns import Line, Token, Words, norms


class _Rule(NamedTuple):
    matcher: Matcher
    needed: tuple[frozenset[str], ...]


class Finder:
    """Looks for many named groups of lines at once."""

    def __init__(self, nlp: Language, groups: Mapping[str, Sequence[Line]]) -> None:
        self._phrases = PhraseMatcher(nlp.vocab, attr="NORM")
        self._rules: list[_Rule] = []
        self._by_word: dict[str, list[_Rule]] = {}
        for name, lines in groups.items():
            self._add(nlp, name, lines)

    def find(self, doc: Doc) -> dict[str, list[Span]]:
        """The spans found by group, each group's in the order of the text; groups may overlap."""
        found: dict[str, list[Span]] = {}
        spans = self._phrases(doc, as_spans=True)
        spans += [span for matcher in self._fitting(doc) for span in matcher(doc, as_spans=True)]
        for span in sorted(spans, key=lambda span: (span.start, -span.end)):
            found.setdefault(span.label_, []).append(span)
        return found

    def _add(self, nlp: Language, name: str, lines: Sequence[Line]) -> None:
        phrases = dict.fromkeys(phrase for line in lines for phrase in line.phrases)
        if phrases:
            self._phrases.add(name, [_doc(nlp, words) for words in phrases])
        for rule in (rule for line in lines for rule in line.rules):
            self._add_rule(nlp, name, rule)

    def _add_rule(self, nlp: Language, name: str, rule: Sequence[Token]) -> None:
        matcher = Matcher(nlp.vocab)
        matcher.add(name, [[dict(token) for token in rule]])
        needed = sorted((frozenset(norms(token)) for token in rule if norms(token)), key=len)
        entry = _Rule(matcher, tuple(needed[1:]))
        if needed:
            for word in needed[0]:
                self._by_word.setdefault(word, []).append(entry)
        else:
            self._rules.append(entry)

    def _fitting(self, doc: Doc) -> list[Matcher]:
        """Only the rules all of whose words stand in the text: spaCy is slow with many rules at once."""
        words = {token.norm_ for token in doc}
        rules = [rule for word in words for rule in self._by_word.get(word, ())] + self._rules
        unique = {id(rule): rule for rule in rules}.values()
        return [
            rule.matcher for rule in unique if not any(words.isdisjoint(needed) for needed in rule.needed)
        ]


def _doc(nlp: Language, words: Words) -> Doc:
    """A phrase whose words are norms already."""
    doc = Doc(nlp.vocab, words=list(words))
    for token in doc:
        token.norm_ = token.text
    return doc
