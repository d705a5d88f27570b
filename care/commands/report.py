"""Counts for the yearly report on crisis referrals, without any personal data."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import typer

from care.commands.prepare import data_folder, load_settings
from care.errors import ConfigurationError, KeyUnusable
from care.storage.database import open_database
from care.storage.keys import load_master_key
from care.storage.unit_of_work import UnitOfWork

_FEWEST_SHOWN = 5
_WHERE = re.compile(r"\((?P<country>[A-Z]{2}), (?P<kind>\w+)\)$")


def safety(first: date, last: date, *, as_json: bool) -> None:
    """Print how often help was shown from ``first`` to ``last``.

    Raises ConfigurationError when they are the wrong way round, KeyUnusable without a master key.
    """
    if last < first:
        raise ConfigurationError("--to is before --from.", "Change them over.")
    settings = load_settings()
    if settings.master_key is None and not settings.key_file.exists():
        raise KeyUnusable(
            f"There is no master key in {settings.key_file}.", "Set CARE_DATA_DIR or restore it."
        )
    data_folder(settings)
    database = open_database(settings.database, load_master_key(settings))
    try:
        database.migrate()
        with database.begin(reading=True) as uow:
            found = counted(uow, first, last)
    finally:
        database.close()
    typer.echo(json.dumps(found) if as_json else "\n".join(_lines(found)))


def counted(uow: UnitOfWork, first: date, last: date) -> dict[str, Any]:
    """All counts; in a table by group a count below five is "<5"."""
    start, end = _midnight(first), _midnight(last + timedelta(days=1))
    months: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    for day, label, count in uow.crisis_counts.between(first, last):
        months[f"{day:%Y-%m}"] += count
        labels[label] += count
    people = uow.crisis_counts.people_helped(start, end)
    shown = [
        found
        for key in people
        for entry in uow.help_shown.since(key, start)
        if entry.at < end
        for found in map(_WHERE.search, entry.contacts)
    ]
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "referrals": labels.total(),
        "people_with_consent": _few(len(people)),
        "by_month": _table(months),
        "by_label": _table(labels),
        "contacts_by_country": _table(Counter(each["country"] if each else "unknown" for each in shown)),
        "contacts_by_kind": _table(Counter(each["kind"] if each else "unknown" for each in shown)),
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _table(counts: Mapping[str, int]) -> dict[str, int | str]:
    return {name: _few(counts[name]) for name in sorted(counts)}


def _few(count: int) -> int | str:
    return f"<{_FEWEST_SHOWN}" if 0 < count < _FEWEST_SHOWN else count


def _lines(found: Mapping[str, Any]) -> list[str]:
    lines = []
    for name, value in found.items():
        inner = value.items() if isinstance(value, dict) else ()
        lines.append(f"{name}:" if isinstance(value, dict) else f"{name}: {value}")
        lines.extend(f"  {group}: {count}" for group, count in inner)
    return lines
