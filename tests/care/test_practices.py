import re
import shutil
from pathlib import Path

import pyphen
import pytest

from care.errors import ContentError
from care.practices import load_practices

CONTENT = Path(__file__).resolve().parents[2] / "data"
CATALOGUE = load_practices(CONTENT, "en")
HYPHENS = pyphen.Pyphen(lang="en_US")


def sentences(text):
    return [part for part in re.split(r"[.!?:]+[\"')]*(?:\s+|$)", text) if re.search(r"\w", part)]


def words(text):
    return re.findall(r"[A-Za-z']+", text)


def grade(text):
    """Flesch-Kincaid grade level; syllables are counted by hyphenation, which misses a few."""
    said = words(text)
    syllables = sum(HYPHENS.inserted(word).count("-") + 1 for word in said)
    return 0.39 * len(said) / len(sentences(text)) + 11.8 * syllables / len(said) - 15.59


def all_text(practice):
    return " ".join([practice.about, practice.caution, *practice.steps])


@pytest.fixture
def content(tmp_path):
    shutil.copytree(CONTENT / "practices", tmp_path / "practices")
    return tmp_path


def change(content, file, old, new):
    path = content / "practices" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_there_are_fifteen_practices_in_the_order_of_their_ids():
    assert list(CATALOGUE) == sorted(CATALOGUE)
    assert len(CATALOGUE) == 15


def test_the_grade_is_that_of_flesch_and_kincaid():
    assert grade("The cat sat. The dog ran.") == pytest.approx(0.39 * 3 + 11.8 - 15.59)
    assert grade("Institutional considerations necessitate organisational transformation.") > 20


@pytest.mark.parametrize("practice", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_a_practice_reads_at_grade_seven_or_below_in_short_sentences(practice):
    text = all_text(practice)

    assert grade(text) <= 7
    assert len(words(text)) / len(sentences(text)) <= 15


@pytest.mark.parametrize("practice", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_each_step_is_one_short_chat_message(practice):
    assert max(len(step.split()) for step in practice.steps) <= 40


@pytest.mark.parametrize("practice", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_whatever_speaks_of_a_hold_or_of_breath_counts_says_so_in_its_facts(practice):
    steps = " ".join(practice.steps).lower()

    assert ("breath_hold" in practice.involves) == ("hold gently" in steps)
    assert practice.family != "breathing" or "breath_focus" in practice.involves


@pytest.mark.parametrize(
    "name", ["thought_check", "three_good_things", "worry_list", "small_step", "savouring"]
)
def test_a_practice_that_asks_for_words_takes_next_as_well(name):
    first = CATALOGUE[name].steps[0].lower()

    assert "type" in first
    assert '"next"' in " ".join(CATALOGUE[name].steps)


def test_only_grounding_and_the_long_breath_out_reach_very_high_strain():
    reaching = {id_ for id_, practice in CATALOGUE.items() if practice.arousal[1] >= 8}

    assert reaching == {"grounding_54321", "slow_exhale"}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("slow_exhale/practice.yml", "family: breathing", "family: breathng"),
        ("slow_exhale/practice.yml", "helps_with: [stressed", "helps_with: [streessed"),
        ("slow_exhale/practice.yml", "arousal: [0, 10]", "arousal: [10, 0]"),
        ("slow_exhale/practice.yml", "involves: [breath_focus]", "involves: [breath]"),
        ("slow_exhale/practice.yml", "grade: B", "grade: D"),
        ("slow_exhale/practice.yml", "minutes: 2", "length: 2"),
        ("slow_exhale/practice.yml", "review_by: 2027-05-01", "review_by: soon"),
        ("slow_exhale/en.yml", "title: Long breath out", 'title: ""'),
        ("slow_exhale/en.yml", "caution:", "warning:"),
    ],
)
def test_a_mistake_in_a_practice_is_refused_and_its_file_named(content, file, old, new):
    change(content, file, old, new)

    with pytest.raises(ContentError, match=re.escape(file)) as refused:
        load_practices(content, "en")

    assert refused.value.remedy


def test_a_practice_without_words_in_the_language_is_refused(content):
    (content / "practices" / "body_scan" / "en.yml").unlink()

    with pytest.raises(ContentError, match=re.escape("body_scan/en.yml")):
        load_practices(content, "en")


def test_an_empty_catalogue_is_refused(tmp_path):
    with pytest.raises(ContentError, match="no practice"):
        load_practices(tmp_path, "en")
