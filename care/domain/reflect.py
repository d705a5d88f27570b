"""Says back in one sentence what was understood, and takes a correction of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from care.domain.choose import Wordings

_PLAIN = 0.15


class Reading(Protocol):
    """What was understood from a text; ``care.understanding.feelings.Feelings`` is one."""

    @property
    def feelings(self) -> tuple[str, ...]:
        """Up to three, strongest first."""

    @property
    def areas(self) -> tuple[str, ...]:
        """What it is about, at most three."""

    @property
    def sentiment(self) -> float:
        """-1 to 1."""

    @property
    def mixed(self) -> bool:
        """Something pleasant and something unpleasant at once."""

    @property
    def sure(self) -> bool:
        """Whether the reading may be said back as it is."""


class Correction(Protocol):
    """What was understood from a text that answers "is that right?"."""

    @property
    def feelings(self) -> tuple[str, ...]:
        """The feelings it states."""

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas it states."""

    @property
    def denied(self) -> tuple[str, ...]:
        """The feelings it denies."""

    @property
    def denied_areas(self) -> tuple[str, ...]:
        """The areas it denies."""

    @property
    def adds(self) -> bool:
        """It adds to what was said before ("also", "too"), so that the rest stays."""


def reflect(reading: Reading, wordings: Wordings, *, avoid: Collection[str] = ()) -> str:
    """One sentence on the feelings and areas, honest about doubt; another wording than those in ``avoid``."""
    areas = _joined([wordings.say(f"reflection.area_{area}") for area in reading.areas], wordings)
    feelings = _joined([wordings.say(f"reflection.feeling_{name}") for name in reading.feelings], wordings)
    return wordings.say(f"reflection.{_key(reading)}", avoid=avoid, feelings=feelings, areas=areas)


def corrected(earlier: Reading, said: Correction) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Feelings and areas once a correction is heard.

    What it denies goes and what it states counts. The rest stays if the text denies part of what was said,
    adds to it, or is silent on it; else what is stated stands alone.
    """
    return (
        _mended(earlier.feelings, said.feelings, said.denied, adds=said.adds),
        _mended(earlier.areas, said.areas, said.denied_areas, adds=said.adds),
    )


def _key(reading: Reading) -> str:
    about = {0: "", 1: "_area"}.get(len(reading.areas), "_areas")
    if reading.feelings and not reading.sure:
        return f"unsure{about}"
    if reading.feelings:
        return f"mixed{about}" if reading.mixed and len(reading.feelings) > 1 else f"clear{about}"
    if not reading.sure:
        return f"nothing{about}"
    if abs(reading.sentiment) < _PLAIN:
        return "level"
    return "good" if reading.sentiment > 0 else "bad"


def _joined(phrases: Sequence[str], wordings: Wordings) -> str:
    if len(phrases) > 2:  # noqa: PLR2004 -- one, two or three
        return wordings.say("reflection.three", first=phrases[0], second=phrases[1], last=phrases[2])
    if len(phrases) > 1:
        return wordings.say("reflection.two", first=phrases[0], last=phrases[1])
    return phrases[0] if phrases else ""


def _mended(
    before: tuple[str, ...], stated: tuple[str, ...], denied: tuple[str, ...], *, adds: bool
) -> tuple[str, ...]:
    kept = before if adds or not stated or set(denied).intersection(before) else ()
    names = dict.fromkeys((*stated, *(name for name in kept if name not in denied)))
    return tuple(names)[:3]
