import json
import sys

import pytest
import yaml
from fixed_model import Fixed
from reader import CONTENT, EMOTION

from care.content import read_yaml
from care.domain.choose import FEELINGS
from care.errors import ModelError
from care.understanding.checkpoint import CheckpointModel, describe, load_checkpoint
from care.understanding.checkpoint_labels import load_labels
from care.understanding.feelings import load_reader

EKMAN = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
GOEMOTIONS = tuple(json.loads((EMOTION / "emotion.json").read_text(encoding="utf-8"))["goemotions"])


def write(folder, *names, problem_type="single_label_classification", architecture="X", **labels):
    """A checkpoint's files, save its weights, which nothing here opens."""
    config = {"id2label": dict(enumerate(names)), "architectures": [architecture]}
    if problem_type:
        config["problem_type"] = problem_type
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "model.safetensors").touch()
    if labels:
        (folder / "care_labels.yml").write_text(yaml.safe_dump(labels), encoding="utf-8")
    return folder


class Said:
    """A classifier that gives every text the same probabilities."""

    def __init__(self, *probabilities):
        self._probabilities = probabilities

    def probabilities(self, text):
        return self._probabilities


def read(folder, *probabilities, own=None):
    described = describe(folder, CONTENT)
    model = CheckpointModel(Said(*probabilities), described, own or Fixed())
    return model, model.read("any words")


def meanings(tmp_path, *names, **labels):
    return load_labels(CONTENT, write(tmp_path, *names, **labels), names)


def test_each_check_in_feeling_and_each_goemotions_name_is_known(tmp_path):
    for name in FEELINGS:
        assert meanings(tmp_path, name, "neutral").meanings[0].feelings == (name,)
    assert len(meanings(tmp_path, *GOEMOTIONS).meanings) == 28


def test_every_name_of_the_file_leads_to_a_meaning(tmp_path):
    names = tuple(read_yaml(CONTENT / "lexicons" / "checkpoint_labels.yml")["labels"])

    assert len(meanings(tmp_path, *names).meanings) == len(names)


@pytest.mark.parametrize(
    ("name", "feelings"),
    [("Happiness", ("joyful",)), ("NO_EMOTION", ()), ("very-negative", ()), ("Anger", ("angry",))],
)
def test_capitals_and_underscores_in_a_label_do_not_count(tmp_path, name, feelings):
    assert meanings(tmp_path, name, "joy").meanings[0].feelings == feelings


@pytest.mark.parametrize(("count", "sentiments"), [(2, [-1, 1]), (3, [-1, 0, 1]), (5, [-2, -1, 0, 1, 2])])
def test_labels_that_are_mere_numbers_are_taken_by_how_many_there_are(tmp_path, count, sentiments):
    labels = meanings(tmp_path, *(f"LABEL_{at}" for at in range(count)))

    assert [meaning.sentiment for meaning in labels.meanings] == sentiments
    assert labels.guessed


def test_stars_are_steps_of_sentiment(tmp_path):
    labels = meanings(tmp_path, "1 star", "2 stars", "3 stars", "4 stars", "5 stars")

    assert [meaning.sentiment for meaning in labels.meanings] == [-2, -1, 0, 1, 2]
    assert not labels.guessed


def test_a_label_that_nothing_explains_is_named_with_what_mends_it(tmp_path):
    with pytest.raises(ModelError, match=r"label 'toxic' means\..*care_labels\.yml"):
        meanings(tmp_path, "joy", "toxic")


def test_so_many_mere_numbers_are_not_guessed(tmp_path):
    with pytest.raises(ModelError, match="'LABEL_0'"):
        meanings(tmp_path, *(f"LABEL_{at}" for at in range(4)))


