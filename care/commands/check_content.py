"""What `care doctor` sees of the content: whether it is complete, and what is due for a new look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from care.commands.findings import Found, Look, broken, ok, to_do
from care.messages import load_messages
from care.practices import load_practices
from care.safety.help import load_crisis_help
from care.safety.hotlines import RECHECK, load_hotlines
from care.safety.number_lint import stray_numbers
from care.safety.rechecks import load_rechecks
from care.settings import Settings
from care.understanding.checkpoint import describe
from care.understanding.feelings import load_reader
from care.words import load_words


def looks(settings: Settings, today: date) -> list[Look]:
    """Each check with its name."""
    folder, languages = settings.content_dir, settings.languages
    return [
        (
            "messages",
            lambda: _each(languages, lambda each: len(load_messages(folder, each).keys()), "messages"),
        ),
        ("practices", lambda: _each(languages, lambda each: len(load_practices(folder, each)), "practices")),
        ("crisis screen", lambda: _loads(lambda: load_crisis_help(folder, languages, settings.crisis_dir))),
        ("feelings", lambda: _feelings(settings)),
        ("short answers", lambda: _loads(lambda: [load_words(folder, each) for each in languages])),
        ("help lines", lambda: _hotlines(settings, today)),
    ]


def _each(languages: tuple[str, ...], count: Callable[[str], int], what: str) -> Found:
    return ok(", ".join(f"{count(each)} {what} in {each}" for each in languages) + ".")


def _loads(load: Callable[[], object]) -> Found:
    load()
    return ok("Complete.")


def _feelings(settings: Settings) -> Found:
    checkpoint = settings.emotion_checkpoint
    load_reader(settings.content_dir, settings.emotion_dir, checkpoint)
    if checkpoint is None:
        return ok("Complete.")
    described = describe(checkpoint, settings.content_dir)
    names = ", ".join(described.labels.names)
    kind = "several may hold" if described.several else "one holds"
    guess = " It only numbers them: these names are a guess." if described.labels.guessed else ""
    return ok(f"The checkpoint in {checkpoint}, by PyTorch; of its labels {kind}: {names}.{guess}")


def _hotlines(settings: Settings, today: date) -> Found:
    rechecks = load_rechecks(settings.hotline_rechecks)
    lines = load_hotlines(settings.content_dir, rechecks)
    strays = stray_numbers(settings.content_dir)
    if strays:
        return broken(f"{len(strays)} numbers in texts are not in the data.", "Run: care hotlines lint")
    due = len(lines.due(today))
    seen = f"{len(lines.rows)} help lines, {due} of them not checked for {RECHECK.days} days."
    seen += f" {len(rechecks)} rechecked by the operator." if rechecks else ""
    remedy = "Run: care hotlines due. Check them, then record it with care hotlines recheck."
    return to_do(seen, remedy) if due else ok(seen)
