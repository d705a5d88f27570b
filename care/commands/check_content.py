"""What `care doctor` sees of the content: whether it is complete, and what is due for a new look."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date

from care.commands.findings import Found, Look, broken, ok, to_do
from care.messages import load_messages
from care.practices import load_practices
from care.safety.hotlines import load_hotlines
from care.safety.screen import load_screen
from care.settings import Settings
from care.understanding.feelings import load_reader
from care.words import load_words

_FRESH_MONTHS = 12


def looks(settings: Settings, today: date) -> list[Look]:
    """Each check with its name."""
    folder, languages = settings.content_dir, settings.languages
    return [
        (
            "messages",
            lambda: _each(languages, lambda each: len(load_messages(folder, each).keys()), "messages"),
        ),
        ("practices", lambda: _each(languages, lambda each: len(load_practices(folder, each)), "practices")),
        ("crisis screen", lambda: _loads(lambda: load_screen(folder, languages))),
        ("feelings", lambda: _loads(lambda: load_reader(folder))),
        ("short answers", lambda: _loads(lambda: [load_words(folder, each) for each in languages])),
        ("help lines", lambda: _hotlines(settings, today)),
    ]


def _each(languages: tuple[str, ...], count: Callable[[str], int], what: str) -> Found:
    return ok(", ".join(f"{count(each)} {what} in {each}" for each in languages) + ".")


def _loads(load: Callable[[], object]) -> Found:
    load()
    return ok("Complete.")


def _hotlines(settings: Settings, today: date) -> Found:
    load_hotlines(settings.content_dir)
    with (settings.content_dir / "hotlines" / "hotlines.csv").open(encoding="utf-8", newline="") as file:
        dates = [row["as_of"] for row in csv.DictReader(file)]
    due = sum(_months_since(as_of, today) > _FRESH_MONTHS for as_of in dates)
    if not dates:
        return broken("There are none.", "Restore data/hotlines/hotlines.csv.")
    seen = f"{len(dates)} help lines, {due} of them last checked over {_FRESH_MONTHS} months ago."
    return to_do(seen, "Call or look them up, then set as_of.") if due else ok(seen)


def _months_since(as_of: str, today: date) -> int:
    year, month = as_of.split("-")[:2]
    return (today.year - int(year)) * 12 + today.month - int(month)
