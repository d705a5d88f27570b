from __future__ import annotations

import os
import subprocess

import pytest

from care.settings import REPOSITORY
from care.storage.tracker import Tracker

ENGINE = REPOSITORY / "rasa"
PYTHON = ENGINE / ".venv" / "bin" / "python"
A_TURN = """
import asyncio, sys
from encrypted_tracker_store import EncryptedTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
slots = "slots: {consent: {type: bool, mappings: [{type: custom}]}}"
domain = Domain.from_yaml("version: '3.1'\\n" + slots)
store = EncryptedTrackerStore(domain, url=sys.argv[1], key=bytes.fromhex(sys.argv[2]))
store.verify()
for sender in ("ayla-key", "ben-key"):
    tracker = store.init_tracker(sender)
    for event in (SlotSet("consent", True), UserUttered("word-zebra"), BotUttered("answer")):
        tracker.update(event)
    asyncio.run(store.save(tracker))
"""


@pytest.mark.engine
def test_what_the_engine_itself_stored_is_exported_and_erased(tmp_path, master):
    if not PYTHON.exists():
        pytest.skip("the engine's environment rasa/.venv is not set up")
    url = f"sqlite:///{tmp_path / 'engine.db'}"
    command = [PYTHON, "-c", A_TURN, url, master.derive("engine").hex()]
    quiet = {"SQLALCHEMY_SILENCE_UBER_WARNING": "1", "RASA_TELEMETRY_ENABLED": "false"}
    subprocess.run(command, check=True, cwd=ENGINE, env=os.environ | quiet, capture_output=True)
    tracker = Tracker(url, master)

    said = [(event["event"], event.get("text")) for event in tracker.conversation("ayla-key")]
    assert said == [("slot", None), ("user", "word-zebra"), ("bot", "answer")]
    assert tracker.erase("ayla-key") == 3
    assert tracker.conversation("ayla-key") == []
    assert len(tracker.conversation("ben-key")) == 3
