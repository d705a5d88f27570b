"""Danger is noticed, and met, in the language that a person writes in."""

import json
import re
from pathlib import Path

import pytest

from care.messages import load_messages
from care.safety.help import load_crisis_help
from care.safety.hotlines import load_hotlines
from care.safety.label import Answer, Label
from care.safety.reply import after_answer, compose, not_for_minors, safe_default, sos, stay, youth
from care.safety.screen import load_screen
from care.settings import CRISIS_LANGUAGES, Settings

DATA = Path(__file__).parents[3] / "data"
LINES = load_hotlines(DATA)
MESSAGES = {language: load_messages(DATA, language) for language in CRISIS_LANGUAGES}
ENGLISH = {k: v for k, v in MESSAGES["en"]._wordings.items() if k.startswith("crisis.")}
OTHERS = [language for language in CRISIS_LANGUAGES if language != "en"]
HELP = load_crisis_help(DATA, ("en",), Settings().crisis_dir)
SCREENS = {language: load_screen(DATA, (language,)) for language in OTHERS}
SAID = {
    "en": ("i want to kill myself", "yes", "no"),
    "es": ("quiero matarme", "sí", "no"),
    "fr": ("je veux me tuer", "oui", "non"),
    "de": ("ich will mich umbringen", "ja", "nein"),
    "pt": ("quero me matar", "sim", "não"),
    "it": ("voglio uccidermi", "sì", "no"),
}


def crisis_words(language):
    return {k: v for k, v in MESSAGES[language]._wordings.items() if k.startswith("crisis.")}


def cases(language):
    path = Path(__file__).with_name(f"screen_cases_{language}.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_there_with_the_same_blanks_and_as_many_wordings(language):
    words = crisis_words(language)

    assert words.keys() == ENGLISH.keys()
    for key, wordings in words.items():
        blanks = {frozenset(re.findall(r"{(\w+)}", text)) for text in (*wordings, *ENGLISH[key])}
        assert len(blanks) == 1, key
        assert len(set(wordings)) >= min(2, len(set(ENGLISH[key]))), key


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_is_left_in_english(language):
    words = crisis_words(language)
    same = {key for key in words if set(words[key]) & set(ENGLISH[key]) and " " in words[key][0]}

    assert {
        key for key in same if not re.search(r"\.(line_|services$|service_general|notes$|in_language$)", key)
    } == set()


@pytest.mark.parametrize("language", OTHERS)
def test_no_number_stands_in_a_message_but_those_that_work_in_many_countries(language):
    for wordings in crisis_words(language).values():
        assert set(re.findall(r"\d+", " ".join(wordings))) <= {"112", "911", "18", "35"}


@pytest.mark.parametrize("language", OTHERS)
def test_every_answer_can_be_given(language):
    words = MESSAGES[language]
    for country in (None, "XX", "ES", "FR", "DE", "AT", "CH", "BR", "PT", "IT", "MX", "CA", "US"):
        given = [
            *(compose(label, country, LINES, words, language=language) for label in Label),
            *(after_answer(answer, country, LINES, words, language=language) for answer in Answer),
            sos(country, LINES, words, language=language),
            youth(country, LINES, words, language=language),
            safe_default(country, LINES, words, language=language),
            [stay(words), not_for_minors(words)],
        ]
        assert all(replies for replies in given)
        assert all("{" not in reply.text for replies in given for reply in replies)


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
def test_help_comes_in_the_language_of_the_message(language):
    said, yes, no = SAID[language]

    notice = HELP.notice(said, None, minor=False, asked_for=None)

    assert (notice.label, notice.language) == (Label.ACTIVE_IDEATION, language)
    assert notice.replies[-1].text in crisis_words(language)["crisis.question"]
    assert (HELP.read_answer(yes), HELP.read_answer(no)) == (Answer.YES, Answer.NO)


@pytest.mark.parametrize("said", ["my dad died on sunday", "my mum passed away last week"])
def test_a_loss_is_not_taken_for_a_worry_about_somebody(said):
    assert HELP.notice(said, None, minor=False, asked_for=None).replies == ()


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_said_outright_is_found_by_the_rules_alone(language):
    missed = [
        case["text"]
        for case in cases(language)
        if Label(case["label"]).is_crisis and not SCREENS[language].screen(case["text"]).label.is_crisis
    ]

    assert missed == []


@pytest.mark.parametrize("language", OTHERS)
def test_idioms_stories_and_the_like_raise_no_alarm(language):
    alarms = [
        case["text"]
        for case in cases(language)
        if not Label(case["label"]).is_crisis and SCREENS[language].screen(case["text"]).label.is_crisis
    ]

    assert alarms == []
