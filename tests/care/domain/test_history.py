from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from care.domain.check_in import CheckIn
from care.domain.history import Summary, chart, entries, history, summary
from care.domain.practice import PracticeSession, Verdict
from care.messages import load_messages

MESSAGES = load_messages(Path(__file__).resolve().parents[3] / "data", "en")
TODAY = date(2026, 11, 24)


def check_in(days_ago, mood, **more):
    day = TODAY - timedelta(days=days_ago)
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return CheckIn(f"{days_ago}-{mood}", at, day, mood, **more)


def session(verdict):
    return PracticeSession(
        "1", datetime(2026, 11, 24, 1, tzinfo=UTC), "body_scan", "mindfulness", verdict=verdict
    )


def shown(last, check_ins, sessions=(), **more):
    titles = {"body_scan": "Body scan"}
    return history(last, check_ins, sessions, today=TODAY, days=14, titles=titles, wordings=MESSAGES, **more)


def test_an_entry_says_day_mood_energy_feelings_and_areas():
    lines = entries(
        [check_in(0, 6, energy=4, feelings=("tired",), areas=("work",)), check_in(1, 0)], MESSAGES
    )

    assert lines == ["Tue 24 Nov: mood 6, energy 4 (worn out, work)", "Mon 23 Nov: mood 0"]


def test_the_chart_has_a_line_a_day_with_a_bar_as_long_as_the_mood_and_gaps_for_missing_days():
    text = chart([check_in(0, 3), check_in(2, 0)], 4, TODAY, MESSAGES)

    assert text.split("\n") == ["Sat 21  -", "Sun 22   0", "Mon 23  -", "Tue 24  ███ 3"]


def test_several_entries_of_one_day_are_averaged():
    assert chart([check_in(0, 4), check_in(0, 7)], 1, TODAY, MESSAGES).endswith(" 5.5")


def test_an_entry_older_than_the_chart_is_left_out():
    assert chart([check_in(9, 4)], 7, TODAY, MESSAGES).count("-") == 7


@pytest.mark.parametrize("days", [7, 14])
def test_no_line_of_the_chart_is_wider_than_forty(days):
    text = chart([check_in(back, 10) for back in range(days)], days, TODAY, MESSAGES)

    assert len(text.split("\n")) == days
    assert max(map(len, text.split("\n"))) <= 40


def test_fewer_than_seven_entries_carry_no_claim():
    assert summary([check_in(back, 5) for back in range(6)], TODAY) == Summary(6)


def test_seven_entries_carry_count_and_range_and_the_middle_of_the_week():
    moods = [5, 6, 7, 8, 2, 9, 6]

    assert summary([check_in(back, mood) for back, mood in enumerate(moods)], TODAY) == Summary(
        7, 2, 9, 6, None
    )


def test_two_weeks_are_set_side_by_side_only_with_three_entries_in_each():
    week = [check_in(back, 8) for back in range(6)]

    assert summary([*week, check_in(7, 4), check_in(13, 5)], TODAY).before is None
    assert summary([*week, check_in(7, 4), check_in(10, 4), check_in(13, 5)], TODAY).before == 4
    assert summary([*week, check_in(7, 4), check_in(10, 4), check_in(14, 5)], TODAY).before is None


def test_the_history_says_when_there_is_too_little_to_say_more():
    text = shown([check_in(0, 6)], [check_in(0, 6)])

    assert "1 so far. From 7 on I can say a little more." in text


def test_the_history_compares_weeks_in_plain_words():
    moods = [check_in(back, 7 if back < 7 else 5) for back in range(14)]
    text = shown(moods[:5], moods)

    assert "14 entries, from 5 to 7." in text
    assert "The middle of the last 7 days is 7. The 7 days before, it was 5." in text
    assert not text.startswith("This looks like a hard week.")


def test_a_low_week_gets_care_before_the_chart():
    moods = [check_in(back, 2) for back in range(7)]

    assert shown(moods[:5], moods).startswith("This looks like a hard week.")


@pytest.mark.parametrize("verdict", [*Verdict, None])
def test_a_practice_is_shown_with_what_was_said_of_it(verdict):
    text = shown([], [], [session(verdict)])

    assert "Body scan." in text
    assert (f"felt {'the ' if verdict is Verdict.SAME else ''}{verdict}" in text) == (verdict is not None)


def test_a_practice_counts_for_the_day_in_the_person_own_zone():
    assert "Mon 23 Nov" in shown([], [], [session(None)], zone="America/New_York")
    assert "Tue 24 Nov" in shown([], [], [session(None)], zone="Asia/Tokyo")
