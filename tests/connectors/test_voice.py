"""Voice messages through the gateway, with a recogniser that hears what it is told."""

import asyncio
import gc
import io
import itertools
import weakref
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sounds
from fakes import FakeDialogue, FakeSpeech

from care import logs
from care.content import practice_title
from care.domain.person import Person
from care.domain.reply import Button, Reply
from care.messages import load_messages
from care.safety.follow_up import load_follow_up_words
from care.safety.help import load_crisis_help
from care.settings import Settings
from care.storage.database import open_database
from care.storage.keys import load_master_key, pseudonym
from care.storage.tracker import Tracker
from care.understanding.speech.apart import SpeechApart
from care.understanding.speech.refusal import Reason, SoundRefused, SpeechUnavailable
from care.understanding.speech.transcript import Transcript
from connectors.dialogue import Answer
from connectors.follow_up import FollowUp
from connectors.gateway import Gateway, Wiring
from connectors.messages import Incoming, Sound
from connectors.records import Records
from connectors.typed import load_commands
from connectors.voice import Voice, load_words
from connectors.voice_file import with_sound

DATA = Path(__file__).parents[2] / "data"
NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
CRISIS = "i want to kill myself"
HELP = load_crisis_help(DATA, ("en",), Settings().crisis_dir)
MESSAGES = load_messages(DATA, "en")
FOLLOW_UP_WORDS = load_follow_up_words(DATA, ("en",))
QUESTION = "Are you thinking about killing yourself?"
NO_WORDS = [*Reason, "not_caught", "type_it", "gone"]


class World:
    """A gateway on a real database, for somebody known in Britain."""

    def __init__(self, folder):
        settings = Settings(data_dir=folder)
        master = load_master_key(settings)
        self.database = open_database(settings.database, master, wait_ms=200)
        self.database.migrate()
        self.engine, self.speech = FakeDialogue(), FakeSpeech()
        records = Records(self.database, Tracker(settings.tracker_database, master))
        self.gateway = Gateway(
            Wiring(
                records=records,
                dialogue=self.engine,
                crisis=HELP,
                voice=Voice(self.speech, MESSAGES, load_words(DATA, "en")),
                follow_up=FollowUp(records, FOLLOW_UP_WORDS),
                messages=MESSAGES,
                commands=load_commands(DATA, "en"),
                title_of=lambda id_: practice_title(DATA, "en", id_),
                pseudonym=lambda channel, user_id: pseudonym(master, channel, user_id),
                hand_over=lambda data, at: Path("copy.json"),
                engine_wait_s=1,
            )
        )
        self.key = pseudonym(master, "terminal", "ayla")
        with self.database.begin() as uow:
            uow.people.add(Person(self.key, "2026-11", NOW, NOW, country="GB"))
            uow.commit()
        self._ids = itertools.count()

    def speak(self, heard, *, sure=True, event_id=None, beside=""):
        if isinstance(heard, str):
            heard = Transcript(heard, 0.9 if sure else 0.2, "fake", sure)
        self.speech.heard = heard
        return self.send(text=beside, sound=Sound(b"sound", "audio/ogg"), event_id=event_id)

    def say(self, text):
        return self.send(text=text)

    def press(self, button):
        return self.send(text=button.title, payload=button.payload)

    def send(self, *, text, event_id=None, **fields):
        return asyncio.run(self._collect(event_id or f"event-{next(self._ids)}", text, fields))

    async def _collect(self, event_id, text, fields):
        handled = self.gateway.handle(Incoming("terminal", "ayla", event_id, NOW, text, **fields))
        found = [reply async for reply in handled]
        await self.gateway.settle()
        return found


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.database.close()


def texts(replies):
    return "\n".join(reply.text for reply in replies)


def wordings(key):
    first = MESSAGES.say(key)
    return first, MESSAGES.say(key, avoid=[first])


def test_what_was_heard_is_shown_back_and_goes_nowhere_yet(world):
    (reply,) = world.speak("i feel worn out today")

    assert '"i feel worn out today"' in reply.text
    assert [button.title for button in reply.buttons] == ["That's right", "Not quite: type it"]
    assert world.engine.sent == []


