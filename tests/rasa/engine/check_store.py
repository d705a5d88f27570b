from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import encrypted_tracker_store as stores
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.exc import SQLAlchemyError

KEY = bytes(range(32))
OTHER_KEY = bytes(32)
DOMAIN = Domain.from_dict({"slots": {"consent": {"type": "bool", "mappings": [{"type": "custom"}]}}})
WORD = "marmalade"


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def opened(folder: Path, key: bytes = KEY, clock: Clock | None = None) -> stores.EncryptedTrackerStore:
    url = f"sqlite:///{folder / 'engine.db'}"
    return stores.EncryptedTrackerStore(DOMAIN, url=url, key=key, clock=clock or Clock())


def said(tracker: DialogueStateTracker | None) -> list[str]:
    return [event.text for event in tracker.events if isinstance(event, UserUttered)] if tracker else []


async def turn(
    store: stores.EncryptedTrackerStore, sender: str, text: str, consent: bool | None = None
) -> DialogueStateTracker:
    tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
    at = store._clock()
    tracker.update(UserUttered(text, {"name": f"about_{WORD}"}, timestamp=at))
    if consent is not None:
        tracker.update(SlotSet("consent", consent, timestamp=at))
    tracker.update(BotUttered(f"you said {text}", timestamp=at))
    tracker.update(ActionExecuted(f"action_{WORD}", timestamp=at))
    await store.save(tracker)
    return tracker


def rows(folder: Path, statement: str, *values: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "engine.db") as connection:
        return connection.execute(statement, values).fetchall()


def erase(folder: Path, sender: str) -> None:
    with sqlite3.connect(folder / "engine.db") as connection:
        connection.execute("DELETE FROM tracker_keys WHERE sender_id = ?", [sender])
        connection.execute("DELETE FROM events WHERE sender_id = ?", [sender])


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_no_word_intent_or_action_of_a_conversation_is_in_the_files(folder: Path) -> None:
    store = opened(folder)
    asyncio.run(turn(store, "ayla", f"my {WORD} is gone", consent=True))
    assert WORD.encode() not in files(folder)
    assert rows(folder, "SELECT DISTINCT intent_name, action_name FROM events") == [("", "")]
    assert said(asyncio.run(opened(folder).retrieve("ayla"))) == [f"my {WORD} is gone"]


def test_before_consent_nothing_reaches_the_files_and_afterwards_all_of_it_does(folder: Path) -> None:
    store = opened(folder)
    asyncio.run(turn(store, "ayla", "hello"))
    asyncio.run(turn(store, "ayla", "who are you", consent=False))
    assert rows(folder, "SELECT count(*) FROM events UNION ALL SELECT count(*) FROM tracker_keys") == [
        (0,),
        (0,),
    ]
    assert b"ayla" not in files(folder)
    assert said(asyncio.run(opened(folder).retrieve("ayla"))) == []
    asyncio.run(turn(store, "ayla", "I agree", consent=True))
    assert said(asyncio.run(opened(folder).retrieve("ayla"))) == ["hello", "who are you", "I agree"]


def test_what_is_kept_in_memory_is_dropped_after_two_hours(folder: Path) -> None:
    clock = Clock()
    store = opened(folder, clock=clock)
    asyncio.run(turn(store, "ayla", "hello"))
    clock.now += stores.MEMORY_S - 1
    assert said(asyncio.run(store.retrieve("ayla"))) == ["hello"]
    clock.now += 2
    assert asyncio.run(store.retrieve("ayla")) is None
    assert store._memory_bytes == 0


def test_memory_holds_no_more_senders_than_its_bound(folder: Path) -> None:
    store, bound = opened(folder), stores.MEMORY_SENDERS
    try:
        stores.MEMORY_SENDERS = 3
        for number in range(5):
            asyncio.run(turn(store, f"sender {number}", "hello"))
    finally:
        stores.MEMORY_SENDERS = bound
    assert list(store._memory) == ["sender 2", "sender 3", "sender 4"]


def test_only_what_a_turn_added_is_written(folder: Path) -> None:
    store = opened(folder)
    asyncio.run(turn(store, "ayla", "one", consent=True))
    tracker = asyncio.run(turn(store, "ayla", "two"))
    asyncio.run(store.save(tracker))
    assert rows(folder, "SELECT count(*) FROM events") == [(7,)]


