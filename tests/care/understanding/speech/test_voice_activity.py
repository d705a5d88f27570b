import numpy as np
import pytest
import sounds

from care.understanding.speech.decoding import decode
from care.understanding.speech.refusal import Reason, SoundRefused
from care.understanding.speech.voice_activity import utterances

RATE = 16_000


def refusal(wave):
    with pytest.raises(SoundRefused) as caught:
        utterances(decode(sounds.encode(wave, "ogg")))
    return caught.value.reason


@pytest.mark.parametrize("wave", [np.zeros(96_000), sounds.noise(2, 0.0005)], ids=["nothing", "a quiet room"])
def test_silence_is_called_silence(wave):
    assert refusal(wave) is Reason.SILENT


@pytest.mark.parametrize(
    "wave",
    [sounds.noise(5), np.cumsum(sounds.noise(5, 0.005)), sounds.hum(5), sounds.tone(5), sounds.chords(6),
     sounds.melody(6)],
    ids=["white noise", "rumble", "hum", "beep", "chords", "melody"],
)  # fmt: skip
def test_noise_and_music_are_no_speech(wave):
    assert refusal(wave) is Reason.NO_SPEECH


def test_a_voice_is_found_and_the_silence_around_it_left_out():
    voice = decode(sounds.SPOKEN.read_bytes())
    quiet = np.zeros(5 * RATE, np.int16)

    found = utterances(np.concatenate([quiet, voice, quiet]))

    assert sum(part.size for part in found) == pytest.approx(voice.size, rel=0.15)


def test_a_voice_under_noise_is_still_found():
    voice = decode(sounds.SPOKEN.read_bytes())
    noise = np.random.default_rng(3).normal(0, 200, voice.size)

    assert utterances((voice + noise).astype(np.int16))


def test_no_stretch_is_longer_than_half_a_minute():
    voice = np.tile(decode(sounds.SPOKEN.read_bytes()), 20)

    found = utterances(voice)

    assert max(part.size for part in found) <= 30 * RATE
    assert sum(part.size for part in found) == pytest.approx(voice.size, rel=0.1)
