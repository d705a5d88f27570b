"""The people on call, for the operator: what is open, an acknowledgement, a test of every target."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import typer

from care.commands.prepare import data_folder, load_settings
from care.domain.alert import Alert
from care.errors import ConfigurationError, KeyUnusable
from care.messages import load_messages
from care.on_call.notice import NoticeFailed, load_courier, load_targets
from care.storage.database import Database, open_database
from care.storage.keys import load_master_key


def acknowledge(code: str, by: str, at: datetime) -> None:
    """Record that somebody looks after an alert; raises ConfigurationError for an unknown code."""
    if not by.strip():
        raise ConfigurationError("Nobody stands under --by.", "Name who acknowledges.")
    with _database() as database, database.begin() as uow:
        if not uow.alerts.acknowledge(code.strip().upper(), by.strip(), at):
            raise ConfigurationError(
                f"There is no alert {code!r}.",
                "`care on-call list` shows the open ones; one of a person who took leave back is gone.",
            )
        uow.commit()
    typer.echo("Acknowledged. Nobody else is told of it.")


def show(*, as_json: bool) -> None:
    """Print each alert that nobody has acknowledged."""
    with _database() as database, database.begin(reading=True) as uow:
        alerts = uow.alerts.unacknowledged()
    for alert in alerts:
        typer.echo(_line(alert, as_json=as_json))
    if not alerts and not as_json:
        typer.echo("No alert is open.")


def test() -> int:
    """Send a test notice to every target and say which took it; 1 when one did not.

    Raises ConfigurationError when nobody is on call.
    """
    settings = load_settings()
    targets = load_targets(settings)
    if not targets:
        raise ConfigurationError(
            "Nobody is on call.", 'Set CARE_ON_CALL, such as ["mailto:kim@example.org"].'
        )
    courier = load_courier(settings, load_messages(settings.content_dir, "en"))
    all_took_it = True
    for place, target in enumerate(targets, start=1):
        try:
            courier.send_test(target)
            said = "took it"
        except NoticeFailed as error:
            all_took_it, said = False, f"failed ({error.problem})"
        typer.echo(f"{place}  {target.kind}: {said}")
    return 0 if all_took_it else 1


@contextmanager
def _database() -> Iterator[Database]:
    settings = load_settings()
    if settings.master_key is None and not settings.key_file.exists():
        raise KeyUnusable(
            f"There is no master key in {settings.key_file}.", "Set CARE_DATA_DIR or restore it."
        )
    data_folder(settings)
    database = open_database(settings.database, load_master_key(settings))
    try:
        database.migrate()
        yield database
    finally:
        database.close()


def _line(alert: Alert, *, as_json: bool) -> str:
    state = "unanswered" if alert.done else "open"
    fields = {
        "case": alert.code,
        "level": alert.level,
        "at": alert.at.isoformat(),
        "step": alert.step,
        "state": state,
    }
    if as_json:
        return json.dumps(fields)
    return f"{alert.code}  {alert.level}  {alert.at:%Y-%m-%d %H:%M} UTC  step {alert.step}  {state}"
