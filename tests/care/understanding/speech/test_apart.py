import asyncio
import subprocess
import sys

import pytest
import sounds
import tiny_whisper

from care.understanding.speech.apart import SpeechApart, _environment
from care.understanding.speech.refusal import Reason, SoundRefused, SpeechUnavailable


def transcribe(data, *, model=None, wait_s=60, claimed=None):
    return asyncio.run(SpeechApart(model, "en", wait_s).transcribe(data, claimed))


def refusal(data, **options):
    with pytest.raises(SoundRefused) as caught:
        transcribe(data, **options)
    return caught.value.reason


def test_a_voice_message_is_transcribed_in_a_process_of_its_own():
    assert "tired today" in transcribe(sounds.SPOKEN.read_bytes(), claimed="audio/ogg").text


def test_why_a_sound_was_refused_comes_back():
    assert refusal(sounds.encode(sounds.noise(2), "ogg")) is Reason.NO_SPEECH


def test_one_that_takes_too_long_is_given_up_and_its_process_ended():
    assert refusal(sounds.SPOKEN.read_bytes(), wait_s=0.01) is Reason.OUT_OF_ORDER


def test_a_process_that_cannot_be_started_is_no_crash(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")

    assert refusal(sounds.SPOKEN.read_bytes()) is Reason.OUT_OF_ORDER


def test_a_model_that_cannot_be_used_is_told_to_the_operator(tmp_path):
    with pytest.raises(SpeechUnavailable, match="holds no Whisper model"):
        transcribe(sounds.SPOKEN.read_bytes(), model=tmp_path)


def test_an_operators_model_is_used(tmp_path):
    model = tiny_whisper.write_ctranslate2(tmp_path / "tiny")

    heard = transcribe(sounds.SPOKEN.read_bytes(), model=model)

    assert (heard.engine, heard.sure) == ("faster-whisper", False)


def test_the_process_gets_none_of_our_keys_and_stays_offline(monkeypatch):
    monkeypatch.setenv("CARE_MASTER_KEY", "A" * 43)

    env = _environment()

    assert not [name for name in env if name.startswith("CARE_")]
    assert env["HF_HUB_OFFLINE"] == "1"


def test_no_sound_is_written_to_a_file(tmp_path):
    """Every file that the process opens for writing, as Python sees it."""
    code = (
        "import sys\n"
        "def watch(event, args):\n"
        "    if event == 'open' and isinstance(args[1], str) and set(args[1]) & set('wax+'):\n"
        "        print(args[0], file=sys.stderr)\n"
        "sys.addaudithook(watch)\n"
        "sys.argv = ['speech']\n"
        "import runpy; runpy.run_module('care.understanding.speech', run_name='__main__')\n"
    )
    env = _environment() | {"TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=sounds.SPOKEN.read_bytes(),
        capture_output=True,
        env=env,
        check=False,
    )

    assert b"tired today" in done.stdout
    assert done.stderr == b""
    assert list(tmp_path.iterdir()) == []
