"""What `care doctor` sees of the people on call and of alerts that nobody acknowledged."""

from __future__ import annotations

from collections import Counter

from care.commands.findings import Found, Look, ok, to_do
from care.on_call.notice import load_targets
from care.settings import Settings
from care.storage.connection import sqlite_file
from care.storage.database import open_database
from care.storage.keys import load_master_key
from care.storage.rows import has_table

_WAIT_MS = 1_000


def looks(settings: Settings) -> list[Look]:
    """Each check with its name."""
    return [("people on call", lambda: _targets(settings)), ("alerts", lambda: _alerts(settings))]


def _targets(settings: Settings) -> Found:
    targets = load_targets(settings)
    if not targets:
        return ok("Nobody: CARE_ON_CALL is not set, and /oncall says so.")
    kinds = Counter(target.kind.value for target in targets)
    listed = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    return ok(f"{listed}; {settings.on_call_wait_min:g} minutes each. `care on-call test` tries them.")


def _alerts(settings: Settings) -> Found:
    path = sqlite_file(settings.database)
    has_key = settings.master_key is not None or settings.key_file.exists()
    if not has_key or (path is not None and not path.exists()):
        return ok("None.")
    database = open_database(settings.database, load_master_key(settings), wait_ms=_WAIT_MS)
    try:
        if not has_table(database.engine, "alerts"):
            return ok("None: the table is made at the next start.")
        with database.begin(reading=True) as uow:
            alerts = uow.alerts.unacknowledged()
    finally:
        database.close()
    if not alerts:
        return ok("None waits.")
    unanswered = [alert.code for alert in alerts if alert.done]
    if unanswered:
        seen = f"Nobody acknowledged {', '.join(unanswered)}."
        return to_do(seen, "Look after it now, then run: care on-call ack CODE --by NAME")
    return to_do(f"{len(alerts)} not yet acknowledged.", "`care on-call list` shows them.")
