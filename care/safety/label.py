"""What a message can say about danger, how grave that is, and what the direct question was answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """What one message, read alone, supports; written here from the least to the most grave."""

    NONE = "none"
    DISTRESS = "distress"
    THIRD_PARTY_CONCERN = "third_party_concern"
    SELF_HARM = "self_harm"
    ABUSE_VICTIM = "abuse_victim"
    PASSIVE_IDEATION = "passive_ideation"
    HARM_TO_OTHERS = "harm_to_others"
    ACTIVE_IDEATION = "active_ideation"
    PLAN_INTENT = "plan_intent"

    @property
    def severity(self) -> int:
        """0 for none, 8 for a plan; a message with several labels gets the gravest."""
        return _SEVERITY[self]

    @property
    def is_crisis(self) -> bool:
        """Whether help is owed at once."""
        return self not in (Label.NONE, Label.DISTRESS)

    @property
    def is_own_danger(self) -> bool:
        """Whether an episode opens on it: worry about somebody else opens none."""
        return self.is_crisis and self is not Label.THIRD_PARTY_CONCERN

    @property
    def is_suicidal(self) -> bool:
        """Whether it is about the person's own death."""
        return self in (Label.PASSIVE_IDEATION, Label.ACTIVE_IDEATION, Label.PLAN_INTENT)

    @property
    def calls_for_the_question(self) -> bool:
        """Whether the person is asked, once, if they think about killing themselves."""
        return self.is_suicidal or self is Label.SELF_HARM


_SEVERITY = {label: place for place, label in enumerate(Label)}


class Answer(StrEnum):
    """What the person said when asked whether they think about killing themselves."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


class Barrier(StrEnum):
    """What can stand in the way of calling somebody."""

    COST = "cost"
    POLICE = "police"
    OTHERS = "others"
    PHONE = "phone"
    LANGUAGE = "language"
    OTHER = "other"


@dataclass(frozen=True)
class Finding:
    """What the screen found. ``score`` runs from 0 (nothing) to 1 (said outright)."""

    label: Label
    score: float
