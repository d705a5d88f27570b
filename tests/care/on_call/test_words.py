"""What is said about the people on call, in each language."""

import re
from pathlib import Path

import pyphen
import pytest

from care.on_call.words import Wish, load_on_call_words
from care.settings import CRISIS_LANGUAGES

WORDS = load_on_call_words(Path(__file__).parents[3] / "data")
TEXTS = {
    language: {key: messages.wordings(key) for key in sorted(messages.keys()) if key.startswith("on_call.")}
    for language, messages in WORDS.messages.items()
}
NO_EMERGENCY = {
    "en": "emergency",
    "es": "emergencias",
    "fr": "urgence|secours",
    "de": "Notdienst|Notruf",
    "pt": "emergência|socorro",
    "it": "emergenza|soccorsi",
}


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
def test_every_text_is_there_in_two_wordings_and_holds_no_number_F5(language):
    assert TEXTS[language].keys() == TEXTS["en"].keys() != set()
    for key, texts in TEXTS[language].items():
        assert key.endswith("_button") or len(set(texts)) >= 2, key
        assert not re.search(r"\d|{", " ".join(texts)), key
        assert language == "en" or not set(texts) & set(TEXTS["en"][key]), key


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
def test_the_question_says_how_to_end_it_and_that_it_is_no_emergency_service_F5(language):
    for text in TEXTS[language]["on_call.explain"]:
        assert "/oncall off" in text
        assert re.search(NO_EMERGENCY[language], text)
        assert text.endswith("?")


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
def test_people_to_call_stand_in_every_other_text_F5(language):
    for key, texts in TEXTS[language].items():
        if not key.endswith(("_button", "explain")):
            assert all("SOS" in text for text in texts), key


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
@pytest.mark.parametrize("wish", Wish)
def test_what_people_type_is_understood_as_a_whole_message_alone_F5(language, wish):
    for typed in WORDS.typed[language][wish]:
        assert WORDS.wish(f" {typed.capitalize()}! ", language, asked=True) == (wish, language), typed
        assert WORDS.wish(f"i said {typed} to them", language, asked=True) is None


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
def test_yes_and_no_mean_nothing_here_unless_asked_F5(language):
    for typed in WORDS.typed[language][Wish.YES] | WORDS.typed[language][Wish.NO]:
        assert WORDS.wish(typed, language, asked=False) is None


def test_the_words_can_be_read_in_grade_six_F5():
    hyphens = pyphen.Pyphen(lang="en_US")
    for texts in TEXTS["en"].values():
        for text in texts:
            words = re.findall(r"[A-Za-z']+", text)
            sentences = max(1, len(re.findall(r"[.!?:]", text)))
            syllables = sum(hyphens.inserted(word).count("-") + 1 for word in words)
            assert 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59 <= 6, text
