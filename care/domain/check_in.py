"""How a person said they are, at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class CheckIn:
    """One mood entry.

    ``mood`` and ``energy`` run from 0 (lowest) to 10 (highest); ``energy`` may be skipped.
    ``at`` is when it was told, ``day`` the day it is about, in the person's own calendar.
    ``sentiment`` runs from -1 to 1. ``confirmed`` says whether the person agreed with our reading.
    """

    id: str
    at: datetime
    day: date
    mood: int = field(repr=False)
    energy: int | None = field(default=None, repr=False)
    note: str = field(default="", repr=False)
    feelings: tuple[str, ...] = field(default=(), repr=False)
    areas: tuple[str, ...] = field(default=(), repr=False)
    sentiment: float = field(default=0.0, repr=False)
    confirmed: bool = False
