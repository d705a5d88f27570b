"""What people type to open, show, print, change and move in their safety plan, in every language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from care.content import read_yaml
from care.domain.safety_plan import STEPS

PREFIX = "safety_plan"
_ANYWHERE = {"open": PREFIX, "show": f"{PREFIX}_show", "print": f"{PREFIX}_print"}
_INSIDE = ("more", "next", "skip", "back", "stop", "keep", "unsaved")
_ON_ENTRIES = ("change", "remove")


@dataclass(frozen=True)
class PlanWords:
    """One language: whole messages to intents, those that work ``anywhere`` and those ``inside`` the plan.

    ``on_entries`` holds what stands before the number of an entry.
    """

    anywhere: Mapping[str, str]
    inside: Mapping[str, str]
    on_entries: Mapping[str, str]

    def read(self, plain: str) -> str | None:
        """The payload that a whole message means while the plan is filled in."""
        intent = self.anywhere.get(plain) or self.inside.get(plain) or self._on_entry(plain)
        return f"/{intent}" if intent else None

    def _on_entry(self, plain: str) -> str | None:
        words, _, number = plain.rpartition(" ")
        intent = self.on_entries.get(words)
        return f"{intent}_{int(number)}" if intent and number.isdecimal() else None


def load_plan_words(content_dir: Path, language: str) -> PlanWords:
    """The words of a language; raises ContentError."""
    listed: dict[str, list[str]] = read_yaml(content_dir / "lexicons" / language / f"{PREFIX}.yml")
    anywhere = {word: intent for name, intent in _ANYWHERE.items() for word in listed[name]}
    steps = {
        f"{word} {number}": f"{PREFIX}_step_{number}"
        for word in listed["step"]
        for number in range(1, STEPS + 1)
    }
    return PlanWords(
        anywhere | steps,
        {word: f"{PREFIX}_{name}" for name in _INSIDE for word in listed[name]},
        {word: f"{PREFIX}_{name}" for name in _ON_ENTRIES for word in listed[name]},
    )


def load_plan_commands(content_dir: Path, languages: Sequence[str]) -> dict[str, str]:
    """Every message of these languages that has to do with the plan wherever the talk is."""
    commands: dict[str, str] = {}
    for language in languages:
        commands = {**load_plan_words(content_dir, language).anywhere, **commands}
    return commands