@pytest.mark.parametrize("yes", ["yes", "That's right", "that\u2019s right.", "1"])
def test_on_yes_it_goes_on_as_the_text_would_have(world, yes):
    world.speak("i feel worn out today")

    replies = world.say(yes)

    assert texts(replies) == "An answer."
    assert world.engine.sent == ["i feel worn out today"]


@pytest.mark.parametrize("no", ["no", "Not quite: type it", "2"])
def test_on_no_it_asks_for_text_and_forgets_what_it_heard(world, no):
    world.speak("i feel worn out today")

    assert "SOS" in texts(world.say(no))
    world.say("yes")

    assert world.engine.sent == ["yes"]


def test_a_correction_can_be_typed_at_once(world):
    world.speak("i feel warn out")

    world.say("i feel worn out")

    assert world.engine.sent == ["i feel worn out"]


def test_a_spoken_command_is_one_once_confirmed(world):
    world.speak("check in")
    world.say("yes")

    assert world.engine.sent == ["/check_in"]


def test_the_button_of_an_older_voice_message_never_confirms_a_newer_one(world):
    (first,) = world.speak("i feel worn out today")
    world.speak("i feel better now")

    assert "SOS" in texts(world.press(first.buttons[0]))
    assert world.engine.sent == []


def test_a_crisis_in_a_voice_message_is_answered_at_once_and_the_text_goes_no_further(world):
    replies = world.speak(CRISIS)

    assert CRISIS in replies[0].text
    assert "116 123" in texts(replies)
    assert QUESTION in texts(replies)
    assert (world.engine.sent, world.engine.told) == ([], ["/crisis_noted"])


def test_a_crisis_is_answered_even_where_it_is_not_sure_of_the_words(world):
    replies = world.speak(CRISIS, sure=False)

    assert "116 123" in texts(replies)
    assert CRISIS not in replies[0].text


def test_what_is_written_beside_a_voice_message_is_screened_too(world):
    assert "116 123" in texts(world.speak(SoundRefused(Reason.SILENT), beside=CRISIS))


def test_a_real_voice_in_danger_is_answered_with_help(world):
    apart = SpeechApart(None, "en", 60)
    world.speech.transcribe = apart.transcribe

    replies = world.send(text="", sound=Sound(sounds.CRISIS.read_bytes(), "audio/ogg"))

    assert "116 123" in texts(replies)


@pytest.mark.parametrize("asked", ["sos", "help me", "i need help"])
def test_help_lines_that_are_asked_for_by_voice_come_at_once(world, asked):
    assert "116 123" in texts(world.speak(asked))


def test_a_spoken_no_does_not_close_the_question_about_suicide(world):
    world.say(CRISIS)

    world.speak("no")

    assert world.gateway._talks[world.key].question_open


def test_a_typed_no_to_what_was_heard_is_no_answer_to_the_question_about_suicide(world):
    world.say(CRISIS)
    world.speak("my sister is here")

    world.say("no")

    assert world.gateway._talks[world.key].question_open


@pytest.mark.parametrize("by_voice", [True, False])
def test_a_yes_to_the_question_about_suicide_brings_help_by_voice_and_by_hand(world, by_voice):
    world.say(CRISIS)
    world.speak("my sister is here")

    replies = world.speak("yes") if by_voice else world.say("yes")

    assert any(wording in texts(replies) for wording in wordings("crisis.yes_ack"))


def test_a_harmless_voice_message_does_not_shorten_the_time_it_stays_after_a_crisis(world):
    world.say(CRISIS)
    world.say("no")
    before = world.gateway._talks[world.key].staying

    world.speak("today was fine")

    assert world.gateway._talks[world.key].staying == before > 0


def test_a_mis_heard_age_does_not_make_a_minor(world):
    world.speak("i'm 15 years old", sure=False)
    world.speak("i'm 15 years old")
    world.say("no")

    assert texts(world.say("hello there friend")) == "An answer."


def test_an_age_that_was_confirmed_does(world):
    world.speak("i'm 15 years old")

    assert "Childline" in texts(world.say("yes"))


