import asyncio
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from fakes import FakeDialogue, FakeSpeech

from care.content import practice_title
from care.domain.check_in import CheckIn
from care.domain.person import Person
from care.domain.reply import Button, Reply, to_body
from care.errors import EngineSilent, EngineUnavailable
from care.messages import load_messages
from care.safety.follow_up import load_follow_up_words
from care.safety.help import CrisisHelp, load_crisis_help
from care.settings import Settings
from care.storage.database import open_database
from care.storage.keys import load_master_key, pseudonym
from care.storage.shapes import Address
from care.storage.tracker import Tracker
from connectors.dialogue import Answer
from connectors.follow_up import FollowUp
from connectors.gateway import Gateway, Wiring
from connectors.messages import Incoming
from connectors.records import Records
from connectors.typed import load_commands
from connectors.voice import Voice, load_words

DATA = Path(__file__).parents[2] / "data"
NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
CRISIS = "i want to kill myself"
HELP = load_crisis_help(DATA, ("en",), Settings().crisis_dir)
MESSAGES = load_messages(DATA, "en")
FOLLOW_UP_WORDS = load_follow_up_words(DATA, ("en",))
INTRO = {MESSAGES.say("system.intro"), MESSAGES.say("system.intro", avoid=[MESSAGES.say("system.intro")])}


class World:
    """A gateway on a real database, with an engine that answers as told."""

    def __init__(self, folder, *, crisis=HELP):
        settings = Settings(data_dir=folder)
        self.master = load_master_key(settings)
        self.path = folder / "care.db"
        self.database = open_database(settings.database, self.master, wait_ms=200)
        self.database.migrate()
        self.engine = FakeDialogue()
        self.handed_over = []
        self.speech = FakeSpeech()
        self.records = Records(self.database, Tracker(settings.tracker_database, self.master))
        self.gateway = Gateway(
            Wiring(
                records=self.records,
                dialogue=self.engine,
                crisis=crisis,
                voice=Voice(self.speech, MESSAGES, load_words(DATA, "en")),
                follow_up=FollowUp(self.records, FOLLOW_UP_WORDS),
                messages=MESSAGES,
                commands=load_commands(DATA, "en"),
                title_of=lambda id_: practice_title(DATA, "en", id_),
                pseudonym=lambda channel, user_id: pseudonym(self.master, channel, user_id),
                hand_over=self._hand_over,
                engine_wait_s=1,
            )
        )
        self.key = pseudonym(self.master, "terminal", "ayla")
        self._count = 0

    def _hand_over(self, data, at):
        self.handed_over.append(data)
        return Path("copy.json")

    def knows_ayla(self, **details):
        with self.database.begin() as uow:
            uow.people.add(Person(self.key, "2026-11", NOW, NOW, country="GB", **details))
            uow.commit()

    def say(self, text, *, at=NOW, event_id=None, payload=None):
        self._count += 1
        incoming = Incoming("terminal", "ayla", event_id or f"event-{self._count}", at, text, payload)
        return asyncio.run(self._collect(self.gateway.handle(incoming)))

    def arrive(self, at=NOW):
        return asyncio.run(self._collect(self.gateway.arrive("terminal", "ayla", at)))

    async def _collect(self, replies):
        found = [reply async for reply in replies]
        await self.gateway.settle()
        return found

    def rows(self, table):
        with sqlite3.connect(self.path) as connection:
            return connection.execute(f"select count(*) from {table}").fetchone()[0]  # noqa: S608 -- our own names


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.database.close()


def texts(replies):
    return "\n".join(reply.text for reply in replies)


def test_a_newcomer_first_reads_what_this_is_and_then_meets_the_first_question(world):
    world.engine.answers = [Answer((Reply("Are you 18?"),))]

    replies = world.arrive()

    assert replies[0].text in INTRO
    assert replies[1].text == "Are you 18?"
    assert world.engine.sent == ["/start"]


def test_the_first_words_do_not_wait_for_the_engine(world):
    world.engine.up = False

    replies = world.arrive()

    assert replies[0].text in INTRO


def test_somebody_known_is_met_with_what_is_remembered(world):
    world.knows_ayla(nickname="Ayla")
    with world.database.begin() as uow:
        uow.check_ins.put(world.key, CheckIn("c1", NOW, NOW.date(), 3, feelings=("tired",)))
        uow.commit()

    replies = world.arrive(NOW + timedelta(hours=2))

    assert "Ayla" in texts(replies)
    assert "Tue 24 Nov" in texts(replies)
    assert world.engine.sent == []