def test_the_file_in_the_checkpoints_folder_comes_first(tmp_path):
    own = {"joy": {"feelings": ["content"], "sentiment": 1}, "LABEL_1": "sadness"}

    labels = meanings(tmp_path, "joy", "LABEL_1", labels=own, sure_from=0.9)

    assert [meaning.feelings for meaning in labels.meanings] == [("content",), ("sad",)]
    assert (labels.sure_from, labels.present_from, labels.guessed) == (0.9, 0.5, False)


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"labels": {"joy": {"feelings": ["glee"], "sentiment": 1}}}, "feelings"),
        ({"labels": {"joy": {"feelings": [], "sentiment": 5}}}, "sentiment"),
        ({"labels": {"joy": {"feelings": [], "sentiment": 1, "arousal": "wild"}}}, "arousal"),
        ({"labels": {"joy": {"feelings": [["x"]], "sentiment": 1}}}, "feelings"),
        ({"labels": {"joy": 3}}, "feelings"),
        ({"labels": {"joy": "gladness", "gladness": "joy"}}, "'joy'"),
        ({"labels": ["joy"]}, "holds no labels"),
        ({"present_from": "half"}, "present_from"),
        ({"sure_from": 0}, "sure_from"),
        ({"several": "yes"}, "several"),
    ],
)
def test_a_mistake_in_the_operators_file_is_named(tmp_path, own, said):
    with pytest.raises(ModelError, match=said):
        meanings(tmp_path, "joy", "neutral", **own)


def test_an_operators_file_that_holds_no_keys_is_refused(tmp_path):
    write(tmp_path, "joy", "neutral")
    (tmp_path / "care_labels.yml").write_text("joy", encoding="utf-8")

    with pytest.raises(ModelError, match="holds no labels"):
        describe(tmp_path, CONTENT)


@pytest.mark.parametrize(
    ("problem_type", "architecture", "own", "several"),
    [
        ("single_label_classification", "X", {}, False),
        ("multi_label_classification", "X", {}, True),
        (None, "BertForMultiLabelClassification", {}, True),
        (None, "BertForSequenceClassification", {}, False),
        (None, "BertForSequenceClassification", {"several": True}, True),
        ("multi_label_classification", "X", {"several": False}, False),
    ],
)
def test_whether_several_labels_may_hold_is_told_by_the_files(
    tmp_path, problem_type, architecture, own, several
):
    write(tmp_path, "joy", "anger", problem_type=problem_type, architecture=architecture, **own)

    assert describe(tmp_path, CONTENT).several is several


def test_a_feeling_that_a_label_stands_for_gets_its_probability_and_any_other_stays_our_own(tmp_path):
    write(tmp_path, *EKMAN)

    model, found = read(tmp_path, 0.05, 0, 0.1, 0, 0.05, 0.8, 0, own=Fixed(tired=0.7, sad=0.1))

    assert (found.feelings["sad"], found.feelings["tired"], found.feelings["afraid"]) == (0.8, 0.7, 0.1)
    assert (model.thresholds["feelings"]["sad"], model.thresholds["feelings"]["tired"]) == (0.5, 0.4)
    assert model.sure_from == 0.8


@pytest.mark.parametrize(
    ("problem_type", "both"), [("single_label_classification", 0.9), ("multi_label_classification", 0.7)]
)
def test_labels_that_stand_for_one_feeling_add_up_or_are_either_or(tmp_path, problem_type, both):
    write(tmp_path, "sadness", "grief", "joy", problem_type=problem_type)

    _, found = read(tmp_path, 0.5, 0.4, 0.1)

    assert found.feelings["sad"] == both


def test_sentiment_is_the_mean_of_what_the_labels_say(tmp_path):
    write(tmp_path, "negative", "neutral", "positive")

    model, found = read(tmp_path, 0.7, 0.2, 0.1, own=Fixed(step=2.0))

    assert found.step == pytest.approx(-0.6)
    assert len(model.cuts) == 4


