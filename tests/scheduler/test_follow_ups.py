from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from care.domain.follow_up import begin, next_due
from care.domain.person import Person
from care.safety.follow_up import load_follow_up_words
from care.settings import Settings
from care.storage.database import open_database
from care.storage.keys import load_master_key
from scheduler.follow_ups import follow_ups

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = load_follow_up_words(Path(__file__).parents[2] / "data", ("en",))


@pytest.fixture
def database(tmp_path):
    settings = Settings(data_dir=tmp_path)
    opened = open_database(settings.database, load_master_key(settings))
    opened.migrate()
    with opened.begin() as uow:
        uow.people.add(Person("ayla", "1", NOON, NOON, country="GB", zone="UTC"))
        plan = begin("first", NOON, "en", None)
        uow.follow_ups.put("ayla", plan, next_due(plan, "UTC"))
        uow.commit()
    yield opened
    opened.close()


def tick(database, now, compose=WORDS.message):
    return follow_ups(now, database, compose)


def waiting(database, at=NOON + 400 * DAY):
    with database.begin() as uow:
        return [out.body["text"] for out in uow.outbox.due(at, 99, person_key="ayla")]


def test_a_due_follow_up_goes_out_once_with_contacts_for_the_country_F1(database):
    assert [tick(database, NOON + hours * HOUR) for hours in (23, 24, 24)] == [0, 1, 0]
    assert len(waiting(database)) == 1
    assert "116 123" in waiting(database)[0]


def test_a_year_of_follow_ups_comes_to_an_end_F1(database):
    sent = sum(tick(database, NOON + hours * HOUR) for hours in range(0, 24 * 500, 12))

    assert sent == 18


def test_killed_between_the_message_and_the_next_time_nothing_is_lost_or_doubled_F2(database, monkeypatch):
    from care.storage.follow_ups import FollowUpPlans  # noqa: PLC0415 -- broken here alone

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(FollowUpPlans, "put", die)
        with pytest.raises(KeyboardInterrupt):
            tick(database, NOON + DAY)
    assert waiting(database) == []

    assert [tick(database, NOON + DAY), tick(database, NOON + DAY)] == [1, 0]
    assert len(waiting(database)) == 1


def test_two_ticks_at_once_send_one_message_F2(database):
    with ThreadPoolExecutor(2) as pool:
        sent = list(pool.map(lambda _: tick(database, NOON + DAY), range(2)))

    assert sorted(sent) == [0, 1]
    assert len(waiting(database)) == 1


def test_a_step_that_went_out_is_refused_a_second_time_F2(database):
    tick(database, NOON + DAY)
    with database.begin() as uow:
        plan = begin("first", NOON, "en", None)  # as if the next time had not been kept
        uow.follow_ups.put("ayla", plan, NOON + DAY)
        uow.commit()

    assert tick(database, NOON + DAY + HOUR) == 0
    assert len(waiting(database)) == 1


def test_after_a_week_of_standstill_one_message_comes_F2(database):
    assert tick(database, NOON + 8 * DAY) == 1
    assert len(waiting(database)) == 1


def test_one_that_nobody_fetched_makes_room_for_the_newer_so_none_pile_up_F2(database):
    for day in (1, 3, 7, 14):
        tick(database, NOON + day * DAY)

    assert len(waiting(database)) == 1
    assert any(
        opening in waiting(database)[0] for opening in WORDS._messages["en"]._wordings["follow_up.caring"]
    )


def test_no_answer_is_met_without_scolding_and_with_contacts_again_F2(database):
    said = []
    for day in (1, 3, 7):
        tick(database, NOON + day * DAY)
        said += waiting(database)

    assert all("116 123" in text for text in said)
    assert all(first.splitlines()[0] != second.splitlines()[0] for first, second in pairwise(said))
    assert not any(
        word in text.lower() for text in said for word in ("haven't", "you did not", "ignored", "again?")
    )


def test_somebody_erased_gets_nothing_P2(database):
    with database.begin() as uow:
        assert uow.erase("ayla")["follow_ups"] == 1
        uow.commit()

    assert tick(database, NOON + DAY) == 0
