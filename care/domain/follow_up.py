"""When somebody is written to again after a crisis, and when that ends."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from care.domain.nudge_time import QUIET_UNTIL, is_quiet, next_nudge

FOLLOWED = frozenset({"active_ideation", "plan_intent"})
AGREED = "agreed"
CHECK_INS = {"day": timedelta(hours=24), "three_days": timedelta(hours=72), "week": timedelta(days=7)}
CARING_DAYS = (14, 21, 28, 35, *range(65, 366, 30))
_LATE = timedelta(hours=1)


@dataclass(frozen=True)
class Step:
    """One message to come. A check-in asks how things are; a caring message needs no answer."""

    name: str
    at: datetime

    @property
    def asks(self) -> bool:
        """Whether it asks how things are."""
        return self.name == AGREED or self.name in CHECK_INS


@dataclass(frozen=True)
class FollowUps:
    """The follow-ups of one person; ``episode`` names the crisis they come after.

    Steps at or before ``settled_at`` were sent or have fallen away. ``unanswered`` counts the messages since
    the person last wrote. ``put_out`` names the last one, ``said`` holds its words.
    ``stopped`` stays through later episodes until the person agrees to a time again.
    """

    episode: str
    began_at: datetime
    settled_at: datetime
    language: str = "en"
    agreed_at: datetime | None = None
    stopped: bool = False
    unanswered: int = 0
    put_out: str | None = None
    said: str = field(default="", repr=False)


def begin(episode: str, at: datetime, language: str, before: FollowUps | None) -> FollowUps:
    """Follow-ups for a new episode: older steps fall away, but a time agreed and still to come is kept."""
    if before is None:
        return FollowUps(episode, at, at, language)
    agreed = before.agreed_at if before.agreed_at is not None and before.agreed_at > at else None
    return FollowUps(episode, at, at, language, agreed, before.stopped)


def agree(plan: FollowUps, at: datetime) -> FollowUps:
    """A check-in at a time that the person chose; it also lifts an earlier stop."""
    return replace(plan, agreed_at=at, stopped=False)


def stop(plan: FollowUps) -> FollowUps:
    """No more follow-ups."""
    return replace(plan, stopped=True, agreed_at=None, unanswered=0, put_out=None)


def answered(plan: FollowUps) -> FollowUps:
    """The person wrote again."""
    return replace(plan, unanswered=0)


def steps(plan: FollowUps, zone: str | None) -> list[Step]:
    """All steps by time. Only the agreed one may come in the quiet hours; others wait for the morning."""
    after = CHECK_INS | {f"caring_{days}": timedelta(days=days) for days in CARING_DAYS}
    found = [Step(name, _allowed(plan.began_at + wait, zone)) for name, wait in after.items()]
    if plan.agreed_at is not None:
        found.append(Step(AGREED, plan.agreed_at))
    return sorted(found, key=lambda step: step.at)


def next_due(plan: FollowUps, zone: str | None) -> datetime | None:
    """When the next step is due; None for never."""
    if plan.stopped:
        return None
    return next((step.at for step in steps(plan, zone) if step.at > plan.settled_at), None)


def take(plan: FollowUps, now: datetime, zone: str | None) -> tuple[Step | None, FollowUps, datetime | None]:
    """The step to send now, the follow-ups after it, and when to look again.

    Of several that are due only the newest is sent. One that comes late, after a standstill, waits for the
    morning if it is night.
    """
    due = next_due(plan, zone)
    if due is None or due > now:
        return None, plan, due
    step = [each for each in steps(plan, zone) if plan.settled_at < each.at <= now][-1]
    morning = _allowed(now, zone)
    if morning > now and not (step.name == AGREED and now - step.at <= _LATE):
        return None, plan, morning
    after = replace(plan, settled_at=now, unanswered=plan.unanswered + 1)
    return step, after, next_due(after, zone)


def _allowed(at: datetime, zone: str | None) -> datetime:
    place = zone or "UTC"
    if is_quiet(at.astimezone(ZoneInfo(place)).time()):
        return next_nudge(at, QUIET_UNTIL, place)
    return at
