"""Finds what patterns look for in a text, by spaCy's PhraseMatcher and Matcher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spacy.language import Language
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc, Span

from care.understanding.patterns import Line, Words


class Finder:
    """Looks for many named groups of lines at once."""

    def __init__(self, nlp: Language, groups: Mapping[str, Sequence[Line]]) -> None:
        self._phrases = PhraseMatcher(nlp.vocab, attr="NORM")
        self._rules = Matcher(nlp.vocab)
        self._has_rules = False
        for name, lines in groups.items():
            self._add(nlp, name, lines)

    def find(self, doc: Doc) -> dict[str, list[Span]]:
        """The spans found by group, each group's in the order of the text; groups may overlap."""
        found: dict[str, list[Span]] = {}
        spans = self._phrases(doc, as_spans=True)
        spans += self._rules(doc, as_spans=True) if self._has_rules else []
        for span in sorted(spans, key=lambda span: (span.start, -span.end)):
            found.setdefault(span.label_, []).append(span)
        return found

    def _add(self, nlp: Language, name: str, lines: Sequence[Line]) -> None:
        phrases = dict.fromkeys(phrase for line in lines for phrase in line.phrases)
        if phrases:
            self._phrases.add(name, [_doc(nlp, words) for words in phrases])
        rules = [[dict(token) for token in rule] for line in lines for rule in line.rules]
        if rules:
            self._rules.add(name, rules)
            self._has_rules = True


def _doc(nlp: Language, words: Words) -> Doc:
    """A phrase whose words are norms already."""
    doc = Doc(nlp.vocab, words=list(words))
    for token in doc:
        token.norm_ = token.text
    return doc
