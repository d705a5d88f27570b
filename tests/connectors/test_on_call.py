"""The people on call in the conversation."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from care.domain.reply import Reply
from care.on_call.words import NO, YES, load_on_call_words
from connectors.dialogue import Answer
from connectors.gateway import Gateway
from connectors.on_call import OnCall
from tests.connectors.test_gateway import CRISIS, DATA, NOW, World, texts

WORDS = load_on_call_words(DATA)
PLAN = "i took a whole bottle of pills"


def made(folder, *, anybody=True):
    world = World(folder)
    on_call = OnCall(world.records, WORDS, anybody=anybody)
    world.gateway = Gateway(replace(world.gateway._, on_call=on_call))
    return world


@pytest.fixture
def world(tmp_path):
    one = made(tmp_path)
    one.knows_ayla()
    yield one
    one.database.close()


def agreed(world):
    world.say("/oncall")
    return world.say("", payload=YES)


def since(world):
    return world.records.person(world.key).on_call_since


def is_one_of(key, reply, language="en"):
    return reply.text in WORDS.messages[language].wordings(f"on_call.{key}")


def test_it_is_explained_before_anybody_is_asked_and_the_engine_is_not_needed_F5(world):
    world.engine.up = False

    (asked,) = world.say("/oncall")

    assert is_one_of("explain", asked)
    assert [button.payload for button in asked.buttons] == [YES, NO]
    assert since(world) is None


@pytest.mark.parametrize("typed", ["yes", "Yes, tell them", "1", "Okay."])
def test_a_yes_is_kept_F5(world, typed):
    world.say("/oncall")

    (said,) = world.say(typed)

    assert is_one_of("agreed", said)
    assert since(world) == NOW


@pytest.mark.parametrize("typed", ["no", "No, tell nobody", "2"])
def test_a_no_is_kept_F5(world, typed):
    world.say("/oncall")

    assert is_one_of("declined", world.say(typed)[0])
    assert since(world) is None


@pytest.mark.parametrize("typed", ["/oncall off", "on call off", "bereitschaft aus", "ne préviens personne"])
def test_leave_is_taken_back_at_any_time_and_ends_what_is_under_way_F5(world, typed):
    agreed(world)
    world.say(PLAN)
    assert world.rows("alerts") == 1

    world.say(typed)

    assert since(world) is None
    assert world.rows("alerts") == 0
    world.say(PLAN, at=NOW + timedelta(days=1))
    assert world.rows("alerts") == 0


def test_a_yes_to_our_direct_question_is_no_leave_F5(world):
    world.say(CRISIS)
    world.say("/oncall")

    world.say("yes")

    assert since(world) is None


def test_a_yes_long_after_the_question_was_answered_is_for_the_engine_F5(world):
    world.say("/oncall")
    world.say("no")

    world.say("yes")

    assert since(world) is None
    assert len(world.engine.sent) == 1


def test_when_nobody_is_on_call_it_says_so_kindly_F5(tmp_path):
    world = made(tmp_path, anybody=False)
    world.knows_ayla()

    assert is_one_of("nobody", world.say("/oncall")[0])
    assert is_one_of("nobody", world.say("", payload=YES)[0])
    assert since(world) is None
    world.database.close()


def test_of_a_stranger_nothing_is_kept_F5(tmp_path):
    world = made(tmp_path)

    assert is_one_of("not_stored", world.say("/oncall")[0])
    world.say(PLAN)
    assert (world.rows("people"), world.rows("alerts")) == (0, 0)
    world.database.close()


@pytest.mark.parametrize(
    ("typed", "language", "yes"),
    [
        ("Bereitschaft", "de", "ja"),
        ("guardia", "es", "sí"),
        ("astreinte", "fr", "oui"),
        ("reperibilità", "it", "sì"),
        ("plantão", "pt", "sim"),
    ],
)
def test_it_speaks_the_language_it_is_asked_in_F5(world, typed, language, yes):
    assert is_one_of("explain", world.say(typed)[0], language)
    assert is_one_of("agreed", world.say(yes)[0], language)
    assert since(world) == NOW


@pytest.mark.parametrize(("said", "alerts"), [(PLAN, 1), (CRISIS, 0), ("i wish i was dead", 0), ("hello", 0)])
def test_only_a_plan_is_told_F5(world, said, alerts):
    agreed(world)

    world.say(said)

    assert world.rows("alerts") == alerts


def test_without_leave_nobody_is_told_F5(world):
    world.say("/oncall")
    world.say(PLAN)

    assert world.rows("alerts") == 0


def test_an_alert_holds_no_word_that_was_written_F5(world):
    agreed(world)
    world.say(PLAN)

    with sqlite3.connect(world.path) as connection:
        (row,) = connection.execute("select * from alerts").fetchall()
    assert not any(word in str(row) for word in ("pills", "bottle", "ayla", world.key))


def test_two_plans_within_the_hour_are_one_alert_F5(world):
    agreed(world)
    world.say(PLAN)
    world.say("i have the pills in my hand and will take them now", at=NOW + timedelta(minutes=10))

    assert world.rows("alerts") == 1


def test_the_help_does_not_wait_for_the_alert_and_comes_without_the_database_F5(world, monkeypatch):
    agreed(world)
    seen = []
    real = world.records.open_alert
    monkeypatch.setattr(world.records, "open_alert", lambda *given: seen.append("alert") or real(*given))

    async def collect(replies):
        await anext(replies)
        seen.append("help")
        await asyncio.sleep(0)
        seen.extend(["more" async for _ in replies])
        await world.gateway.settle()

    world._collect = collect
    world.say(PLAN)

    assert seen[0] == "help"
    assert seen.count("alert") == 1


def test_a_locked_database_costs_the_alert_and_never_the_help_F5(world):
    agreed(world)
    locker = sqlite3.connect(world.path)
    locker.execute("begin immediate")
    said = texts(world.say(PLAN))
    told = world.say("/oncall off")
    locker.rollback()
    locker.close()

    assert "999" in said
    assert is_one_of("not_kept", told[0])
    assert since(world) == NOW


def test_a_minor_is_not_asked_but_may_take_leave_back_F5(tmp_path):
    world = made(tmp_path)
    world.knows_ayla(minor=True, on_call_since=NOW)

    assert not is_one_of("explain", world.say("/oncall")[0])
    assert is_one_of("off", world.say("/oncall off")[0])
    assert since(world) is None
    world.database.close()


def test_leave_is_in_the_export_and_goes_with_the_person_P2(world):
    agreed(world)
    world.say(PLAN)
    copy = world.records.copy_of(world.key)
    assert copy["people"][0]["on_call_since"] == NOW.isoformat()
    assert copy["alerts"][0]["level"] == "plan_intent"

    world.engine.answers = [Answer((Reply("All of it?"),)), Answer((), frozenset({"erase"}))]
    world.gateway = Gateway(world.gateway._)
    world.say("delete")
    world.say("yes delete it all")

    assert (world.rows("people"), world.rows("alerts")) == (0, 0)
