"""A crisis episode: what is remembered of somebody's danger, so that nobody starts again from nothing.

Danger only rises in an episode. It ends when the person says on a later day that they are safe or better,
with no danger since, or quietly after a long time of ordinary talk; never by a no, a joke or an order.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

LATER = timedelta(hours=24)
"""A word of safety counts from here on: right after a crisis it is often said to be left alone."""

QUIET_END = timedelta(days=14)
"""The days after a crisis carry the most risk; two weeks of ordinary talk without a sign tell something."""

SOON = timedelta(minutes=30)
"""How long a short message ("tonight") is still taken for the answer to the direct question."""

RECENT = timedelta(hours=2)
"""How long after danger a message counts as one of the same sitting."""

_CALM_DAYS = 2  # silence is no evidence: they were here, on more than one day, and no danger was heard
DENIED, AFFIRMED = "no", "yes"


@dataclass(frozen=True)
class Danger:
    """A kind of danger and how grave it is; a higher number is graver."""

    level: str
    severity: int


@dataclass(frozen=True)
class Episode:
    """``at`` is when it began, ``heard_at`` when danger was last heard, ``level`` the gravest so far.

    ``asked_for`` is the danger for which the direct question was last asked or plainly answered.
    ``calm_days`` counts the days since ``heard_at`` with a message and no danger in it.
    ``barriers`` are those we answered.
    """

    id: str
    at: datetime
    heard_at: datetime
    changed_at: datetime
    level: str = field(repr=False)
    severity: int = field(repr=False)
    asked_at: datetime | None = None
    asked_for: str | None = field(default=None, repr=False)
    answer: str | None = field(default=None, repr=False)
    denials: int = field(default=0, repr=False)
    barrier_asked: bool = False
    barriers: tuple[str, ...] = field(default=(), repr=False)
    calm_days: int = 0
    calm_day: date | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the person is still looked after."""
        return self.closed_at is None

    def waits_for_an_answer(self, now: datetime) -> bool:
        """Whether the direct question was asked in this sitting and not answered."""
        return self.asked_at is not None and self.answer is None and now - self.asked_at < RECENT

    def was_asked_lately(self, now: datetime) -> bool:
        """Whether a short message can still be an answer to the direct question."""
        return self.asked_at is not None and now - self.asked_at <= SOON

    def barrier_is_due(self, now: datetime) -> bool:
        """Whether to ask, this once, what stands in the way of calling."""
        return self.is_open and not self.barrier_asked and now - self.heard_at < RECENT


def heard(episode: Episode | None, id_: str, danger: Danger, now: datetime) -> Episode:
    """The episode after danger was heard: a new one under ``id_``, or the open one, which never falls."""
    if episode is None or not episode.is_open:
        return Episode(id_, now, now, now, danger.level, danger.severity)
    again = replace(episode, heard_at=max(episode.heard_at, now), changed_at=now, calm_days=0, calm_day=None)
    if danger.severity <= episode.severity:
        return again
    return replace(again, level=danger.level, severity=danger.severity)


def asked(episode: Episode, level: str, now: datetime) -> Episode:
    """After the direct question was asked, for this danger."""
    return replace(episode, asked_at=now, asked_for=level, answer=None, changed_at=now)


def answered(episode: Episode, answer: str, now: datetime, danger: Danger | None = None) -> Episode:
    """After the direct question was answered; a yes counts as ``danger``, a no lowers nothing."""
    denials = episode.denials + (answer == DENIED)
    after = replace(episode, answer=answer, denials=denials, changed_at=now)
    if danger is None:
        return after
    return replace(heard(after, after.id, danger, now), asked_for=danger.level)


def barrier_asked(episode: Episode, now: datetime) -> Episode:
    """After we asked what stands in the way of calling."""
    return replace(episode, barrier_asked=True, changed_at=now)


def barrier_answered(episode: Episode, barrier: str, now: datetime) -> Episode:
    """After something that stands in the way was named and answered."""
    named = tuple(dict.fromkeys((*episode.barriers, barrier)))
    return replace(episode, barrier_asked=True, barriers=named, changed_at=now)


def talked(episode: Episode, now: datetime, *, says_safe: bool) -> Episode:
    """After a message without danger: it may end the episode, but only late and for a reason."""
    if not episode.is_open:
        return episode
    since = now - episode.heard_at
    if says_safe and since >= LATER:
        return replace(episode, closed_at=now, changed_at=now)
    today = now.date()
    if since < LATER or episode.calm_day == today:
        return episode
    calm = replace(episode, calm_days=episode.calm_days + 1, calm_day=today, changed_at=now)
    if since >= QUIET_END and calm.calm_days >= _CALM_DAYS:
        return replace(calm, closed_at=now)
    return calm


def newer(one: Episode | None, other: Episode | None) -> Episode | None:
    """Of what two places remember, what changed last; ``one`` where that does not tell."""
    if one is None or other is None:
        return one or other
    return other if other.changed_at > one.changed_at else one
