from __future__ import annotations

import threading
from dataclasses import fields, replace
from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text, tuple_, update

from care.domain.check_in import CheckIn
from care.domain.journal import JournalEntry
from care.domain.person import Person
from care.domain.practice import PracticeSession
from care.domain.safety_plan import SafetyPlan
from care.errors import DataUnreadable, KeyUnusable
from care.storage.database import Database
from care.storage.keys import MasterKey
from care.storage.shapes import (
    CHECK_IN,
    HELP_SHOWN,
    JOURNAL_ENTRY,
    PERSON,
    PRACTICE_SESSION,
    SAFETY_PLAN,
    HelpShown,
    Shape,
)
from care.storage.tables import (
    AlertRow,
    Base,
    CrisisCountRow,
    MoodEntryRow,
    OutboxRow,
    PersonRow,
    ReceiptRow,
    tables_about_people,
)
from tests.care.storage.samples import (
    AYLA,
    BEN,
    BREATHING,
    EPISODE,
    FOLLOWED,
    HELLO,
    HELP,
    HOME,
    HOUR,
    LOW,
    NOON,
    PLAN,
    WRITTEN,
)

EVERYTHING_OF_AYLA = {
    "people": 1,
    "addresses": 1,
    "mood_entries": 1,
    "journal_entries": 1,
    "practice_sessions": 1,
    "help_shown": 1,
    "safety_plans": 1,
    "follow_ups": 1,
    "episodes": 1,
    "alerts": 1,
    "outbox": 1,
}


@pytest.fixture
def full(database: Database) -> Database:
    """Ayla with one row of each kind, and Ben with a mood entry."""
    with database.begin() as uow:
        uow.people.add(AYLA)
        uow.people.add(BEN)
        uow.addresses.set(AYLA.key, HOME)
        uow.check_ins.put(AYLA.key, LOW)
        uow.check_ins.put(BEN.key, replace(LOW, note="of Ben"))
        uow.journal.put(AYLA.key, WRITTEN)
        uow.sessions.put(AYLA.key, BREATHING)
        uow.help_shown.put(AYLA.key, HELP)
        uow.safety_plans.put(AYLA.key, PLAN)
        uow.follow_ups.put(AYLA.key, FOLLOWED, NOON)
        uow.episodes.put(AYLA.key, EPISODE)
        uow.alerts.open(AYLA.key, "plan_intent", NOON)
        uow.outbox.add(AYLA.key, "nudge", NOON, HELLO)
        uow.commit()
    return database


def test_all_that_was_committed_is_found_as_it_was(full):
    with full.begin(reading=True) as uow:
        assert uow.people.get(AYLA.key) == AYLA
        assert uow.addresses.get(AYLA.key) == HOME
        assert uow.check_ins.last(AYLA.key) == [LOW]
        assert uow.journal.last(AYLA.key) == [WRITTEN]
        assert uow.sessions.last(AYLA.key) == [BREATHING]
        assert uow.help_shown.last(AYLA.key) == [HELP]
        assert uow.safety_plans.get(AYLA.key) == PLAN
        assert uow.follow_ups.due(NOON, 9) == [(AYLA, FOLLOWED)]
        assert uow.episodes.last(AYLA.key) == [EPISODE]
        assert [out.body for out in uow.outbox.due(NOON, limit=9)] == [HELLO]


def test_nothing_is_kept_without_a_commit(full):
    with full.begin() as uow:
        uow.people.save(replace(AYLA, nickname="other"))
        uow.check_ins.put(AYLA.key, replace(LOW, id="entry-2"))

    with full.begin() as uow:
        assert uow.people.get(AYLA.key) == AYLA
        assert uow.check_ins.last(AYLA.key, 9) == [LOW]


def test_nothing_is_kept_when_the_work_fails_halfway(full):
    with pytest.raises(LookupError), full.begin() as uow:  # noqa: PT012 -- the first line must have worked
        uow.check_ins.put(AYLA.key, replace(LOW, id="entry-2"))
        uow.check_ins.put("nobody", LOW)

    with full.begin() as uow:
        assert uow.check_ins.last(AYLA.key, 9) == [LOW]


