"""What every action has in common: it never raises, because the engine would answer with silence."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction

log = structlog.get_logger()

Slots = dict[str, Any]
Domain = dict[str, Any]


def failed(dispatcher: CollectingDispatcher, where: str, error: Exception) -> None:
    """Say honestly that it did not work, and log the kind of error, never its text."""
    log.error("action_failed", action=where, error=type(error).__name__)
    dispatcher.messages.clear()
    dispatcher.utter_message(response="utter_trouble")


class CareAction(Action, ABC):
    """An action that answers honestly when something breaks."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Act, or say that it did not work; the conversation stays where it was."""
        try:
            return self.act(dispatcher, tracker)
        except Exception as error:  # noqa: BLE001 -- an action that raises leaves the person without an answer
            failed(dispatcher, self.name(), error)
            return []

    @abstractmethod
    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """What this action does."""


class CareForm(FormValidationAction, ABC):
    """A form whose question is asked again when something breaks."""

    @abstractmethod
    def name(self) -> str:
        """``validate_`` and the form's name; abstract so that rasa-sdk does not register this class."""

    async def get_validation_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """Validate what was said, or keep the question open and say so."""
        requested = tracker.slots.get("requested_slot")
        try:
            return self._validated(dispatcher, tracker, domain)
        except Exception as error:  # noqa: BLE001 -- as in CareAction
            failed(dispatcher, self.name(), error)
            return [SlotSet(requested, None)] if requested else []

    def _validated(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[EventType]:
        """As rasa-sdk does it, but a slot that an action has just emptied is no answer to be judged."""
        changes: Slots = {}
        for name, value in tracker.slots_to_validate().items():
            validate = getattr(self, f"validate_{name}", None)
            if value is not None and validate is not None:
                changes.update(validate(value, dispatcher, tracker, domain))
                tracker.slots.update(changes)
        return [SlotSet(name, value) for name, value in changes.items()]
