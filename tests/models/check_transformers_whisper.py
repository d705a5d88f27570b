"""The transformers recogniser with a tiny Whisper checkpoint; it needs PyTorch: see `make test-models`."""

import json

import pytest
import sounds
import tiny_whisper
import torch
import transformers

from care.understanding.speech.decoding import decode
from care.understanding.speech.engines import Engine, engine_for, load_transcriber
from care.understanding.speech.listening import listen
from care.understanding.speech.refusal import SpeechUnavailable


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("checkpoint")
    tiny_whisper.write_transformers(made, torch, transformers)
    return made


def test_a_checkpoint_is_told_by_its_files(folder):
    assert engine_for(folder) is Engine.TRANSFORMERS


def test_a_checkpoint_is_loaded_and_transcribes(folder):
    transcriber = load_transcriber(folder, "en")

    text, confidence = transcriber.transcribe(decode(sounds.SPOKEN.read_bytes()))

    assert isinstance(text, str)
    assert 0 < confidence < transcriber.bound  # random weights are sure of nothing


def test_it_listens_to_a_voice_message(folder):
    heard = listen(sounds.SPOKEN.read_bytes(), "audio/ogg", load_transcriber(folder, "en"))

    assert (heard.engine, heard.sure) == ("transformers", False)


def test_a_checkpoint_whose_weights_are_broken_is_named(tmp_path):
    tiny_whisper.write_transformers(tmp_path, torch, transformers)
    (tmp_path / "model.safetensors").write_bytes(b"broken")

    with pytest.raises(SpeechUnavailable, match="cannot be loaded"):
        load_transcriber(tmp_path, "en")


def test_weights_that_are_a_pickle_are_not_opened(tmp_path):
    tiny_whisper.write_transformers(tmp_path, torch, transformers)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")

    with pytest.raises(SpeechUnavailable, match="holds no Whisper model"):
        load_transcriber(tmp_path, "en")


def test_the_checkpoint_describes_itself_as_whisper(folder):
    assert json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"] == "whisper"