@pytest.mark.parametrize(
    "shape", [PERSON, CHECK_IN, JOURNAL_ENTRY, PRACTICE_SESSION, HELP_SHOWN, SAFETY_PLAN]
)
@given(st.data())
def test_no_field_is_lost_in_storage(
    shape: Shape[Person | CheckIn | JournalEntry | PracticeSession | HelpShown | SafetyPlan], data
):
    kind = shape.made_of
    value = data.draw(st.builds(kind, **{each.name: ... for each in fields(kind)}))
    columns = {name: getattr(value, name) for name in shape.columns}

    assert shape.restored(shape.body(value), **columns) == value


def test_a_field_that_an_older_row_lacks_takes_its_default():
    body = PERSON.body(AYLA)
    del body["paused"], body["avoid"]

    assert PERSON.restored(body, key=AYLA.key) == replace(AYLA, paused=False, avoid=frozenset())


def test_a_person_saved_again_has_the_new_profile_and_keeps_the_key(full):
    with full.begin() as uow:
        uow.people.save(replace(AYLA, nickname="other"))
        uow.people.add(replace(AYLA, nickname="third"))
        uow.commit()

    with full.begin() as uow:
        assert uow.people.get(AYLA.key) == replace(AYLA, nickname="third")
        assert uow.check_ins.last(AYLA.key) == [LOW]


def test_somebody_who_never_agreed_is_unknown_and_nothing_can_be_kept_about_them(database):
    with database.begin() as uow:
        assert uow.people.get("nobody") is None
        assert uow.addresses.get("nobody") is None
        assert uow.check_ins.last("nobody", 9) == []
        assert uow.safety_plans.get("nobody") is None
        for keep in (
            lambda: uow.people.save(AYLA),
            lambda: uow.addresses.set("nobody", HOME),
            lambda: uow.check_ins.put("nobody", LOW),
            lambda: uow.journal.put("nobody", WRITTEN),
            lambda: uow.help_shown.put("nobody", HELP),
            lambda: uow.safety_plans.put("nobody", PLAN),
            lambda: uow.outbox.add("nobody", "nudge", NOON, HELLO),
        ):
            with pytest.raises(LookupError):
                keep()


def test_a_person_has_one_safety_plan_the_latest_g8(full):
    later = PLAN.write("another", NOON + HOUR)
    with full.begin() as uow:
        uow.safety_plans.put(AYLA.key, later)
        uow.commit()

    with full.begin() as uow:
        assert uow.safety_plans.get(AYLA.key) == later
        assert uow.safety_plans.get(BEN.key) is None
        assert len(uow.everything_about(AYLA.key)["safety_plans"]) == 1


def test_the_same_entry_put_twice_is_one_with_the_later_content(full):
    with full.begin() as uow:
        uow.check_ins.put(AYLA.key, replace(LOW, mood=9, at=NOON + HOUR))
        uow.commit()

    with full.begin() as uow:
        assert uow.check_ins.last(AYLA.key, 9) == [replace(LOW, mood=9, at=NOON + HOUR)]
        assert [entry.note for entry in uow.check_ins.last(BEN.key, 9)] == ["of Ben"]


def test_entries_come_oldest_first_since_a_moment_and_newest_first_as_the_last(full):
    with full.begin() as uow:
        for hours in (3, 1, 2):
            uow.check_ins.put(AYLA.key, replace(LOW, id=f"later-{hours}", at=NOON + hours * HOUR))

        assert [each.id for each in uow.check_ins.since(AYLA.key, NOON + HOUR)] == [
            "later-1",
            "later-2",
            "later-3",
        ]
        assert [each.id for each in uow.check_ins.last(AYLA.key, 2)] == ["later-3", "later-2"]


def test_moments_of_all_zones_come_back_and_compare_in_utc(full):
    later = (NOON + HOUR).astimezone(timezone(timedelta(hours=-8)))  # 5 in the morning by the clock there
    with full.begin() as uow:
        uow.check_ins.put(AYLA.key, replace(LOW, id="far-away", at=later))

        (found,) = uow.check_ins.since(AYLA.key, later)
    assert (found.id, found.at, found.at.tzinfo) == ("far-away", later, UTC)


def test_a_moment_without_a_zone_is_refused(full):
    with full.begin() as uow, pytest.raises(Exception, match="needs a time zone"):
        uow.check_ins.put(AYLA.key, replace(LOW, at=NOON.replace(tzinfo=None)))


