from __future__ import annotations

import asyncio
from pathlib import Path

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from varied_responses import VariedResponses

DOMAIN = Domain.from_dict(
    {
        "slots": {"name": {"type": "text", "mappings": [{"type": "custom"}]}},
        "responses": {
            "utter_hello": [{"text": text} for text in ("Hi {name}.", "Hello {name}.", "Good day.")],
            "utter_bye": [{"text": "Bye."}],
            "utter_card": [{"custom": {"card": 1}}, {"custom": {"card": 2}}],
        },
    }
)


def answers(sender: str, response: str, count: int) -> list[object]:
    tracker = DialogueStateTracker(sender, DOMAIN.slots)
    tracker.update(SlotSet("name", "Sam"))
    responses, given = VariedResponses(domain=DOMAIN), []
    for _ in range(count):
        answer = asyncio.run(responses.generate(response, tracker, "care"))
        assert answer
        tracker.update(BotUttered(answer.get("text"), {"custom": answer.get("custom")}))
        given.append(answer.get("text") or answer["custom"]["card"])
    return given


def test_no_variation_is_said_again_while_another_is_left(folder: Path) -> None:
    given = answers("ayla", "utter_hello", 30)
    assert all(len(set(given[i : i + 3])) == 3 for i in range(28))
    assert set(given) == {"Hi Sam.", "Hello Sam.", "Good day."}


def test_a_single_variation_may_be_said_again(folder: Path) -> None:
    assert answers("ayla", "utter_bye", 2) == ["Bye.", "Bye."]


def test_variations_without_text_are_told_apart_too(folder: Path) -> None:
    given = answers("ayla", "utter_card", 6)
    assert all(given[i] != given[i + 1] for i in range(5))


def test_the_choice_is_the_same_for_the_same_history_and_differs_between_people(folder: Path) -> None:
    assert answers("ayla", "utter_hello", 3) == answers("ayla", "utter_hello", 3)
    assert len({answers(f"sender {i}", "utter_hello", 1)[0] for i in range(20)}) == 3


def test_the_engine_finds_it_by_the_name_in_endpoints(folder: Path) -> None:
    config = EndpointConfig(type="varied_responses.VariedResponses")
    assert isinstance(NaturalLanguageGenerator.create(config, DOMAIN), VariedResponses)
