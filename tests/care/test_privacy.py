from __future__ import annotations

import base64
import json
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import MetaData, func, select

from care.domain.check_in import CheckIn
from care.domain.episode import Episode
from care.domain.follow_up import FollowUps
from care.domain.journal import JournalEntry
from care.domain.person import Person
from care.domain.practice import PracticeSession, Verdict
from care.domain.safety_plan import SafetyPlan
from care.errors import DataUnreadable, StorageUnavailable
from care.privacy import erase, export
from care.storage.connection import connect
from care.storage.database import Database, open_database
from care.storage.keys import MasterKey
from care.storage.shapes import Address, HelpShown
from care.storage.tracker import Tracker

MASTER = MasterKey(b"m" * 32)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEY, OTHER = "ayla-key", "ben-key"
SAID = [{"event": "user", "text": "word-zebra"}, {"event": "bot", "text": "answer"}]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'care.db'}", MASTER, wait_ms=50)
    opened.migrate()
    with opened.begin() as uow:
        for key in (KEY, OTHER):
            uow.people.add(Person(key, "1", NOON, NOON, nickname="Zebra"))
            uow.addresses.set(key, Address("telegram", "42"))
            uow.check_ins.put(key, CheckIn("entry-1", NOON, date(2026, 11, 23), mood=2, note="note"))
            uow.episodes.put(key, Episode("episode-1", NOON, NOON, NOON, "active_ideation", 7))
            uow.journal.put(key, JournalEntry("journal-1", NOON, date(2026, 11, 24), "my words"))
            uow.sessions.put(key, PracticeSession("session-1", NOON, "box", "calm", verdict=Verdict.SAME))
            uow.follow_ups.put(key, FollowUps("first", NOON, NOON), NOON)
            uow.alerts.open(key, "plan_intent", NOON)
            uow.help_shown.put(key, HelpShown("help-1", NOON, "imminent", ("988",)))
            uow.safety_plans.put(key, SafetyPlan(NOON).write("i stop sleeping", NOON))
            uow.outbox.add(key, "nudge", NOON, {"text": "hello"})
        uow.receipts.claim("telegram", "update-1", NOON)
        uow.commit()
    yield opened
    opened.close()


@pytest.fixture
def tracker(tmp_path: Path) -> Tracker:
    """The engine's store with two events of each person, sealed as the engine seals them."""
    path = tmp_path / "engine.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE tracker_keys (sender_id TEXT PRIMARY KEY, wrapped_key TEXT)")
    connection.execute(
        "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, type_name TEXT, data TEXT)"
    )
    for sender in (KEY, OTHER):
        own = os.urandom(32)
        wrapped = _sealed(MASTER.derive("engine"), own, f"key\0{sender}")
        connection.execute("INSERT INTO tracker_keys VALUES (?, ?)", (sender, wrapped))
        for event in SAID:
            data = _sealed(own, json.dumps(event).encode(), f"{event['event']}\0{sender}")
            row = (sender, event["event"], data)
            connection.execute("INSERT INTO events (sender_id, type_name, data) VALUES (?, ?, ?)", row)
    connection.commit()
    connection.close()
    return Tracker(f"sqlite:///{path}", MASTER, wait_ms=50)


def test_an_export_has_every_row_of_every_table_that_the_database_really_has(database, tracker):
    with database.begin(reading=True) as uow:
        exported = export(uow, tracker, KEY)

    found = MetaData()
    found.reflect(database.engine)
    with database.engine.connect() as connection:
        for name, table in found.tables.items():
            if name not in ("receipts", "crisis_counts", "alerts", "alembic_version"):  # no pseudonym in them
                owner = table.c.key if name == "people" else table.c.person_key
                count = connection.scalar(select(func.count()).where(owner == KEY))
                assert len(exported.pop(name)) == count > 0
    assert [alert["level"] for alert in exported.pop("alerts")] == ["plan_intent"]
    assert exported == {"conversation": SAID}


def test_an_export_is_readable_and_has_no_key_and_nothing_of_others(database, tracker):
    with database.begin(reading=True) as uow:
        exported = export(uow, tracker, KEY)

    text = json.dumps(exported)
    assert exported["mood_entries"][0] | {"mood": 2, "note": "note"} == exported["mood_entries"][0]
    assert exported["journal_entries"][0]["text"] == "my words"
    assert exported["safety_plans"][0]["entries"][0] == ["i stop sleeping"]
    assert exported["episodes"][0]["level"] == "active_ideation"
    assert exported["people"][0]["nickname"] == "Zebra"
    assert exported["addresses"] == [{"person_key": KEY, "channel": "telegram", "user_id": "42"}]
    assert exported["practice_sessions"][0]["verdict"] == "same"
    assert exported["help_shown"][0]["at"] == "2026-11-24T12:00:00+00:00"
    assert "wrapped_key" not in text
    assert OTHER not in text


