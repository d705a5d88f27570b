"""What is said about follow-ups, in each language."""

import re
from dataclasses import replace
from pathlib import Path

import pyphen
import pytest
import yaml

from care.domain.follow_up import begin, steps
from care.domain.person import Person
from care.messages import load_messages
from care.safety.follow_up import STOP, WAITS, Stop, load_follow_up_words
from care.settings import CRISIS_LANGUAGES
from tests.care.storage.samples import NOON

DATA = Path(__file__).parents[3] / "data"
WORDS = load_follow_up_words(DATA, ("en",))
TEXTS = {
    language: {
        key: texts
        for key, texts in load_messages(DATA, language)._wordings.items()
        if key.startswith("follow_up.")
    }
    for language in CRISIS_LANGUAGES
}
BUTTONS = {"in_one_hour", "in_four_hours", "not_now", "stop_button"}
HOMES = {"en": "GB", "es": "ES", "fr": "FR", "de": "DE", "pt": "BR", "it": "IT"}
HEALTH = re.compile(
    r"mental|health|suicid|crisis|therap|salud\b|santé|krise|gesund|saúde|crise|salute|crisi\b|safe|danger",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
def test_every_sentence_is_there_in_two_wordings_and_holds_no_number_F1(language):
    assert TEXTS[language].keys() == TEXTS["en"].keys()
    for key, texts in TEXTS[language].items():
        assert key.removeprefix("follow_up.") in BUTTONS or len(set(texts)) >= 2, key
        assert not re.search(r"\d|{", " ".join(texts)), key
        assert language == "en" or not set(texts) & set(TEXTS["en"][key]), key


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
@pytest.mark.parametrize("country", ["home", None])
def test_each_follow_up_holds_contacts_and_a_way_to_stop_and_never_repeats_the_last_F1(language, country):
    home = HOMES[language] if country else None
    person = Person("ayla", "1", NOON, NOON, country=home)
    plan = begin("x", NOON, language, None)
    for step in steps(plan, "UTC"):
        first = WORDS.message(step, person, plan)
        second = WORDS.message(step, person, begin_after(plan, first.text))

        assert "findahelpline.com" in first.text
        assert "STOP" in first.text
        assert [button.payload for button in first.buttons] == ["/sos", STOP]
        assert first.text.splitlines()[0] != second.text.splitlines()[0]
        assert first.text.splitlines()[-1] != second.text.splitlines()[-1]


def begin_after(plan, said):
    return replace(plan, said=said)


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
def test_a_lock_screen_shows_no_word_about_health_F1(language):
    for key in ("check_in", "caring"):
        assert not any(HEALTH.search(text) for text in TEXTS[language][f"follow_up.{key}"])


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
def test_after_a_stop_the_contacts_come_last_F4(language):
    said = WORDS.stopped(HOMES[language], minor=False, language=language).text

    assert said.splitlines()[0] in TEXTS[language]["follow_up.stopped"]
    assert re.search(r"\d{3}", said.splitlines()[-1])


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
def test_stop_is_understood_in_every_language_F4(language):
    listed = yaml.safe_load((DATA / "lexicons" / language / "follow_up.yml").read_text(encoding="utf-8"))

    assert all(WORDS.stop_in(f" {word.capitalize()}! ") is Stop.CERTAIN for word in listed["stop_certain"])
    assert all(WORDS.stop_in(word) is Stop.BARE for word in listed["stop_bare"])
    assert WORDS.stop_in("STOP") is Stop.CERTAIN
    assert WORDS.stop_in("make it stop") is None


def test_the_times_are_offered_by_buttons_F1():
    assert [button.payload for button in WORDS.offer(language="en").buttons][:2] == list(WAITS)


def test_the_words_can_be_read_in_grade_six():
    hyphens = pyphen.Pyphen(lang="en_US")
    for texts in TEXTS["en"].values():
        for text in texts:
            words = re.findall(r"[A-Za-z']+", text)
            sentences = max(1, len(re.findall(r"[.!?:]", text)))
            syllables = sum(hyphens.inserted(word).count("-") + 1 for word in words)
            assert 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59 <= 6, text
