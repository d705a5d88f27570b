"""How `care doctor` says what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class State(StrEnum):
    """How one thing stands: fine, waiting for somebody, or in the way of a start."""

    OK = "ok"
    TO_DO = "to do"
    BROKEN = "broken"


@dataclass(frozen=True)
class Found:
    """How one thing stands, what was seen, and what mends it."""

    state: State
    seen: str
    remedy: str = ""


Look: TypeAlias = tuple[str, Callable[[], Found]]


def ok(seen: str) -> Found:
    """Nothing to mend."""
    return Found(State.OK, seen)


def to_do(seen: str, remedy: str) -> Found:
    """Something waits; a start works or says what is missing."""
    return Found(State.TO_DO, seen, remedy)


def broken(seen: str, remedy: str) -> Found:
    """A start fails, or answers would be wrong."""
    return Found(State.BROKEN, seen, remedy)
