import asyncio
import json
import re
import sqlite3
import threading
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fakes import FakeDialogue, FakeSpeech

from care.domain.person import Person
from care.domain.safety_plan import STEPS, SafetyPlan
from care.errors import StorageUnavailable
from care.messages import load_messages
from care.safety.follow_up import load_follow_up_words
from care.safety.help import load_crisis_help
from care.settings import CRISIS_LANGUAGES, Settings
from care.storage.database import open_database
from care.storage.keys import load_master_key, pseudonym
from care.storage.tracker import Tracker
from connectors.assembly import safety_plans
from connectors.follow_up import FollowUp
from connectors.gateway import Gateway, Wiring
from connectors.messages import Incoming
from connectors.plan_page import page
from connectors.plan_texts import PlanTexts
from connectors.plan_words import load_plan_words
from connectors.records import Records
from connectors.typed import load_commands
from connectors.voice import Voice, load_words
from tests.care.safety.test_reply import grade

DATA = Path(__file__).parents[2] / "data"
NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
CRISIS = "i want to kill myself"
HELP = load_crisis_help(DATA, ("en",), Settings().crisis_dir)
MESSAGES = {language: load_messages(DATA, language) for language in CRISIS_LANGUAGES}
SAID = {
    language: {key: texts for key, texts in messages._wordings.items() if key.startswith("safety_plan.")}
    for language, messages in MESSAGES.items()
}
PARTS = re.compile(r"safety_plan\.(button_|title_|page_|heading|step$|entry$|item$|nothing_yet|updated|day$)")


class World:
    """A gateway with safety plans on a real database; the engine is down."""

    def __init__(self, folder, *, consent=True, country="GB"):
        settings = Settings(data_dir=folder)
        self.folder = folder
        self.master = load_master_key(settings)
        self.path = folder / "care.db"
        self.database = open_database(settings.database, self.master, wait_ms=100)
        self.database.migrate()
        self.engine = FakeDialogue(up=False)
        records = Records(self.database, Tracker(settings.tracker_database, self.master))
        self.wiring = Wiring(
            records=records,
            dialogue=self.engine,
            crisis=HELP,
            voice=Voice(FakeSpeech(), MESSAGES["en"], load_words(DATA, "en")),
            follow_up=FollowUp(records, load_follow_up_words(DATA, ("en",))),
            messages=MESSAGES["en"],
            commands=load_commands(DATA, "en"),
            title_of=lambda id_: id_,
            pseudonym=lambda channel, user_id: pseudonym(self.master, channel, user_id),
            hand_over=lambda data, at: Path("copy.json"),
            engine_wait_s=0.01,
            plans=safety_plans(DATA, records, HELP, folder),
        )
        self.key = pseudonym(self.master, "terminal", "ayla")
        self._count = 0
        self.restart()
        if consent:
            with self.database.begin() as uow:
                uow.people.add(Person(self.key, "2026-11", NOW, NOW, country=country))
                uow.commit()

    def restart(self):
        self.gateway = Gateway(self.wiring)

    def say(self, text="", *, at=NOW, payload=None, event_id=None):
        self._count += 1
        incoming = Incoming("terminal", "ayla", event_id or f"event-{self._count}", at, text, payload)
        return asyncio.run(self._collect(self.gateway.handle(incoming)))

    async def _collect(self, replies):
        found = [reply async for reply in replies]
        await self.gateway.settle()
        return found

    @property
    def plan(self):
        with self.database.begin(reading=True) as uow:
            return uow.safety_plans.get(self.key)

    def fill(self):
        plan = SafetyPlan(NOW)
        for number in range(1, STEPS + 1):
            plan = plan.go_to(number, NOW).write(f"mine {number}", NOW)
        with self.database.begin() as uow:
            uow.safety_plans.put(self.key, plan.leave(NOW))
            uow.commit()


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.database.close()


def texts(replies):
    return "\n".join(reply.text for reply in replies)


def payloads(replies):
    return [button.payload for reply in replies for button in reply.buttons]


def said(key, language="en"):
    """Beginnings of all wordings of a message, up to its first blank."""
    return [text.split("{")[0].rstrip("“«„") for text in SAID[language][f"safety_plan.{key}"]]


def says(replies, key, language="en"):
    return any(wording in texts(replies) for wording in said(key, language))


