import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.domain.choose import FEELINGS, PLEASANT, Reason, State, Suggestion, Why, explain, fits, suggest
from care.messages import load_messages
from care.practices import load_practices

UNHURRIED = settings(deadline=None)  # a busy machine is no failure
CONTENT = Path(__file__).resolve().parents[3] / "data"
CATALOGUE = load_practices(CONTENT, "en")
PRACTICES = tuple(CATALOGUE.values())
MESSAGES = load_messages(CONTENT, "en")
FAMILIES = frozenset(practice.family for practice in PRACTICES)
AVOIDABLE = frozenset({"breath_hold", "breath_focus", "body_focus"})

score = st.none() | st.integers(0, 10)
states = st.builds(
    State,
    arousal=st.sampled_from(["low", "mid", "high"]),
    mood=score,
    energy=score,
    feelings=st.lists(st.sampled_from(sorted(FEELINGS)), max_size=3, unique=True).map(tuple),
    hour=st.none() | st.integers(0, 23),
    strain=score,
)
avoids = st.frozensets(st.sampled_from(sorted(AVOIDABLE)))
stops = st.frozensets(st.sampled_from(sorted(FAMILIES)))
recents = st.lists(st.sampled_from(sorted(CATALOGUE)), max_size=6).map(tuple)
helps = st.dictionaries(st.sampled_from(sorted(FAMILIES)), st.integers(0, 9))
seeds = st.integers().map(random.Random)


def ids(suggestions):
    return [suggestion.practice.id for suggestion in suggestions]


def families(suggestions):
    return [suggestion.practice.family for suggestion in suggestions]


def offered(state, seed=1, **asked):
    return suggest(PRACTICES, state, chance=random.Random(seed), **asked)  # noqa: S311 -- variety, not secrecy


@UNHURRIED
@given(states, avoids, stops, recents, helps, seeds)
def test_what_a_person_avoids_or_was_hurt_by_is_never_suggested(
    state, avoid, stopped, recent, helped, chance
):
    found = suggest(
        PRACTICES, state, avoid=avoid, stopped_families=stopped, recent=recent, helped=helped, chance=chance
    )

    assert not any(suggestion.practice.involves & avoid for suggestion in found)
    assert not stopped.intersection(families(found))


@UNHURRIED
@given(states, recents, helps, seeds)
def test_a_suggestion_holds_no_family_twice_and_no_more_than_asked_for(state, recent, helped, chance):
    found = suggest(PRACTICES, state, recent=recent, helped=helped, limit=2, chance=chance)

    assert len(found) == len(set(families(found))) <= 2


@UNHURRIED
@given(states.filter(lambda state: state.strain is not None and state.strain >= 8), recents, helps, seeds)
def test_very_high_strain_gets_grounding_and_the_long_breath_out_alone(state, recent, helped, chance):
    found = suggest(PRACTICES, state, recent=recent, helped=helped, chance=chance)

    assert set(ids(found)) <= {"grounding_54321", "slow_exhale"}


@UNHURRIED
@given(
    states.filter(lambda state: state.arousal == "high" and not PLEASANT.intersection(state.feelings)), seeds
)
def test_high_arousal_gets_grounding_and_the_long_breath_out_alone(state, chance):
    assert set(ids(suggest(PRACTICES, state, chance=chance))) <= {"grounding_54321", "slow_exhale"}


@UNHURRIED
@given(states, avoids, stops, recents, seeds)
def test_something_is_suggested_unless_everything_safe_is_excluded(state, avoid, stopped, recent, chance):
    safe = [
        practice
        for practice in PRACTICES
        if fits(practice, state) and not practice.involves & avoid and practice.family not in stopped
    ]

    found = suggest(PRACTICES, state, avoid=avoid, stopped_families=stopped, recent=recent, chance=chance)

    assert bool(found) == bool(safe)


@UNHURRIED
@given(states, seeds)
def test_a_person_who_avoids_nothing_is_always_offered_something(state, chance):
    assert suggest(PRACTICES, state, chance=chance)


@UNHURRIED
@given(states, avoids, seeds)
def test_whatever_a_person_avoids_something_is_left(state, avoid, chance):
    calm = replace(state, strain=5, arousal="mid")

    assert suggest(PRACTICES, calm, avoid=avoid, chance=chance)


