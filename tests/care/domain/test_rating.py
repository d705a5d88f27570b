from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.domain.rating import OutOfRange, read_named_ratings, read_rating
from care.words import load_words

WORDS = load_words(Path(__file__).parents[3] / "data", "en").ratings


@pytest.mark.parametrize(
    ("said", "rating"),
    [
        ("7", 7),
        ("0", 0),
        ("10!", 10),
        ("about a six", 6),
        ("8/10", 8),
        ("8 out of 10", 8),
        ("70/100", 7),
        ("3,5", 4),
        ("6 or 7", 6),
        ("rock bottom", 0),
        ("pretty low", 2),
        ("not good", 3),
        ("i'm at 4 i think", 4),
        ("ten out of ten", 10),
        ("two, my boss is horrible", 2),
        ("one", 1),
    ],
)
def test_a_rating_is_read_however_it_is_said(said, rating):
    assert read_rating(said, WORDS) == rating


@pytest.mark.parametrize("said", ["11", "-3", "1000000", "999999999", "12 out of 10"])
def test_a_number_off_the_scale_is_told_from_no_number(said):
    assert read_rating(said, WORDS) == OutOfRange()


@pytest.mark.parametrize(
    "said",
    [
        "", "   ", "lol", "slept 4h", "word " * 100 + "7",
        "one of those days", "no one", "no one cares", "one thing after another", "the two of us had a row",
        "it has been 2 weeks since he left me", "i have 3 kids and no help at all",
    ],
)  # fmt: skip
def test_what_holds_no_rating_gives_none(said):
    assert read_rating(said, WORDS) is None


@pytest.mark.parametrize("said", ["mood 6, energy 3", "6 for mood and energy is 3", "Energy: 3 / Mood: 6"])
def test_two_answers_in_one_message_are_both_read(said):
    assert read_named_ratings(said, WORDS) == {"mood": 6, "energy": 3}


def test_one_named_answer_is_left_to_the_question_that_was_asked():
    assert read_named_ratings("mood 6", WORDS) == {}


@given(st.text(max_size=300))
def test_any_text_gives_a_rating_within_the_scale_or_none(text):
    rating = read_rating(text, WORDS)

    assert rating is None or rating == OutOfRange() or 0 <= rating <= 10
