"""An operator's classifier with a tiny BERT checkpoint; it needs PyTorch: see `make test-models`."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import tiny_bert
import torch
import transformers
from reader import CONTENT, EMOTION, reader

from care.commands.doctor import looks, taken
from care.errors import ModelError
from care.settings import Settings
from care.understanding.checkpoint import load_checkpoint
from care.understanding.feelings import Feelings, load_reader
from care.understanding.transformers_classifier import TransformersClassifier

EKMAN = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
SADDEST = [0.0, 0.0, 0.0, 0.0, 0.0, 4.0, 0.0]


def write(folder, labels=EKMAN, **config):
    tiny_bert.write(folder, torch, transformers, labels, **config)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write(tmp_path_factory.mktemp("checkpoint"), bias=SADDEST)


def by_hand(folder, text):
    """The logits of a short text, by the library alone."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder, local_files_only=True)
    with torch.inference_mode():
        return model.eval()(**tokenizer(text, return_tensors="pt")).logits[0]


def test_labels_of_which_one_holds_add_up_to_one(folder):
    found = TransformersClassifier(folder, several=False).probabilities("I am so sad today")

    assert found == pytest.approx(by_hand(folder, "I am so sad today").softmax(0).tolist(), abs=1e-5)
    assert sum(found) == pytest.approx(1, abs=1e-5)


def test_labels_of_which_several_may_hold_are_independent(folder):
    found = TransformersClassifier(folder, several=True).probabilities("I am so sad today")

    assert found == pytest.approx(by_hand(folder, "I am so sad today").sigmoid().tolist(), abs=1e-5)


def test_the_reader_takes_feelings_and_sentiment_from_it_and_the_rest_from_our_own(folder):
    text = "so tired of work"

    found, own = load_reader(CONTENT, EMOTION, folder).read(text), reader().read(text)

    assert found.probabilities["sad"] > 0.8
    assert found.sentiment < -0.4
    assert "sad" in found.feelings
    assert found.probabilities["tired"] == own.probabilities["tired"]
    assert (found.areas, found.emotions, found.mixed) == (own.areas, own.emotions, own.mixed)


def test_another_language_is_not_shown_to_it(folder):
    text = "estoy agotada y no quiero hablar con nadie"

    assert load_reader(CONTENT, EMOTION, folder).read(text) == reader().read(text)


@pytest.mark.parametrize("kind", ["single_label_classification", "multi_label_classification", None])
def test_the_kind_in_its_configuration_is_kept(tmp_path, kind):
    write(tmp_path, problem_type=kind, bias=[3.0] * 7)

    found = load_checkpoint(tmp_path, CONTENT, reader()._english).read("happy and sad")

    assert (found.feelings["sad"] > 0.8) is (kind == "multi_label_classification")


def test_two_labels_without_names_are_negative_and_positive(tmp_path):
    write(tmp_path, ("LABEL_0", "LABEL_1"), bias=[-3.0, 3.0])

    assert load_checkpoint(tmp_path, CONTENT, reader()._english).read("sad").step > 0.8


@pytest.mark.parametrize("text", ["", "   ", "😢" * 500, "I am so sad and tired today. " * 300, "\x00"])
def test_any_text_is_read_in_windows_that_the_model_can_take(folder, text):
    assert len(TransformersClassifier(folder, several=False).probabilities(text)) == 7
    assert isinstance(load_reader(CONTENT, EMOTION, folder).read(text), Feelings)


def test_threads_may_share_it(folder):
    model = TransformersClassifier(folder, several=False)
    texts = ["I am so sad", "happy today and tired " * 40] * 20
    alone = [model.probabilities(text) for text in texts]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(model.probabilities, texts))

    assert together == [pytest.approx(each, abs=1e-5) for each in alone]


def test_weights_that_are_broken_are_named(tmp_path):
    (write(tmp_path) / "model.safetensors").write_bytes(b"broken")

    with pytest.raises(ModelError, match="cannot be loaded"):
        load_checkpoint(tmp_path, CONTENT, reader()._english)


def test_weights_that_are_a_pickle_are_not_opened(tmp_path):
    (write(tmp_path) / "model.safetensors").rename(tmp_path / "pytorch_model.bin")

    with pytest.raises(ModelError, match="holds no text classifier"):
        load_checkpoint(tmp_path, CONTENT, reader()._english)


def test_a_model_without_weights_for_its_labels_is_refused_and_not_filled_by_chance(tmp_path):
    write(tmp_path)
    transformers.AutoModel.from_pretrained(tmp_path, local_files_only=True).save_pretrained(tmp_path / "bare")
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        (tmp_path / "bare" / name).write_bytes((tmp_path / name).read_bytes())

    with pytest.raises(ModelError, match="no weights for its labels"):
        load_checkpoint(tmp_path / "bare", CONTENT, reader()._english)


def test_code_that_comes_with_a_checkpoint_is_not_run(tmp_path):
    write(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    config |= {"model_type": "own", "auto_map": {"AutoConfig": "own.Own", "AutoModel": "own.Own"}}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (tmp_path / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')", encoding="utf-8")

    with pytest.raises(ModelError, match="cannot be loaded"):
        load_checkpoint(tmp_path, CONTENT, reader()._english)
    assert not (tmp_path / "ran").exists()


def test_doctor_names_it_with_its_labels(folder, monkeypatch):
    monkeypatch.setenv("CARE_EMOTION_CHECKPOINT", str(folder))
    settings = Settings()

    found = taken(dict(looks(settings, None))["feelings"])

    assert found.state.value == "ok"
    assert "one holds: anger, disgust, fear" in found.seen
