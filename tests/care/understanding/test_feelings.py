import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.content import read_yaml
from care.domain.choose import FEELINGS, PLEASANT, UNPLEASANT
from care.errors import ContentError
from care.understanding.feelings import Feelings, load_reader

UNHURRIED = settings(deadline=None)  # a busy machine is no failure
CONTENT = Path(__file__).resolve().parents[3] / "data"
READER = load_reader(CONTENT)
LEXICON = read_yaml(CONTENT / "lexicons" / "en" / "feelings.yml")


@pytest.mark.parametrize(
    ("text", "feelings"),
    [
        ("I'm not sad anymore", ()),
        ("the sadness has gone", ()),
        ("I'm not angry, just disappointed in my brother", ("sad",)),
        ("No stress today", ()),
        ("never been happier", ("joyful",)),
        ("haven't been this happy in ages!", ("content",)),
        ("I can't stop crying", ("sad",)),
        ("more tired than sad", ("tired",)),
        ("I can't relax and feel sad", ("anxious", "sad")),
        ("I am not only tired but lonely", ("tired", "lonely")),
    ],
)
def test_what_is_denied_is_not_felt(text, feelings):
    assert READER.read(text).feelings == feelings


@pytest.mark.parametrize(
    ("text", "feelings"),
    [
        ("last week I was so anxious, now I'm calm", ("calm",)),
        ("I used to be so lonely", ()),
        ("I was furious yesterday", ()),
        ("I was sad, but now I am hopeful", ("hopeful",)),
        ("I was sad when he left", ("sad",)),
        ("I am still angry about last week", ("angry",)),
    ],
)
def test_what_is_past_is_not_felt_now(text, feelings):
    assert READER.read(text).feelings == feelings


@pytest.mark.parametrize(
    ("text", "feelings"),
    [
        ("She was furious. I just made tea.", ()),
        ("Mum is anxious about her scan", ()),
        ("Kemi is heartbroken over that boy", ()),
        ("the kids are happy, I'm worried about rent", ("anxious",)),
        ("my boss was furious with me and I feel ashamed", ("ashamed",)),
        ("people are annoying", ("irritated",)),
        ("I'm proud of her", ("proud",)),
        ("Everything is hopeless", ("hopeless",)),
        ("mornings are lonely", ("lonely",)),
    ],
)
def test_what_others_feel_is_not_felt_by_the_writer(text, feelings):
    assert READER.read(text).feelings == feelings


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("Soooo tireddd", "tired"),
        ("im knackered", "tired"),
        ("overwelmed", "stressed"),
        ("so anxoius", "anxious"),
        ("exhuasted", "tired"),
        ("fustrated", "irritated"),
        ("embarassed", "ashamed"),
        ("i can\u2019t breathe", "afraid"),
        ("I CAN'T BREATHE", "afraid"),
        ("😢", "sad"),
        ("gutted", "sad"),
        ("pissed off", "angry"),
    ],
)
def test_slang_typos_and_emoji_are_read(text, feeling):
    assert READER.read(text).feelings == (feeling,)


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("7/10", 1), ("10", 2), ("a solid 8", 1), ("two", -2), ("3 out of 10", -1), ("5", 0),
        ("fine", 0), ("meh", -1), ("not bad at all!", 1), ("terrible", -2), ("Okay I guess...", 0), ("🤷", 0),
    ],
)  # fmt: skip
def test_a_bare_answer_has_a_sentiment_and_no_feeling(text, sentiment):
    found = READER.read(text)

    assert (found.feelings, found.sentiment5, found.sure) == ((), sentiment, True)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("I feel nothing, just numb", -1),
        ("what's the point of anything", -1),
        ("worn out", -1),
        ("I am not happy", -1),
        ("I'm not sad anymore", 1),
        ("grateful for my friends", 1),
        ("the meeting is at three", 0),
    ],
)
def test_the_sentiment_knows_what_vader_misses(text, sign):
    found = READER.read(text)

    assert (found.sentiment5 > 0) - (found.sentiment5 < 0) == sign
    assert -1 <= found.sentiment <= 1


def test_very_makes_a_feeling_count_more():
    assert READER.read("I am sad and very angry").feelings == ("angry", "sad")
    assert READER.read("I am very sad and angry").feelings == ("sad", "angry")


def test_what_stands_after_the_first_four_thousand_characters_is_not_read():
    assert READER.read("word " * 799 + "sad").feelings == ("sad",)
    assert READER.read("word " * 800 + "sad").feelings == ()


