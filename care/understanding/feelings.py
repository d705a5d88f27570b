"""Reads feelings and areas of life from a short text, by the lexicons in ``data/lexicons`` and VADER."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from care.content import read_yaml
from care.errors import ContentError
from care.understanding.phrases import Hit, Phrases, Spelling, split

EMOTIONS = tuple(
    "admiration amusement anger annoyance approval caring confusion curiosity desire disappointment disapproval "
    "disgust embarrassment excitement fear gratitude grief joy love nervousness optimism pride realization relief "
    "remorse sadness surprise neutral".split()
)
_RATING = re.compile(r"(?:(?:i'm|an?|about|around|maybe|like|solid|probably) )*(\d\d?|[a-z]+)(?: (?:/|out of) (?:10|ten))?")
_WITHIN = re.compile(r"\b(\d\d?)\s*(?:/|out of)\s*10\b")
_WEIGHTS = {"strong": 3.0, "plain": 2.0, "hint": 1.0}
_CLEAR, _FAINT, _WINDOW, _MOST = 2.0, 1.5, 4, 3
_LEVEL, _EXTREME = 0.12, 0.66


@dataclass(frozen=True)
class Feelings:
    """What a text says about its writer now; tuples stand strongest first.

    ``emotions`` gives each of the 28 GoEmotions names 0 to 1. These are no trained model's probabilities:
    each pools the lexicon's evidence for our feelings by fixed weights, so they rank emotions but are not
    calibrated and do not add up to 1. ``present`` are those of at least 0.5, or ``neutral``.
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


class _Grammar:
    """The words of one text, and what grammar says of each: who feels, when, and what is denied."""

    def __init__(self, text: str, words: list[str], phrases: Phrases) -> None:
        self.words = words
        self.named = text[:2].istitle()
        self.marks: list[frozenset[str]] = [frozenset()] * len(words)
        for hit in phrases.find(words):
            self.marks[hit.start : hit.end] = [frozenset(hit.names)] * (hit.end - hit.start)
        self.clauses = [0] * len(words)
        for at in range(1, len(words)):
            self.clauses[at] = self.clauses[at - 1] + self._opens_clause(at)

    def _opens_clause(self, at: int) -> bool:
        after = self.marks[at + 1] if at + 1 < len(self.words) else frozenset()
        joined = "join" in self.marks[at] and after & {"myself", "others", "now", "relation"}
        return bool(joined or self.words[at] in ".,;:!?…()\n–—" or "clause" in self.marks[at])

    def near(self, hit: Hit, before: int = 999, after: int = 999) -> frozenset[str]:
        """The marks around a hit in its own clause, without those inside it."""
        span = (*range(max(0, hit.start - before), hit.start), *range(hit.end, min(len(self.words), hit.end + after)))
        return frozenset[str]().union(*(self.marks[at] for at in span if self.clauses[at] == self.clauses[hit.start]))

    def denies(self, hit: Hit) -> bool:
        return "negator" in self.near(hit, _WINDOW, 0) or "gone" in self.near(hit, 0, _WINDOW)

    def is_past(self, hit: Hit) -> bool:
        """It was so before, and the text does not say that it still is."""
        around = self.near(hit)
        if around & {"now", "present"}:
            return False
        later = (at for at in range(hit.end, len(self.words)) if self.clauses[at] > self.clauses[hit.start])
        return "past" in around or ("past_verb" in around and any("now" in self.marks[at] for at in later))

    def is_of_others(self, hit: Hit) -> bool:
        """Somebody else feels it; an opinion about somebody is still the writer's."""
        opinion = "opinion" in self.marks[hit.start]
        if opinion or {"me", "my", "i", "i'm", "myself"}.intersection(self.words[hit.start : hit.end]):
            return False
        linked = False
        for at in range(hit.start - 1, -1, -1):
            if self.clauses[at] != self.clauses[hit.start] or "myself" in self.marks[at]:
                return False
            if "others" in self.marks[at] or ("relation" in self.marks[at] and (linked or at == hit.start - 1)):
                return True
            if "theirs" in self.marks[at] and at == hit.start - 1:
                return True
            linked = linked or "linking" in self.marks[at]
        return self.named and hit.start > 1 and "linking" in self.marks[1] and not self.marks[0]


