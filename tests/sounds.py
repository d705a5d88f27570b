"""Sounds made in a test, encoded by PyAV."""

import io
from pathlib import Path

import av
import numpy as np

RATE = 48_000
_CLIPS = Path(__file__).parent / "care" / "understanding" / "speech"
SPOKEN, CRISIS = _CLIPS / "spoken.ogg", _CLIPS / "crisis.ogg"
KINDS = {
    "ogg": ("ogg", "libopus"),
    "mp3": ("mp3", "libmp3lame"),
    "m4a": ("ipod", "aac"),
    "aac": ("adts", "aac"),
    "wav": ("wav", "pcm_s16le"),
}


def encode(wave, kind, *, rate=RATE, layout="mono"):
    """A file of this kind from floats, -1 to 1."""
    container, codec = KINDS[kind]
    samples = (np.clip(wave, -1, 1) * 32767).astype(np.int16)
    if layout == "stereo":
        samples = np.repeat(samples, 2)
    made = io.BytesIO()
    with av.open(made, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout=layout)
        frame.sample_rate = rate
        for each in (frame, None):
            for packet in stream.encode(each):
                file.mux(packet)
    return made.getvalue()


def seconds(length, rate=RATE):
    return np.arange(int(length * rate)) / rate


def tone(length, hertz=440):
    return 0.3 * np.sin(2 * np.pi * hertz * seconds(length))


def noise(length, loudness=0.1):
    return np.random.default_rng(1).normal(0, loudness, int(length * RATE))


def hum(length):
    return tone(length, 50)


def chords(length):
    at = seconds(length)
    notes = (262, 330, 392, 523)
    return sum(np.sin(2 * np.pi * note * at) for note in notes) * np.exp(-3 * (at * 2 % 1)) * 0.15


def melody(length):
    """Plucked notes with overtones, four a second."""
    at = seconds(length)
    notes = 220 * 2 ** (np.random.default_rng(2).integers(0, 24, int(length * 4) + 1) / 12)
    pitch, since = notes[(at * 4).astype(int)], at * 4 % 1 / 4
    return (
        sum(np.sin(2 * np.pi * pitch * part * since) / part for part in range(1, 6))
        * np.exp(-4 * since)
        * 0.15
    )
