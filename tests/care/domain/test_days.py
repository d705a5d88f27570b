from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from care.domain.days import local_day, read_day
from care.words import load_words

WORDS = load_words(Path(__file__).parents[3] / "data", "en").days
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("one for yesterday", date(2026, 11, 23)),
        ("last night was hard", date(2026, 11, 23)),
        ("the day before yesterday", date(2026, 11, 22)),
        ("tomorrow", date(2026, 11, 25)),
        ("log 2026-01-05 please", date(2026, 1, 5)),
        ("check in", None),
        ("2026-02-31", None),
        ("check in for last friday", date(2026, 11, 20)),
        ("monday was hard", date(2026, 11, 23)),
        ("tuesday", date(2026, 11, 17)),  # today is one; the one before is meant
        ("3 days ago", date(2026, 11, 21)),
        ("a week ago", date(2026, 11, 17)),
        ("november 3rd", date(2026, 11, 3)),
        ("the 3rd of nov", date(2026, 11, 3)),
        ("i may be late", None),
    ],
)
def test_the_day_that_is_meant_is_read(said, day):
    assert read_day(said, TODAY, WORDS) == day


def test_a_day_ends_at_three_in_the_morning_where_the_person_is():
    before = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)  # 02:30 in New York
    after = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)  # 03:30 in New York

    assert local_day(before, "America/New_York") == date(2026, 11, 23)
    assert local_day(after, "America/New_York") == date(2026, 11, 24)


def test_without_a_zone_the_day_is_that_of_utc():
    assert local_day(datetime(2026, 11, 24, 12, tzinfo=UTC), None) == TODAY