class Reader:
    """Reads texts in one language. Thread-safe: nothing changes after it is made."""

    def __init__(self, lexicon: Mapping[str, Any], areas: Mapping[str, list[str]]) -> None:
        self._facts: Mapping[str, Any] = lexicon["feelings"]
        self._feelings = Phrases(
            (phrase, name, weight)
            for name, facts in self._facts.items()
            for key, weight in _WEIGHTS.items()
            for phrase in facts[key]
        )
        self._areas = Phrases(_flat(areas))
        self._grammar = Phrases(_flat({**lexicon["grammar"], **lexicon["arousal"]}))
        self._bare = {" ".join(split(word)): score for score, words in lexicon["bare"].items() for word in words}
        self._ratings: Mapping[str, int] = lexicon["ratings"]
        known = self._feelings.words | self._areas.words | self._grammar.words | self._bare.keys()
        self._spelling = Spelling(frozenset(known), lexicon["spellings"])
        self._vader = SentimentIntensityAnalyzer()

    def read(self, text: str) -> Feelings:
        """What the text says. Any text will do; an empty one gives nothing, unsure."""
        words = [part for word in split(text.lower()) for part in self._spelling.mend(word).split()]
        score = self._bare_score(words)
        if score is not None:
            return _bare(score)
        grammar = _Grammar(text, words, self._grammar)
        hits = self._feelings.find(words)
        for hit in hits:  # "can't stop crying" denies nothing
            grammar.marks[hit.start : hit.end] = [marks - {"negator", "clause"} for marks in grammar.marks[hit.start : hit.end]]
        others = [hit for hit in hits if grammar.is_of_others(hit)]
        denied = [hit for hit in hits if hit not in others and grammar.denies(hit)]
        past = [hit for hit in hits if hit not in others and hit not in denied and grammar.is_past(hit)]
        own = [hit for hit in hits if hit not in others and hit not in denied and hit not in past]
        return self._described(text, grammar, own, denied, [*others, *past])

    def _described(self, text: str, grammar: _Grammar, own: list[Hit], denied: list[Hit], dropped: list[Hit]) -> Feelings:
        weights = _weigh(own, grammar)
        clear = bool(weights) and max(weights.values()) >= _CLEAR
        feelings = _strongest(weights)
        sentiment = self._sentiment(text, grammar, weights, denied, dropped)
        if not clear and feelings and self._facts[feelings[0]]["valence"] * sentiment <= 0:
            feelings = ()
        emotions = self._emotions({name: weights[name] for name in feelings})
        areas, denied_areas = self._read_areas(grammar)
        return Feelings(
            feelings=feelings,
            emotions=emotions,
            present=tuple(sorted((name for name in EMOTIONS if emotions[name] >= 0.5), key=lambda name: -emotions[name])),  # noqa: PLR2004 -- said in the docstring
            sentiment=sentiment,
            sentiment5=_five(sentiment),
            arousal=self._arousal(text, grammar, feelings, [*denied, *dropped]),
            mixed=self._mixed(feelings, grammar),
            areas=areas,
            sure=clear and bool(feelings),
            denied=tuple(dict.fromkeys(name for hit in denied for name in hit.names if name not in feelings)),
            denied_areas=denied_areas,
            adds=any("adds" in marks for marks in grammar.marks),
        )

    def _bare_score(self, words: list[str]) -> int | None:
        plain = " ".join(word for word in words if word not in ".!,?…")
        if plain in self._bare:
            return self._bare[plain]
        rating = _RATING.fullmatch(plain)
        if rating is None:
            return None
        number = int(rating[1]) if rating[1].isdigit() else self._ratings.get(rating[1])
        return None if number is None else _of_rating(number)

    def _sentiment(self, text: str, grammar: _Grammar, weights: Mapping[str, float], denied: list[Hit], dropped: list[Hit]) -> float:
        """VADER's score without what is not the writer's, drawn towards the lexicon where that speaks."""
        gone = {at for hit in (*denied, *dropped) for at in range(hit.start, hit.end)}
        vader = self._vader.polarity_scores(" ".join(w for at, w in enumerate(grammar.words) if at not in gone))["compound"]
        turned = sum(self._facts[next(iter(hit.names))]["valence"] for hit in denied)
        score = 0.6 * vader - 0.25 * max(-1.0, min(1.5, turned))
        if weights:
            says = [self._facts[name]["valence"] * (1 + weight / 2) / 4 for name, weight in weights.items()]
            lexical = max(-1.0, min(0.0, *says)) + min(1.0, max(0.0, *says))
            trust = 0.3 if vader * lexical > 0 else 0.1
            score = (1 - trust) * lexical + trust * vader
        rated = _WITHIN.search(text)
        if rated:
            score = 0.5 * score + 0.25 * _of_rating(int(rated[1]))
        return round(max(-1.0, min(1.0, score)), 3)

    def _emotions(self, weights: Mapping[str, float]) -> dict[str, float]:
        absent = dict.fromkeys(EMOTIONS, 1.0)
        for name, weight in weights.items():
            for emotion, share in self._facts[name]["emotions"].items():
                absent[emotion] *= 1 - share * min(1.0, weight / 3)
        found = {emotion: round(1 - left, 3) for emotion, left in absent.items()}
        return {**found, "neutral": round(max(found["neutral"], 1 - max(found.values())), 3)}

    def _arousal(self, text: str, grammar: _Grammar, feelings: tuple[str, ...], left_out: list[Hit]) -> str:
        gone = {at for hit in left_out for at in range(hit.start, hit.end)}
        marks = frozenset[str]().union(*(marks for at, marks in enumerate(grammar.marks) if at not in gone))
        letters = [letter for letter in text if letter.isalpha()]
        loud = len(letters) > 8 and sum(map(str.isupper, letters)) > 0.6 * len(letters)  # noqa: PLR2004
        if "high" in marks or loud:
            return "high"
        levels = Counter(self._facts[name]["arousal"] for name in feelings)
        return "low" if levels["low"] > levels["mid"] or ("low" in marks and not levels["mid"]) else "mid"

    def _mixed(self, feelings: tuple[str, ...], grammar: _Grammar) -> bool:
        good = {name for name in feelings if self._facts[name]["valence"] > 0}
        bad = {name for name in feelings if self._facts[name]["valence"] < 0}
        contrast = any("contrast" in marks for marks in grammar.marks)
        return bool(good) and bool(bad if contrast else bad - {"tired"})

    def _read_areas(self, grammar: _Grammar) -> tuple[tuple[str, ...], tuple[str, ...]]:
        counts, denied = Counter[str](), Counter[str]()
        for hit in self._areas.find(grammar.words):
            (denied if "denier" in grammar.near(hit, _WINDOW - 1, 0) else counts).update(hit.names.keys())
        areas = tuple(name for name, _ in counts.most_common(_MOST))
        return areas, tuple(name for name in denied if name not in counts)


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