@pytest.mark.parametrize(
    ("text", "arousal"),
    [
        ("my heart is racing and I can't breathe", "high"),
        ("I HATE THIS JOB SO MUCH", "high"),
        ("she was furious, I am calm", "low"),
        ("lonely", "low"),
        ("stressed about work", "mid"),
        ("the meeting is at three", "mid"),
    ],
)
def test_arousal_follows_the_writer_state(text, arousal):
    assert READER.read(text).arousal == arousal


@pytest.mark.parametrize(
    ("text", "mixed"),
    [
        ("I'm happy but exhausted", True),
        ("sad and grateful", True),
        ("happy and tired", False),
        ("sad", False),
    ],
)
def test_mixed_means_good_and_bad_at_once(text, mixed):
    assert READER.read(text).mixed is mixed


@pytest.mark.parametrize(
    ("text", "areas", "denied"),
    [
        ("my boss cut my wages", ("work", "money"), ()),
        ("cannot sleep", ("sleep",), ()),
        ("it's not work, it's my family", ("family",), ("work",)),
        ("I was made redundant", ("work",), ()),
        ("sad", (), ()),
    ],
)
def test_areas_are_those_the_text_names(text, areas, denied):
    found = READER.read(text)

    assert (found.areas, found.denied_areas) == (areas, denied)


@pytest.mark.parametrize("text", ["", "   ", "hi", "lorem ipsum dolor", '{"slot":"x"}', "\x00", "thank you"])
def test_a_text_that_says_nothing_clear_is_not_sure(text):
    found = READER.read(text)

    assert not found.sure
    assert found.feelings == ()


def test_the_emotions_are_the_28_of_goemotions_and_follow_the_feelings():
    found = READER.read("I'm terrified")

    assert len(found.emotions) == 28
    assert found.present[0] == "fear"
    assert found.emotions["joy"] == 0
    assert READER.read("the meeting is at three").present == ("neutral",)


@UNHURRIED
@given(st.text(max_size=300))
def test_any_text_is_read_into_known_names_within_their_ranges(text):
    found = READER.read(text)

    assert set(found.feelings) <= FEELINGS
    assert len(found.feelings) <= 3
    assert len(found.areas) <= 3
    assert -1 <= found.sentiment <= 1
    assert all(0 <= value <= 1 for value in found.emotions.values())


@UNHURRIED
@given(st.lists(st.sampled_from(sorted(READER._feelings.words | READER._marking.words)), max_size=30))
def test_any_mixture_of_known_words_is_read(words):
    assert isinstance(READER.read(" ".join(words)), Feelings)


def test_the_lexicon_speaks_of_the_check_in_feelings_with_the_right_sign():
    facts = LEXICON["feelings"]

    assert set(facts) == FEELINGS
    assert {name for name in facts if facts[name]["valence"] > 0} == PLEASANT
    assert {name for name in facts if facts[name]["valence"] < 0} == UNPLEASANT


def test_a_reading_shows_nothing_of_what_a_person_said():
    assert repr(READER.read("I am sad about work")) == "Feelings()"


def test_an_answer_is_read_in_well_under_three_milliseconds():
    text = "Nights, then school, then nights. My boss was furious and I am so tired and worried about rent."
    READER.read(text)
    took = []
    for _ in range(20):
        start = time.perf_counter()
        READER.read(text)
        took.append(time.perf_counter() - start)

    assert min(took) < 0.003


@pytest.mark.parametrize("text", ["sad " * 5000, "😢" * 5000, "a" * 20000, "I was not sad, my mum " * 900])
def test_a_very_long_text_is_read_in_under_a_second(text):
    start = time.perf_counter()
    READER.read(text)

    assert time.perf_counter() - start < 1


def test_reading_loads_no_heavy_library():
    heavy = "{'numpy', 'torch', 'transformers', 'spacy', 'sqlalchemy', 'pydantic', 'rasa_sdk'}"
    code = f"import sys, care.understanding.feelings; print(sorted({heavy} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_a_lexicon_that_lacks_a_part_is_refused(tmp_path):
    folder = tmp_path / "lexicons" / "en"
    folder.mkdir(parents=True)
    (folder / "feelings.yml").write_text("feelings: {}", encoding="utf-8")
    (folder / "areas.yml").write_text("areas: {}", encoding="utf-8")

    with pytest.raises(ContentError, match="lacks a part"):
        load_reader(tmp_path)
