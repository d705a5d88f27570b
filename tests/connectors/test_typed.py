import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.domain.reply import Button
from connectors.typed import Trouble, load_commands, load_openers, read_typed

COMMANDS = load_commands(Path(__file__).parents[2] / "data", "en")
OPENERS = load_openers(Path(__file__).parents[2] / "data", "en")
YES_NO = (Button("Yes", "/affirm"), Button("No", "/deny"))
SCALE = tuple(Button(str(number), f"/answer_{number}") for number in range(11))


@pytest.mark.parametrize("said", ["sos", "SOS!", "/sos", " /SOS "])
def test_a_command_word_is_our_intent_with_and_without_a_slash(said):
    assert read_typed(said, (), COMMANDS).payload == "/sos"


@pytest.mark.parametrize(
    "said", ['/affirm{"x":"y"}', "/restart", "/crisis_noted", '/answer{"answer": "7"}', "/affirm"]
)
def test_a_typed_slash_never_becomes_an_intent(said):
    meant = read_typed(said, (), COMMANDS)

    assert meant.payload is None
    assert not meant.text.startswith("/")


@pytest.mark.parametrize(
    ("said", "payload"), [("yes", "/affirm"), ("2", "/deny"), ("No.", "/deny"), ("3", None)]
)
def test_a_choice_on_offer_is_taken_by_its_words_or_its_number(said, payload):
    assert read_typed(said, YES_NO, COMMANDS).payload == payload


def test_on_a_scale_a_number_is_the_answer_itself():
    assert read_typed("7", SCALE, COMMANDS).payload == "/answer_7"


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        ("", Trouble.EMPTY),
        (" \u200b\x07 ", Trouble.EMPTY),
        ("\U0001f600\U0001f600", Trouble.NO_WORDS),
        ("...!!", Trouble.NO_WORDS),
        ("word " * 4000, Trouble.TOO_LONG),
        ('{"mood": 7}', Trouble.NOT_LANGUAGE),
        ("<script>alert(1)</script>", Trouble.NOT_LANGUAGE),
        ("SELECT * FROM people; --", Trouble.NOT_LANGUAGE),
        ('/intent{"slot":"x"}', Trouble.NOT_LANGUAGE),
    ],
)
def test_what_cannot_be_understood_is_named(said, trouble):
    assert read_typed(said, (), COMMANDS).trouble is trouble


@pytest.mark.parametrize(
    "said",
    [
        "select few friends, update: i feel ok",
        "delete all my data from here",
        "update from yesterday: I set a new goal and feel better",
        "[sigh] not a good day",
    ],
)
def test_ordinary_words_that_look_a_bit_like_code_are_words(said):
    assert read_typed(said, (), COMMANDS).text == said


@given(st.text(max_size=200))
def test_any_text_is_a_command_words_or_a_named_trouble(text):
    meant = read_typed(text, YES_NO, COMMANDS)

    assert (meant.payload is not None) + bool(meant.text) + (meant.trouble is not None) == 1


@pytest.mark.parametrize(
    ("said", "intent", "words"),
    [
        ("/journal I had a long day", "journal_note", "I had a long day"),
        ("/Journal\nTwo lines,\nand {braces}", "journal_note", "Two lines,\nand {braces}"),
        ('journal: "quoted" words', "journal_note", '"quoted" words'),
        ("Dear diary, he smiled", "journal_note", "he smiled"),
        ("/journal search work", "journal_search", "work"),
        ("journal search: last week", "journal_search", "last week"),
        ("search my journal for my sister", "journal_search", "my sister"),
    ],
)
def test_words_behind_an_opener_go_along_as_a_value(said, intent, words):
    payload = read_typed(said, (), COMMANDS, OPENERS).payload

    assert payload.startswith(f"/{intent}{{")
    assert json.loads(payload.removeprefix(f"/{intent}")) == {"answer": words}


@pytest.mark.parametrize(
    "said", ["journal ideas for kids", "dear diaryfree life", "/journals are good", "my journal: where is it"]
)
def test_what_only_looks_like_an_opener_stays_plain_words(said):
    assert read_typed(said, (), COMMANDS, OPENERS).text == said.lstrip("/")


@pytest.mark.parametrize(
    ("said", "payload"), [("/journal", "/journal"), ("journal search", "/journal_search")]
)
def test_an_opener_alone_is_the_command(said, payload):
    assert read_typed(said, (), COMMANDS, OPENERS).payload == payload