def _weigh(hits: list[Hit], grammar: _Grammar) -> dict[str, float]:
    """The best evidence for each feeling, half of the rest, and a little more where it is stressed."""
    found: dict[str, list[float]] = defaultdict(list)
    for hit in hits:
        for name, weight in hit.names.items():
            found[name].append(weight + ("booster" in grammar.near(hit, 1, 0)))
    return {name: max(all_) + 0.5 * (sum(all_) - max(all_)) for name, all_ in found.items()}


def _strongest(weights: Mapping[str, float]) -> tuple[str, ...]:
    """At most three that come near the strongest."""
    ranked = sorted(weights, key=lambda name: -weights[name])
    return tuple(name for name in ranked if weights[name] >= max(0.5 * weights[ranked[0]], min(_CLEAR, weights[ranked[0]])))[:_MOST]


def _of_rating(number: int) -> int:
    """-2 to 2 for a score out of ten."""
    return sum(number >= step for step in (3, 4, 7, 9)) - 2


def _five(sentiment: float) -> int:
    size = (abs(sentiment) >= _LEVEL) + (abs(sentiment) >= _EXTREME)
    return size if sentiment > 0 else -size


def _bare(score: int) -> Feelings:
    neutral = {**dict.fromkeys(EMOTIONS, 0.0), "neutral": 1.0}
    return Feelings(emotions=neutral, present=("neutral",), sentiment=score * 0.45, sentiment5=score, sure=True)