def test_after_a_week_away_it_says_again_what_it_is(world):
    world.knows_ayla()

    assert "AI" in texts(world.arrive(NOW + timedelta(days=8)))
    assert "AI" not in texts(world.arrive(NOW + timedelta(days=3)))


def test_a_newcomer_who_writes_first_is_led_to_the_first_question_and_nothing_of_it_is_kept(world):
    world.say("my boss is driving me mad")

    assert world.engine.sent == ["/start"]
    assert world.rows("people") == 0
    assert world.rows("receipts") == 1


def test_an_answer_within_the_first_meeting_goes_to_the_engine(world):
    world.engine.forms.add(world.key)

    world.say("yes of course i am")

    assert world.engine.sent == ["yes of course i am"]


def test_a_message_that_comes_twice_is_answered_once(world):
    world.knows_ayla()

    first, second = world.say("a bit tired", event_id="same"), world.say("a bit tired", event_id="same")

    assert (len(first), second) == (1, [])


def test_help_for_a_crisis_comes_from_care_alone_and_the_engine_is_told(world):
    world.knows_ayla()

    replies = world.say(CRISIS)

    assert "116 123" in texts(replies)
    assert world.engine.sent == []
    assert world.engine.told == ["/crisis_noted"]
    assert world.rows("help_shown") == 1


def test_the_engine_hears_of_a_crisis_before_the_next_ordinary_message(world):
    world.knows_ayla()
    world.say("hello there friend")
    heard = []

    async def tell(person_key, intent, **_):
        heard.append(intent)

    async def send(person_key, text, **_):
        heard.append(text)
        return Answer((Reply("An answer."),))

    async def all_at_once():
        for event_id, text in (("a", CRISIS), ("b", "no"), ("c", "check in")):
            async for _ in world.gateway.handle(Incoming("terminal", "ayla", event_id, NOW, text)):
                pass

    world.engine.tell, world.engine.send = tell, send
    asyncio.run(all_at_once())

    assert heard == ["/crisis_noted", "/check_in"]


def test_help_in_the_first_message_of_a_stranger_keeps_nothing_but_the_receipt(world):
    assert "findahelpline.com" in texts(world.say(CRISIS))
    assert (world.rows("people"), world.rows("help_shown"), world.rows("receipts")) == (0, 0, 1)


def test_help_comes_with_the_engine_down(world):
    world.knows_ayla()
    world.engine.up = False

    assert "116 123" in texts(world.say(CRISIS))


def test_help_comes_with_the_database_locked(world):
    world.knows_ayla()
    locker = sqlite3.connect(world.path)
    locker.execute("begin exclusive")
    try:
        replies = world.say(CRISIS)
    finally:
        locker.close()

    assert "suicid" in texts(replies).lower() or "killing yourself" in texts(replies)


def test_help_comes_with_the_database_gone(tmp_path):
    world = World(tmp_path)
    world.database.close()
    for file in tmp_path.glob("care.db*"):
        file.unlink()
    tmp_path.joinpath("care.db").mkdir()

    assert "findahelpline.com" in texts(world.say(CRISIS))


def test_when_the_screen_itself_breaks_the_safe_answer_goes_out(tmp_path):
    class Broken:
        def screen(self, text):
            raise ValueError(text)

    world = World(tmp_path, crisis=CrisisHelp(Broken(), HELP._hotlines, HELP._messages, HELP._moments))

    assert "findahelpline.com" in texts(world.say("hello"))
    world.database.close()


@pytest.mark.parametrize("answer", ["yes", "yes tonight", "i think so"])
def test_yes_to_the_direct_question_is_not_passed_on_but_answered_with_help(world, answer):
    world.knows_ayla()
    world.say(CRISIS)

    assert "999" in texts(world.say(answer))
    assert world.engine.sent == []


@pytest.mark.parametrize("answer", [(), ("no",)])
def test_a_yes_that_follows_a_command_answers_the_command_also_after_a_crisis(world, answer):
    world.knows_ayla()
    for said in (CRISIS, *answer, "delete", "yes"):
        world.say(said)

    assert world.engine.sent[-1] in {"yes", "/affirm"}


