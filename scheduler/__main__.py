"""Runs the ticks: ``python -m scheduler``."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.blocking import BlockingScheduler

from care import logs
from care.errors import CareError, StorageUnavailable
from care.messages import load_messages
from care.on_call.notice import load_courier, load_targets
from care.safety.follow_up import load_follow_up_words
from care.settings import Settings
from care.storage.database import open_database
from care.storage.keys import load_master_key
from scheduler.escalation import escalate
from scheduler.follow_ups import follow_ups
from scheduler.ticks import invitation, nudges, retention

log = structlog.get_logger()


def main() -> int:
    """Run until ended; 2, with one line saying why, when it cannot start."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logs.write_to(sys.stderr)
    settings = Settings()
    try:
        database = open_database(settings.database, load_master_key(settings))
        compose = invitation(load_messages(settings.content_dir, settings.languages[0]))
        words = load_follow_up_words(settings.content_dir, settings.languages)
        courier = load_courier(settings, load_messages(settings.content_dir, "en"))
        targets = load_targets(settings)
    except CareError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    scheduler = BlockingScheduler(timezone=UTC)
    scheduler.add_job(
        _kept_going(lambda: nudges(datetime.now(UTC), database, compose)), "interval", seconds=30
    )
    scheduler.add_job(
        _kept_going(lambda: follow_ups(datetime.now(UTC), database, words.message)), "interval", seconds=30
    )
    wait = timedelta(minutes=settings.on_call_wait_min)
    scheduler.add_job(
        _kept_going(lambda: escalate(lambda: datetime.now(UTC), database, courier.send, targets, wait)),
        "interval",
        seconds=10,
    )
    scheduler.add_job(_kept_going(lambda: retention(datetime.now(UTC), database)), "interval", hours=1)
    scheduler.start()
    return 0


def _kept_going(tick: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        try:
            tick()
        except StorageUnavailable as error:
            log.error("tick_failed", error=type(error).__name__)

    return run


if __name__ == "__main__":
    raise SystemExit(main())
