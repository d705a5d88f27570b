"""Reads the areas of life that a text names, and its context: sleep, times, medicines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Literal, get_args

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import compile_suffix_regex, filter_spans

from care.understanding import area_words
from care.understanding.clock import TimeWords
from care.understanding.finder import Finder
from care.understanding.patterns import Line, Notation, norms
from care.understanding.phrases import Spelling
from care.understanding.sleep import SLEEP_KEYS, hours_slept

AREAS = (
    "work", "study", "money", "sleep", "food", "health", "body", "family", "partner", "friends", "loneliness",
    "home", "news", "loss", "substance", "leisure",
)  # fmt: skip
UNNAMED = "unnamed"
TimeKind = Literal["past", "now", "future", "recurring", "clock"]

_AREA_KEYS = ("says", "hints", "other_meanings")
_DENIAL_KEYS = ("before", "not_before", "after", "between")
_LONGEST_TEXT = 20_000
_MOST = 3
_MOST_HINTED = 1
_RUNS = re.compile(r"\S{50,}")
_MARKS = re.compile(r"[^\w\s]|_")
_SUFFIXES = [r"(?<=[0-9])(?:hours|hrs|hr|h|minutes|mins|min)"]
_AS_SPACE = str.maketrans("-\u2010\u2011\n\t\r\u2019", "      '")


@dataclass(frozen=True)
class TimeExpression:
    """Words of a text that say when: its characters from ``start`` up to ``end``, and where that time lies.

    ``past`` also stands for what began in the past and may go on ("since Tuesday"), ``clock`` for a bare
    hour of the day, which may be any day's.
    """

    start: int
    end: int
    kind: TimeKind


@dataclass(frozen=True)
class Context:
    """What a text is about.

    ``areas`` are 0 to 3 of AREAS, strongest first; ``denied_areas`` those it says it is not about.
    ``sleep_hours`` is 0 to 24, None if not told. ``times`` stand in the order of the text, without overlap.
    ``medication`` holds generic names in the order of the text, each once, UNNAMED for "my tablets".
    """

    areas: tuple[str, ...] = field(default=(), repr=False)
    denied_areas: tuple[str, ...] = field(default=(), repr=False)
    sleep_hours: float | None = field(default=None, repr=False)
    times: tuple[TimeExpression, ...] = field(default=(), repr=False)
    medication: tuple[str, ...] = field(default=(), repr=False)


class AreaReader:
    """Reads texts in one language. Threads may share it: they take turns."""

    def __init__(self, nlp: Language, folder: Path) -> None:
        notation = Notation(nlp, area_words.word_lists(folder / "context"))
        entities, self._time_words = _entities(folder / "context", notation)
        groups = _groups(folder, notation)
        self._nlp = nlp
        self._entities = Finder(nlp, entities)
        self._finder = Finder(nlp, groups)
        self._between = frozenset(
            word for line in groups.pop("denial between") for phrase in line.phrases for word in phrase
        )
        fixes = area_words.mapping(folder / "context" / "spellings.yml")
        self._spelling = Spelling(_known([*entities.values(), *groups.values()]), fixes)
        self._turn = Lock()

    def read(self, text: str) -> Context:
        """The context of the first 20,000 characters of any text; an empty one has none.

        What spaCy learns of the text's words is forgotten at the end.
        """
        with self._turn, self._nlp.memory_zone():
            return self._read(_cleaned(text[:_LONGEST_TEXT]))

    def _read(self, text: str) -> Context:
        doc = self._nlp.make_doc(text)
        self._mend(doc)
        entities = self._entities.find(doc)
        doc.set_ents(filter_spans([_entity(doc, span) for spans in entities.values() for span in spans]))
        found = self._finder.find(doc)
        areas, denied = self._areas(doc, found)
        return Context(
            areas=areas,
            denied_areas=denied,
            sleep_hours=hours_slept(found, self._time_words, sleep_named="sleep" in areas),
            times=_times(found),
            medication=_medication(entities),
        )

    def _mend(self, doc: Doc) -> None:
        for token in doc:
            if token.is_alpha:
                mended = self._spelling.mend(token.norm_)
                if mended != token.norm_:
                    token.norm_ = mended

    def _areas(self, doc: Doc, found: Mapping[str, list[Span]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        named = {area: _named(area, found) for area in AREAS}
        denied_spans = self._denied(doc, found, [span for spans in named.values() for span in spans])
        stated, hinted, denied = Counter[str](), Counter[str](), list[str]()
        for area, spans in named.items():
            kept = [span for span in spans if (span.start, span.end) not in denied_spans]
            says = sum(_says(span) for span in kept)
            if says:
                stated[area] = 2 * says + len(kept)
            elif kept:
                hinted[area] = len(kept)
            elif spans:
                denied.append(area)
        found_areas = stated.most_common(_MOST) or hinted.most_common(_MOST_HINTED)
        return tuple(area for area, _ in found_areas), tuple(denied)

    def _denied(
        self, doc: Doc, found: Mapping[str, list[Span]], named: Iterable[Span]
    ) -> set[tuple[int, int]]:
        """The token ranges of those names of areas that the text denies, "not my job or my boss" both."""
        no_denial = {at for span in found.get("denial not_before", ()) for at in range(span.start, span.end)}
        opened = {span.end for span in found.get("denial before", ()) if span.start not in no_denial}
        closing = {span.start for span in found.get("denial after", ())}
        denied = set[tuple[int, int]]()
        for span in sorted(named, key=lambda span: span.start):
            at = span.start
            while at not in opened and at > 0 and doc[at - 1].norm_ in self._between:
                at -= 1
            if at in opened or span.end in closing:
                denied.add((span.start, span.end))
                opened.add(span.end)
        return denied


def load_areas(content_dir: Path, language: str = "en") -> AreaReader:
    """The reader of one language, from ``lexicons/<language>/areas`` and ``context`` in a content folder.

    Raises ContentError, with file and key, when a file is missing, lacks a part or holds a bad line.
    """
    nlp = spacy.blank(language)
    suffixes = [*(nlp.Defaults.suffixes or ()), *_SUFFIXES]
    tokenizer: Any = nlp.tokenizer
    tokenizer.suffix_search = compile_suffix_regex(suffixes).search
    return AreaReader(nlp, content_dir / "lexicons" / language)


def _groups(folder: Path, notation: Notation) -> dict[str, list[Line]]:
    """All that is looked for, by a name of two words: the kind and what it stands for."""
    found: dict[str, list[Line]] = {}
    for area in AREAS:
        path = folder / "areas" / f"{area}.yml"
        found |= _titled(area, area_words.groups(path, notation, _AREA_KEYS))
    for title, keys in (("time", get_args(TimeKind)), ("sleep_hours", SLEEP_KEYS), ("denial", _DENIAL_KEYS)):
        name = {"time": "times", "denial": "denials"}.get(title, title)
        found |= _titled(title, area_words.groups(folder / "context" / f"{name}.yml", notation, keys))
    return found


def _titled(title: str, groups: Mapping[str, list[Line]]) -> dict[str, list[Line]]:
    return {f"{title} {key}": lines for key, lines in groups.items()}


def _entities(folder: Path, notation: Notation) -> tuple[dict[str, list[Line]], TimeWords]:
    """What lines name in angle brackets: clock, duration and medicine; and what words of time are worth."""
    path = folder / "clock.yml"
    content = area_words.mapping(path)
    found = {f"{name} -": area_words.lines(content, name, path, notation) for name in ("clock", "duration")}
    path = folder / "medicines.yml"
    medicines = area_words.mapping(path)
    found[f"medicine {UNNAMED}"] = area_words.lines(medicines, UNNAMED, path, notation)
    for group in area_words.mapping_in(medicines, "named", path):
        kinds = area_words.mapping_in(medicines["named"], group, path)
        names = area_words.mapping_in(kinds, "names", path)
        for name in names:
            found[f"medicine {name}"] = [
                notation.compile(name, f"{path}, {group}"),
                *area_words.lines(names, name, path, notation),
            ]
    return found, _time_words(content, folder / "clock.yml")


def _time_words(content: Mapping[str, object], path: Path) -> TimeWords:
    def worth(name: str) -> dict[str, float]:
        return area_words.numbers(content, name, path)

    def words(name: str) -> frozenset[str]:
        return frozenset(area_words.texts(content, name, path))

    return TimeWords(
        numbers=worth("numbers"),
        units=worth("units"),
        named_hours=worth("named_hours"),
        half=words("half"),
        morning=words("morning"),
        afternoon=words("afternoon"),
        to=words("to"),
        past=words("past"),
        quarter=words("quarter"),
    )


def _cleaned(text: str) -> str:
    """The text, as long as it was, without what makes spaCy slow: long runs of signs or letters."""
    text = text.translate(_AS_SPACE)
    parted = _RUNS.sub(lambda run: _MARKS.sub(" ", run[0]), text)
    return _RUNS.sub(lambda run: " " * len(run[0]), parted)


def _entity(doc: Doc, span: Span) -> Span:
    return Span(doc, span.start, span.end, label=span.label_.split()[0])


def _known(groups: Iterable[Sequence[Line]]) -> frozenset[str]:
    phrases = {word for lines in groups for line in lines for words in line.phrases for word in words}
    tokens = (token for lines in groups for line in lines for rule in line.rules for token in rule)
    return frozenset(phrases | {word for token in tokens for word in norms(token)})


def _named(area: str, found: Mapping[str, list[Span]]) -> list[Span]:
    """The names of an area and hints at it, without overlap or those that mean something else."""
    others = found.get(f"{area} other_meanings", ())
    spans = [*found.get(f"{area} says", ()), *found.get(f"{area} hints", ())]
    return filter_spans(span for span in spans if not any(o.start < span.end <= o.end for o in others))


def _says(span: Span) -> bool:
    return span.label_.endswith(" says")


def _times(found: Mapping[str, list[Span]]) -> tuple[TimeExpression, ...]:
    kinds: tuple[TimeKind, ...] = get_args(TimeKind)
    kind_of = {f"time {kind}": kind for kind in kinds}
    spans = filter_spans(span for name in kind_of for span in found.get(name, ()))
    return tuple(TimeExpression(span.start_char, span.end_char, kind_of[span.label_]) for span in spans)


def _medication(entities: Mapping[str, list[Span]]) -> tuple[str, ...]:
    spans = [span for name, spans in entities.items() if name.startswith("medicine ") for span in spans]
    names = (span.label_.partition(" ")[2] for span in filter_spans(spans))
    return tuple(dict.fromkeys(names))