def test_after_a_crisis_it_stays_for_a_while_without_numbers_or_menus(world):
    world.knows_ayla()
    world.say(CRISIS)
    world.say("yes")

    stayed = [texts(world.say(said)) for said in ("my wife is at home", "what do i do now", "i called them")]

    assert all("SOS" in text or "someone" in text or "person" in text for text in stayed)
    assert all(first != second for first, second in pairwise(stayed))
    assert world.engine.sent == []
    assert texts(world.say("hello there friend")) == "An answer."


def test_after_a_crisis_a_command_still_works_at_once(world):
    world.knows_ayla()
    world.say(CRISIS)
    world.say("no")

    world.say("exercise")

    assert world.engine.sent == ["/want_practice"]


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_after_a_plan_the_emergency_number_stays_first_whatever_the_answer(world, answer):
    world.knows_ayla()
    world.say("i took a whole bottle of pills")

    said = texts(world.say(answer))

    assert "call 112 or 999 now" in said.lower() or "call 112 or 999 right now" in said.lower()


def test_no_to_the_direct_question_keeps_the_help_in_reach(world):
    world.knows_ayla()
    world.say(CRISIS)

    assert world.say("no")
    assert world.engine.sent == []


def test_the_direct_question_is_not_asked_a_second_time_and_no_block_comes_twice(world):
    world.knows_ayla()
    first, second = texts(world.say(CRISIS)), texts(world.say(CRISIS))

    assert "Are you thinking about killing yourself?" in first
    assert "Are you thinking about killing yourself?" not in second
    assert not set(first.splitlines()) & {line for line in second.splitlines() if line.endswith((".", "?"))}


def test_a_crisis_is_answered_while_another_message_still_waits_for_the_engine(world):
    world.knows_ayla()

    async def both():
        held = asyncio.Event()

        async def slow(*_, **__):
            await held.wait()
            return Answer((Reply("late"),))

        world.engine.send = slow
        waiting = asyncio.create_task(world._collect(world.gateway.handle(incoming("a", "so tired"))))
        await asyncio.sleep(0)
        urgent = [reply async for reply in world.gateway.handle(incoming("b", CRISIS))]
        held.set()
        return urgent, await waiting

    def incoming(event_id, text):
        return Incoming("terminal", "ayla", event_id, NOW, text)

    urgent, late = asyncio.run(both())

    assert "116 123" in texts(urgent)
    assert texts(late) == "late"


def test_the_question_is_asked_again_only_when_the_danger_is_graver(world):
    world.knows_ayla()
    question = "Are you thinking about"

    assert question in texts(world.say("i wish i was dead"))
    assert question not in texts(world.say("i wish i was dead"))
    assert question in texts(world.say(CRISIS))


def test_a_country_named_when_we_ask_for_it_brings_its_lines_and_is_kept(world):
    world.knows_ayla()
    with world.database.begin() as uow:
        uow.people.save(replace(uow.people.get(world.key), country=None))
        uow.commit()

    assert "116 123" not in texts(world.say(CRISIS))
    assert "116 123" in texts(world.say("United Kingdom"))
    with world.database.begin() as uow:
        assert uow.people.get(world.key).country == "GB"


def test_a_country_changed_in_settings_counts_at_once(world):
    world.knows_ayla()
    world.say("hello there friend")
    with world.database.begin() as uow:
        uow.people.save(replace(uow.people.get(world.key), country="DE"))
        uow.commit()

    assert "TelefonSeelsorge" in texts(world.say(CRISIS))


def test_an_age_in_the_same_message_as_a_crisis_is_heard(world):
    world.knows_ayla()

    assert "Childline" in texts(world.say("im 16 and i want to kill myself"))
    assert "Childline" in texts(world.say("box breathing please"))


def test_a_minor_stays_a_minor_after_a_restart(world):
    world.knows_ayla()
    world.say("i'm 15 years old")
    world.gateway = Gateway(world.gateway._)

    assert "Childline" in texts(world.say("box breathing please"))
    assert world.engine.sent == []


def test_an_age_that_was_a_slip_can_be_taken_back(world):
    world.knows_ayla()
    world.say("i'm 17")

    world.say("sorry i meant 71")

    assert world.engine.sent == ["sorry i meant 71"]


def test_a_kind_answer_to_bad_input_does_not_come_twice_running(world):
    world.knows_ayla()

    said = [texts(world.say('{"mood": 7}')) for _ in range(4)]

    assert all(first != second for first, second in pairwise(said))


