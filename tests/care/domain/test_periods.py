from datetime import date
from pathlib import Path

import pytest

from care.domain.periods import read_period
from care.words import load_words

WORDS = load_words(Path(__file__).resolve().parents[3] / "data", "en")
TODAY = date(2026, 11, 24)  # a Tuesday


def period(said):
    return read_period(said, TODAY, WORDS.journal.periods, WORDS.days)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("what did I write today", "2026-11-24", "2026-11-24"),
        ("yesterday", "2026-11-23", "2026-11-23"),
        ("last night's entry", "2026-11-23", "2026-11-23"),
        ("the day before yesterday", "2026-11-22", "2026-11-22"),
        ("what did I write on Friday", "2026-11-20", "2026-11-20"),
        ("on Tuesday", "2026-11-17", "2026-11-17"),
        ("3 days ago", "2026-11-21", "2026-11-21"),
        ("what did I write last week", "2026-11-16", "2026-11-22"),
        ("this week", "2026-11-23", "2026-11-24"),
        ("two weeks ago", "2026-11-09", "2026-11-15"),
        ("the last 3 days", "2026-11-22", "2026-11-24"),
        ("the past few days", "2026-11-22", "2026-11-24"),
        ("the past two weeks", "2026-11-11", "2026-11-24"),
        ("over the weekend", "2026-11-21", "2026-11-22"),
        ("this month", "2026-11-01", "2026-11-24"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("a month ago", "2026-10-01", "2026-10-31"),
        ("in March", "2026-03-01", "2026-03-31"),
        ("in december", "2025-12-01", "2025-12-31"),
        ("December", "2025-12-01", "2025-12-31"),
        ("february 2024", "2024-02-01", "2024-02-29"),
        ("in 2025", "2025-01-01", "2025-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("2026-03-01", "2026-03-01", "2026-03-01"),
        ("on the 3rd of November", "2026-11-03", "2026-11-03"),
        ("november 3", "2026-11-03", "2026-11-03"),
        ("24 December", "2025-12-24", "2025-12-24"),
        ("24 december 2024", "2024-12-24", "2024-12-24"),
        ("tomorrow's exam, what I wrote yesterday", "2026-11-23", "2026-11-23"),
        ("since friday", "2026-11-20", "2026-11-24"),
        ("since the 3rd of November", "2026-11-03", "2026-11-24"),
        ("since last week", "2026-11-16", "2026-11-24"),
        ("before march", None, "2026-02-28"),
    ],
)
def test_the_days_that_are_meant_are_read(said, first, last):
    found = period(said)

    assert (found.first and found.first.isoformat(), found.last and found.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "said",
    [
        "work",
        "my sister",
        "I may have been sad",
        "tomorrow",
        "31 february",
        "2027-01-01",
        "the march to work",
        "",
    ],
)
def test_what_names_no_past_day_leaves_the_whole_text(said):
    found = period(said)

    assert (found.first, found.last, found.rest) == (None, None, said)


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("work last week", "work"),
        ("what I wrote on friday about Sam", "what I wrote on about Sam"),
        ("boss since 3 november", "boss"),
    ],
)
def test_the_words_for_the_days_are_taken_out(said, rest):
    assert " ".join(period(said).rest.split()) == rest
