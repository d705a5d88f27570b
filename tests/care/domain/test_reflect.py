from dataclasses import dataclass

import pytest
from reader import CONTENT, reader

from care.domain.choose import FEELINGS
from care.domain.reflect import corrected, reflect
from care.messages import load_messages

MESSAGES = load_messages(CONTENT, "en")
READER = reader()


@dataclass(frozen=True)
class Reading:
    feelings: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    sentiment: float = 0.0
    mixed: bool = False
    sure: bool = True


def test_feeling_and_area_are_said_back():
    said = reflect(Reading(("tired",), ("work",)), MESSAGES)

    assert said == "It sounds like you are worn out, and work is a big part of it."


def test_three_feelings_and_two_areas_are_joined():
    said = reflect(Reading(("anxious", "sad", "lonely"), ("work", "family")), MESSAGES)

    assert "anxious, sad and lonely, and work and your family are" in said


def test_a_mixed_reading_says_that_it_is_mixed():
    assert "mixed" in reflect(Reading(("tired", "content"), mixed=True), MESSAGES)


def test_an_unsure_reading_admits_it():
    assert "not sure I understood" in reflect(Reading(("sad",), sure=False), MESSAGES)


def test_nothing_clear_is_not_guessed_but_an_area_is_named():
    assert "do not want to guess" in reflect(Reading(sure=False), MESSAGES)
    assert "money is on your mind" in reflect(Reading((), ("money",), sure=False), MESSAGES)


@pytest.mark.parametrize(("sentiment", "part"), [(0.5, "well"), (0.0, "level"), (-0.5, "hard time")])
def test_a_bare_answer_is_said_back_by_how_good_it_is(sentiment, part):
    assert part in reflect(Reading(sentiment=sentiment), MESSAGES)


@pytest.mark.parametrize("sure", [True, False])
@pytest.mark.parametrize("mixed", [True, False])
@pytest.mark.parametrize("areas", [(), ("work",), ("work", "sleep")])
@pytest.mark.parametrize("feelings", [(), ("sad",), ("sad", "calm")])
def test_whatever_was_read_there_are_two_ways_to_say_it(feelings, areas, mixed, sure):
    reading = Reading(feelings, areas, 0.0, mixed, sure)
    first = reflect(reading, MESSAGES)

    assert first != reflect(reading, MESSAGES, avoid=[first])


def test_every_feeling_and_every_area_of_the_lexicon_has_its_words():
    areas = {file.stem for file in (CONTENT / "lexicons" / "en" / "areas").glob("*.yml")}

    assert MESSAGES.keys() >= {f"reflection.feeling_{name}" for name in FEELINGS}
    assert MESSAGES.keys() >= {f"reflection.area_{name}" for name in areas}
    assert len(areas) == 16


@pytest.mark.parametrize(
    ("text", "feelings", "areas"),
    [
        ("no, more angry than sad", ("angry",), ("work",)),
        ("it's not work, it's my family", ("sad",), ("family",)),
        ("not sad, just tired", ("tired",), ("work",)),
        ("I'm not sad", (), ("work",)),
        ("also lonely", ("lonely", "sad"), ("loneliness", "work")),
        ("no, I am furious", ("angry",), ("work",)),
        ("no", ("sad",), ("work",)),
        ("it has nothing to do with work", ("sad",), ()),
    ],
)
def test_a_correction_drops_what_is_denied_and_keeps_what_is_stated(text, feelings, areas):
    assert corrected(Reading(("sad",), ("work",)), READER.read(text)) == (feelings, areas)


def test_the_rest_stays_when_one_of_two_feelings_is_denied():
    assert corrected(Reading(("sad", "tired")), READER.read("more angry than sad"))[0] == ("angry", "tired")