@pytest.mark.parametrize("opener", ["/plan", "safety plan", "Safety Plan."])
def test_the_plan_opens_at_the_first_step_with_the_engine_down_g8(world, opener):
    replies = world.say(opener)

    assert says(replies, "intro")
    assert "Step 1 of 6" in texts(replies)
    assert payloads(replies) == ["/safety_plan_skip", "/safety_plan_stop"]


def test_an_entry_is_said_back_and_kept_and_next_leads_on_g8(world):
    world.say("/plan")
    replies = world.say("i stop answering my friends")

    assert "“i stop answering my friends”" in texts(replies)
    assert "/safety_plan_next" in payloads(replies)
    assert "/safety_plan_more" in payloads(replies)
    assert world.plan.step(1) == ("i stop answering my friends",)
    assert "Step 2 of 6" in texts(world.say("next"))


def test_all_six_steps_are_filled_by_words_or_buttons_and_shown_g8(world):
    world.say("/plan")
    for number in range(1, STEPS + 1):
        world.say(f"mine {number}")
        last = world.say(payload="/safety_plan_next") if number % 2 else world.say("next")

    assert says(last, "done")
    shown = texts(world.say("show my plan"))
    assert all(f"mine {number}" in shown for number in range(1, STEPS + 1))
    assert "116 123" in shown
    assert "999" in shown
    assert not world.plan.open


def test_several_entries_skip_back_and_stop_g8(world):
    world.say("/plan")
    world.say("one sign")
    assert says(world.say("add more"), "more_ask")
    world.say("another sign")
    world.say("next")
    assert "Step 3 of 6" in texts(world.say("skip"))
    assert "Step 2 of 6" in texts(world.say("back"))
    replies = world.say("stop for now")

    assert says(replies, "stopped")
    assert world.plan.step(1) == ("one sign", "another sign")
    assert not world.plan.open
    assert world.engine.sent == []


def test_over_several_sittings_and_a_restart_the_place_is_kept_g8(world):
    world.say("/plan")
    world.say("one sign")
    world.say("next")
    world.say("skip")
    world.restart()

    replies = world.say("/plan", at=NOW + timedelta(days=3))

    assert says(replies, "resumed")
    assert "Step 3 of 6" in texts(replies)


def test_after_a_restart_in_the_middle_the_next_words_are_still_an_entry_g8(world):
    world.say("/plan")
    world.restart()

    world.say("i stop sleeping")

    assert world.plan.step(1) == ("i stop sleeping",)


def test_words_of_the_next_day_are_not_an_entry_g8(world):
    world.say("/plan")

    world.say("good morning to you", at=NOW + timedelta(days=1))

    assert world.plan.empty


def test_a_step_can_be_changed_and_a_line_removed_later_g8(world):
    world.fill()
    replies = world.say("change step 3")
    assert "1. mine 3" in texts(replies)
    assert "mine 3" in texts(world.say("change 1"))
    world.say("the library")
    assert world.plan.step(3) == ("the library",)

    assert "the library" in texts(world.say("remove 1"))
    assert world.plan.step(3) == ()
    assert says(world.say("remove 7"), "no_entry")


def test_step_five_shows_three_lines_at_most_and_the_emergency_number_g8(world):
    shown = texts(world.say("change step 5"))

    assert "116 123" in shown
    assert "999" in shown
    assert 1 <= len(re.findall(r"^- ", shown, re.MULTILINE)) <= 3


def test_without_a_country_step_five_names_the_directory_g8(tmp_path):
    world = World(tmp_path, country=None)

    assert "findahelpline.com" in texts(world.say("change step 5"))
    world.database.close()


def test_a_dark_thought_as_a_warning_sign_brings_help_and_is_kept_g8(world):
    world.say("/plan")
    replies = world.say("i start to think everyone would be better off without me")

    assert "116 123" in texts(replies)
    assert says(replies, "kept_sign")
    assert world.plan.step(1) == ("i start to think everyone would be better off without me",)
    assert not world.plan.open


def test_a_crisis_in_the_middle_gets_help_first_and_the_plan_is_taken_up_again_g8(world):
    world.say("/plan")
    world.say("a sign")
    world.say("next")
    replies = world.say(CRISIS)

    assert "116 123" in replies[0].text + replies[1].text
    assert says(replies[-1:], "waits")
    assert world.plan.step(2) == ()
    again = world.say("/plan")
    assert "Step 2 of 6" in texts(again)
    assert CRISIS not in texts(again)
    world.say("a walk with the dog")
    assert world.plan.step(2) == ("a walk with the dog",)


