"""Alerts that are due go to the operator's people on call, one after the other, until one acknowledges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from care.domain.alert import Alert, failed, sent, turn, unanswered
from care.on_call.notice import NoticeFailed
from care.on_call.targets import Target
from care.storage.database import Database

log = structlog.get_logger()
LEASE = timedelta(minutes=2)  # longer than any one sending takes
_BATCH = 100

Send = Callable[[Target, Alert], None]


def escalate(
    clock: Callable[[], datetime],
    database: Database,
    send: Send,
    targets: Sequence[Target],
    wait: timedelta,
) -> int:
    """Tell the next person on call of each alert that is due; returns how many alerts had a turn.

    An alert is claimed, sent, and then marked. A crash between the last two sends it once more when the claim
    runs out: it errs on twice, because never would be worse. Two schedulers claim no alert at once.
    """
    if not targets:
        return 0
    for count in range(_BATCH):
        alert = _claim(clock(), database)
        if alert is None:
            return count
        _keep(_after_turn(alert, clock, send, targets, wait), alert, database)
    return _BATCH


def _claim(now: datetime, database: Database) -> Alert | None:
    with database.begin() as uow:
        alert = uow.alerts.claim(now, LEASE)
        uow.commit()
        return alert


def _keep(after: Alert, claimed: Alert, database: Database) -> None:
    with database.begin() as uow:
        uow.alerts.keep(after, claimed)
        uow.commit()


def _after_turn(
    alert: Alert, clock: Callable[[], datetime], send: Send, targets: Sequence[Target], wait: timedelta
) -> Alert:
    place = turn(alert, len(targets))
    if place is None:
        log.error("alert_unanswered", case=alert.code, step=alert.step)
        return unanswered(alert)
    target = targets[place]
    try:
        send(target, alert)
    except NoticeFailed as error:
        log.error("alert_not_sent", case=alert.code, step=alert.step, kind=target.kind, error=error.problem)
        return failed(alert, clock(), wait)
    log.info("alert_sent", case=alert.code, step=alert.step, kind=target.kind)
    return sent(alert, clock(), wait)
