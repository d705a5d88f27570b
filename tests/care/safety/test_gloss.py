"""How messages in other languages are rendered for the network, which knows English."""

import pytest

from care.errors import ContentError
from care.safety.gloss import Gloss, load_gloss
from care.settings import CRISIS_LANGUAGES, Settings

CONTENT = Settings().content_dir
GLOSSED = [language for language in CRISIS_LANGUAGES if language != "en"]
SMALL = Gloss(
    {"quiero": "I want", "morir": "die", "morir de risa": "laugh", "se": "", "l'": "the", "envie": "wish"}
)


def written(tmp_path, text):
    folder = tmp_path / "lexicons" / "es"
    folder.mkdir(parents=True)
    (folder / "gloss.tsv").write_text(text, encoding="utf-8")
    return tmp_path


def test_each_word_is_said_in_english_and_what_is_unknown_stays():
    assert SMALL("Quiero morir, oye 2") == "I want die , oye 2"


def test_the_longest_phrase_wins():
    assert SMALL("quiero morir de risa") == "I want laugh"


def test_accents_capitals_and_disguises_make_no_difference():
    assert SMALL("QUIÉRO m\u200borir") == "I want die"


def test_an_unknown_form_takes_the_gloss_of_the_word_that_begins_most_alike():
    assert SMALL("quieres") == "I want"
    assert SMALL("quemar") == "quemar"


def test_a_word_behind_an_apostrophe_is_read_for_itself():
    assert SMALL("l'envie") == "the wish"


def test_a_word_that_english_has_not_leaves_no_gap():
    assert SMALL("se quiero") == "I want"


def test_nothing_is_glossed_to_nothing():
    assert SMALL("") == ""


@pytest.mark.parametrize(
    ("language", "text", "english"),
    [
        ("es", "quiero quitarme la vida", "I want take my own life"),
        ("fr", "je veux en finir", "I want to end it all"),
        ("de", "ich will nicht mehr leben", "I want not live anymore"),
        ("pt", "não aguento mais", "I can't take it anymore"),
        ("it", "voglio farla finita", "want to end my life"),
    ],
)
def test_the_shipped_glosses_say_plainly_what_is_meant(language, text, english):
    assert load_gloss(CONTENT, language)(text) == english


@pytest.mark.parametrize("language", GLOSSED)
def test_every_shipped_line_is_lower_case_and_short(language):
    for line in (CONTENT / "lexicons" / language / "gloss.tsv").read_text(encoding="utf-8").splitlines():
        surface, english = line.split("\t")
        assert surface == surface.lower().strip(), line
        assert len(english.split()) <= 6, line


@pytest.mark.parametrize("line", ["sin tabulador", "a\tb\tc", "\tempty"])
def test_a_line_that_is_no_entry_is_named(tmp_path, line):
    with pytest.raises(ContentError, match=r"gloss\.tsv, line 2"):
        load_gloss(written(tmp_path, f"uno\tone\n{line}\n"), "es")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ContentError, match=r"gloss\.tsv"):
        load_gloss(tmp_path, "es")