def test_what_help_answered_goes_into_the_plan_when_the_person_says_so_g8(world):
    world.say("change step 4")
    world.say("my brother when i wish i was dead")
    assert "/safety_plan_keep" in payloads(world.say("/plan"))

    world.say(payload="/safety_plan_keep")

    assert "my brother when i wish i was dead" in world.plan.step(4)


def test_a_plan_to_die_is_never_an_entry_g8(world):
    world.say("/plan")
    world.say("i will hang myself tonight")

    assert world.plan.empty
    assert "hang myself" not in texts(world.say("/plan"))


def test_a_yes_to_our_question_is_heard_while_the_plan_is_open_g8(world):
    world.say("/plan")
    world.say(CRISIS)
    world.say("/plan")

    assert "116 123" in texts(world.say("yes"))
    assert "yes" not in world.plan.step(1)


@pytest.mark.parametrize(
    ("command", "sent"),
    [("check in", "/check_in"), ("delete", "/delete_data"), ("exercise", "/want_practice")],
)
def test_a_command_leaves_the_plan_and_does_what_it_says_g8(world, command, sent):
    world.engine.up = True
    world.say("/plan")

    world.say(command)

    assert world.engine.sent == [sent]
    assert not world.plan.open
    assert world.plan.empty


def test_sos_leaves_the_plan_too_g8(world):
    world.say("/plan")
    replies = world.say("SOS")

    assert "116 123" in texts(replies)
    assert says(replies, "waits")
    assert not world.plan.open


def test_stop_ends_the_sitting_g8(world):
    world.say("/plan")

    assert says(world.say("stop"), "stopped")


def test_in_a_crisis_the_own_steps_two_to_four_follow_the_help_g8(world):
    world.fill()
    replies = world.say(CRISIS)

    assert "116 123" in texts(replies[:-1])
    assert says(replies[-1:], "in_crisis")
    assert [n for n in range(1, 7) if f"mine {n}" in replies[-1].text] == [2, 3, 4]


def test_without_a_plan_one_is_offered_once_after_help_g8(world):
    assert says(world.say(CRISIS), "hint")
    assert not says(world.say(CRISIS), "hint")


def test_worry_about_another_brings_no_plan_of_ones_own_g8(world):
    world.fill()

    assert "mine 2" not in texts(world.say("my brother says he wants to kill himself"))


def test_help_goes_out_without_the_plan_when_the_database_is_locked_or_gone_g8(world):
    world.fill()
    world.database.close()
    for file in world.folder.glob("care.db*"):
        file.unlink()
    world.path.mkdir()

    replies = world.say(CRISIS)

    assert "findahelpline.com" in texts(replies)
    assert "mine 2" not in texts(replies)


def test_a_slow_database_holds_help_back_for_a_moment_only_g8(world, monkeypatch):
    world.fill()
    held = threading.Event()
    monkeypatch.setattr(world.wiring.records, "safety_plan", lambda key: held.wait(30))

    async def answered():
        incoming = Incoming("terminal", "ayla", "x", NOW, CRISIS)
        start = asyncio.get_running_loop().time()
        replies = [reply async for reply in world.gateway.handle(incoming)]
        held.set()
        return replies, asyncio.get_running_loop().time() - start

    replies, seconds = asyncio.run(answered())

    assert "116 123" in texts(replies)
    assert "mine 2" not in texts(replies)
    assert seconds < 5


def test_without_consent_nothing_is_kept_and_the_steps_can_be_walked_through_g8(tmp_path):
    world = World(tmp_path, consent=False)
    replies = world.say("/plan")
    assert says(replies, "no_consent")
    assert "Step 1 of 6" in texts(world.say(payload="/safety_plan_unsaved"))
    assert "“my sign”" in texts(world.say("my sign"))
    assert "my sign" in texts(world.say("show my plan"))
    assert says(world.say("stop for now"), "stopped") or says(world.say("/plan"), "resumed")

    with sqlite3.connect(world.path) as connection:
        assert connection.execute("select count(*) from safety_plans").fetchone() == (0,)
    world.restart()
    assert says(world.say("/plan"), "no_consent")
    world.database.close()


