"""Looks at everything that a start needs, changes nothing, and says what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import typer

from care.commands import check_content, check_engine, check_on_call, check_speech, check_storage
from care.commands.findings import Found, Look, State, broken, ok
from care.commands.prepare import load_settings
from care.errors import CareError
from care.processes import refusals
from care.settings import Settings

Check = tuple[str, Found]


def examine(today: date | None = None) -> list[Check]:
    """Every check by its name. ``today`` tells which help lines are due for a new look."""
    try:
        settings = load_settings()
    except CareError as error:
        return [("settings", broken(error.problem, error.remedy))]
    looked = [(name, taken(look)) for name, look in looks(settings, today or datetime.now(UTC).date())]
    return [*looked, *_refusals(settings), *_channels()]


def looks(settings: Settings, today: date) -> list[Look]:
    """What there is to look at, in the order in which it is reported."""
    return [
        ("settings", lambda: _settings(settings)),
        *check_storage.looks(settings),
        *check_on_call.looks(settings),
        *check_content.looks(settings, today),
        *check_engine.looks(settings),
        *check_speech.looks(settings),
    ]


def report(checks: list[Check], *, as_json: bool) -> int:
    """Print one line a check; 1 when something is broken."""
    for name, found in checks:
        fields = {"check": name, "state": found.state.value, "found": found.seen, "remedy": found.remedy}
        line = f"{found.state:<6}  {name}: {found.seen} {found.remedy}".rstrip()
        typer.echo(json.dumps(fields) if as_json else line)
    return 1 if any(found.state is State.BROKEN for _, found in checks) else 0


def taken(look: Callable[[], Found]) -> Found:
    """What a look found; an error of ours is what it found too."""
    try:
        return look()
    except CareError as error:
        return broken(error.problem, error.remedy)
    except OSError as error:
        return broken(f"It cannot be looked at: {error.strerror}.", "Let this user read it.")


def _settings(settings: Settings) -> Found:
    names = sorted(f"CARE_{name.upper()}" for name in settings.model_fields_set)
    return ok(f"{', '.join(names)} set; the rest by default." if names else "All by default.")


def _refusals(settings: Settings) -> list[Check]:
    remedy = "Mend that, then start again."
    return [
        (f"last start of {part}", broken(why, remedy)) for part, why in refusals(settings.data_dir).items()
    ]


def _channels() -> list[Check]:
    others = [
        (f"channel {name}", ok("Off: this version serves the terminal alone."))
        for name in ("telegram", "slack", "whatsapp")
    ]
    return [("channel terminal", ok("On.")), *others]
