"""The journal's actions, without an engine."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import wiring
from actions.journal import (
    ALL,
    NONE,
    JournalSearched,
    KeepJournal,
    SearchJournal,
    ValidateJournalForm,
    ValidateJournalSearchForm,
)
from actions.navigation import Aside
from actions.settings import AskDeleteSure
from care.domain.person import Person

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
PARTS = (wiring.settings, wiring.database)
WORK = "My boss keeps piling on work and I am so worn out and stressed."


@pytest.fixture(autouse=True)
def _own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("CARE_DATA_DIR", str(tmp_path / "data"))
    for part in PARTS:
        part.cache_clear()
    wiring.database().migrate()
    with wiring.database().begin() as uow:
        uow.people.add(Person("ayla", "2026-11", NOW, NOW, zone="Pacific/Auckland"))
        uow.commit()
    yield
    wiring.database().close()
    for part in PARTS:
        part.cache_clear()


def tracker(text="", intent="nlu_fallback", *, answer=None, message_id="m1", at=NOW, loop=None, **slots):
    return Tracker(
        sender_id="ayla",
        slots={"requested_slot": None, **slots},
        latest_message={
            "text": text,
            "intent": {"name": intent},
            "entities": [] if answer is None else [{"entity": "answer", "value": answer}],
            "metadata": {"message_id": message_id, "at": at.isoformat()},
        },
        events=[],
        paused=False,
        followup_action=None,
        active_loop={"name": loop} if loop else {},
        latest_action_name="action_listen",
    )


def run(action, given):
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, given, {}))
    slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    return dispatcher.messages, slots, events


def write(text, *, days_ago=0, **more):
    at = NOW - timedelta(days=days_ago)
    given = tracker(text, at=at, message_id=f"{text}-{days_ago}", journal_entry=text, **more)
    return run(KeepJournal(), given)


def kept():
    with wiring.database().begin(reading=True) as uow:
        return uow.journal.last("ayla", 99)


def test_an_entry_is_kept_with_its_moment_its_day_there_and_what_was_read_from_it():
    (said,), slots, _ = write(WORK)

    (entry,) = kept()
    assert (entry.text, entry.at, entry.day.isoformat()) == (WORK, NOW, "2026-11-25")  # morning in Auckland
    assert "tired" in entry.feelings or "stressed" in entry.feelings
    assert entry.areas == ("work",)
    assert said["response"] == "utter_journal_kept"
    assert "work" in said["reflection"]
    assert slots["journal_entry"] is None


def test_the_same_message_handled_twice_leaves_one_entry():
    write(WORK)
    write(WORK)

    assert len(kept()) == 1


def test_no_word_of_an_entry_stands_in_the_file_of_the_database():
    write("a zebra in my words")
    wiring.database().close()

    folder = wiring.settings().data_dir
    assert sqlite3.connect(folder / "care.db").execute("select count(*) from journal_entries").fetchone() == (
        1,
    )
    assert all(b"zebra" not in path.read_bytes() for path in folder.iterdir() if path.is_file())


@pytest.mark.parametrize("text", ["asdkjh qwe", "It is what it is.", "42", "x " * 1900])
def test_what_cannot_be_read_is_kept_all_the_same_and_answered_in_one_sentence(text):
    (said,), *_ = write(text)

    assert kept()[0].text == text
    assert said["reflection"].count(".") == 1


def test_a_loss_is_met_with_warmth_and_what_comes_next_is_heard():
    (said,), slots, _ = write("My dad died on Sunday.")

    assert said["response"] == "utter_journal_kept_hard"
    assert "glad" in said["reflection"] or "sorry" in said["reflection"]
    assert slots["talk"]["moment"] == "loss"
    assert len(kept()) == 1


def test_distress_that_the_gateway_heard_is_met_with_warmth():
    given = tracker("I can't take this anymore", "distress", journal_entry="I can't take this anymore")
    (said,), slots, _ = run(KeepJournal(), given)

    assert said["response"] == "utter_journal_kept_hard"
    assert slots["talk"]["moment"] == "distress"


@pytest.mark.parametrize(
    ("said", "intent", "taken"),
    [
        ("/skip", "skip", NONE),
        ("not now", "not_now", NONE),
        ("no", "deny", NONE),
        ("ok", "affirm", None),
        ("yes let's go", "affirm", None),
        ("   ", "nlu_fallback", None),
        ("no one came to my birthday and it hurt", "deny", "no one came to my birthday and it hurt"),
        ("great day, I said yes to the job", "affirm", "great day, I said yes to the job"),
        ("I feel low", "share_feelings", "I feel low"),
        ("my dog died", "loss", "my dog died"),
    ],
)
def test_any_text_is_an_entry_and_a_short_no_leaves(said, intent, taken):
    slots = ValidateJournalForm().validate_journal_entry(
        said, CollectingDispatcher(), tracker(said, intent), {}
    )

    assert slots == {"journal_entry": taken}


def test_words_behind_the_command_are_the_entry():
    text = '/journal_note{"answer": "a long day"}'
    given = tracker(text, "journal_note", answer="a long day")

    assert ValidateJournalForm().validate_journal_entry(text, CollectingDispatcher(), given, {}) == {
        "journal_entry": "a long day"
    }


@pytest.mark.parametrize("loop", [None, "check_in_form", "practice_form"])
def test_words_behind_the_command_are_kept_wherever_they_come(loop):
    (said,), *_ = run(Aside(), tracker("/journal_note{}", "journal_note", answer=WORK, loop=loop))

    assert "work" in said["text"]
    assert said["buttons"] == []  # those of the open question follow
    assert kept()[0].text == WORK


def test_before_consent_the_journal_has_to_wait():
    for intent in ("journal", "journal_note", "journal_search"):
        given = tracker("journal", intent, loop="onboarding_form")
        given.sender_id = "nobody"
        (said,), *_ = run(Aside(), given)
        assert said["response"] == "utter_questions_first"
    assert kept() == []


def test_leaving_keeps_nothing():
    (said,), slots, _ = run(KeepJournal(), tracker("not now", "not_now", journal_entry=NONE))

    assert said["response"] == "utter_journal_left"
    assert slots["journal_entry"] is None
    assert kept() == []


def searched(query):
    return run(SearchJournal(), tracker(query, "journal_search", message_id="search"))


def test_entries_are_found_by_area_word_and_day_and_nothing_is_answered_kindly():
    write(WORK, days_ago=3)
    write("My sister called, and we laughed.", days_ago=8)
    write("Rain, tea, a book.")

    by_area, by_word, by_day, nothing = (
        searched(query)[0][0]
        for query in (
            "find what I wrote about work",
            "journal entries about my sister",
            "what did I write today",
            "what did I write about marmalade last month",
        )
    )

    assert "My boss keeps piling" in by_area["found"]
    assert "sister" not in by_area["found"]
    assert "we laughed" in by_word["found"]
    assert "Rain" in by_day["found"]
    assert "boss" not in by_day["found"]
    assert nothing["response"] == "utter_journal_nothing_found"
    assert "marmalade" in nothing["sought"]


def test_an_empty_journal_says_so():
    (said,), *_ = searched("find what I wrote about work")

    assert said["response"] == "utter_journal_empty"


def test_a_search_in_the_middle_of_something_shows_what_it_finds_and_offers_nothing_else():
    write("Rain, tea, a book.")

    for query in ("journal entries about rain", "/journal_search"):
        (said,), *_ = run(Aside(), tracker(query, "journal_search", loop="check_in_form"))
        assert "Rain, tea" in said["text"]
        assert said["buttons"] == []


@pytest.mark.parametrize("request_", ["/journal_search", "can I find something I wrote?", "search my diary"])
def test_a_search_that_does_not_say_for_what_asks(request_):
    said, _, events = run(SearchJournal(), tracker(request_, "journal_search"))

    assert said == []
    assert (events[-1]["event"], events[-1]["name"]) == ("followup", "journal_search_form")


@pytest.mark.parametrize(
    ("said", "intent", "taken"),
    [
        ("work", "nlu_fallback", "work"),
        ("/not_now", "not_now", NONE),
        ("/journal_search", "journal_search", None),
    ],
)
def test_any_words_can_be_looked_for(said, intent, taken):
    form = ValidateJournalSearchForm()

    slots = form.validate_journal_query(said, CollectingDispatcher(), tracker(said, intent), {})

    assert slots == {"journal_query": taken}


@pytest.mark.parametrize(
    ("query", "response"),
    [(ALL, "utter_journal_found"), ("rain", "utter_journal_found"), (NONE, "utter_journal_search_left")],
)
def test_what_was_said_is_looked_for(query, response):
    write("Rain, tea, a book.")

    (said,), slots, _ = run(JournalSearched(), tracker(journal_query=query))

    assert said["response"] == response
    assert slots["journal_query"] is None


def test_an_entry_of_another_person_is_never_found():
    with wiring.database().begin() as uow:
        uow.people.add(Person("ben", "2026-11", NOW, NOW))
        uow.commit()
    write("Rain, tea, a book.")
    given = tracker("rain", "journal_search")
    given.sender_id = "ben"

    (said,), *_ = run(SearchJournal(), given)

    assert said["response"] == "utter_journal_empty"


def test_deleting_says_how_many_entries_go():
    write(WORK)
    write("Rain, tea, a book.")

    (said,), *_ = run(AskDeleteSure(), tracker())

    assert "journal entries (2)" in said["kinds"]
