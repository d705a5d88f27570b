"""Rasa's agent without what hides a broken store, with sessions that go by the time a message carries.

It also keeps free words free: what looks like small talk inside a question for a name is the answer.
"""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

MINUTE_S = 60
MOMENTS = frozenset({"loss", "distress"})
FALLBACK = {"name": "nlu_fallback", "confidence": 1.0}
# Questions that any words may answer: a doubtful reading of them is no interruption.
FREE_WORDS = frozenset(
    {"country", "time_zone", "nickname", "avoid", "note", "practice_step", "setting_value", "journal_entry",
     "journal_query"}
)  # fmt: skip
ENTRIES = frozenset({"journal_entry"})  # whole texts: what is longer than a remark to us is one
LONGEST_REMARK, LONGEST_QUESTION = 5, 8  # words
SURE_ENOUGH = 0.8
SMALL_TALK = frozenset(
    {"off_topic", "insult", "thanks", "greet", "ask_wellbeing", "ask_cost", "ask_sure", "want_practice",
     "check_in", "check_in_yesterday", "rate", "settings", "start", "journal"}
)  # fmt: skip


class Conversation(Agent):
    """An agent whose store's errors reach the caller; Rasa's own answers from memory instead."""

    @staticmethod
    def _create_tracker_store(store: TrackerStore | None, domain: Domain) -> TrackerStore:
        if store is None:
            raise ValueError("a conversation needs a tracker store")
        store.domain = domain
        return store

    def load_model(self, model_path: str | Path, fingerprint: str | None = None) -> None:
        """Raises whatever is wrong with the model."""
        self.processor = Processor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
        )
        self.domain = self.processor.domain
        self.tracker_store.domain = self.domain
        self.nlg.responses = self.domain.responses
        self._set_fingerprint(fingerprint)


class Processor(MessageProcessor):
    """Ends a session when the gap between two messages' own times is longer than the domain allows."""

    async def _update_tracker_session(
        self,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        tracker.arrived_at = sent_at(metadata) or time.time()
        await super()._update_tracker_session(tracker, output_channel, metadata)

    async def parse_message(
        self,
        message: UserMessage,
        tracker: DialogueStateTracker | None = None,
        only_output_properties: bool = True,
    ) -> dict[str, Any]:
        """Rasa's reading, unless we know better: a moment the gateway heard, or an answer in free words."""
        parsed: dict[str, Any] = await super().parse_message(message, tracker, only_output_properties)
        asked = tracker.get_slot("requested_slot") if tracker and tracker.active_loop_name else None
        parsed["intent"] = meant(parsed["intent"], message.text or "", message.metadata, asked)
        return parsed

    def _has_session_expired(self, tracker: DialogueStateTracker) -> bool:
        config = self.domain.session_config
        last = tracker.get_last_event_for(UserUttered)
        if last is None or not config.are_sessions_enabled():
            return False
        gap_s = tracker.arrived_at - (sent_at(last.metadata) or last.timestamp)
        return bool(gap_s > config.session_expiration_time * MINUTE_S)


def meant(
    intent: dict[str, Any], text: str, metadata: dict[str, Any] | None, asked: str | None
) -> dict[str, Any]:
    """The intent that counts for `text`, when the question open is for the slot `asked`."""
    moment = (metadata or {}).get("moment")
    if text.startswith("/"):
        return intent
    if moment in MOMENTS:
        return {"name": moment, "confidence": 1.0}
    asks = text.rstrip().endswith("?")
    if asked in ENTRIES and len(text.split()) > (LONGEST_QUESTION if asks else LONGEST_REMARK):
        return dict(FALLBACK)
    if asked not in FREE_WORDS or asks:
        return intent
    doubtful = intent["name"] in SMALL_TALK or (intent.get("confidence") or 0.0) < SURE_ENOUGH
    return dict(FALLBACK) if doubtful else intent


def sent_at(metadata: dict[str, Any] | None) -> float | None:
    """Seconds since 1970 of the ISO time under `at`; None when there is none or it is no time with a zone."""
    try:
        text = str((metadata or {}).get("at", "")).replace("Z", "+00:00")
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo else None