def test_with_the_database_gone_the_steps_can_be_walked_through_g8(world):
    world.database.close()
    for file in world.folder.glob("care.db*"):
        file.unlink()
    world.path.mkdir()

    assert says(world.say("/plan"), "no_memory")
    assert "Step 1 of 6" in texts(world.say(payload="/safety_plan_unsaved"))
    assert "“my sign”" in texts(world.say("my sign"))


def test_what_is_written_unsaved_never_overwrites_a_plan_that_could_not_be_read_g8(world, monkeypatch):
    world.fill()

    def unreachable(key):
        raise StorageUnavailable("gone")

    with monkeypatch.context() as patched:
        patched.setattr(world.wiring.records, "safety_plan", unreachable)
        world.say("/plan")
        world.say(payload="/safety_plan_unsaved")
        world.say("something else")

    assert "something else" not in world.plan.step(1)
    assert "mine 1" in texts(world.say("show my plan"))


def test_what_could_not_be_saved_is_said_so_and_saved_with_the_next_line_g8(world):
    world.say("/plan")
    locker = sqlite3.connect(world.path)
    locker.execute("begin immediate")
    during = world.say("one sign")
    locker.rollback()
    locker.close()

    assert says(during, "not_saved")
    assert "one sign" in texts(world.say("show my plan"))
    world.say("another sign")
    assert world.plan.step(1) == ("one sign", "another sign")


def test_a_minor_gets_youth_lines_and_no_plan_g8(world):
    world.say("i'm 15 years old")

    replies = world.say("/plan")

    assert "Childline" in texts(replies)
    assert world.plan is None


def test_somebody_who_turns_out_to_be_a_minor_in_the_middle_gets_youth_lines_g8(world):
    world.say("/plan")

    assert "Childline" in texts(world.say("i'm 15 years old"))
    assert world.plan.empty


