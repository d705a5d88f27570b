"""Practices that help, and what happened when a person did one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """How a person felt after a practice, in their own words."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


@dataclass(frozen=True)
class Practice:
    """One practice, as written in ``data/practices/<id>/``.

    ``arousal`` is the span of strain (0-10, the rating before it starts) it suits, both ends included.
    ``helps_with`` names check-in feelings; ``involves`` what some people must avoid
    (``breath_hold``, ``breath_focus``, ``body_focus``); ``grade`` is A, B or C, evidence as in ``source``.
    """

    id: str
    family: str
    title: str
    about: str
    minutes: int
    arousal: tuple[int, int]
    helps_with: frozenset[str]
    involves: frozenset[str]
    grade: str
    source: str
    caution: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class PracticeSession:
    """One run through a practice. ``before`` and ``after`` are strain from 0 (none) to 10 (most)."""

    id: str
    at: datetime
    practice_id: str
    family: str
    before: int | None = field(default=None, repr=False)
    after: int | None = field(default=None, repr=False)
    verdict: Verdict | None = field(default=None, repr=False)
    steps_done: int = 0
    finished: bool = False
