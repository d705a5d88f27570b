from pathlib import Path

import pytest

from care.domain.moments import Harm, Moment, read_harm, read_moment
from care.words import load_moments

WORDS = load_moments(Path(__file__).parents[3] / "data", "en")


@pytest.mark.parametrize(
    "said",
    [
        "my dad died yesterday",
        "My mum passed away.",
        "we lost the baby",
        "I lost my husband in March",
        "my dog was put down this morning",
        "had a miscarriage",
        "been crying since she died",
        "my best friend didn't make it",
    ],
)
def test_a_loss_is_heard(said):
    assert read_moment(said, WORDS, distressed=False) is Moment.LOSS


@pytest.mark.parametrize(
    "said", ["i lost my job", "my phone died", "i lost my keys", "my brother passed his exam"]
)
def test_other_losses_are_not_a_death(said):
    assert read_moment(said, WORDS, distressed=True) is None


def test_strong_words_count_only_where_the_screen_finds_distress():
    assert read_moment("I can\u2019t cope any more", WORDS, distressed=True) is Moment.DISTRESS
    assert read_moment("i can't cope any more", WORDS, distressed=False) is None
    assert read_moment("a bit tired today", WORDS, distressed=True) is None


@pytest.mark.parametrize(
    ("said", "harm"),
    [
        ("dizzy", Harm.UNWELL),
        ("this makes me light-headed", Harm.UNWELL),
        ("I feel sick", Harm.UNWELL),
        ("its worse and my chest hurts", Harm.UNWELL),
        ("that is worse", Harm.WORSE),
        ("i don't like this", Harm.WORSE),
        ("not worse", None),
        ("no longer dizzy", None),
        ("ok", None),
    ],
)
def test_what_speaks_against_a_practice_is_heard(said, harm):
    assert read_harm(said, WORDS) is harm
