"""A safety plan of six steps (Stanley & Brown 2012) in a person's own words; see docs/safety.md, G8."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

STEPS = 6
SIGNS, ALONE, AROUND, PEOPLE, HELPERS, SAFER = range(1, STEPS + 1)
MOST_ENTRIES = 10
LONGEST_ENTRY = 500
SITTING = timedelta(hours=1)
"""After this time of silence what a person types is no entry any more."""

_NOTHING: tuple[tuple[str, ...], ...] = ((),) * STEPS


@dataclass(frozen=True)
class SafetyPlan:
    """What a person wrote so far; steps and entries are counted from 1.

    ``place`` is the step where they are or were last, ``open`` whether they are filling it in,
    ``replacing`` the entry whose new words they were asked for, ``language`` the one they fill it in.
    """

    updated_at: datetime
    entries: tuple[tuple[str, ...], ...] = field(default=_NOTHING, repr=False)
    place: int = SIGNS
    open: bool = False
    replacing: int | None = None
    language: str = "en"

    @property
    def empty(self) -> bool:
        """Whether nothing was written yet."""
        return not any(self.entries)

    def step(self, number: int) -> tuple[str, ...]:
        """The entries of a step."""
        return self.entries[number - 1]

    def next_empty(self, start: int) -> int | None:
        """The first empty step from ``start`` on, and then from the beginning; None when all have words."""
        order = [*range(start, STEPS + 1), *range(1, start)]
        return next((number for number in order if not self.step(number)), None)

    def takes_words(self, now: datetime) -> bool:
        """Whether what is typed now belongs to the plan."""
        return self.open and now - self.updated_at < SITTING

    def is_full(self) -> bool:
        """Whether the step where they are holds no more, unless an entry is being replaced."""
        return self.replacing is None and len(self.step(self.place)) >= MOST_ENTRIES

    def write(self, words: str, now: datetime) -> SafetyPlan:
        """With the words as one more entry, or in place of the one that is being replaced."""
        own = list(self.step(self.place))
        if self.replacing is not None and self.has(self.replacing):
            own[self.replacing - 1] = words
        else:
            own.append(words)
        return self._with(tuple(own), now)

    def remove(self, entry: int, now: datetime) -> SafetyPlan:
        """Without an entry of the step where they are."""
        own = self.step(self.place)
        return self._with(own[: entry - 1] + own[entry:], now)

    def has(self, entry: int) -> bool:
        """Whether the step where they are has an entry of this number."""
        return 1 <= entry <= len(self.step(self.place))

    def go_to(self, number: int, now: datetime) -> SafetyPlan:
        """Open at a step; the nearest one when there is none of that number."""
        place = min(max(number, 1), STEPS)
        return replace(self, place=place, open=True, replacing=None, updated_at=now)

    def leave(self, now: datetime) -> SafetyPlan:
        """Closed; the place is kept for the next sitting."""
        return replace(self, open=False, replacing=None, updated_at=now)

    def _with(self, own: tuple[str, ...], now: datetime) -> SafetyPlan:
        entries = (*self.entries[: self.place - 1], own, *self.entries[self.place :])
        return replace(self, entries=entries, replacing=None, updated_at=now)
