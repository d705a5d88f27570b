from __future__ import annotations

import logging
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import bodiless_logs
from conversation import Processor, meant, sent_at
from intent_classifier import LettersAndMeaning
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain, SessionConfig
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

EXAMPLES = {
    "greet": ["hello there", "hello you", "hi there", "good morning", "hello"],
    "rate": ["7 out of 10", "8 out of 10", "a 3", "about a 4", "6"],
    "stop": ["stop it", "please stop", "stop now", "cancel this", "cancel"],
}
NOON = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)  # noqa: UP017  the engine's Python is 3.10


def classifier(folder: Path, intents: dict[str, list[str]]) -> tuple[LettersAndMeaning, LettersAndMeaning]:
    """One just trained, and the same read back from where it was stored."""
    config = {**LettersAndMeaning.get_default_config(), "meaning": 0}
    storage, resource = LocalModelStorage(folder), Resource("classifier")
    data = [Message({"text": text, "intent": name}) for name, texts in intents.items() for text in texts]
    trained = LettersAndMeaning.create(config, storage, resource, None)
    trained.train(TrainingData(data))
    return trained, LettersAndMeaning.load(config, storage, resource, None)


def read(component: LettersAndMeaning, text: str) -> Message:
    return component.process([Message({"text": text})])[0]


def test_a_stored_classifier_reads_as_the_trained_one_did(folder: Path) -> None:
    trained, loaded = classifier(folder, EXAMPLES)
    for text in ("helo there", "9 out of 10", "stopp", "", "\N{PILE OF POO}"):
        was, now = read(trained, text).get("intent"), read(loaded, text).get("intent")
        assert was["name"] == now["name"]
        assert abs(was["confidence"] - now["confidence"]) < 0.01
    assert [read(loaded, text).get("intent")["name"] for text in ("helo ther", "9 out of 10", "stopp")] == [
        "greet",
        "rate",
        "stop",
    ]


def test_confidences_are_probabilities(folder: Path) -> None:
    _, loaded = classifier(folder, EXAMPLES)
    ranking = read(loaded, "hello").get("intent_ranking")
    assert abs(sum(each["confidence"] for each in ranking) - 1) < 1e-5
    assert ranking == sorted(ranking, key=lambda each: -each["confidence"])


def test_two_intents_are_enough(folder: Path) -> None:
    _, loaded = classifier(folder, {name: EXAMPLES[name] for name in ("greet", "rate")})
    assert read(loaded, "hello").get("intent")["name"] == "greet"
    assert read(loaded, "7 out of 10").get("intent")["name"] == "rate"


def test_no_file_of_the_classifier_can_hold_code(folder: Path) -> None:
    classifier(folder, EXAMPLES)
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".npz", ".json"}


def expired(gap: timedelta, *, wall_clock_gap_s: float = 0) -> bool:
    tracker = DialogueStateTracker("ayla", [])
    tracker.update(
        UserUttered("hi", metadata={"at": NOON.isoformat()}, timestamp=NOON.timestamp() - wall_clock_gap_s)
    )
    tracker.arrived_at = sent_at({"at": (NOON + gap).isoformat()})
    domain = Domain.empty()
    domain.session_config = SessionConfig(60, True)
    return Processor._has_session_expired(SimpleNamespace(domain=domain), tracker)


def test_a_session_ends_by_the_time_messages_carry(folder: Path) -> None:
    assert expired(timedelta(minutes=61))
    assert not expired(timedelta(minutes=59))
    assert not expired(timedelta(minutes=59), wall_clock_gap_s=999_999)


def read_as(name: str, confidence: float) -> dict[str, object]:
    return {"name": name, "confidence": confidence}


def test_small_talk_and_doubtful_readings_are_the_answer_where_words_are_free(folder: Path) -> None:
    for text, intent, asked, counts in (
        ("a tree", read_as("off_topic", 0.94), "practice_step", "nlu_fallback"),
        ("Mohammed", read_as("off_topic", 0.59), "nickname", "nlu_fallback"),
        ("i live in the US", read_as("ask_cost", 0.79), "country", "nlu_fallback"),
        ("my sleeve, the desk", read_as("not_now", 0.51), "note", "nlu_fallback"),
        ("stop it please", read_as("stop", 0.97), "practice_step", "stop"),
        ("what is the weather?", read_as("off_topic", 0.94), "practice_step", "off_topic"),
        ("/check_in", read_as("check_in", 1.0), "nickname", "check_in"),
        ("a tree", read_as("off_topic", 0.94), "mood", "off_topic"),
        ("a tree", read_as("off_topic", 0.94), None, "off_topic"),
        ("find what i wrote", read_as("journal_search", 0.99), "journal_entry", "journal_search"),
        ("i want to write in my diary", read_as("journal", 0.99), "note", "nlu_fallback"),
        ("stop it please", read_as("stop", 0.97), "journal_entry", "stop"),
        ("is this private?", read_as("ask_privacy", 0.97), "journal_entry", "ask_privacy"),
        ("i want to stop drinking so much", read_as("stop", 0.97), "journal_entry", "nlu_fallback"),
        ("why do i always say yes to her and cry?", read_as("ask_why", 0.9), "journal_entry", "nlu_fallback"),
        ("i want to stop drinking so much", read_as("stop", 0.97), "note", "stop"),
    ):
        assert meant(intent, text, None, asked)["name"] == counts, text


def test_a_moment_that_the_gateway_heard_comes_before_the_models_reading(folder: Path) -> None:
    reading = read_as("share_feelings", 0.9)
    assert meant(reading, "my dad died", {"moment": "loss"}, "mood")["name"] == "loss"
    assert meant(reading, "my dad died", {"moment": "loss"}, "nickname")["name"] == "loss"
    assert meant(reading, "/skip", {"moment": "loss"}, None)["name"] == "share_feelings"
    assert meant(reading, "fine", {"moment": "delete_data"}, None)["name"] == "share_feelings"


def test_a_time_that_is_none_or_has_no_zone_is_no_time(folder: Path) -> None:
    assert [
        sent_at(each) for each in (None, {}, {"at": "soon"}, {"at": "2026-03-02T12:00:00"}, {"at": 7})
    ] == [None] * 5
    assert sent_at({"at": "2026-03-02T12:00:00Z"}) == NOON.timestamp()


def test_log_lines_hold_no_text_of_others(folder: Path) -> None:
    try:
        {}["marmalade"]
    except KeyError:
        record = logging.LogRecord(
            "rasa.core", logging.ERROR, "x.py", 7, "marmalade %s", ("jam",), sys.exc_info()
        )
        with mock.patch.object(sys, "exc_info", return_value=(None, None, None)):
            event = bodiless_logs.event_name(
                None, "error", {"event": "rest.message.failed", "text": "marmalade"}
            )
    line = bodiless_logs.Bodiless().format(record)
    assert "marmalade" not in line
    assert "jam" not in line
    assert "ERROR rasa.core:7 KeyError at check_understanding.py:" in line
    assert event == "ERROR rest.message.failed"
    assert bodiless_logs.event_name(None, "error", {"event": "I had marmalade"}).startswith(
        "ERROR (text dropped)"
    )
