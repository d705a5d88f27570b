"""Two layers notice danger: either may call for help, neither may call it off."""

import pytest

from care.safety.detector import Detector
from care.safety.label import Answer, Finding, Label


class Layer:
    """Finds what it is told to find, or breaks."""

    def __init__(self, label=Label.NONE, score=0.0, *, breaks=False, answer=Answer.UNCLEAR):
        self.finding, self.breaks, self.answer = Finding(label, score), breaks, answer

    def find(self, _text, _language="en"):
        if self.breaks:
            raise RuntimeError
        return self.finding

    screen = find

    def language_of(self, _text, expected):
        return expected

    def doubtful_from(self, _language):
        return 0.2

    def reply_to_direct_question(self, _text):
        return self.answer


def detected(rules, model):
    return Detector(rules, model).screen("anything").label


@pytest.mark.parametrize(
    ("rules", "model", "label"),
    [
        (Layer(Label.PLAN_INTENT, 0.95), Layer(), Label.PLAN_INTENT),
        (Layer(), Layer(Label.PASSIVE_IDEATION, 0.7), Label.PASSIVE_IDEATION),
        (Layer(Label.PASSIVE_IDEATION, 0.95), Layer(Label.PLAN_INTENT, 0.9), Label.PLAN_INTENT),
        (Layer(Label.PASSIVE_IDEATION, 0.95), Layer(Label.ACTIVE_IDEATION, 0.9), Label.PASSIVE_IDEATION),
        (Layer(Label.DISTRESS, 0.95), Layer(Label.NONE, 0.1), Label.DISTRESS),
        (Layer(Label.ACTIVE_IDEATION, 0.6), Layer(Label.NONE, 0.1), Label.NONE),
        (Layer(Label.ACTIVE_IDEATION, 0.6), Layer(Label.DISTRESS, 0.3), Label.ACTIVE_IDEATION),
    ],
    ids=[
        "rules alone",
        "model alone",
        "the graver one",
        "a wish said outright",
        "distress",
        "doubtful rule alone",
        "doubt shared",
    ],
)
def test_the_graver_reading_counts(rules, model, label):
    assert detected(rules, model) is label


def test_a_broken_layer_leaves_the_other():
    assert detected(Layer(breaks=True), Layer(Label.SELF_HARM, 0.9)) is Label.SELF_HARM
    assert detected(Layer(Label.SELF_HARM, 0.6), Layer(breaks=True)) is Label.SELF_HARM


def test_with_both_layers_broken_the_error_goes_on():
    with pytest.raises(RuntimeError):
        detected(Layer(breaks=True), Layer(breaks=True))


def test_an_answer_that_tells_of_danger_is_a_yes():
    rules, model = Layer(answer=Answer.UNCLEAR), Layer(Label.ACTIVE_IDEATION, 0.8)

    assert Detector(rules, model).reply_to_direct_question("it is always there") is Answer.YES


def test_a_plain_no_stays_a_no():
    rules, model = Layer(answer=Answer.NO), Layer(Label.DISTRESS, 0.3)

    assert Detector(rules, model).reply_to_direct_question("no") is Answer.NO
