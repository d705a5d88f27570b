"""Follow-ups in the conversation."""

import sqlite3
from datetime import timedelta

import pytest

from care.domain.reply import Reply
from care.safety.follow_up import NOT_NOW, STOP, WAITS
from connectors.dialogue import Answer
from connectors.gateway import Gateway
from scheduler.follow_ups import follow_ups
from tests.connectors.test_gateway import CRISIS, FOLLOW_UP_WORDS, NOW, World, texts

DAY = timedelta(days=1)
ONE, FOUR = WAITS


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    made.knows_ayla()
    yield made
    made.database.close()


def due(world):
    with sqlite3.connect(world.path) as connection:
        found = connection.execute("select due_at from follow_ups").fetchall()
    return [at[:16] if at else None for (at,) in found]


def payloads(replies):
    return [button.payload for reply in replies for button in reply.buttons]


def tick(world, at):
    return follow_ups(at, world.database, FOLLOW_UP_WORDS.message)


def waiting(world, at):
    with world.database.begin() as uow:
        return uow.outbox.due(at, 9, person_key=world.key)


@pytest.mark.parametrize(
    ("said", "planned"), [(CRISIS, 1), ("i took a whole bottle of pills", 1), ("i wish i was dead", 0)]
)
def test_thoughts_of_suicide_and_plans_are_followed_up_F1(world, said, planned):
    world.say(said)

    assert len(due(world)) == planned


def test_nobody_who_did_not_agree_is_followed_up_or_asked_F1(tmp_path):
    world = World(tmp_path)
    first, second = world.say(CRISIS), world.say("yes")

    assert due(world) == []
    assert ONE not in payloads([*first, *second])
    world.database.close()


def test_the_time_is_offered_once_after_the_direct_question_never_within_the_first_help_F1(world):
    first, second, third = world.say(CRISIS), world.say("yes"), world.say("my wife is here")

    assert ONE not in payloads(first)
    assert payloads(second)[-3:] == [ONE, FOUR, NOT_NOW]
    assert ONE not in payloads(third)


@pytest.mark.parametrize(("typed", "at"), [("in one hour", "2026-11-24 19:00"), ("2", "2026-11-24 22:00")])
def test_a_time_can_be_picked_by_typing_and_is_kept_without_the_engine_F1(world, typed, at):
    world.engine.up = False
    world.say(CRISIS)
    world.say("yes")

    said = texts(world.say(typed))

    assert "STOP" in said
    assert due(world) == [at]
    assert world.engine.sent == []


def test_not_now_leaves_the_next_day_F1(world):
    world.say(CRISIS)
    world.say("yes")

    assert "STOP" in texts(world.say("not now"))
    assert due(world) == ["2026-11-25 18:00"]


@pytest.mark.parametrize(
    ("crisis", "yes", "offered"),
    [("ich will mich umbringen", "ja", "heute"), ("quiero matarme", "sí", "hoy")],
)
def test_the_offer_comes_in_the_language_of_the_crisis_F1(world, crisis, yes, offered):
    world.say(crisis)

    assert offered in world.say(yes)[-1].text


@pytest.mark.parametrize("word", ["STOP", "Stop messages", "no más mensajes", "hör auf zu schreiben"])
def test_stop_is_honoured_at_once_and_contacts_come_last_F4(world, word):
    world.say(CRISIS)
    tick(world, NOW + DAY)

    said = texts(world.say(word, at=NOW + DAY))

    assert "116 123" in said
    assert due(world) == [None]
    assert waiting(world, NOW + 400 * DAY) == []
    assert [tick(world, NOW + days * DAY) for days in (3, 7, 30)] == [0, 0, 0]


def test_a_bare_stop_is_meant_for_a_follow_up_that_just_came_also_after_a_restart_F4(world):
    world.say(CRISIS)
    tick(world, NOW + DAY)
    world.gateway = Gateway(world.gateway._)

    assert "116 123" in texts(world.say("stop", at=NOW + DAY))
    assert due(world) == [None]


def test_a_bare_stop_ends_an_exercise_and_not_the_follow_ups_when_none_just_came_F4(world):
    world.say(CRISIS)
    world.gateway = Gateway(world.gateway._)

    world.say("stop")

    assert world.engine.sent == ["/stop"]
    assert due(world) == ["2026-11-25 18:00"]


def test_the_button_stops_too_F4(world):
    world.say(CRISIS)

    world.say("", payload=STOP)

    assert due(world) == [None]


def test_a_stop_that_cannot_be_kept_is_said_to_be_so_F4(world):
    world.say(CRISIS)
    locker = sqlite3.connect(world.path)
    locker.execute("begin immediate")
    said = world.say("STOP")[0].text
    locker.rollback()
    locker.close()

    assert said in FOLLOW_UP_WORDS._messages["en"]._wordings["follow_up.not_kept"]


def test_an_answer_is_noted_F2(world):
    world.say(CRISIS)
    tick(world, NOW + DAY)
    world.gateway = Gateway(world.gateway._)
    assert world.records.follow_ups(world.key).unanswered == 1

    world.say("a bit better thanks", at=NOW + DAY)

    assert world.records.follow_ups(world.key).unanswered == 0


def test_a_new_crisis_takes_back_what_was_put_out_and_restarts_F1(world):
    world.say(CRISIS)
    tick(world, NOW + DAY)

    world.say(CRISIS, at=NOW + 2 * DAY)

    assert waiting(world, NOW + 2 * DAY) == []
    assert due(world) == ["2026-11-27 18:00"]


def test_deleting_says_that_follow_ups_end_P2(world):
    world.say(CRISIS)
    world.gateway = Gateway(world.gateway._)
    world.engine.answers = [Answer((Reply("All of it?"),)), Answer((), frozenset({"erase"}))]

    world.say("delete")
    last = world.say("yes delete it all")[-1].text

    assert last in FOLLOW_UP_WORDS._messages["en"]._wordings["follow_up.ends_with_erasure"]
    assert due(world) == []


@pytest.mark.parametrize("typed", ["/contact", "Kontakt", "contacto"])
def test_words_for_somebody_trusted_come_in_a_message_of_their_own_and_nothing_is_sent_or_kept_G4(
    tmp_path, typed
):
    world = World(tmp_path)
    intro, words = world.say(typed)

    assert "send" in intro.text
    assert words.text in FOLLOW_UP_WORDS._messages["en"]._wordings["follow_up.someone_text"]
    assert (world.engine.sent, world.rows("people"), world.rows("outbox")) == ([], 0, 0)
    world.database.close()


def test_words_for_somebody_trusted_are_named_once_the_time_is_settled_never_in_the_first_help_G4(world):
    first, second, third = world.say(CRISIS), world.say("yes"), world.say("not now")

    assert "/contact" not in texts([*first, *second])
    assert "/contact" in texts(third)
