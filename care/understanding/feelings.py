"""Reads from a text how its writer feels now, by the trained model and by what the words say outright."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp
from pathlib import Path
from typing import Any

from emoji import emoji_count

from care.understanding.areas import AreaReader, Context, load_areas
from care.understanding.checkpoint import load_checkpoint
from care.understanding.emotion_model import Scorer, Scores, load_emotion_model
from care.understanding.language import LANGUAGES, language_of
from care.understanding.lexicon import Evidence, Lexicon, load_lexicon
from care.understanding.ngram_model import load_ngram_model
from care.understanding.plain_english import PlainEnglish, load_plain_english

_LONGEST_TEXT = 4000
_MOST = 3
_HALF = 0.45  # the sentiment of a bare answer, for each of its steps
_NAMED, _SHORT = 0.5, 10
_AREA_NAMED, _AREA_FROM = 2.5, 0.5  # chosen on held-out check-ins and the sentences of docs/areas.md
_UNLIKELY, _LEVEL = 0.15, 0.4  # below both, that nothing is felt may be said
_GRAVE = frozenset({"loss", "health"})  # told as mere facts, they are asked about and never called nothing
ENGLISH = "en"


@dataclass(frozen=True)
class Feelings:
    """What a text says about its writer now; tuples stand strongest first.

    ``feelings`` are those present, three at most, and ``probabilities`` gives each of the 24 check-in
    feelings 0 to 1. ``emotions`` gives each of the 28 GoEmotions names 0 to 1, for English alone, ``present``
    those above their thresholds.
    ``sentiment`` is -1 to 1, ``sentiment5`` -2 to 2, ``arousal`` low, mid or high. ``denied`` and
    ``denied_areas`` are what the text says it is not, ``adds`` that it adds to something said before.
    ``sure`` is False when one should ask and not state. ``language`` is one of six codes, or ``other``: then
    nothing was read.
    """

    feelings: tuple[str, ...] = field(default=(), repr=False)
    probabilities: Mapping[str, float] = field(default_factory=dict, repr=False)
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
    language: str = field(default=ENGLISH, repr=False)


class Reader:
    """Reads English with the networks and five other languages with the letters model. Threads may share it.

    Words and areas are looked up in English alone.
    """

    def __init__(
        self,
        english: Scorer,
        others: Scorer,
        lexicon: Lexicon,
        areas: AreaReader,
        plain: PlainEnglish,
        tell_language: Callable[[str], str] = language_of,
    ) -> None:
        self._english, self._others = english, others
        self._lexicon, self._areas, self._plain = lexicon, areas, plain
        self._tell_language = tell_language

    def read(self, text: str, language: str | None = None) -> Feelings:
        """What the first 4,000 characters of any text say; an empty one says nothing, unsure.

        ``language`` is the text's if it is known. One that no model learnt is not read.
        """
        shown = text[:_LONGEST_TEXT].strip()
        said = self._lexicon.read(shown)
        if said.bare is not None:
            return _bare(said.bare)
        spoken = language or self._tell_language(shown)
        if not any(letter.isalpha() for letter in shown) and not emoji_count(shown):
            return Feelings(language=spoken)
        if spoken == ENGLISH:
            scores = self._english.read(self._plain(shown))
            weighed = replace(scores, feelings=_weighed(scores.feelings, said, len(shown.split())))
            read = _reading(self._english, weighed, spoken)
            return replace(read, **self._words(shown, said, read, scores.areas))
        if spoken not in LANGUAGES:
            return Feelings(language=spoken)
        return _reading(self._others, self._others.read(shown), spoken)

    def _words(
        self, shown: str, said: Evidence, read: Feelings, implied: Mapping[str, float]
    ) -> dict[str, Any]:
        found = self._areas.read(shown)
        areas = _areas(found, implied) if implied else found.areas
        return {
            "areas": areas,
            "sure": read.sure and (bool(read.feelings) or not _GRAVE.intersection(areas)),
            "denied_areas": found.denied_areas,
            "denied": tuple(name for name in said.denied if name not in read.feelings),
            "adds": said.adds,
        }


def load_reader(content_dir: Path, model_dir: Path, checkpoint: Path | None = None) -> Reader:
    """The reader of feelings, from ``data`` and ``models/emotion``.

    ``checkpoint`` is an operator's own classifier of English, which needs PyTorch.
    Raises ContentError when a lexicon is missing or lacks a part, ModelError when a model cannot be loaded.
    """
    own = load_emotion_model(model_dir)
    return Reader(
        own if checkpoint is None else load_checkpoint(checkpoint, content_dir, own),
        load_ngram_model(model_dir),
        load_lexicon(content_dir),
        load_areas(content_dir),
        load_plain_english(content_dir),
    )


def _bare(step: int) -> Feelings:
    """An answer that says no more than how good."""
    return Feelings(present=("neutral",), sentiment=step * _HALF, sentiment5=step, sure=True)


def _weighed(probabilities: Mapping[str, float], said: Evidence, words: int) -> dict[str, float]:
    """The model's probabilities, raised where the words name a feeling outright.

    In a short text a feeling that is denied, past or another's, and not also the writer's own, is out; a
    longer text may deny what it then gives away, and the model reads that better. Weight and length were
    chosen on held-out check-ins (docs/feelings.md).
    """
    elsewhere = {*said.denied, *said.past, *said.others} - said.own.keys() if words <= _SHORT else set()
    return {
        name: _raised(value, _NAMED * said.own.get(name, 0.0)) if name not in elsewhere else 0.0
        for name, value in probabilities.items()
    }


def _areas(named: Context, implied: Mapping[str, float]) -> tuple[str, ...]:
    """Those that words name or the model sees implied, three at most, likeliest first.

    Together they read check-ins better than either: micro-F1 0.54 on 500, words alone 0.43, model alone 0.53.
    """
    likely = {
        area: _raised(chance, _AREA_NAMED if area in named.areas else 0.0)
        for area, chance in implied.items()
        if area not in named.denied_areas
    }
    found = sorted((area for area in likely if likely[area] >= _AREA_FROM), key=lambda area: -likely[area])
    return tuple(found[:_MOST])


def _raised(probability: float, by: float) -> float:
    """A probability with so much added to its logit."""
    odds = probability / max(1e-9, 1 - probability) * exp(by)
    return round(odds / (1 + odds), 4)


def _reading(model: Scorer, scores: Scores, spoken: str) -> Feelings:
    feelings = _present(scores.feelings, model.thresholds["feelings"])[:_MOST]
    return Feelings(
        feelings=feelings,
        probabilities=scores.feelings,
        emotions=scores.emotions,
        present=_present(scores.emotions, model.thresholds["goemotions"]),
        sentiment=round(max(-1.0, min(1.0, scores.step / 2)), 3),
        sentiment5=bisect(sorted(model.cuts), scores.step) - 2,
        arousal=max(scores.arousal, key=scores.arousal.__getitem__),
        mixed=scores.mixed >= model.mixed_from,
        sure=_sure(scores, feelings, model.sure_from),
        language=spoken,
    )


def _present(probabilities: Mapping[str, float], limits: Mapping[str, float]) -> tuple[str, ...]:
    """Those above their thresholds, likeliest first."""
    found = (name for name, value in probabilities.items() if value >= limits[name])
    return tuple(sorted(found, key=lambda name: -probabilities[name]))


def _sure(scores: Scores, feelings: Sequence[str], least: float) -> bool:
    """The likeliest feeling is likely enough to be stated, or none is likely and the text is level."""
    if feelings:
        return scores.feelings[feelings[0]] >= least
    return max(scores.feelings.values()) < _UNLIKELY and abs(scores.step) < _LEVEL
