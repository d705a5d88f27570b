"""How the network's numbers become a label, and how long messages are cut."""

import json
import shutil

import numpy as np
import pytest

from care.errors import ModelError
from care.safety.crisis_model import BESIDE, CrisisModel, load_crisis_model, spelt_out
from care.safety.label import Label
from care.settings import Settings

FOLDER, CONTENT = Settings().crisis_dir, Settings().content_dir
MODEL = load_crisis_model(FOLDER, CONTENT)
LABELS = json.loads((FOLDER / BESIDE).read_text(encoding="utf-8"))["labels"]
LIMITS = {
    "letters": 0.0,
    "network": 1.0,
    "bias": 0.0,
    "crisis_from": 0.5,
    "doubtful_from": 0.2,
    "plan_from": 0.45,
    "active_from": 0.35,
}


class Fixed:
    """A session that gives one row of chances, or another when a window holds ``trigger``."""

    def __init__(self, chances, trigger=None, then=None):
        self.chances, self.trigger, self.then, self.windows = chances, trigger, then, []

    def run(self, _outputs, inputs):
        ids = inputs["ids"][0].tolist()
        self.windows.append(ids)
        chances = self.then if self.trigger in ids else self.chances
        return [np.log(np.array([[chances.get(name, 1e-6) for name in LABELS]]))]


class Silent:
    """Letters that find nothing, but ``trigger`` most alarming."""

    def __init__(self, trigger=None):
        self.trigger = trigger

    def logits(self, words):
        return np.full(1 + len(LABELS), 1.0 if self.trigger in words else 0.0)


def fixed(session, letters=None, **limits):
    beside = {"labels": LABELS, "limits": {"en": LIMITS | limits}}
    return CrisisModel(session, MODEL._tokenizer, {"en": letters or Silent()}, beside)


@pytest.mark.parametrize(
    ("chances", "label"),
    [
        ({"none": 0.7, "plan_intent": 0.3}, Label.NONE),
        ({"none": 0.2, "distress": 0.4, "plan_intent": 0.3}, Label.DISTRESS),
        ({"plan_intent": 0.5, "passive_ideation": 0.5}, Label.PLAN_INTENT),
        ({"plan_intent": 0.2, "active_ideation": 0.2, "passive_ideation": 0.6}, Label.ACTIVE_IDEATION),
        ({"passive_ideation": 0.5, "active_ideation": 0.2}, Label.PASSIVE_IDEATION),
        ({"abuse_victim": 0.8, "self_harm": 0.1}, Label.ABUSE_VICTIM),
    ],
)
def test_the_cost_of_a_mistake_decides_the_label(chances, label):
    assert fixed(Fixed(chances)).find("some words", "en").label is label


def test_danger_in_the_middle_of_a_long_message_counts():
    token = MODEL._tokenizer.encode("zebra").ids[1]
    session = Fixed({"none": 1.0}, trigger=token, then={"plan_intent": 1.0})
    around = " ".join(f"word{number}" for number in range(2_000))

    found = fixed(session, Silent("zebra")).find(f"{around} zebra {around}", "en")

    assert found.label is Label.PLAN_INTENT
    assert len(session.windows) <= 8


def test_a_run_without_spaces_hides_nothing():
    session = Fixed({"none": 1.0})

    fixed(session, Silent("end")).find("x" * 20_000 + " the end", "en")

    assert MODEL._tokenizer.encode("end").ids[1] in {token for window in session.windows for token in window}


def test_repeated_stretches_are_read_once():
    session = Fixed({"none": 1.0})

    fixed(session).find("word " * 20_000, "en")

    assert len(session.windows) <= 4


def test_a_harmless_sentence_said_again_and_again_is_no_danger():
    text = "Today was long. " + "I walked by the river and thought about what she said. " * 40

    assert not MODEL.find(text, "en").label.is_crisis


def test_an_empty_message_is_no_danger():
    assert MODEL.find("", "en").label is Label.NONE


def test_a_language_without_a_model_is_read_by_the_first():
    assert MODEL.find("i want to kill myself", "xx") == MODEL.find("i want to kill myself", "en")


def test_disguises_are_undone_and_emoji_are_words():
    assert spelt_out("k\u200bill \u043c\u0443self \U0001f480") == "kill myself  skull "


@pytest.mark.parametrize("broken", ["crisis.onnx", "crisis.json", "tokenizer.json"])
def test_a_missing_or_broken_file_is_named_with_a_mend(tmp_path, broken):
    folder = tmp_path / "crisis"
    shutil.copytree(FOLDER, folder)
    (folder / broken).write_text("{", encoding="utf-8")

    with pytest.raises(ModelError, match="crisis") as raised:
        load_crisis_model(folder, CONTENT)

    assert "Restore" in raised.value.remedy
