"""Reads feelings and areas of life from a short text, by the lexicons in ``data/lexicons`` and VADER."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from care.content import read_yaml
from care.errors import ContentError
from care.understanding.grammar import Grammar, Standing
from care.understanding.phrases import Hit, Phrases, Spelling, split

_LONGEST_TEXT = 4000
_WORDS_FOR_VADER = 300
_RATING = re.compile(
    r"(?:(?:i'm|an?|about|around|maybe|like|solid|probably) )*(\d\d?|[a-z]+)(?: (?:/|out of) (?:10|ten))?"
)
_RATING_WITHIN = re.compile(r"\b(\d\d?)\s*(?:/|out of)\s*10\b")
_WEIGHTS = {"strong": 3.0, "plain": 2.0, "hint": 1.0}
_CLEAR, _FAINT, _MOST = 2.0, 1.5, 3
_LEVEL, _EXTREME = 0.12, 0.66
_PRESENT = 0.5
_LOUD_FROM, _LOUD = 8, 0.6


@dataclass(frozen=True)
class Feelings:
    """What a text says about its writer now; tuples stand strongest first.

    ``emotions`` gives each of the 28 GoEmotions names 0 to 1. These are no trained model's probabilities:
    each pools the lexicon's evidence for our feelings by fixed weights, so they rank emotions but are not
    calibrated and do not add up to 1. ``present`` are those of at least 0.5.
    ``sentiment`` is -1 to 1, ``sentiment5`` -2 to 2, ``arousal`` low, mid or high. ``denied`` and
    ``denied_areas`` are what the text says it is not, ``adds`` that it adds to something said before.
    ``sure`` is False when nothing clear was found, so that one should ask and not state.
    """

    feelings: tuple[str, ...] = field(default=(), repr=False)
    emotions: Mapping[str, float] = field(default_factory=dict, repr=False)
    present: tuple[str, ...] = field(default=(), repr=False)
    sentiment: float = field(default=0.0, repr=False)
    sentiment5: int = field(default=0, repr=False)
    arousal: str = field(default="mid", repr=False)
    mixed: bool = field(default=False, repr=False)
    areas: tuple[str, ...] = field(default=(), repr=False)
    sure: bool = field(default=False, repr=False)
    denied: tuple[str, ...] = field(default=(), repr=False)
    denied_areas: tuple[str, ...] = field(default=(), repr=False)
    adds: bool = field(default=False, repr=False)


@dataclass(frozen=True)
class _Text:
    """A text taken apart: its words and grammar, and its phrases for feelings by their standing."""

    shown: str
    words: Sequence[str]
    grammar: Grammar
    hits: Mapping[Standing, Sequence[Hit]]

    def without(self, *standings: Standing) -> list[int]:
        """The places of the words that are in no phrase of these standings."""
        gone = {at for each in standings for hit in self.hits[each] for at in range(hit.start, hit.end)}
        return [at for at in range(len(self.words)) if at not in gone]


class Reader:
    """Reads texts in one language. Nothing in it changes after it is made, so threads may share it."""

    def __init__(self, lexicon: Mapping[str, Any], areas: Mapping[str, list[str]]) -> None:
        self._facts: Mapping[str, Any] = lexicon["feelings"]
        self._emotion_names: Sequence[str] = lexicon["goemotions"]
        self._feelings = Phrases(
            (phrase, name, weight)
            for name, facts in self._facts.items()
            for key, weight in _WEIGHTS.items()
            for phrase in facts[key]
        )
        self._areas = Phrases(_flat(areas))
        self._marking = Phrases(_flat({**lexicon["grammar"], **lexicon["arousal"]}))
        self._bare: Mapping[str, int] = {
            " ".join(split(answer)): score for score, answers in lexicon["bare"].items() for answer in answers
        }
        self._ratings: Mapping[str, int] = lexicon["ratings"]
        known = self._feelings.words | self._areas.words | self._marking.words
        self._spelling = Spelling(known | self._bare.keys(), lexicon["spellings"])
        self._vader = SentimentIntensityAnalyzer()

    def read(self, text: str) -> Feelings:
        """What the first 4,000 characters of any text say; an empty one says nothing, unsure."""
        shown = text[:_LONGEST_TEXT].strip()
        words = [part for word in split(shown.lower()) for part in self._spelling.mend(word).split()]
        score = self._bare_score(words)
        return (
            self._bare_reading(score) if score is not None else self._reading(self._taken_apart(shown, words))
        )

    def _taken_apart(self, shown: str, words: list[str]) -> _Text:
        found = self._feelings.find(words)
        grammar = Grammar(words, self._marking, found, capital=shown[:2].istitle())
        hits: dict[Standing, list[Hit]] = {standing: [] for standing in Standing}
        for hit in found:
            hits[grammar.standing(hit)].append(hit)
        return _Text(shown, words, grammar, hits)

    def _reading(self, text: _Text) -> Feelings:
        weights = _weigh(text)
        feelings = _strongest(weights)
        sentiment = self._sentiment(text, weights)
        emotions = self._emotions({name: weights[name] for name in feelings})
        areas, denied_areas = self._read_areas(text)
        denied = (name for hit in text.hits[Standing.DENIED] for name in hit.names if name not in feelings)
        return Feelings(
            feelings=feelings,
            emotions=emotions,
            present=tuple(
                name
                for name in sorted(emotions, key=lambda name: -emotions[name])
                if emotions[name] >= _PRESENT
            ),
            sentiment=sentiment,
            sentiment5=_five(sentiment),
            arousal=self._arousal(text, feelings),
            mixed=self._mixed(text, feelings),
            areas=areas,
            sure=bool(feelings) and weights[feelings[0]] >= _CLEAR,
            denied=tuple(dict.fromkeys(denied)),
            denied_areas=denied_areas,
            adds=any("adds" in marks for marks in text.grammar.marks),
        )

    def _bare_score(self, words: Sequence[str]) -> int | None:
        """-2 to 2 for an answer that says no more than how good: "fine", "7/10"."""
        answer = " ".join(word for word in words if word not in ".!,?…")
        rating = _RATING.fullmatch(answer)
        if answer in self._bare or rating is None:
            return self._bare.get(answer)
        number = int(rating[1]) if rating[1].isdigit() else self._ratings.get(rating[1])
        return None if number is None else _of_rating(number)

    def _bare_reading(self, score: int) -> Feelings:
        return Feelings(
            emotions=self._emotions({}),
            present=("neutral",),
            sentiment=score * 0.45,
            sentiment5=score,
            sure=True,
        )

    def _sentiment(self, text: _Text, weights: Mapping[str, float]) -> float:
        """VADER's score of what is the writer's, drawn towards the lexicon where that speaks.

        VADER's time grows with the square of the length, so it sees the first words alone.
        """
        kept = text.without(Standing.DENIED, Standing.NOT_NOW, Standing.OF_OTHERS)
        vader: float = self._vader.polarity_scores(
            " ".join(text.words[at] for at in kept[:_WORDS_FOR_VADER])
        )["compound"]
        says: list[float] = [
            self._facts[name]["valence"] * (1 + weight / 2) / 4 for name, weight in weights.items()
        ]
        denied: list[float] = [
            self._facts[name]["valence"] for hit in text.hits[Standing.DENIED] for name in hit.names
        ]
        score = 0.6 * vader - 0.25 * max(-1.0, min(1.5, sum(denied)))
        if says:
            lexical = max(-1.0, min(0.0, *says, 0.0)) + min(1.0, max(0.0, *says, 0.0))
            trust = 0.3 if vader * lexical > 0 else 0.1
            score = (1 - trust) * lexical + trust * vader
        rated = _RATING_WITHIN.search(text.shown)
        if rated:
            score = 0.5 * score + 0.25 * _of_rating(int(rated[1]))
        return round(max(-1.0, min(1.0, score)), 3)

    def _emotions(self, weights: Mapping[str, float]) -> dict[str, float]:
        absent = dict.fromkeys(self._emotion_names, 1.0)
        for name, weight in weights.items():
            for emotion, share in self._facts[name]["emotions"].items():
                absent[emotion] *= 1 - share * min(1.0, weight / _WEIGHTS["strong"])
        found = {emotion: round(1 - left, 3) for emotion, left in absent.items()}
        return {**found, "neutral": round(max(found["neutral"], 1 - max(found.values())), 3)}

    def _arousal(self, text: _Text, feelings: Sequence[str]) -> str:
        kept = text.without(Standing.DENIED, Standing.NOT_NOW, Standing.OF_OTHERS)
        marks = frozenset[str]().union(*(text.grammar.marks[at] for at in kept))
        letters = [letter for letter in text.shown if letter.isalpha()]
        loud = len(letters) > _LOUD_FROM and sum(map(str.isupper, letters)) > _LOUD * len(letters)
        if "high" in marks or loud:
            return "high"
        levels = Counter(self._facts[name]["arousal"] for name in feelings)
        return "low" if levels["low"] > levels["mid"] or ("low" in marks and not levels["mid"]) else "mid"

    def _mixed(self, text: _Text, feelings: Iterable[str]) -> bool:
        good = {name for name in feelings if self._facts[name]["valence"] > 0}
        bad = {name for name in feelings if self._facts[name]["valence"] < 0}
        contrast = any("contrast" in marks for marks in text.grammar.marks)
        return bool(good) and bool(bad if contrast else bad - {"tired"})

    def _read_areas(self, text: _Text) -> tuple[tuple[str, ...], tuple[str, ...]]:
        stated, denied = Counter[str](), Counter[str]()
        for hit in self._areas.find(text.words):
            (denied if text.grammar.denies_area(hit) else stated).update(hit.names.keys())
        areas = tuple(name for name, _ in stated.most_common(_MOST))
        return areas, tuple(name for name in denied if name not in stated)


def load_reader(content_dir: Path, language: str = "en") -> Reader:
    """The reader of one language.

    Raises ContentError when a lexicon is missing or lacks a part.
    """
    folder = content_dir / "lexicons" / language
    feelings, areas = read_yaml(folder / "feelings.yml"), read_yaml(folder / "areas.yml")
    try:
        return Reader(feelings, areas["areas"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ContentError(f"A lexicon in {folder} lacks a part: {error}.", "Restore that part.") from error


def _flat(groups: Mapping[str, Iterable[str]]) -> Iterable[tuple[str, str, float]]:
    return ((phrase, name, 1.0) for name, phrases in groups.items() for phrase in phrases)


def _weigh(text: _Text) -> dict[str, float]:
    """The best evidence for each feeling and half of the rest; "very" makes a phrase weigh more."""
    found: dict[str, list[float]] = defaultdict(list)
    for hit in text.hits[Standing.OWN]:
        for name, weight in hit.names.items():
            found[name].append(weight + ("booster" in text.grammar.near(hit, 1, 0)))
    return {name: (max(weights) + sum(weights)) / 2 for name, weights in found.items()}


def _strongest(weights: Mapping[str, float]) -> tuple[str, ...]:
    """At most three that come near the strongest; none on one hint alone."""
    ranked = sorted(weights, key=lambda name: -weights[name])
    if not ranked or weights[ranked[0]] < _FAINT:
        return ()
    least = max(weights[ranked[0]] / 2, min(_CLEAR, weights[ranked[0]]))
    return tuple(name for name in ranked if weights[name] >= least)[:_MOST]


def _of_rating(number: int) -> int:
    """-2 to 2 for a score out of ten."""
    return sum(number >= step for step in (3, 4, 7, 9)) - 2


def _five(sentiment: float) -> int:
    size = (abs(sentiment) >= _LEVEL) + (abs(sentiment) >= _EXTREME)
    return size if sentiment > 0 else -size
