from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from care.domain.episode import Episode
from care.domain.person import Person
from care.messages import load_messages
from care.settings import Settings
from care.storage.database import open_database
from care.storage.keys import load_master_key
from scheduler.ticks import RECEIPTS_KEPT, invitation, nudges, retention

EIGHT_PM = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
COMPOSE = invitation(load_messages(Path(__file__).parents[2] / "data", "en"))


@pytest.fixture
def database(tmp_path):
    settings = Settings(data_dir=tmp_path)
    opened = open_database(settings.database, load_master_key(settings))
    opened.migrate()
    yield opened
    opened.close()


def invited(database, *, paused=False, due=EIGHT_PM):
    person = Person(
        "ayla", "2026-11", EIGHT_PM, EIGHT_PM, zone="Europe/London", nudge_at=time(20), paused=paused
    )
    with database.begin() as uow:
        uow.people.add(person)
        uow.people.nudge_next_at("ayla", due)
        uow.commit()


def waiting(database, at=EIGHT_PM + timedelta(days=30)):
    with database.begin() as uow:
        return uow.outbox.due(at, 10, person_key="ayla")


def next_due(database):
    with database.begin(reading=True) as uow:
        return uow.people.next_nudge_at("ayla")


def test_an_invitation_that_is_due_goes_out_once_and_the_next_is_tomorrow(database):
    invited(database)

    assert [nudges(EIGHT_PM, database, COMPOSE), nudges(EIGHT_PM, database, COMPOSE)] == [1, 0]
    assert len(waiting(database)) == 1
    assert next_due(database) == EIGHT_PM + timedelta(days=1)


def test_an_invitation_shows_no_word_about_health(database):
    invited(database)
    nudges(EIGHT_PM, database, COMPOSE)

    text = waiting(database)[0].body["text"].lower()

    assert not {"mood", "mental", "health", "anxi", "stress", "feel"} & {word[:6] for word in text.split()}


def test_a_second_one_for_the_same_day_is_refused(database):
    invited(database)
    nudges(EIGHT_PM, database, COMPOSE)
    with database.begin() as uow:
        uow.people.nudge_next_at("ayla", EIGHT_PM)  # a clock that stepped back
        uow.commit()

    nudges(EIGHT_PM + timedelta(minutes=1), database, COMPOSE)

    assert len(waiting(database)) == 1


def test_an_invitation_more_than_an_hour_late_is_dropped(database):
    invited(database)

    nudges(EIGHT_PM + timedelta(hours=2), database, COMPOSE)

    assert waiting(database) == []
    assert next_due(database) == EIGHT_PM + timedelta(days=1)


def test_somebody_who_paused_is_left_in_peace(database):
    invited(database, paused=True)

    nudges(EIGHT_PM, database, COMPOSE)

    assert waiting(database) == []


def test_after_a_week_of_standstill_there_is_no_flood(database):
    invited(database)

    nudges(EIGHT_PM + timedelta(days=7), database, COMPOSE)

    assert waiting(database) == []
    assert next_due(database) == EIGHT_PM + timedelta(days=8)


def test_nobody_is_due_before_the_time(database):
    invited(database)

    assert nudges(EIGHT_PM - timedelta(minutes=1), database, COMPOSE) == 0


def test_receipts_are_forgotten_when_no_platform_repeats_them(database):
    with database.begin() as uow:
        uow.receipts.claim("terminal", "old", EIGHT_PM - RECEIPTS_KEPT - timedelta(minutes=1))
        uow.receipts.claim("terminal", "new", EIGHT_PM)
        uow.commit()

    retention(EIGHT_PM, database)

    with database.begin() as uow:
        assert uow.receipts.claim("terminal", "old", EIGHT_PM)
        assert not uow.receipts.claim("terminal", "new", EIGHT_PM)


@pytest.mark.parametrize(("closed", "sent"), [(None, 0), (EIGHT_PM, 1)])
def test_somebody_in_an_open_crisis_episode_gets_no_invitation_f3(database, closed, sent):
    invited(database)
    with database.begin() as uow:
        found = Episode(
            "one", EIGHT_PM, EIGHT_PM, EIGHT_PM, level="active_ideation", severity=7, closed_at=closed
        )
        uow.episodes.put("ayla", found)
        uow.commit()

    nudges(EIGHT_PM, database, COMPOSE)

    assert len(waiting(database)) == sent
    assert next_due(database) == EIGHT_PM + timedelta(days=1)
