"""Reads from a text how its writer feels now, by the trained model and by what the words say outright."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from care.understanding.areas import AreaReader, load_areas
from care.understanding.emotion_model import EmotionModel, Scores, load_emotion_model
from care.understanding.language import LANGUAGES, language_of
from care.understanding.lexicon import Evidence, Lexicon, load_lexicon

_LONGEST_TEXT = 4000
_MOST = 3
_HALF = 0.45  # the sentiment of a bare answer, for each of its steps
ENGLISH = "en"


@dataclass(frozen=True)
class Feelings:
    """What a text says about its writer now; tuples stand strongest first.

    ``feelings`` are those present, three at most, and ``probabilities`` gives each of the 24 check-in feelings
    0 to 1. ``emotions`` gives each of the 28 GoEmotions names 0 to 1, ``present`` those above their thresholds.
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
    """Reads texts in the six languages of the model; words and areas in English alone. Threads may share it."""

    def __init__(
        self,
        model: EmotionModel,
        lexicon: Lexicon,
        areas: AreaReader,
        tell_language: Callable[[str], str] = language_of,
    ) -> None:
        self._model, self._lexicon, self._areas = model, lexicon, areas
        self._tell_language = tell_language

    def read(self, text: str, language: str | None = None) -> Feelings:
        """What the first 4,000 characters of any text say; an empty one says nothing, unsure.

        ``language`` is the text's if it is known; one that the model never learnt is not read.
        """
        shown = text[:_LONGEST_TEXT].strip()
        said = self._lexicon.read(shown)
        if said.bare is not None:
            return self._bare(said.bare)
        spoken = language or self._tell_language(shown)
        if not shown or spoken not in LANGUAGES:
            return Feelings(language=spoken)
        scores = self._model.read(shown)
        return self._reading(scores, spoken, said if spoken == ENGLISH else Evidence(), shown)

    def _reading(self, scores: Scores, spoken: str, said: Evidence, shown: str) -> Feelings:
        feelings = self._present(scores.feelings, "feelings")[:_MOST]
        context = self._areas.read(shown) if spoken == ENGLISH else None
        return Feelings(
            feelings=feelings,
            probabilities=scores.feelings,
            emotions=scores.emotions,
            present=self._present(scores.emotions, "goemotions"),
            sentiment=round(scores.step / 2, 3),
            sentiment5=bisect(self._model.cuts, scores.step) - 2,
            arousal=max(scores.arousal, key=scores.arousal.__getitem__),
            mixed=scores.mixed >= self._model.mixed_from,
            areas=context.areas if context else (),
            sure=self._sure(scores, feelings, spoken),
            denied=tuple(name for name in said.denied if name not in feelings),
            denied_areas=context.denied_areas if context else (),
            adds=said.adds,
            language=spoken,
        )

    def _present(self, probabilities: Mapping[str, float], head: str) -> tuple[str, ...]:
        """Those above their thresholds, likeliest first."""
        limits = self._model.thresholds[head]
        found = (name for name, value in probabilities.items() if value >= limits[name])
        return tuple(sorted(found, key=lambda name: -probabilities[name]))

    def _sure(self, scores: Scores, feelings: Sequence[str], spoken: str) -> bool:
        least = self._model.sure_from[spoken]
        if not feelings:
            return 1 - max(scores.feelings.values()) >= least
        return scores.feelings[feelings[0]] >= least