def test_what_the_labels_leave_open_is_filled_by_our_own_sentiment_and_arousal(tmp_path):
    write(tmp_path, "anger", "sadness", problem_type="multi_label_classification")

    _, found = read(tmp_path, 0.0, 0.25, own=Fixed(step=1.0))

    assert found.step == pytest.approx(0.25 * -1.2 + 0.75)
    assert found.arousal["low"] == pytest.approx(0.25 + 0.75 * 0.2)
    assert sum(found.arousal.values()) == pytest.approx(1)


def test_labels_that_hold_together_do_not_add_up_beyond_the_scale(tmp_path):
    write(tmp_path, "grief", "fear", problem_type="multi_label_classification")

    _, found = read(tmp_path, 1.0, 1.0)

    assert found.step == pytest.approx((-1.8 - 1.4) / 2)
    assert sum(found.arousal.values()) == pytest.approx(1)


def test_a_checkpoint_of_sentiment_alone_leaves_feelings_and_their_limits_our_own(tmp_path):
    write(tmp_path, "negative", "positive")

    model, found = read(tmp_path, 0.9, 0.1, own=Fixed(sad=0.9, mixed=0.4))

    assert (found.feelings["sad"], found.mixed, found.arousal["mid"]) == (0.9, 0.4, 0.7)
    assert (model.sure_from, model.mixed_from) == (0.6, 0.5)


@pytest.mark.parametrize(("names", "joy"), [(GOEMOTIONS, 0.6), (EKMAN, 0.7)])
def test_the_28_emotions_are_the_checkpoints_only_when_it_tells_them_all(tmp_path, names, joy):
    own = Fixed()
    own.thresholds["goemotions"] = dict.fromkeys(GOEMOTIONS, 0.3)
    write(tmp_path, *names, problem_type="multi_label_classification")

    model, found = read(tmp_path, *(0.6 if name == "joy" else 0.01 for name in names), own=own)

    assert found.emotions["joy"] == joy
    assert model.thresholds["goemotions"]["joy"] == (0.5 if names is GOEMOTIONS else 0.3)


def test_a_checkpoint_that_names_no_labels_has_two(tmp_path):
    write(tmp_path)

    assert describe(tmp_path, CONTENT).labels.names == ("negative", "positive")


@pytest.mark.parametrize("broken", ["no folder", "no weights", "not JSON", "no object", "a pickle"])
def test_a_folder_without_a_checkpoint_is_refused(tmp_path, broken):
    write(tmp_path, "joy", "anger")
    if broken in {"no weights", "a pickle"}:
        (tmp_path / "model.safetensors").unlink()
    if broken == "a pickle":
        (tmp_path / "pytorch_model.bin").touch()
    if broken in {"not JSON", "no object"}:
        (tmp_path / "config.json").write_text("{" if broken == "not JSON" else "[]", encoding="utf-8")

    with pytest.raises(ModelError, match=r"holds no text classifier\..*model\.safetensors"):
        load_checkpoint(tmp_path / "none" if broken == "no folder" else tmp_path, CONTENT, Fixed())


@pytest.mark.parametrize(("names", "kind"), [(("score",), None), (("joy", "anger"), "regression")])
def test_a_regression_is_refused(tmp_path, names, kind):
    write(tmp_path, *names, problem_type=kind)

    with pytest.raises(ModelError, match="is a regression"):
        describe(tmp_path, CONTENT)


@pytest.mark.parametrize("missing", ["torch", "transformers"])
def test_a_missing_package_is_named_with_what_installs_it(tmp_path, monkeypatch, missing):
    for name in ("torch", "transformers"):
        monkeypatch.setitem(sys.modules, name, None if name == missing else sys)
    write(tmp_path, *EKMAN)

    with pytest.raises(ModelError, match=rf"needs the package {missing}\..*\[transformers\]"):
        load_reader(CONTENT, EMOTION, tmp_path)


def test_without_a_checkpoint_neither_package_is_looked_for(monkeypatch):
    for name in ("torch", "transformers"):
        monkeypatch.setitem(sys.modules, name, None)

    assert "sad" in load_reader(CONTENT, EMOTION).read("I am so sad").feelings
