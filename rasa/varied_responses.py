"""Chooses among the variations of a response, and says none again while another is left."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterable
from typing import Any

from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

REMEMBERED = 8  # messages of the bot


class VariedResponses(TemplatedNaturalLanguageGenerator):
    """Rasa's templated responses; of those that fit, one that was not said lately.

    When all were, the one said longest ago. The choice looks random, and is the same for the same
    `seed`, sender and history.
    """

    def __init__(
        self,
        endpoint_config: EndpointConfig | None = None,
        domain: Domain | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(domain.responses if domain else {})
        given = endpoint_config.kwargs.get("seed", 0) if endpoint_config else 0
        self._seed = given if seed is None else seed

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """The filled response, or None when the domain has none that fits."""
        slots = tracker.current_slot_values()
        variations = self._fitting(utter_action, output_channel, slots)
        if not variations:
            return None
        filled = [self._fill_response(copy.deepcopy(each), slots, **kwargs) for each in variations]
        said = said_by_bot(tracker)
        dice = random.Random(f"{self._seed}/{tracker.sender_id}/{len(said)}/{utter_action}")  # noqa: S311  wording, not secrets
        return choose(filled, said, dice)

    def _fitting(self, utter_action: str, channel: str, slots: dict[str, Any]) -> list[dict[str, Any]]:
        if utter_action not in self.responses:
            return []
        fitting = ResponseVariationFilter(self.responses)
        found: list[dict[str, Any]] = fitting.responses_for_utter_action(utter_action, channel, slots)
        return found


def choose(
    variations: list[dict[str, Any]], said: list[str], dice: random.Random, remembered: int = REMEMBERED
) -> dict[str, Any]:
    """One of the variations, which are not empty; `said` is oldest first."""
    recent = said[-remembered:]
    new = [each for each in variations if _words(each) not in recent]
    if new:
        return dice.choice(new)
    return min(variations, key=lambda each: _last_index(recent, _words(each)))


def said_by_bot(tracker: DialogueStateTracker) -> list[str]:
    """What the bot said in this session, oldest first."""
    uttered: Iterable[BotUttered] = (event for event in tracker.events if isinstance(event, BotUttered))
    return [_words({"text": event.text, **(event.data or {})}) for event in uttered]


def _words(response: dict[str, Any]) -> str:
    """What makes two responses the same to a reader: the text, or failing that the custom part."""
    return response.get("text") or json.dumps(response.get("custom"), sort_keys=True, default=str)


def _last_index(items: list[str], item: str) -> int:
    return max(index for index, each in enumerate(items) if each == item)
