import pytest

from care.domain.age import answered_age, stated_age


@pytest.mark.parametrize(
    ("said", "age"),
    [
        ("i'm 16", 16),
        ("im 15 yo", 15),
        ("I am only 17", 17),
        ("I just turned 17", 17),
        ("I\u2019m a 14 year old girl", 14),
        ("i am 34", 34),
    ],
)
def test_an_age_stated_in_a_sentence_is_read(said, age):
    assert stated_age(said) == age


@pytest.mark.parametrize(
    "said",
    [
        "I'm 15 minutes late",
        "im 3 weeks in",
        "I'm 100% sure",
        "my son is 16",
        "16",
        "i'm 2 hours away",
        "I'm 10/10",
        "I'm 7",
        "me 8",
        "I'm mom of a 9 year old",
        "it cost me 15",
        "im 6 today",
        "I am a mom, my 12 year old son is ill",
        "I'm 15 kilos heavier",
        "I'm 9-5ing",
    ],
)
def test_other_numbers_are_no_age(said):
    assert stated_age(said) is None


@pytest.mark.parametrize(
    ("said", "age"),
    [
        ("16", 16),
        ("42 years old", 42),
        ("i'm 17", 17),
        ("3", None),
        ("yes", None),
        ("over 18", 18),
        ("18+", 18),
        ("i am over 21", 21),
    ],
)
def test_a_bare_number_answers_the_question_about_age(said, age):
    assert answered_age(said) == age
