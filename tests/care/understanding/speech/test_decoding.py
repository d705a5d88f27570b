import struct
import subprocess
import sys

import numpy as np
import pytest
import sounds

from care.understanding.speech.bounds import MOST_BYTES
from care.understanding.speech.decoding import decode
from care.understanding.speech.refusal import Reason, SoundRefused

CLAIMS = {
    "ogg": "audio/ogg; codecs=opus",
    "mp3": "audio/mpeg",
    "m4a": ".m4a",
    "aac": "audio/aac",
    "wav": "wav",
}
PEAK = """
import resource, sys
from care.understanding.speech.decoding import decode
from care.understanding.speech.refusal import SoundRefused
data = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    decode(data)
except SoundRefused as error:
    print(error.reason.value, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def refusal(data, claimed=None):
    with pytest.raises(SoundRefused) as caught:
        decode(data, claimed)
    return caught.value.reason


def refused_apart(data):
    """Why, and how many MB it took."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK], input=data, capture_output=True, timeout=60, check=True
    )
    why, megabytes = done.stdout.split()
    return Reason(why.decode()), int(megabytes)


@pytest.mark.parametrize("kind", sounds.KINDS)
@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_each_kind_of_file_becomes_the_same_mono_sound_at_16_khz(kind, layout):
    rate = 44_100
    wave = 0.3 * np.sin(2 * np.pi * 440 * sounds.seconds(2, rate))
    data = sounds.encode(wave, kind, rate=48_000 if kind == "ogg" else rate, layout=layout)

    samples = decode(data, CLAIMS[kind])

    loudest = np.abs(np.fft.rfft(samples)).argmax() * 16_000 / samples.size
    assert samples.dtype == np.int16
    assert samples.size == pytest.approx(32_000, rel=0.1)
    assert loudest == pytest.approx(440 if kind != "ogg" else 440 * 48 / 44.1, abs=5)


@pytest.mark.parametrize("kind", sounds.KINDS)
def test_a_file_that_was_cut_off_is_refused(kind):
    data = sounds.encode(sounds.noise(3), kind)

    assert refusal(data[: len(data) * 2 // 3]) is Reason.CUT_OFF


@pytest.mark.parametrize(("kind", "claimed"), [("wav", "audio/ogg"), ("ogg", ".mp3"), ("mp3", "image/png")])
def test_a_file_that_lies_about_its_type_is_refused(kind, claimed):
    assert refusal(sounds.encode(sounds.tone(1), kind), claimed) is Reason.OTHER_TYPE


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:1/x.ts\n",
        b"ffconcat version 1.0\nfile '/etc/hostname'\n",
        b"OggS" + bytes(500),
        b"RIFF\x10\0\0\0WAVEfmt " + bytes(40),
        b"\xff\xfb" + b"not sound at all" * 100,
        b"MZ" + bytes(1000),
        b"\xff",
    ],
    ids=["png", "playlist", "concat", "ogg", "wav", "mp3", "program", "one byte"],
)
def test_what_is_no_sound_is_refused_whatever_it_is_called(data):
    assert refusal(data, None) in (Reason.NOT_SOUND, Reason.CUT_OFF)


def test_an_empty_file_is_refused():
    assert refusal(b"") is Reason.EMPTY


def test_more_bytes_than_five_minutes_need_are_refused_unopened():
    assert refusal(bytes(MOST_BYTES + 1)) is Reason.TOO_BIG


@pytest.mark.parametrize("kind", ["ogg", "mp3", "wav"])
def test_five_minutes_pass_and_more_are_refused(kind):
    rate = 16_000
    assert decode(sounds.encode(np.zeros(299 * rate), kind, rate=rate)).size == pytest.approx(
        299 * rate, rel=0.01
    )
    assert refusal(sounds.encode(np.zeros(303 * rate), kind, rate=rate)) is Reason.TOO_LONG


def test_a_header_that_claims_two_gigabytes_is_refused_with_little_memory():
    data = bytearray(sounds.encode(sounds.tone(1), "wav"))
    place = data.find(b"data")
    struct.pack_into("<I", data, 4, 2**31 - 1)
    struct.pack_into("<I", data, place + 4, 2**31 - 37)

    why, megabytes = refused_apart(bytes(data))

    assert why in (Reason.CUT_OFF, Reason.TOO_LONG)
    assert megabytes < 60


def test_a_table_in_an_m4a_that_claims_two_gigabytes_is_refused_with_little_memory():
    data = bytearray(sounds.encode(sounds.tone(1), "m4a"))
    struct.pack_into(">I", data, data.find(b"stsz") + 12, 2**29)

    why, megabytes = refused_apart(bytes(data))

    assert why in (Reason.CUT_OFF, Reason.NOT_SOUND)
    assert megabytes < 60


def test_a_rate_of_one_hertz_does_not_blow_up():
    data = bytearray(sounds.encode(sounds.tone(1), "wav"))
    struct.pack_into("<II", data, 24, 1, 2)

    why, megabytes = refused_apart(bytes(data))

    assert why in (Reason.NOT_SOUND, Reason.TOO_LONG)
    assert megabytes < 60


def test_a_refusal_says_nothing_of_the_sound():
    with pytest.raises(SoundRefused) as caught:
        decode(b"secret words")

    assert str(caught.value) == "The sound was refused: not_sound."
