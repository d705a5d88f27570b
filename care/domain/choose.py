"""Which practices fit how a person is now; what may harm is left out before anything is ranked."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from care.domain.practice import Practice

PLEASANT = frozenset({"calm", "content", "joyful", "grateful", "proud", "hopeful", "connected", "amused"})
UNPLEASANT = frozenset(
    {
        "tired",
        "stressed",
        "anxious",
        "afraid",
        "sad",
        "lonely",
        "hurt",
        "angry",
        "irritated",
        "ashamed",
        "guilty",
        "numb",
        "hopeless",
        "bored",
        "confused",
    }
)
FEELINGS = PLEASANT | UNPLEASANT | {"surprised"}

_PAINFUL = UNPLEASANT - {"tired", "irritated", "bored", "confused"}
_HEAVY = frozenset({"sad", "lonely", "numb", "hopeless"})
_STRAIN_OF_AROUSAL = {"low": 2, "mid": 5, "high": 8}
_CALM_FIRST = 8
_TENSE = 4
_LOW = 3
_GOOD = 6
_EVENING = (20, 3)
_ONLY_WHEN_WELL = frozenset({"gratitude", "savouring"})
_FAMILIES = {
    "tense": frozenset({"breathing", "grounding", "relaxation", "mindfulness", "thinking"}),
    "heavy": frozenset({"activation", "compassion"}),
    "well": frozenset({"gratitude", "savouring", "compassion"}),
}


class Wordings(Protocol):
    """The sentences of one language, as ``care.messages.Messages`` holds them."""

    def say(self, key: str, /, *, avoid: Collection[str] = (), **values: object) -> str:
        """The sentence of a key with its blanks filled."""


class Why(StrEnum):
    """What a suggestion rests on; each has its sentence under ``practice.because_<value>``."""

    STRAIN = "strain"
    FEELING = "feeling"
    HELPED = "helped"
    EVENING = "evening"
    HEAVY = "heavy"
    TENSE = "tense"
    WELL = "well"
    ANY = "any"


@dataclass(frozen=True)
class State:
    """How a person is now, as far as they said.

    ``mood`` and ``energy`` run from 0 (lowest) to 10, ``strain`` from 0 (none) to 10 (most), ``hour`` from 0
    to 23 in the person's own zone. ``arousal`` is low, mid or high.
    """

    arousal: str = "mid"
    mood: int | None = field(default=None, repr=False)
    energy: int | None = field(default=None, repr=False)
    feelings: tuple[str, ...] = field(default=(), repr=False)
    hour: int | None = None
    strain: int | None = field(default=None, repr=False)

    @property
    def pleasant(self) -> bool:
        """They told of something good and of nothing bad."""
        return bool(PLEASANT.intersection(self.feelings)) and not UNPLEASANT.intersection(self.feelings)

    @property
    def load(self) -> int:
        """Strain as they rated it or, if unrated, as their arousal tells; excitement is no strain."""
        if self.strain is None and self.pleasant:
            return _STRAIN_OF_AROUSAL["low"]
        if self.strain is None:
            return _STRAIN_OF_AROUSAL[self.arousal]
        if self.arousal == "high" and not self.pleasant:
            return max(self.strain, _CALM_FIRST)
        return self.strain

    @property
    def kind(self) -> str:
        """``acute``, ``heavy``, ``tense`` or ``well``."""
        if self.load >= _CALM_FIRST:
            return "acute"
        downcast = self.arousal == "low" or _low(self.mood) or _low(self.energy)
        if downcast and _HEAVY.intersection(self.feelings):
            return "heavy"
        if _low(self.mood) and (self.strain or 0) < _TENSE:
            return "heavy"
        return "tense" if self.load >= _TENSE else "well"

    @property
    def evening(self) -> bool:
        """It is known to be late enough to get ready for bed."""
        start, end = _EVENING
        return self.hour is not None and (self.hour >= start or self.hour < end)


@dataclass(frozen=True)
class Reason:
    """Why a practice is suggested; ``feeling`` is set when that is what it rests on."""

    why: Why
    feeling: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Suggestion:
    """One practice and the reason for it."""

    practice: Practice
    reason: Reason


def fits(practice: Practice, state: State) -> bool:
    """Whether a practice is right for this state, leaving aside what the person wants to avoid."""
    low, high = practice.arousal
    if not low <= state.load <= high:
        return False
    if practice.family in _ONLY_WHEN_WELL:
        return not _low(state.mood) and not _PAINFUL.intersection(state.feelings)
    return practice.family != "sleep" or state.evening


def suggest(
    practices: Iterable[Practice],
    state: State,
    *,
    avoid: frozenset[str] = frozenset(),
    stopped_families: frozenset[str] = frozenset(),
    recent: tuple[str, ...] = (),
    helped: Mapping[str, int] | None = None,
    limit: int = 3,
    chance: random.Random,
) -> list[Suggestion]:
    """Up to ``limit`` practices, best first, each of another family.

    ``recent`` holds ids, newest first; the last three come again only when nothing else fits.
    ``helped`` counts by family how often the person felt better. Empty when nothing may be offered.
    """
    safe = [
        practice
        for practice in practices
        if not practice.involves & avoid and practice.family not in stopped_families and fits(practice, state)
    ]
    fresh = [practice for practice in safe if practice.id not in recent[:3]] or safe
    counts = helped or {}
    marks = {practice.id: _mark(practice, state, counts) + chance.random() for practice in fresh}
    best: dict[str, Practice] = {}
    for practice in sorted(fresh, key=lambda one: marks[one.id], reverse=True):
        best.setdefault(practice.family, practice)
    return _with_reasons(list(best.values())[:limit], state, counts)


def explain(suggestion: Suggestion, wordings: Wordings, *, avoid: Collection[str] = ()) -> str:
    """The reason in words: what it rests on, then what the practice does."""
    reason = suggestion.reason
    feeling = wordings.say(f"reflection.feeling_{reason.feeling}") if reason.feeling else ""
    return wordings.say(
        f"practice.because_{reason.why}", avoid=avoid, feeling=feeling, about=suggestion.practice.about
    )


def _mark(practice: Practice, state: State, helped: Mapping[str, int]) -> float:
    """How well a safe practice suits; chance adds up to 1, so that near equals take turns."""
    named = min(2, len(practice.helps_with.intersection(state.feelings)))
    suited = practice.family in _FAMILIES.get(state.kind, ())
    bedtime = practice.family == "sleep"
    return 1.5 * named + 2.5 * suited + 1.5 * bedtime + 0.7 * min(3, helped.get(practice.family, 0))


def _with_reasons(chosen: list[Practice], state: State, helped: Mapping[str, int]) -> list[Suggestion]:
    """Each practice with its first reason that none before it has, else with the general one."""
    said: list[Reason] = []
    for practice in chosen:
        reasons = _reasons(practice, state, helped)
        said.append(next((reason for reason in reasons if reason not in said), reasons[-1]))
    return [Suggestion(practice, reason) for practice, reason in zip(chosen, said, strict=True)]


def _reasons(practice: Practice, state: State, helped: Mapping[str, int]) -> list[Reason]:
    suited = practice.family in _FAMILIES.get(state.kind, ())
    grounds = {
        Why.STRAIN: state.kind == "acute",
        Why.HELPED: helped.get(practice.family, 0) > 0,
        Why.EVENING: practice.family == "sleep",
        Why.HEAVY: state.kind == "heavy" and suited,
        Why.TENSE: state.kind == "tense" and suited,
        Why.WELL: state.kind == "well" and suited,
        Why.ANY: True,
    }
    named = [Reason(Why.FEELING, feeling) for feeling in state.feelings if feeling in practice.helps_with]
    return named + [Reason(why) for why, holds in grounds.items() if holds]


def _low(score: int | None) -> bool:
    return score is not None and score <= _LOW
