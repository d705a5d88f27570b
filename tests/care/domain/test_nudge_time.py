from datetime import UTC, datetime, time

import pytest

from care.domain.nudge_time import is_quiet, next_nudge, read_time


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("20:00", time(20)),
        ("8.30", time(8, 30)),
        ("at 8 pm please", time(20)),
        ("12 am", time(0)),
        ("hm", None),
    ],
)
def test_a_time_of_day_is_read(said, at):
    assert read_time(said) == at


@pytest.mark.parametrize(
    ("at", "quiet"), [(time(21), True), (time(7, 59), True), (time(8), False), (time(20, 59), False)]
)
def test_nobody_is_written_to_from_nine_to_eight(at, quiet):
    assert is_quiet(at) is quiet


def test_the_next_nudge_keeps_the_wall_time_over_the_end_of_summer_time():
    now = datetime(2026, 10, 24, 19, 0, tzinfo=UTC)  # 20:00 in London, just sent

    assert next_nudge(now, time(20), "Europe/London") == datetime(2026, 10, 25, 20, 0, tzinfo=UTC)


def test_a_nudge_due_later_today_is_today():
    now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

    assert next_nudge(now, time(20), "Asia/Kathmandu") == datetime(2026, 11, 24, 14, 15, tzinfo=UTC)