def test_an_export_of_somebody_unknown_is_empty(database, tracker):
    with database.begin(reading=True) as uow:
        assert export(uow, tracker, "nobody") == {}


def test_erasing_takes_everything_of_one_person_and_says_how_much(database, tracker):
    erased = erase(database, tracker, KEY)

    assert erased.counts == {
        "people": 1,
        "addresses": 1,
        "mood_entries": 1,
        "journal_entries": 1,
        "episodes": 1,
        "practice_sessions": 1,
        "help_shown": 1,
        "safety_plans": 1,
        "follow_ups": 1,
        "alerts": 1,
        "outbox": 1,
        "conversation": 2,
    }
    with database.begin(reading=True) as uow:
        assert export(uow, tracker, KEY) == {}
        assert len(export(uow, tracker, OTHER)) == 12
    assert not erase(database, tracker, KEY).anything


def test_not_even_encrypted_bytes_of_an_erased_person_linger_in_a_file(database, tracker, tmp_path):
    ours = _stored(database, "SELECT wrapped_key, profile FROM people WHERE key = 'ayla-key'")
    theirs = _stored(database, "SELECT profile FROM people WHERE key = 'ben-key'")
    connection = sqlite3.connect(tmp_path / "engine.db")  # stays open, as a running engine keeps it
    connection.execute("PRAGMA journal_mode = WAL")
    rows = connection.execute(
        "SELECT data FROM events WHERE sender_id = 'ayla-key'"
        " UNION SELECT wrapped_key FROM tracker_keys WHERE sender_id = 'ayla-key'"
    ).fetchall()
    gone = [*ours, KEY.encode(), *(row[0].encode() for row in rows)]
    assert all(any(piece in raw for raw in _files(tmp_path)) for piece in gone)

    erase(database, tracker, KEY)

    assert not [piece for piece in gone for raw in _files(tmp_path) if piece in raw]
    connection.close()
    assert all(any(piece in raw for raw in _files(tmp_path)) for piece in theirs)


def test_an_erasure_whose_traces_somebody_holds_says_so_and_can_be_done_again(database, tracker, tmp_path):
    reader = sqlite3.connect(tmp_path / "care.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM people").fetchone()

    with pytest.raises(StorageUnavailable, match="Erase once more"):
        erase(database, tracker, KEY)
    with database.begin(reading=True) as uow:
        assert uow.people.get(KEY) is None
    reader.close()

    erase(database, tracker, KEY)
    assert not [raw for raw in _files(tmp_path) if KEY.encode() in raw]


def test_an_engine_that_never_ran_is_no_obstacle_and_no_file_is_made_for_it(database, tmp_path):
    never = Tracker(f"sqlite:///{tmp_path / 'none.db'}", MASTER)

    with database.begin(reading=True) as uow:
        assert "conversation" not in export(uow, never, KEY)
    assert erase(database, never, KEY).counts["conversation"] == 0
    assert not (tmp_path / "none.db").exists()


def test_a_store_of_the_engine_without_tables_is_empty(tmp_path):
    connect(f"sqlite:///{tmp_path / 'engine.db'}").dispose()
    tracker = Tracker(f"sqlite:///{tmp_path / 'engine.db'}", MASTER)

    assert tracker.conversation(KEY) == []
    assert tracker.erase(KEY) == 0


def test_when_the_engine_s_store_is_locked_nothing_is_erased_yet(database, tracker, tmp_path):
    holder = sqlite3.connect(tmp_path / "engine.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")

    with pytest.raises(StorageUnavailable, match="locked"):
        erase(database, tracker, KEY)

    holder.close()
    with database.begin(reading=True) as uow:
        assert uow.people.get(KEY) is not None


def test_a_conversation_under_another_key_is_unreadable_and_not_silently_left_out(tmp_path, tracker):
    stranger = Tracker(f"sqlite:///{tmp_path / 'engine.db'}", MasterKey(b"x" * 32))

    with pytest.raises(DataUnreadable):
        stranger.conversation(KEY)


def _sealed(key: bytes, plain: bytes, place: str) -> str:
    nonce = os.urandom(12)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, plain, place.encode())).decode()


def _stored(database: Database, query: str) -> list[bytes]:
    with database.engine.connect() as connection:
        return list(connection.exec_driver_sql(query).one())


def _files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir() if path.is_file()]