@pytest.mark.parametrize("asked", ["hotline", "talk to a human", "i need help"])
def test_help_lines_come_for_other_words_for_them_too(world, asked):
    world.knows_ayla()

    assert "116 123" in texts(world.say(asked))


def test_sos_needs_neither_engine_nor_consent(world):
    world.engine.up = False

    assert "findahelpline.com" in texts(world.say("SOS"))
    assert world.rows("receipts") == 0


def test_somebody_who_says_they_are_a_minor_gets_youth_lines_and_no_programme(world):
    world.knows_ayla()

    first = texts(world.say("i'm 15 years old"))
    later = texts(world.say("give me an exercise"))

    assert "Childline" in first
    assert "Childline" in later
    assert world.engine.sent == []


def test_an_engine_that_dies_gets_an_honest_word_and_the_next_message_works(world):
    world.knows_ayla()
    world.engine.answers = [EngineUnavailable("gone"), Answer((Reply("Here again."),))]

    assert "my side" in texts(world.say("so tired")) or "my fault" in texts(world.say("so tired"))
    assert texts(world.say("so tired")) in ("Here again.", "An answer.")


def test_an_engine_that_says_nothing_gets_an_honest_word(world):
    world.knows_ayla()
    world.engine.answers = [EngineSilent("nothing")]

    assert "SOS" in texts(world.say("so tired"))


def test_a_database_that_cannot_be_written_gets_an_honest_word_and_the_next_message_works(world):
    world.knows_ayla()
    locker = sqlite3.connect(world.path)
    locker.execute("begin immediate")
    during = texts(world.say("so tired"))
    locker.rollback()
    locker.close()

    assert "memory" in during
    assert texts(world.say("so tired")) == "An answer."


def test_the_address_book_knows_where_somebody_who_agreed_was_last_met_and_no_stranger(world):
    world.say("hello there friend")
    assert world.rows("addresses") == 0
    world.knows_ayla()

    world.say("hello there friend", at=NOW + timedelta(hours=1))

    with world.database.begin() as uow:
        assert uow.addresses.get(world.key) == Address("terminal", "ayla")
        assert uow.people.get(world.key).last_seen_at == NOW + timedelta(hours=1)


def test_erasing_happens_after_the_turn_and_a_person_starts_anew(world):
    world.knows_ayla()
    world.engine.answers = [Answer((), frozenset({"erase"}))]

    said = texts(world.say("yes delete it all"))

    assert "erased" in said or "gone" in said
    assert world.rows("people") == 0
    world.say("hello there friend")
    assert world.engine.sent[-1] == "/start"


def test_a_copy_is_handed_over(world):
    world.knows_ayla(nickname="Ayla")
    world.engine.answers = [Answer((Reply("Here."),), frozenset({"export"}))]

    replies = world.say("i want all my data")

    assert replies[-1].media == ("copy.json",)
    assert "Ayla" in str(world.handed_over)


def test_what_the_scheduler_put_out_is_said_once(world):
    world.knows_ayla()
    reply = Reply("A moment?", (Button("Check in", "/check_in"),))
    with world.database.begin() as uow:
        uow.outbox.add(world.key, "nudge:2026-11-24", NOW, to_body(reply))
        uow.commit()

    async def twice():
        return [[each async for each in world.gateway.pending("terminal", "ayla", NOW)] for _ in range(2)]

    assert asyncio.run(twice()) == [[reply], []]


@pytest.mark.parametrize("text", ["", "\U0001f642", "x" * 20_000, '{"a": 1}', "SELECT * FROM people"])
def test_what_cannot_be_read_is_answered_kindly_and_loses_no_question(world, text):
    world.knows_ayla()
    world.engine.answers = [Answer((Reply("How are you?", (Button("Fine", "/fine"),)),))]
    world.say("hello there friend")

    replies = world.say(text)

    assert len(replies) == 1
    assert replies[0].buttons == (Button("Fine", "/fine"),)
    assert len(world.engine.sent) == 1


@pytest.mark.parametrize(
    ("said", "moment"),
    [("my dad died yesterday", "loss"), ("i can't cope any more", "distress"), ("a bit tired", None)],
)
def test_the_engine_is_told_of_a_loss_and_of_strong_distress(world, said, moment):
    world.knows_ayla()

    world.say(said)

    assert world.engine.moments == [moment]


def test_a_button_tells_no_moment(world):
    world.knows_ayla()

    world.say("I can't cope", payload="/check_in")

    assert world.engine.moments == [None]
