from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from care.domain.journal import JournalEntry, answer, shown, sought
from care.domain.journal_search import find, read_search
from care.domain.moments import Moment
from care.messages import load_messages
from care.understanding.areas import AREAS
from care.words import load_words

DATA = Path(__file__).resolve().parents[3] / "data"
MESSAGES, WORDS = load_messages(DATA, "en"), load_words(DATA, "en")
TODAY = date(2026, 11, 24)  # a Tuesday


@dataclass(frozen=True)
class Read:
    feelings: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    sentiment: float = 0.0
    mixed: bool = False
    sure: bool = False


def entry(text, *, days_ago=0, areas=()):
    day = TODAY - timedelta(days=days_ago)
    at = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
    return JournalEntry(f"{text}-{days_ago}", at, day, text, areas=areas)


JOURNAL = (
    entry("My sister called, and we argued about mum again."),
    entry("The office was loud all day. My boss shouted.", days_ago=1, areas=("work",)),
    entry("Slept badly. Three sleepless nights now.", days_ago=5, areas=("sleep",)),
    entry("A walk with Zoë by the café.", days_ago=9),
    entry("Deadlines, and nobody helps.", days_ago=9, areas=("work",)),
    entry("My sisters' wedding. I cried, I was so happy.", days_ago=400, areas=("family",)),
)


def search(said, areas=()):
    return read_search(said, TODAY, WORDS.journal, WORDS.days, areas)


def found(said, areas=()):
    result = find(JOURNAL, search(said, areas), WORDS.journal)
    return [JOURNAL.index(one) for one in result.entries], result.near


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("find what I wrote about work", [1, 4]),
        ("journal search my job", [1, 4]),
        ("what did I write last week", [2]),
        ("what did I write the week before last", [3, 4]),
        ("journal entries about my sister", [0, 5]),
        ("entries that mention my sister this week", [0]),
        ("search my journal for deadline", [4]),
        ("did I ever write about an argument", []),
        ("anything about arguing", [0]),
        ("sleep", [2]),
        ("the newest", [0, 1, 2, 3, 4, 5]),
        ("time", []),
        ("cafe", [3]),
        ("zoe", [3]),
        ('entries with "by the cafe"', [3]),
        ('"the by cafe"', []),
        ("show me my entries from last year", [5]),
        ("yesterday", [1]),
        ("read me yesterday's entry", [1]),
        ("I'm looking for something from the other week", [2]),
        ("work yesterday", [1]),
        ("my boss at work", [1]),
        ("show me my journal", [0, 1, 2, 3, 4, 5]),
        ("", [0, 1, 2, 3, 4, 5]),
    ],
)
def test_entries_are_found_by_day_area_and_word_in_their_order(said, places):
    assert found(said) == (places, False)


def test_where_nothing_holds_it_all_what_holds_a_part_is_near():
    assert found("the wedding of my boss") == ([1, 5], True)
    assert found("insomnia yesterday") == ([], False)
    assert found("bedtime", areas=("sleep",)) == ([2], True)
    assert found("marmalade") == ([], False)


def test_every_part_of_life_has_names_to_look_it_up_by():
    assert set(WORDS.journal.areas) == set(AREAS)


@pytest.mark.parametrize("word", ["pain", "rest"])
def test_a_short_word_is_not_found_inside_another(word):
    result = find([entry("I like painting in restaurants")], search(word), WORDS.journal)

    assert result.entries == []


def test_the_request_is_said_back():
    said = [
        sought(search(request), TODAY, MESSAGES)
        for request in (
            "work and my boss last week",
            "yesterday",
            "since friday",
            "before 2025-03-01",
            "journal",
        )
    ]

    assert said == [
        ' about work and "boss" from Mon 16 Nov to Sun 22 Nov',
        " on Mon 23 Nov",
        " from Fri 20 Nov to Tue 24 Nov",
        " up to Fri 28 Feb 2025",
        "",
    ]


def told(journal, said):
    result = find(journal, search(said), WORDS.journal)
    return shown(result, WORDS.journal, TODAY, MESSAGES).splitlines()


def test_five_are_shown_newest_first_and_the_rest_is_counted():
    journal = [entry(f"work, part {number}", days_ago=number) for number in range(8)]

    first, *lines, last = told(journal, "work")

    assert "8 entries about work" in first
    assert lines == [
        f"- {day} Nov: work, part {n}"
        for n, day in enumerate(("Tue 24", "Mon 23", "Sun 22", "Sat 21", "Fri 20"))
    ]
    assert "3 more" in last
    assert "1 more" in told(journal[:6], "work")[-1]
    assert len(told(journal[:5], "work")) == 6


def test_an_excerpt_is_one_short_line_around_the_word():
    long = "It began well.\nThen " + "on and on it went " * 20 + "until my sister came " + "and more " * 50

    _, line, _ = told([entry(long), entry("sister")], "sister")

    assert line.startswith("- Tue 24 Nov: ... ")
    assert line.endswith(" ...")
    assert "sister came" in line
    assert len(line) < 150


def test_a_single_entry_is_shown_whole_with_its_year_if_that_is_another():
    first, day, *text = told([entry("One line.\nAnd another, long. " + "x " * 100, days_ago=400)], "another")

    assert "one entry" in first
    assert day == "Mon 20 Oct 2025:"
    assert " ".join(text).endswith("x x")


def test_a_word_without_spaces_is_cut_too():
    assert len(told([entry("x" * 4000)], "")[-1]) < 1_600


def test_a_sure_reading_is_answered_by_the_sentence_of_the_check_in():
    read = Read(("anxious",), ("work",), -0.5, sure=True)

    assert answer(read, None, MESSAGES) == "It sounds like you are anxious, and work is a big part of it."


@pytest.mark.parametrize("areas", [(), ("work",), ("work", "family")])
def test_a_guess_is_never_stated(areas):
    said = answer(Read(("angry",), areas, -0.6), None, MESSAGES)

    assert "angry" not in said
    assert ("work" in said) is (len(areas) == 1)


def test_where_no_feeling_was_found_nothing_is_called_level():
    said = answer(Read((), ("family",), 0.0, sure=True), None, MESSAGES)

    assert said == MESSAGES.say("journal.unsure_area", area="your family")


@pytest.mark.parametrize("moment", Moment)
def test_a_hard_moment_is_met_with_warmth_and_no_guess(moment):
    said = answer(Read(("sad",), ("loss",), -0.9, sure=True), moment, MESSAGES)

    assert said == MESSAGES.say(f"journal.{moment}")


def test_another_wording_comes_the_next_time():
    first = answer(Read(), None, MESSAGES)

    assert answer(Read(), None, MESSAGES, avoid=(first,)) != first


@pytest.mark.parametrize("key", ["loss", "distress", "unsure", "unsure_area"])
def test_every_answer_is_one_sentence_without_a_question(key):
    wordings = [MESSAGES.say(f"journal.{key}", area="work")]
    while (another := MESSAGES.say(f"journal.{key}", avoid=wordings, area="work")) not in wordings:
        wordings.append(another)

    assert len(wordings) >= 2
    assert all(said.count(".") == 1 and said.endswith(".") and "?" not in said for said in wordings)
