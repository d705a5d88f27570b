from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from care.domain.follow_up import AGREED, agree, answered, begin, next_due, steps, stop, take

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATE = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLAN = begin("first", NOON, "en", None)


def all_sent(plan, zone="UTC"):
    """Every step as it is sent by a scheduler that is always up."""
    found = []
    now = next_due(plan, zone)
    while now is not None:
        step, plan, now = take(plan, now, zone)
        found.append(step)
    return found


def test_check_ins_come_after_a_day_three_and_seven_then_caring_messages_up_to_a_year_F1():
    days = [(step.at - NOON).days for step in all_sent(PLAN)]

    assert days == [1, 3, 7, 14, 21, 28, 35, *range(65, 366, 30)]
    assert [step.asks for step in all_sent(PLAN)] == [True] * 3 + [False] * 15


@pytest.mark.parametrize("hours", [1, 4])
def test_the_agreed_time_is_kept_also_at_night_F1(hours):
    plan = agree(begin("night", LATE, "en", None), LATE + hours * HOUR)

    step, _, _ = take(plan, LATE + hours * HOUR, "UTC")

    assert (step.name, step.at) == (AGREED, LATE + hours * HOUR)


@pytest.mark.parametrize(
    "zone", ["UTC", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "America/New_York"]
)
@pytest.mark.parametrize("month", [3, 10])
def test_later_ones_never_come_in_the_quiet_hours_F1(zone, month):
    for hour in range(24):
        began = datetime(2026, month, 27, hour, 20, tzinfo=UTC)
        for step in all_sent(begin("x", began, "en", None), zone):
            wall = step.at.astimezone(ZoneInfo(zone))
            assert 8 <= wall.hour < 21, (step, wall)


def test_one_that_falls_into_the_night_moves_to_the_next_morning_F1():
    first = steps(begin("night", LATE, "en", None), "UTC")[0]

    assert first.at == datetime(2026, 11, 26, 8, tzinfo=UTC)


def test_after_a_week_of_standstill_only_the_newest_is_sent_F2():
    step, after, due = take(PLAN, NOON + 8 * DAY, "UTC")

    assert step.name == "week"
    assert due == NOON + 14 * DAY
    assert take(after, NOON + 8 * DAY, "UTC")[0] is None


def test_after_a_standstill_nobody_is_woken_at_night_F2():
    night = datetime(2026, 12, 2, 3, tzinfo=UTC)

    step, after, due = take(PLAN, night, "UTC")

    assert (step, after, due) == (None, PLAN, datetime(2026, 12, 2, 8, tzinfo=UTC))
    assert take(after, due, "UTC")[0].name == "week"


def test_a_clock_that_stepped_back_repeats_nothing_F2():
    _, after, _ = take(PLAN, NOON + DAY, "UTC")

    assert take(after, NOON + HOUR, "UTC")[0] is None
    assert next_due(after, "UTC") == NOON + 3 * DAY


def test_a_new_episode_restarts_and_older_steps_fall_away_F1():
    _, after, _ = take(PLAN, NOON + 3 * DAY, "UTC")

    again = begin("second", NOON + 5 * DAY, "en", after)

    assert next_due(again, "UTC") == NOON + 6 * DAY
    assert "day" in {step.name for step in all_sent(again)}
    assert again.unanswered == 0


def test_a_time_agreed_and_still_to_come_outlives_a_new_episode_F1():
    again = begin("second", NOON + HOUR, "en", agree(PLAN, NOON + 4 * HOUR))

    assert next_due(again, "UTC") == NOON + 4 * HOUR
    assert begin("third", NOON + 5 * HOUR, "en", again).agreed_at is None


def test_stop_ends_all_and_a_new_episode_does_not_undo_it_but_an_agreement_does_F4():
    ended = stop(agree(PLAN, NOON + HOUR))
    again = begin("second", NOON + DAY, "en", ended)

    assert next_due(ended, "UTC") is None
    assert take(ended, NOON + 30 * DAY, "UTC")[0] is None
    assert next_due(again, "UTC") is None
    assert next_due(agree(again, NOON + 25 * HOUR), "UTC") == NOON + 25 * HOUR


def test_messages_without_an_answer_are_counted_until_the_person_writes_F2():
    _, once, due = take(PLAN, NOON + DAY, "UTC")
    _, twice, _ = take(once, due, "UTC")

    assert (once.unanswered, twice.unanswered, answered(twice).unanswered) == (1, 2, 0)
    assert next_due(answered(twice), "UTC") == next_due(twice, "UTC")


def test_somebody_without_a_zone_is_met_by_the_clock_of_utc_F1():
    assert all_sent(replace(PLAN), None) == all_sent(PLAN)
