"""Help lines in the operator's hands: what must be checked again, a check recorded, numbers in texts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import typer

from care.commands.prepare import data_folder, load_settings
from care.errors import ConfigurationError
from care.safety.hotlines import Hotline, load_hotlines
from care.safety.number_lint import stray_numbers
from care.safety.rechecks import Recheck, load_rechecks, record
from care.settings import Settings


def due(today: date, country: str | None, *, as_json: bool) -> None:
    """Print each row that a person must check again."""
    settings = load_settings()
    lines = load_hotlines(settings.content_dir, load_rechecks(settings.hotline_rechecks))
    wanted = None if country is None else country.upper()
    if wanted is not None and wanted not in lines.countries.names:
        raise ConfigurationError(f"There is no country {country!r}.", "Use a code such as GB.")
    for row in lines.rows:
        doubts = doubts_about(row, today)
        if doubts and wanted in (None, row.country):
            typer.echo(_shown(row, doubts, as_json=as_json))


def doubts_about(row: Hotline, today: date) -> list[str]:
    """What is doubtful about a row; empty for one that is fresh and confirmed."""
    doubts = {
        "overdue": row.overdue(today),
        "single source": "SINGLE SOURCE" in row.source,
        "sources disagree": "SOURCES DISAGREE" in row.source,
        "hours unconfirmed": not row.hours_confirmed,
    }
    return [name for name, holds in doubts.items() if holds]


def recheck(found: Recheck, today: date) -> None:
    """Record what a person found when they checked a row.

    Raises ConfigurationError for what cannot be true, ContentError for a wrong number or hours.
    """
    settings = load_settings()
    before = load_rechecks(settings.hotline_rechecks)
    _check(found, settings, today)
    load_hotlines(settings.content_dir, before | {found.id: found})  # refuses a wrong number or hours
    data_folder(settings)
    record(settings.hotline_rechecks, found)
    typer.echo(f"Recorded in {settings.hotline_rechecks}.")


def lint(folder: Path) -> int:
    """Print each number or address in a text that the help lines do not hold; 1 when there is one."""
    strays = stray_numbers(folder)
    for stray in strays:
        typer.echo(stray)
    return 1 if strays else 0


def _check(found: Recheck, settings: Settings, today: date) -> None:
    if found.id not in {row.id for row in load_hotlines(settings.content_dir).rows}:
        raise ConfigurationError(f"There is no help line {found.id!r}.", "`care hotlines due` lists the ids.")
    if not found.by.strip():
        raise ConfigurationError("Nobody stands under --by.", "Name who checked it.")
    if date.fromisoformat(found.on) > today:
        raise ConfigurationError(f"{found.on} is yet to come.", "Give the day of the check.")
    if found.closed and (found.number or found.hours or found.id.endswith("-emergency")):
        raise ConfigurationError(
            "A closed line has no number or hours, and emergency numbers do not close.",
            "Give --closed alone, or --number.",
        )


def _shown(row: Hotline, doubts: list[str], *, as_json: bool) -> str:
    fields: dict[str, Any] = {
        "id": row.id,
        "name": row.name,
        "contact": row.contact,
        "hours": row.hours,
        "as_of": None if row.as_of is None else row.as_of.isoformat(),
        "recheck_by": None if row.recheck_by is None else row.recheck_by.isoformat(),
        "doubts": doubts,
        "source": row.source,
    }
    if as_json:
        return json.dumps(fields, ensure_ascii=False)
    return f"{row.id}  {row.name}: {row.contact} ({', '.join(doubts)}). Check: {row.source}"