def test_of_two_sessions_the_last_is_read_and_both_are_kept(folder: Path) -> None:
    store = opened(folder)
    clock = store._clock
    tracker = asyncio.run(turn(store, "ayla", "one", consent=True))
    tracker.update(SessionStarted(timestamp=clock() + 10))
    tracker.update(SlotSet("consent", True, timestamp=clock() + 11))
    tracker.update(UserUttered("two", timestamp=clock() + 12))
    asyncio.run(store.save(tracker))
    assert said(asyncio.run(store.retrieve("ayla"))) == ["two"]
    assert said(asyncio.run(store.retrieve_full_tracker("ayla"))) == ["one", "two"]


def test_after_an_erasure_from_outside_a_later_message_starts_afresh(folder: Path) -> None:
    store = opened(folder)
    asyncio.run(turn(store, "ayla", "old words", consent=True))
    erase(folder, "ayla")
    asyncio.run(turn(store, "ayla", "new words", consent=True))
    assert said(asyncio.run(opened(folder).retrieve_full_tracker("ayla"))) == ["new words"]


def test_an_erasure_in_the_middle_of_a_turn_is_not_undone_by_its_end(folder: Path) -> None:
    store = opened(folder)
    asyncio.run(turn(store, "ayla", "old words", consent=True))
    for consent in (True, False):
        tracker = asyncio.run(store.get_or_create_tracker("ayla"))
        tracker.update(UserUttered("delete everything"))
        tracker.update(SlotSet("consent", consent))
        erase(folder, "ayla")
        asyncio.run(store.save(tracker))
        assert rows(folder, "SELECT count(*) FROM events") == [(0,)]
        assert asyncio.run(store.retrieve("ayla")) is None
        asyncio.run(turn(store, "ayla", "old words", consent=True))


def test_withdrawn_consent_removes_key_and_rows(folder: Path) -> None:
    store = opened(folder)
    asyncio.run(turn(store, "ayla", "old words", consent=True))
    asyncio.run(turn(store, "ben", "his words", consent=True))
    asyncio.run(turn(store, "ayla", "I take it back", consent=False))
    assert rows(folder, "SELECT DISTINCT sender_id FROM events") == [("ben",)]
    assert rows(folder, "SELECT sender_id FROM tracker_keys") == [("ben",)]
    assert asyncio.run(store.retrieve("ayla")) is None


def test_rows_whose_key_is_gone_do_not_come_back_under_a_new_key(folder: Path) -> None:
    store = opened(folder)
    asyncio.run(turn(store, "ayla", "old words", consent=True))
    with sqlite3.connect(folder / "engine.db") as connection:
        connection.execute("DELETE FROM tracker_keys")
    asyncio.run(turn(store, "ayla", "new words", consent=True))
    assert said(asyncio.run(store.retrieve_full_tracker("ayla"))) == ["new words"]


def test_another_key_is_refused_in_a_store_that_is_still_empty(folder: Path) -> None:
    opened(folder).verify()
    opened(folder).verify()
    must_raise(stores.TrackerUnreadable, opened(folder, OTHER_KEY).verify)


def test_another_key_never_reads_as_a_fresh_tracker(folder: Path) -> None:
    asyncio.run(turn(opened(folder), "ayla", "hello", consent=True))
    must_raise(stores.TrackerUnreadable, lambda: asyncio.run(opened(folder, OTHER_KEY).retrieve("ayla")))


def test_a_row_moved_to_another_person_does_not_decrypt(folder: Path) -> None:
    store = opened(folder)
    asyncio.run(turn(store, "ayla", "hello", consent=True))
    with sqlite3.connect(folder / "engine.db") as connection:
        connection.execute("UPDATE events SET sender_id = 'ben'")
        connection.execute("UPDATE tracker_keys SET sender_id = 'ben'")
    must_raise(stores.TrackerUnreadable, lambda: asyncio.run(store.retrieve("ben")))
    must_raise(stores.TrackerUnreadable, store.verify)


def test_the_files_are_for_their_owner_alone_and_overwrite_what_they_delete(folder: Path) -> None:
    (folder / "engine.db").touch(mode=0o644)
    store = opened(folder)
    asyncio.run(turn(store, "ayla", "hello", consent=True))
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    with store.engine.connect() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "secure_delete")
        ]
    assert pragmas == ["wal", 1]


def test_a_store_that_cannot_be_written_raises_and_loses_nothing_silently(folder: Path) -> None:
    store = opened(folder)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    must_raise(SQLAlchemyError, lambda: asyncio.run(turn(store, "ayla", "hello", consent=True)))


def must_raise(kind: type[Exception], call: Callable[[], object]) -> None:
    caught: Exception | None = None
    try:
        call()
    except kind as error:
        caught = error
    assert caught is not None, f"{kind.__name__} was not raised"
    assert WORD not in str(caught)