@pytest.mark.parametrize("key", NO_WORDS)
def test_wherever_a_voice_message_was_not_understood_help_is_named(key):
    first, second = wordings(f"voice.{key}")

    assert first != second
    assert all("SOS" in wording for wording in (first, second))


@pytest.mark.parametrize("reason", list(Reason))
def test_each_refusal_is_said_in_its_own_words(world, reason):
    assert texts(world.speak(SoundRefused(reason))) == MESSAGES.say(f"voice.{reason}")
    assert world.engine.sent == []


def test_low_confidence_asks_for_text_and_shows_no_words(world):
    (reply,) = world.speak("key doll rented bee", sure=False)

    assert reply.text == MESSAGES.say("voice.not_caught")


def test_a_speech_engine_that_is_out_of_order_gets_an_honest_word(world):
    assert "my side" in texts(world.speak(SpeechUnavailable("gone")))


def test_a_refusal_loses_no_question(world):
    world.engine.answers = [Answer((Reply("How are you?", (Button("Fine", "/fine"),)),))]
    world.say("hello there friend")

    (reply,) = world.speak(SoundRefused(Reason.SILENT))

    assert reply.buttons == (Button("Fine", "/fine"),)


def test_a_voice_message_that_comes_twice_is_answered_once(world):
    assert len(world.speak("worn out", event_id="same")) == 1
    assert world.speak("worn out", event_id="same") == []


def test_the_sound_is_gone_before_what_was_heard_is_shown(world):
    world.speech.heard = Transcript("worn out", 0.9, "fake", sure=True)

    async def shown():
        sound = Sound(b"sound" * 1000)
        watched = weakref.ref(sound)
        replies = world.gateway.handle(Incoming("terminal", "ayla", "event-0", NOW, "", sound=sound))
        del sound
        await anext(replies)
        gc.collect()
        return watched()

    assert asyncio.run(shown()) is None


def test_a_long_one_is_answered_with_a_word_first(world, monkeypatch):
    monkeypatch.setattr("connectors.gateway._PATIENCE_S", 0.01)

    async def slow(data, claimed):
        await asyncio.sleep(1)
        return Transcript("worn out", 0.9, "fake", sure=True)

    world.speech.transcribe = slow

    waiting, shown = world.send(text="", sound=Sound(b"sound"))

    assert "listening" in waiting.text
    assert "worn out" in shown.text


def test_no_word_and_no_sound_stands_in_a_log_a_repr_or_a_file(world, tmp_path):
    log = io.StringIO()
    logs.write_to(log)
    world.speak("zanzibar makes me sad")
    world.speak("zanzibar", sure=False)
    world.speak(SoundRefused(Reason.SILENT))
    incoming = Incoming("terminal", "ayla", "e", NOW, "", sound=Sound(b"zanzibar"))
    talk = world.gateway._talks[world.key]

    assert "silent" in log.getvalue()
    assert "zanzibar" not in log.getvalue() + repr(incoming) + repr(talk.heard)
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or b"zanzibar" not in file.read_bytes()


def read(text):
    return asyncio.run(with_sound(Incoming("terminal", "ayla", "e", NOW, text)))


def test_a_line_with_a_sound_file_is_a_voice_message(tmp_path):
    (tmp_path / "one two.ogg").write_bytes(b"OggS")

    incoming = read(f"/voice {tmp_path / 'one two.ogg'} ")

    assert (incoming.text, incoming.sound) == ("", Sound(b"OggS", ".ogg"))


@pytest.mark.parametrize("named", ["nowhere.ogg", "/", "~nobody/x.ogg", "\0"])
def test_a_file_that_cannot_be_read_is_an_empty_sound(named):
    assert read(f"/voice {named}").sound == Sound(b"")


def test_words_after_the_command_are_screened_as_any_others(world):
    incoming = read(f"/voice {CRISIS}")

    assert "116 123" in texts(world.send(text=incoming.text, sound=incoming.sound))


def test_any_other_line_is_left_alone():
    assert read("my voice is gone").sound is None
