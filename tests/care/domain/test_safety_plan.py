from datetime import UTC, datetime, timedelta

from care.domain.safety_plan import MOST_ENTRIES, SITTING, STEPS, SafetyPlan

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
EMPTY = SafetyPlan(NOON)


def written(*steps):
    plan = EMPTY
    for step in steps:
        plan = plan.go_to(step, NOON).write(f"words of {step}", NOON)
    return plan


def test_a_new_plan_is_empty_and_closed_g8():
    assert EMPTY.empty
    assert not EMPTY.open
    assert [EMPTY.step(number) for number in range(1, STEPS + 1)] == [()] * STEPS


def test_words_go_into_the_step_where_one_is_g8():
    plan = written(2, 2, 6)

    assert plan.step(2) == ("words of 2", "words of 2")
    assert plan.step(6) == ("words of 6",)
    assert plan.step(1) == ()


def test_the_next_empty_step_is_looked_for_onward_and_then_from_the_beginning_g8():
    assert EMPTY.next_empty(1) == 1
    assert written(1, 3).next_empty(3) == 4
    assert written(1, 3, 4, 5, 6).next_empty(3) == 2
    assert written(1, 2, 3, 4, 5, 6).next_empty(1) is None


def test_an_entry_can_be_changed_and_taken_out_g8():
    plan = written(2).write("a walk", NOON).write("tea", NOON)

    assert plan.remove(2, NOON).step(2) == ("words of 2", "tea")
    changing = SafetyPlan(NOON, plan.entries, place=2, replacing=3)
    assert changing.write("coffee", NOON).step(2) == ("words of 2", "a walk", "coffee")
    assert changing.write("coffee", NOON).replacing is None


def test_an_entry_that_went_meanwhile_is_added_and_not_lost_g8():
    assert SafetyPlan(NOON, replacing=4).write("tea", NOON).step(1) == ("tea",)


def test_a_step_holds_so_many_entries_and_a_full_one_can_still_be_changed_g8():
    plan = written(*[1] * MOST_ENTRIES)

    assert plan.is_full()
    assert not SafetyPlan(NOON, plan.entries, replacing=1).is_full()
    assert not plan.go_to(2, NOON).is_full()


def test_the_place_is_kept_when_one_leaves_and_never_lies_outside_g8():
    plan = EMPTY.go_to(4, NOON).leave(NOON)

    assert (plan.place, plan.open) == (4, False)
    assert (EMPTY.go_to(0, NOON).place, EMPTY.go_to(9, NOON).place) == (1, STEPS)


def test_words_of_another_day_are_no_entry_g8():
    plan = EMPTY.go_to(1, NOON)

    assert plan.takes_words(NOON + SITTING - timedelta(seconds=1))
    assert not plan.takes_words(NOON + SITTING)
    assert not plan.leave(NOON).takes_words(NOON)


def test_entries_are_not_in_the_repr_g8():
    assert "words of" not in repr(written(1))
