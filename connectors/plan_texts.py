"""The words of a safety plan in one language, and the plan in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from care.domain.reply import Button, Reply
from care.domain.safety_plan import ALONE, HELPERS, PEOPLE, STEPS, SafetyPlan
from care.messages import Messages
from care.safety.reply import Said
from connectors.plan_words import PREFIX


@dataclass(frozen=True)
class PlanTexts:
    """Says messages of ``safety_plan``; ``said`` is what the person read lately."""

    messages: Messages
    language: str
    said: Sequence[str] = field(default=(), repr=False)

    def say(self, key: str, **values: object) -> str:
        """A message; another wording than those said lately, if there is one."""
        return self.messages.say(f"{PREFIX}.{key}", avoid=Said(self.said), **values)

    def with_buttons(self, text: str, *names: str) -> Reply:
        """A text with buttons of these names."""
        return Reply(text, tuple(self._button(name) for name in names))

    def step(self, number: int) -> str:
        """Which step this is."""
        return self.say("step", number=number, count=STEPS, title=self.title(number))

    def title(self, number: int) -> str:
        """What a step is called."""
        return self.say(f"title_{number}")

    def entries(self, entries: Sequence[str]) -> list[str]:
        """Entries with their numbers."""
        return [self.say("entry", number=n, entry=entry) for n, entry in enumerate(entries, start=1)]

    def day(self, day: date) -> str:
        """A day in figures."""
        return self.say("day", day=f"{day.day:02}", month=f"{day.month:02}", year=day.year)

    def whole(self, plan: SafetyPlan, helpers: str) -> str:
        """All six steps; ``helpers`` stands beside the fifth."""
        lines = [self.say("heading")]
        for number in range(1, STEPS + 1):
            lines.append(self.step(number))
            lines += [self.say("item", entry=entry) for entry in plan.step(number)] or [
                self.say("nothing_yet")
            ]
            lines += [helpers] if number == HELPERS else []
        return "\n".join(
            [*lines, self.say("updated", day=self.day(plan.updated_at.date())), self.say("edit_later")]
        )

    def brief(self, plan: SafetyPlan) -> str | None:
        """What helps at once: steps 2 to 4; None when they are empty."""
        steps = [number for number in range(ALONE, PEOPLE + 1) if plan.step(number)]
        if not steps:
            return None
        lines = [self.say("in_crisis")]
        for number in steps:
            lines += [self.title(number), *(self.say("item", entry=entry) for entry in plan.step(number))]
        return "\n".join(lines)

    def _button(self, name: str) -> Button:
        return Button(self.say(f"button_{name}"), f"/{PREFIX}" if name == "open" else f"/{PREFIX}_{name}")