def test_an_event_is_claimed_once_on_its_channel_until_its_receipt_expires(database):
    with database.begin() as uow:
        assert uow.receipts.claim("telegram", "update-zebra", NOON)
        uow.commit()

    with database.begin() as uow:
        assert not uow.receipts.claim("telegram", "update-zebra", NOON)
        assert uow.receipts.claim("slack", "update-zebra", NOON)
        assert uow.receipts.expire(NOON) == 0
        assert uow.receipts.expire(NOON + HOUR) == 2
        assert uow.receipts.claim("telegram", "update-zebra", NOON)


def test_of_two_that_claim_an_event_at_once_only_one_succeeds(database):
    together = threading.Barrier(2)
    claimed: list[bool] = []

    def claim(event: int) -> None:
        together.wait()
        with database.begin() as uow:
            claimed.append(uow.receipts.claim("telegram", f"event-{event}", NOON))
            uow.commit()

    for event in range(20):
        threads = [threading.Thread(target=claim, args=(event,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(claimed) == [False] * 20 + [True] * 20


def test_a_receipt_shows_neither_the_event_nor_the_person(database):
    with database.begin() as uow:
        uow.receipts.claim("telegram", "update-zebra", NOON)
        uow.commit()

    with database.engine.connect() as connection:
        row = connection.execute(select(ReceiptRow.__table__)).one()
    assert "zebra" not in str(row)
    assert len(row.event_key) == 43


def test_people_whose_nudge_is_due_come_longest_due_first_up_to_the_limit(full):
    with full.begin() as uow:
        uow.people.nudge_next_at(AYLA.key, NOON)
        uow.people.nudge_next_at(BEN.key, NOON - HOUR)
        uow.commit()

    with full.begin() as uow:
        assert uow.people.due_for_a_nudge(NOON - 2 * HOUR, limit=9) == []
        assert uow.people.due_for_a_nudge(NOON, limit=9) == [BEN, AYLA]
        assert uow.people.due_for_a_nudge(NOON, limit=1) == [BEN]
        uow.people.nudge_next_at(BEN.key, None)
        assert uow.people.due_for_a_nudge(NOON, limit=9) == [AYLA]
        assert (uow.people.next_nudge_at(AYLA.key), uow.people.next_nudge_at(BEN.key)) == (NOON, None)


def test_a_message_is_put_in_the_outbox_once_for_each_person(full):
    with full.begin() as uow:
        assert not uow.outbox.add(AYLA.key, "nudge", NOON, {"text": "again"})
        assert uow.outbox.add(BEN.key, "nudge", NOON, HELLO)
        assert uow.outbox.add(AYLA.key, "follow-up", NOON + HOUR, HELLO)
        assert [out.person_key for out in uow.outbox.due(NOON, limit=9)] == [AYLA.key, BEN.key]
        assert len(uow.outbox.due(NOON + HOUR, limit=9, person_key=AYLA.key)) == 2


def test_a_message_is_due_until_it_is_sent_and_later_after_a_failure(full):
    with full.begin() as uow:
        (message,) = uow.outbox.due(NOON, limit=9)
        uow.outbox.mark_failed(message.id, NOON + HOUR)
        assert uow.outbox.due(NOON, limit=9) == []
        (again,) = uow.outbox.due(NOON + HOUR, limit=9)
        assert (again.id, again.attempts, again.body) == (message.id, 1, HELLO)
        uow.outbox.mark_sent(message.id, NOON + HOUR)
        assert uow.outbox.due(NOON + 9 * HOUR, limit=9) == []
        assert not uow.outbox.add(AYLA.key, "nudge", NOON, HELLO)


# SQLite lets the second one wait instead; see the test of a locked database.
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_two_deliveries_at_once_do_not_get_the_same_message(full):
    with full.begin() as first, full.begin() as second:
        assert len(first.outbox.due(NOON, limit=9)) == 1
        assert second.outbox.due(NOON, limit=9) == []


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_two_schedulers_at_once_do_not_get_the_same_person(full):
    with full.begin() as uow:
        uow.people.nudge_next_at(AYLA.key, NOON)
        uow.commit()

    with full.begin() as first, full.begin() as second:
        assert first.people.due_for_a_nudge(NOON, limit=9) == [AYLA]
        assert second.people.due_for_a_nudge(NOON, limit=9) == []


def test_rows_swapped_between_entries_or_people_are_unreadable(full):
    with full.begin() as uow:
        uow.check_ins.put(AYLA.key, replace(LOW, id="entry-2"))
        uow.commit()
    for person, entry in ((AYLA.key, "entry-2"), (BEN.key, "entry-1")):
        _copy_body(full, (AYLA.key, "entry-1"), (person, entry))
        with full.begin() as uow, pytest.raises(DataUnreadable):
            uow.check_ins.last(person, 9)


def test_a_changed_byte_in_a_row_makes_it_unreadable(full):
    with full.engine.begin() as connection:
        body = connection.scalar(select(MoodEntryRow.body).where(MoodEntryRow.person_key == AYLA.key))
        assert body is not None
        broken = body[:-1] + bytes([body[-1] ^ 1])
        connection.execute(update(MoodEntryRow).values(body=broken))

    with full.begin() as uow, pytest.raises(DataUnreadable) as refused:
        uow.check_ins.last(AYLA.key)
    assert "zebra" not in str(refused.value)


def test_another_master_key_opens_nothing_and_is_recognised(full):
    stranger = Database(full.engine, MasterKey(b"x" * 32))

    full.verify()
    with stranger.begin() as uow, pytest.raises(DataUnreadable):
        uow.people.get(AYLA.key)
    with pytest.raises(KeyUnusable, match="not the one"):
        stranger.verify()


def test_everything_about_a_person_holds_every_row_and_every_field_but_the_keys(full):
    with full.begin(reading=True) as uow:
        found = uow.everything_about(AYLA.key)
        assert uow.everything_about("nobody") == {}

    assert {table: len(rows) for table, rows in found.items()} == EVERYTHING_OF_AYLA
    assert found["mood_entries"][0] == {
        "person_key": AYLA.key,
        "id": LOW.id,
        "at": LOW.at,
        **CHECK_IN.body(LOW),
    }
    assert found["journal_entries"][0]["text"] == WRITTEN.text
    assert "wrapped_key" not in found["people"][0]


def test_erasing_takes_every_row_of_the_person_and_of_nobody_else(full):
    with full.begin() as uow:
        assert uow.erase(AYLA.key) == EVERYTHING_OF_AYLA
        uow.commit()

    with full.begin() as uow:
        assert uow.everything_about(AYLA.key) == {}
        assert uow.people.get(BEN.key) == BEN
        assert len(uow.check_ins.last(BEN.key, 9)) == 1
        assert not any(uow.erase(AYLA.key).values())


def test_somebody_who_comes_back_after_erasure_starts_empty_under_a_new_key(full):
    before = _wrapped_key(full)
    with full.begin() as uow:
        uow.erase(AYLA.key)
        uow.people.add(AYLA)
        uow.commit()

    with full.begin() as uow:
        assert set(uow.everything_about(AYLA.key)) == {"people"}
    assert _wrapped_key(full) != before


def test_deleting_a_person_alone_takes_all_that_is_theirs(full):
    with full.engine.begin() as connection:
        connection.execute(PersonRow.__table__.delete().where(PersonRow.key == AYLA.key))
        for table, owner in tables_about_people().items():
            theirs = select(func.count()).select_from(table).where(table.c[owner] == AYLA.key)
            assert connection.scalar(theirs) == 0


def test_only_receipts_crisis_counts_and_alerts_hold_no_pseudonym():
    assert set(Base.metadata.sorted_tables) - set(tables_about_people()) == {
        ReceiptRow.__table__,
        CrisisCountRow.__table__,
        AlertRow.__table__,
    }


def test_a_dedupe_key_does_not_stand_in_the_clear(full):
    with full.engine.connect() as connection:
        assert "nudge" not in str(connection.execute(select(OutboxRow.dedupe_key)).one())


def _copy_body(database, source, target):
    place = tuple_(MoodEntryRow.person_key, MoodEntryRow.id)
    with database.engine.begin() as connection:
        body = connection.scalar(select(MoodEntryRow.body).where(place == source))
        connection.execute(update(MoodEntryRow).where(place == target).values(body=body))


def _wrapped_key(database):
    with database.engine.connect() as connection:
        return connection.scalar(text("SELECT wrapped_key FROM people WHERE key = 'ayla-key'"))
