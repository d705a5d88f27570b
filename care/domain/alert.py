"""A notice to the people on call: whom it goes to next, when, and when it has gone to everybody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

ALERTED = frozenset({"plan_intent"})
APART = timedelta(hours=1)
ROUNDS = 2
_FIRST_RETRY = timedelta(seconds=30)


@dataclass(frozen=True)
class Alert:
    """A level and a time under a case code; nothing in it tells who it is about.

    ``step`` counts the targets that had their turn, ``attempts`` the tries that failed in this turn, which
    ends at ``give_up_at``. ``done`` without ``acknowledged_at`` means that nobody answered.
    """

    code: str
    level: str
    at: datetime
    due_at: datetime
    step: int = 0
    attempts: int = 0
    give_up_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    done: bool = False


def turn(alert: Alert, targets: int) -> int | None:
    """Which of the targets is next, by its place; None once all had their turns."""
    return alert.step % targets if alert.step < ROUNDS * targets else None


def sent(alert: Alert, now: datetime, wait: timedelta) -> Alert:
    """The notice went out: the next target has its turn after ``wait``."""
    return _next(alert, now + wait)


def failed(alert: Alert, now: datetime, wait: timedelta) -> Alert:
    """The notice did not go out: again after a pause that doubles, and after ``wait`` the next target."""
    give_up_at = alert.give_up_at or now + wait
    retry_at = now + _FIRST_RETRY * 2**alert.attempts
    if retry_at >= give_up_at:
        return _next(alert, give_up_at)
    return replace(alert, attempts=alert.attempts + 1, due_at=retry_at, give_up_at=give_up_at)


def unanswered(alert: Alert) -> Alert:
    """Everybody had their turns and nobody acknowledged."""
    return replace(alert, done=True)


def _next(alert: Alert, due_at: datetime) -> Alert:
    return replace(alert, step=alert.step + 1, attempts=0, give_up_at=None, due_at=due_at)