@pytest.mark.parametrize(("odd", "key"), [("", "empty"), ("x" * 20_000, "too_long"), ("\x00\x07", "empty")])
def test_what_is_no_entry_is_answered_kindly_and_the_step_stays_open_g8(world, odd, key):
    world.say("/plan")
    replies = world.say(odd)

    assert says(replies, key)
    assert "/safety_plan_skip" in payloads(replies)
    assert world.plan.empty


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\U0001f415", "\U0001f415"),
        ("a walk \U0001f415", "a walk \U0001f415"),
        ("a\x00walk\r\nwith {braces} \x1b[31m", "a walk with {braces} [31m"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_odd_words_are_kept_as_they_can_be_read_g8(world, typed, kept):
    world.say("/plan")
    replies = world.say(typed)

    assert world.plan.step(1) == (kept,)
    assert kept in texts(replies)


def test_a_message_that_comes_twice_is_one_entry_g8(world):
    world.say("/plan")
    world.say("one sign", event_id="same")

    assert world.say("one sign", event_id="same") == []
    assert world.plan.step(1) == ("one sign",)


def test_export_and_erase_cover_the_plan_and_nothing_of_it_stands_in_a_file_g8(world):
    world.say("/plan")
    world.say("wordzebra is my sign")

    assert "wordzebra" in json.dumps(world.wiring.records.copy_of(world.key))
    world.wiring.records.erase(world.key)
    assert world.plan is None
    for file in world.folder.rglob("*"):
        assert file.is_dir() or b"wordzebra" not in file.read_bytes()


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
def test_every_language_opens_fills_in_and_shows_the_plan_in_its_own_words_g8(world, language):
    words = load_plan_words(DATA, language)
    opener = next(w for w, i in words.anywhere.items() if i == "safety_plan" and w.count(" "))
    opened = world.say(opener)
    assert says(opened, "intro", language)
    world.say("zebra")
    onward = next(w for w, i in words.inside.items() if i == "safety_plan_next")
    heading = SAID[language]["safety_plan.title_2"][0]
    assert heading in texts(world.say(onward))
    world.restart()
    shower = next(w for w, i in words.anywhere.items() if i == "safety_plan_show")
    assert "zebra" in texts(world.say(shower))


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
def test_every_language_has_every_text_with_the_same_blanks_and_two_wordings_g8(language):
    assert SAID[language].keys() == SAID["en"].keys()
    for key, wordings in SAID[language].items():
        for wording in wordings:
            blanks = set(re.findall(r"{(\w+)}", wording))
            assert blanks == set(re.findall(r"{(\w+)}", SAID["en"][key][0]))
        assert PARTS.match(key) or len(set(wordings)) >= 2
        if language != "en" and not re.search(r"\.(entry|item|day)$", key):
            assert not set(wordings) & set(SAID["en"][key])


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
def test_every_text_names_words_that_work_in_its_language_g8(language):
    words = load_plan_words(DATA, language)
    for key in ("edit_help", "edit_later"):
        for wording in SAID[language][f"safety_plan.{key}"]:
            quoted = re.findall(r"[“„«]\s*([^”“»]+?)\s*[”“»]", wording)
            assert quoted
            assert all(words.read(each) for each in quoted)


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
def test_the_plan_names_no_means_and_makes_no_promise_g8(language):
    means = (
        "rope gun pill knife blade razor noose medicine weapon pastilla arma cuchillo cuerda soga navaja "
        "médicament couteau corde lame pilule messer seil waffe tablette klinge remédio faca corda "
        "comprimido arma pistola coltello farmaci pillole lametta"
    )
    together = " ".join(text for texts in SAID[language].values() for text in texts).lower()

    assert not set(means.split()) & set(re.findall(r"\w+", together))


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


def printed(world):
    replies = world.say("print my plan")
    return replies, Path(replies[-1].media[0])


def test_the_printed_page_escapes_what_was_written_g8(world):
    world.say("/plan")
    world.say('<script>alert("x")</script> & <img src=x onerror=y>')
    _, path = printed(world)
    html = path.read_text("utf-8")
    parsed = _Tags()
    parsed.feed(html)

    assert not {"script", "img", "link", "iframe"} & set(parsed.tags)
    assert '<script>alert("x")</script> & <img src=x onerror=y>' in parsed.text
    assert "http://" not in html.replace("https://", "")


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
def test_the_printed_page_is_complete_in_every_language_g8(language):
    plan = SafetyPlan(NOW)
    for number in range(1, STEPS + 1):
        plan = plan.go_to(number, NOW).write(f"mine {number}", NOW)
    helpers = HELP.helpers("GB", minor=False, language=language)
    html = page(plan, helpers, PlanTexts(MESSAGES[language], language), NOW + timedelta(days=1))
    parsed = _Tags()
    parsed.feed(html)

    assert all(f"mine {n}" in parsed.text for n in range(1, STEPS + 1))
    assert all(SAID[language][f"safety_plan.title_{n}"][0] in parsed.text for n in range(1, STEPS + 1))
    assert "116 123" in parsed.text
    assert "999" in parsed.text
    assert all(day in parsed.text for day in ("24", "25", "2026"))
    assert len(helpers.lines) <= 3
    for _, day in helpers.lines:
        assert day is None or str(day.year) in parsed.text
    assert parsed.tags.count("section") == STEPS
    assert f'lang="{language}"' in html
    assert "size:A4" in html


def test_the_file_tells_nothing_by_its_name_and_is_for_its_owner_alone_g8(world):
    world.fill()
    replies, path = printed(world)

    assert re.fullmatch(r"page-[\d-]+\.html", path.name)
    assert path.stat().st_mode & 0o777 == 0o600
    assert str(path) in texts(replies)


def test_a_file_that_cannot_be_written_is_said_so_g8(world):
    world.fill()

    def full(html, at):
        raise OSError("no room")

    world.wiring.plans._hand_over = full

    assert says(world.say("print"), "print_failed")


def test_nothing_to_show_or_print_offers_to_begin_g8(world):
    for asked in ("show my plan", "print my plan"):
        replies = world.say(asked)
        assert says(replies, "none")
        assert payloads(replies) == ["/safety_plan"]


def test_the_same_wording_does_not_come_twice_running_g8(world):
    world.say("/plan")
    first, second = world.say("sign"), world.say("sign")

    assert texts(first) != texts(second)


def test_an_open_plan_of_another_day_is_dated_g8():
    assert PlanTexts(MESSAGES["de"], "de").day(date(2026, 1, 2)) == "02.01.2026"


def test_the_words_can_be_read_in_grade_six_g8():
    sentences = [text for key, texts in SAID["en"].items() if not PARTS.match(key) for text in texts]

    assert grade([sentence.replace("{", "").replace("}", "") for sentence in sentences]) <= 6
