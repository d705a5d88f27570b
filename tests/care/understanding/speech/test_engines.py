import json
import sys

import jiwer
import numpy as np
import pytest
import sounds
import tiny_whisper

from care.understanding.speech.decoding import decode
from care.understanding.speech.engines import Engine, engine_for, load_transcriber
from care.understanding.speech.listening import listen
from care.understanding.speech.refusal import SpeechUnavailable

SAID = "i feel really tired today work has been stressful all week"


@pytest.fixture(scope="module")
def embedded():
    return load_transcriber(None, "en")


@pytest.fixture(scope="module")
def whisper_folder(tmp_path_factory):
    return tiny_whisper.write_ctranslate2(tmp_path_factory.mktemp("model") / "tiny")


def test_the_embedded_engine_understands_a_generated_voice(embedded):
    heard = listen(sounds.SPOKEN.read_bytes(), "audio/ogg", embedded)

    assert jiwer.wer(SAID, heard.text) <= 0.1
    assert (heard.engine, heard.sure) == ("pocketsphinx", True)
    assert 0.5 <= heard.confidence <= 1


def test_the_embedded_engine_is_not_sure_of_what_it_can_hardly_hear(embedded):
    voice = decode(sounds.SPOKEN.read_bytes())
    loudness = np.abs(voice.astype(int)).max() * 0.08
    noisy = voice + np.random.default_rng(4).normal(0, loudness, voice.size)
    data = sounds.encode(noisy / 32768, "wav", rate=16_000)

    heard = listen(data, None, embedded)

    assert heard.confidence < embedded.bound
    assert not heard.sure


def test_the_same_sound_is_heard_the_same_way_each_time(embedded):
    data = sounds.SPOKEN.read_bytes()

    assert listen(data, None, embedded) == listen(data, None, embedded)


def test_a_transcript_does_not_show_its_words(embedded):
    assert "tired" not in repr(listen(sounds.SPOKEN.read_bytes(), None, embedded))


def test_a_ctranslate2_whisper_model_is_loaded_and_transcribes(whisper_folder):
    transcriber = load_transcriber(whisper_folder, "en")

    text, confidence = transcriber.transcribe(decode(sounds.SPOKEN.read_bytes()))

    assert isinstance(text, str)
    assert 0 < confidence < transcriber.bound  # random weights are sure of nothing
    assert not listen(sounds.SPOKEN.read_bytes(), None, transcriber).sure


def test_a_model_without_its_tokenizer_says_so_and_downloads_nothing(tmp_path):
    folder = tiny_whisper.write_ctranslate2(tmp_path / "tiny")
    (folder / "tokenizer.json").unlink()

    with pytest.raises(SpeechUnavailable, match=r"tokenizer\.json"):
        load_transcriber(folder, "en")


def test_a_broken_model_is_named(tmp_path):
    folder = tiny_whisper.write_ctranslate2(tmp_path / "tiny")
    (folder / "model.bin").write_bytes(b"broken")

    with pytest.raises(SpeechUnavailable, match="cannot be loaded"):
        load_transcriber(folder, "en")


def test_the_kind_of_a_model_is_told_by_its_files(tmp_path, whisper_folder):
    (tmp_path / "model.safetensors").touch()
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "whisper"}), encoding="utf-8")

    assert [engine_for(each) for each in (None, whisper_folder, tmp_path)] == list(Engine)


@pytest.mark.parametrize("described", ['{"model_type": "bert"}', "[]", "no json", None])
def test_a_folder_without_a_whisper_model_is_refused(tmp_path, described):
    (tmp_path / "model.safetensors").touch()
    if described is not None:
        (tmp_path / "config.json").write_text(described, encoding="utf-8")

    with pytest.raises(SpeechUnavailable, match="holds no Whisper model"):
        engine_for(tmp_path)


@pytest.mark.parametrize(("missing", "extra"), [("faster_whisper", "whisper"), ("torch", "transformers")])
def test_a_missing_package_is_named_with_what_installs_it(tmp_path, monkeypatch, missing, extra):
    monkeypatch.setitem(sys.modules, missing, None)
    folder = tiny_whisper.write_ctranslate2(tmp_path / "tiny")
    if missing == "torch":
        (folder / "model.bin").rename(folder / "model.safetensors")
        tiny_whisper.describe(folder, model_type="whisper")

    with pytest.raises(SpeechUnavailable, match=missing) as caught:
        load_transcriber(folder, "en")

    assert f"[{extra}]" in caught.value.remedy
