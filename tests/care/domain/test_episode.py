from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from care.domain.episode import (
    DENIED,
    LATER,
    QUIET_END,
    RECENT,
    SOON,
    Danger,
    answered,
    asked,
    barrier_answered,
    barrier_asked,
    heard,
    newer,
    talked,
)

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PASSIVE, ACTIVE, PLAN = Danger("passive_ideation", 5), Danger("active_ideation", 7), Danger("plan_intent", 8)


def opened(danger=ACTIVE):
    return heard(None, "first", danger, NOW)


def test_danger_opens_an_episode_and_says_since_when():
    episode = opened()

    assert episode.is_open
    assert (episode.id, episode.at, episode.heard_at, episode.level) == ("first", NOW, NOW, ACTIVE.level)


@pytest.mark.parametrize(("then", "level"), [(PLAN, "plan_intent"), (PASSIVE, "active_ideation")])
def test_danger_rises_and_never_falls_while_the_episode_is_open_c8(then, level):
    episode = heard(opened(), "second", then, NOW + DAY)

    assert (episode.id, episode.level, episode.heard_at) == ("first", level, NOW + DAY)


def test_a_denial_is_counted_and_lowers_and_closes_nothing_c7():
    episode = opened(PLAN)
    for minutes in range(1, 4):
        episode = answered(episode, DENIED, NOW + timedelta(minutes=minutes))

    assert (episode.is_open, episode.level, episode.denials) == (True, PLAN.level, 3)


def test_a_yes_raises_what_the_question_was_asked_for_c6():
    episode = answered(asked(opened(PASSIVE), PASSIVE.level, NOW), "yes", NOW, ACTIVE)

    assert (episode.level, episode.asked_for) == (ACTIVE.level, ACTIVE.level)


@pytest.mark.parametrize("after", [timedelta(0), timedelta(hours=3), LATER - timedelta(seconds=1)])
def test_a_word_of_safety_soon_after_is_no_evidence_c7(after):
    assert talked(opened(), NOW + after, says_safe=True).is_open


def test_a_word_of_safety_on_a_later_day_closes_it_c8():
    assert not talked(opened(), NOW + LATER, says_safe=True).is_open


def test_danger_since_then_puts_the_word_of_safety_off_c8():
    again = heard(opened(), "second", PASSIVE, NOW + DAY)

    assert talked(again, NOW + DAY + timedelta(hours=1), says_safe=True).is_open
    assert not talked(again, NOW + 2 * DAY, says_safe=True).is_open


def test_two_weeks_of_ordinary_talk_end_it_quietly_c8():
    episode = talked(opened(), NOW + 5 * DAY, says_safe=False)

    assert talked(episode, NOW + QUIET_END - DAY, says_safe=False).is_open
    assert not talked(episode, NOW + QUIET_END, says_safe=False).is_open


def test_silence_for_two_weeks_is_no_evidence_c8():
    assert talked(opened(), NOW + 60 * DAY, says_safe=False).is_open


def test_many_messages_of_one_day_are_one_calm_day_c8():
    episode = opened()
    for minutes in range(5):
        episode = talked(episode, NOW + 60 * DAY + timedelta(minutes=minutes), says_safe=False)

    assert episode.is_open


def test_danger_takes_the_calm_days_back_c8():
    episode = heard(talked(opened(), NOW + 5 * DAY, says_safe=False), "second", PASSIVE, NOW + 6 * DAY)

    assert (episode.calm_days, episode.calm_day) == (0, None)


def test_after_it_closed_danger_opens_a_new_one():
    closed = talked(opened(PLAN), NOW + LATER, says_safe=True)

    again = heard(closed, "second", PASSIVE, NOW + 3 * DAY)

    assert (again.id, again.level, again.asked_for) == ("second", PASSIVE.level, None)
    assert talked(closed, NOW + 2 * DAY, says_safe=False) is closed


def test_the_question_waits_for_an_answer_in_one_sitting_only_c6():
    episode = asked(opened(), ACTIVE.level, NOW)

    assert episode.waits_for_an_answer(NOW + RECENT - timedelta(minutes=1))
    assert not episode.waits_for_an_answer(NOW + RECENT)
    assert not answered(episode, "unclear", NOW).waits_for_an_answer(NOW)
    assert not opened().waits_for_an_answer(NOW)


def test_a_short_message_is_an_answer_only_soon_after_the_question_c6():
    episode = asked(opened(), ACTIVE.level, NOW)

    assert episode.was_asked_lately(NOW + SOON)
    assert not episode.was_asked_lately(NOW + SOON + timedelta(seconds=1))


def test_what_stands_in_the_way_is_asked_once_g6():
    episode = opened()

    assert episode.barrier_is_due(NOW + timedelta(minutes=5))
    assert not episode.barrier_is_due(NOW + RECENT)
    assert not barrier_asked(episode, NOW).barrier_is_due(NOW)


def test_what_was_answered_is_kept_once_each_g6():
    episode = barrier_answered(barrier_answered(opened(), "cost", NOW), "cost", NOW)

    assert (episode.barrier_asked, episode.barriers) == (True, ("cost",))


def test_of_two_memories_the_one_that_changed_last_counts():
    early = opened()
    late = replace(early, changed_at=NOW + DAY)

    assert newer(early, late) is newer(late, early) is late
    assert newer(None, early) is newer(early, None) is early


def test_what_was_said_stays_out_of_a_repr():
    assert "active_ideation" not in repr(opened())
