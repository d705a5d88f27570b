from pathlib import Path

import pytest

from care.domain.choices import read_avoid, read_name, read_place
from care.words import load_words

WORDS = load_words(Path(__file__).parents[3] / "data", "en").choices
TITLES = {"box": "Box breathing", "scan": "Body scan", "step": "One small step"}


@pytest.mark.parametrize(
    ("said", "place"), [("2", 1), ("the second one", 1), ("last", 2), ("1st", 0), ("3)", 2)]
)
def test_a_place_in_the_list_is_read(said, place):
    assert read_place(said, 3, WORDS) == place


@pytest.mark.parametrize("said", ["4", "0", "hmm", "", "100"])
def test_a_place_outside_the_list_is_none(said):
    assert read_place(said, 3, WORDS) is None


@pytest.mark.parametrize(
    ("said", "id_"),
    [
        ("box breathing", "box"),
        ("lets do the body scan pls", "scan"),
        ("box breathin", "box"),
        ("small step", "step"),
    ],
)
def test_a_title_is_found_with_slips_and_words_around_it(said, id_):
    assert read_name(said, TITLES) == id_


def test_what_names_nothing_on_the_list_is_none():
    assert read_name("the weather", TITLES) is None


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("I can't hold my breath", {"breath_hold"}),
        ("no breathing stuff please", {"breath_focus"}),
        ("body scans freak me out", {"body_focus"}),
        ("breath holds and body", {"breath_hold", "body_focus"}),
        ("no holds and no breathing", {"breath_hold", "breath_focus"}),
        ("nothing", set()),
    ],
)
def test_what_to_avoid_is_read_in_peoples_own_words(said, kinds):
    assert read_avoid(said, WORDS) == kinds


def test_what_names_nothing_to_avoid_is_asked_again():
    assert read_avoid("hmm not sure", WORDS) is None