@UNHURRIED
@given(states, recents, seeds)
def test_none_of_the_last_three_comes_again_while_another_fits(state, recent, chance):
    found = ids(suggest(PRACTICES, state, recent=recent, chance=chance))
    others = [practice for practice in PRACTICES if fits(practice, state) and practice.id not in recent[:3]]

    assert not others or not set(found).intersection(recent[:3])


def test_the_last_ones_come_again_when_nothing_else_fits():
    recent = ("slow_exhale", "grounding_54321")

    assert set(ids(offered(State(strain=9), recent=recent))) == set(recent)


def test_the_one_before_the_last_three_may_come_again():
    found = offered(State(strain=9), recent=("body_scan", "small_step", "mindful_minute", "slow_exhale"))

    assert "slow_exhale" in ids(found)


@UNHURRIED
@given(states.filter(lambda state: state.hour is None or 3 <= state.hour < 20), seeds)
def test_practices_for_sleep_wait_for_the_evening(state, chance):
    assert "sleep" not in families(suggest(PRACTICES, state, limit=15, chance=chance))


@pytest.mark.parametrize("feeling", ["sad", "hurt", "anxious", "hopeless"])
def test_gratitude_is_no_answer_to_pain(feeling):
    found = families(offered(State("low", 5, 5, (feeling, "calm"), strain=2), limit=15))

    assert not {"gratitude", "savouring"}.intersection(found)


@pytest.mark.parametrize("seed", range(20))
def test_low_and_sad_gets_a_small_step_and_kindness_first(seed):
    found = families(offered(State("low", 2, 2, ("sad",)), seed))

    assert set(found[:2]) == {"activation", "compassion"}


@pytest.mark.parametrize("seed", range(20))
def test_a_middling_strain_gets_body_or_thinking_first(seed):
    found = families(offered(State("mid", 5, 5, ("stressed",), 14, 5), seed))

    assert found[0] in {"breathing", "grounding", "relaxation", "mindfulness", "thinking"}


@pytest.mark.parametrize("seed", range(20))
def test_a_calm_good_day_gets_gratitude_savouring_or_kindness(seed):
    found = families(offered(State("low", 8, 7, ("content",), 12, 1), seed))

    assert set(found) == {"gratitude", "savouring", "compassion"}


def test_shouting_for_joy_is_no_strain():
    assert "savouring" in families(offered(State("high", 10, 9, ("joyful",))))


def test_winding_down_comes_up_on_a_tired_evening():
    assert "sleep" in families(offered(State("mid", 5, 3, ("tired",), 22, 3)))


def test_when_both_calming_families_were_stopped_nothing_is_forced_on_a_person_in_high_strain():
    assert offered(State(strain=9), stopped_families=frozenset({"grounding", "breathing"})) == []


def test_a_family_that_helped_before_comes_first_among_equals():
    firsts = [families(offered(State(strain=5), seed, helped={"relaxation": 5}))[0] for seed in range(20)]

    assert set(firsts) == {"relaxation"}


def test_equals_take_turns_by_chance():
    assert len({ids(offered(State(strain=5), seed))[0] for seed in range(20)}) > 1


@pytest.mark.parametrize("feeling", sorted(FEELINGS))
@pytest.mark.parametrize("why", list(Why))
def test_every_reason_is_said_in_two_ways_with_the_practice_own_line(why, feeling):
    practice = CATALOGUE["slow_exhale"]
    suggestion = Suggestion(practice, Reason(why, feeling))

    first = explain(suggestion, MESSAGES)
    second = explain(suggestion, MESSAGES, avoid=[first])

    assert first != second
    assert first.endswith(practice.about)


def test_the_reason_names_the_feeling_it_rests_on():
    found = offered(State("mid", 5, 5, ("anxious",), 14, 5))

    assert explain(found[0], MESSAGES).startswith("You said you are anxious.")


@UNHURRIED
@given(states, recents, helps, seeds)
def test_no_feeling_is_named_twice_in_one_suggestion(state, recent, helped, chance):
    reasons = [one.reason for one in suggest(PRACTICES, state, recent=recent, helped=helped, chance=chance)]
    named = [reason.feeling for reason in reasons if reason.feeling]

    assert len(named) == len(set(named))
