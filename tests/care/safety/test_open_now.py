"""Which help lines come first at which hour, and what there is to tap."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from care.domain.reply import Link, to_body, to_reply
from care.messages import load_messages
from care.safety.hotlines import load_hotlines
from care.safety.hours import Clock, Openness, read_hours
from care.safety.label import Label
from care.safety.phone import is_dialled, link
from care.safety.reply import compose

DATA = Path(__file__).parents[3] / "data"
LINES = load_hotlines(DATA)
MESSAGES = load_messages(DATA, "en")
TUESDAY = datetime(2026, 11, 24, tzinfo=UTC)
LONDON = ["Europe/London"]


def at(hour, minute=0, **more):
    return Clock(TUESDAY.replace(hour=hour, minute=minute), **more)


@pytest.mark.parametrize(
    ("hours", "open_at", "closed_at"),
    [
        ("17:00-00:00 daily", 23, 12),
        ("19:00-07:00 daily", 3, 12),
        ("15:30-00:30 daily", 0, 1),
        ("08:30-17:00 weekdays", 9, 18),
        ("Mon-Sat 10:00-20:00", 19, 21),
        ("06:00-21:00", 6, 21),
        ("from 08:00 to at least midnight (check provider)", 23, 7),
    ],
)
def test_hours_are_read_into_open_and_closed(hours, open_at, closed_at):
    assert read_hours(hours).at(at(open_at), LONDON) is Openness.OPEN
    assert read_hours(hours).at(at(closed_at), LONDON) is Openness.CLOSED


def test_the_night_from_sunday_to_monday_is_open_too():
    monday = Clock(datetime(2026, 11, 23, 3, tzinfo=UTC))

    assert read_hours("19:00-07:00 daily").at(monday, LONDON) is Openness.OPEN


def test_weekdays_are_not_sunday():
    assert read_hours("08:30-17:00 weekdays").at(Clock(datetime(2026, 11, 22, 10, tzinfo=UTC)), LONDON) is (
        Openness.CLOSED
    )


@pytest.mark.parametrize("hours", ["check provider", "limited", "evenings", "weekdays"])
def test_hours_that_say_no_time_are_unknown(hours):
    assert read_hours(hours).at(at(12), LONDON) is Openness.UNKNOWN


@pytest.mark.parametrize("hours", ["whenever", "25:00-26:00 daily", "Xyz-Sat 10:00-20:00", ""])
def test_other_words_are_refused(hours):
    with pytest.raises(ValueError, match=r".*"):
        read_hours(hours)


def test_in_a_country_of_several_zones_it_must_be_open_in_all_or_in_the_persons_own_G1():
    zones = ["America/New_York", "America/Los_Angeles"]
    nine_to_five = read_hours("09:00-17:00 daily")

    assert nine_to_five.at(at(15), zones) is Openness.UNKNOWN  # 10:00 and 7:00
    assert nine_to_five.at(at(19), zones) is Openness.OPEN
    assert nine_to_five.at(at(5), zones) is Openness.CLOSED
    assert nine_to_five.at(at(15, zone="America/New_York"), zones) is Openness.OPEN


def test_no_line_that_is_closed_now_stands_before_one_that_is_not_G1():
    for country in LINES.countries.names:
        for need in Label:
            for hour in range(0, 24, 3):
                lines = LINES.for_country(country, need, clock=at(hour))
                closed = [line.openness(at(hour)) is Openness.CLOSED for line in lines]
                assert not closed or not closed[0] or all(closed)


def test_a_line_comes_first_when_open_and_last_with_its_hours_when_closed_G1():
    said = compose(Label.ACTIVE_IDEATION, "PT", LINES, MESSAGES, clock=at(8))
    rows = [row for row in "\n".join(r.text for r in said).splitlines() if row.startswith("- ")]

    assert "SOS Voz Amiga" in rows[-1]
    assert "15:30-00:30" in rows[-1]


def test_hours_that_no_source_proves_rank_below_lines_proven_open_G1():
    lines = LINES.for_country("AU", Label.ACTIVE_IDEATION, clock=at(12))
    doubts = [line.openness(at(12)) for line in lines]

    assert doubts == sorted(doubts)


def test_an_overdue_line_stays_in_use_below_a_fresh_one_G9():
    lines = LINES.for_country("KR", Label.ACTIVE_IDEATION, clock=at(12), limit=9)
    fresh = [x.overdue(TUESDAY.date()) for x in lines if x.openness(at(12)) is Openness.OPEN]

    assert True in fresh
    assert fresh == sorted(fresh)


def test_three_at_most_and_one_to_write_to_where_there_is_one_at_any_hour_G5():
    for country in ("GB", "US", "IE", "NZ", "SG"):
        for hour in range(24):
            lines = LINES.for_country(country, Label.ACTIVE_IDEATION, clock=at(hour))
            assert len(lines) <= 3
            assert {line.kind for line in lines} & {"sms", "chat"}


def test_only_the_wanted_ways_to_reach_a_line_are_shown():
    lines = LINES.for_country("US", Label.ACTIVE_IDEATION, kinds=frozenset({"sms", "chat"}))

    assert {line.kind for line in lines} == {"sms", "chat"}


@pytest.mark.parametrize(
    ("kind", "contact", "country", "url"),
    [
        ("phone", "116 123", "GB", "tel:116123"),
        ("phone", "0800 58 58 58", "GB", "tel:+44800585858"),
        ("phone", "02 2327 2327", "IT", "tel:+390223272327"),
        ("phone", "*4141", "CL", "tel:*4141"),
        ("phone", "988 then 1", "US", "tel:988,1"),
        ("phone", "119 ext 8", "ID", "tel:119;ext=8"),
        ("sms", "SHOUT to 85258", "GB", "sms:85258?body=SHOUT"),
        ("sms", "988", "US", "sms:988"),
        ("sms", "9151 1767 (WhatsApp)", "SG", "https://wa.me/6591511767"),
        ("chat", "https://cvv.org.br/chat/", "BR", "https://cvv.org.br/chat/"),
    ],
)
def test_a_contact_is_one_tap(kind, contact, country, url):
    assert link(kind, contact, country) == url


def test_a_number_that_nobody_can_dial_is_none():
    assert not is_dialled("(2) 538194", "AM")
    assert is_dialled("116 123", "GB")


def test_each_line_shown_has_its_link_which_outlives_storing():
    replies = compose(Label.ACTIVE_IDEATION, "GB", LINES, MESSAGES)
    shown = next(reply for reply in replies if reply.links)

    assert Link("Samaritans", "tel:116123") in shown.links
    assert to_reply(to_body(shown)) == shown


def test_the_country_is_asked_for_once_and_help_stands_there_meanwhile_G2():
    first = compose(Label.ACTIVE_IDEATION, None, LINES, MESSAGES)
    again = compose(Label.ACTIVE_IDEATION, None, LINES, MESSAGES, avoid=[reply.text for reply in first])
    said = ["\n".join(reply.text for reply in replies) for replies in (first, again)]

    assert ["country" in text for text in said] == [True, False]
    assert all("findahelpline.com" in text and "112" in text and "988" not in text for text in said)
