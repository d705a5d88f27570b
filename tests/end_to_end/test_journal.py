"""The journal: written, answered in one sentence, found again, handed over and erased."""

import json
import re
import sqlite3

import pytest

WORK = "My boss keeps piling on more work, and I am so stressed and worn out that I could cry at my desk."
SISTER = "my sister called and we laughed about the old days, I am so grateful for her"
LONG = (
    "Today was long. "
    + "I walked by the river and thought about what she said. " * 40
    + "The heron was back."
)


def sentences(text):
    return [part for part in re.split(r"(?<=[.!?])\s+", text) if part]


def test_an_entry_is_answered_by_one_sentence_and_found_by_area_word_and_day(met):
    companion, name = met
    _, asked, work = companion.talk(name, "/journal", WORK, at="2026-11-16T20:00")
    _, again, sister = companion.talk(name, "i want to write in my journal", SISTER, at="2026-11-24T09:00")
    _, _, long = companion.talk(name, "journal", LONG, at="2026-11-24T10:00")

    _, area, word, day, week, nothing = companion.talk(
        name,
        "find what I wrote about work",
        "journal entries about my sister",
        "what did I write today",
        "what did I write last week",
        "journal search: marmalade",
        at="2026-11-24T20:00",
    )

    assert asked.buttons == again.buttons == ["Not now"]
    assert [len(sentences(turn.text)) for turn in (work, sister, long)] == [1, 1, 1]
    assert "work" in work.text
    assert not any(button.isdecimal() for turn in (work, sister, long) for button in turn.buttons)
    assert "16 Nov" in area.text
    assert WORK in area.text
    assert SISTER in word.text
    assert WORK not in word.text
    assert day.text.index("Today was long") < day.text.index("my sister")
    assert WORK in week.text
    assert "marmalade" in nothing.text
    assert "Try again" in nothing.buttons


def test_the_search_asks_when_nothing_is_said_and_five_are_shown(met):
    companion, name = met
    for day in range(10, 17):
        companion.talk(name, f"/journal the heron came by, day {day}", at=f"2026-11-{day}T12:00")

    lines = ("journal search", "heron", "can i find something i wrote before", "not now")
    _, asked, newest, asked_again, left = companion.talk(name, *lines, at="2026-11-24T20:00")

    assert "Last week" in asked.buttons
    assert asked_again.buttons == asked.buttons
    first = next(line for line in newest.text.splitlines() if "heron came" in line)
    assert first.startswith("- Mon 16 Nov")
    assert newest.text.count("heron came") == 5
    assert "2 more" in newest.text
    assert "heron" not in left.text


@pytest.mark.parametrize("no", ["skip", "Not now", "no"])
def test_a_no_leaves_the_journal_and_keeps_nothing(met, no):
    companion, name = met

    *_, left, empty = companion.talk(name, "journal", no, "what did I write today")

    assert "journal" in left.text
    assert "Write" in empty.buttons


def test_words_stay_free_while_commands_and_questions_are_answered(met):
    companion, name = met

    _, _, helped, entry, _, note, energy = companion.talk(
        name,
        "journal",
        "help",
        "Why do I always say yes to everybody and then lie awake about it half the night?",
        "check in",
        "/journal it came back to me while I was checking in",
        "5",
    )

    assert "journal" in helped.texts[0]
    assert "Not now" in helped.buttons
    assert len(sentences(entry.text)) == 1
    assert "10" in note.buttons  # kept, and the question of the check-in comes again
    assert "energy" in energy.text
    *_, found = companion.talk(name, "show me my journal")
    assert "Why do I always" in found.text
    assert "it came back to me" in found.text


def test_a_loss_is_met_with_warmth_and_a_crisis_is_never_kept(met):
    companion, name = met

    _, _, loss, crisis, *_ = companion.talk(
        name, "journal", "My mum died last night. The house is so quiet.", "/journal i want to kill myself"
    )

    assert len(sentences(loss.text)) == 1
    assert "sorry" in loss.text
    assert "People to talk to" in loss.buttons
    assert "116 123" in crisis.text
    with sqlite3.connect(companion.data_dir / "care.db") as connection:
        kept = connection.execute("select count(*) from journal_entries").fetchone()[0]
    _, _, handed, warned, erased = companion.talk(name, "no", "export", "delete", "yes")
    exported = json.loads((companion.folder / handed.media[0]).read_text(encoding="utf-8"))
    assert [entry["text"][:11] for entry in exported["journal_entries"]] == ["My mum died"]
    assert "journal entries (1)" in warned.text
    assert erased.texts
    with sqlite3.connect(companion.data_dir / "care.db") as connection:
        assert connection.execute("select count(*) from journal_entries").fetchone()[0] == kept - 1
