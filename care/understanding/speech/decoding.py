"""Turns a sound file, held in memory, into samples; refuses what is not one, or is too much."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.container import InputContainer

from care.understanding.speech.bounds import LONGEST_S, MOST_BYTES
from care.understanding.speech.completeness import is_cut_off
from care.understanding.speech.container import check_claim, kind_of
from care.understanding.speech.refusal import Reason, SoundRefused
from care.understanding.speech.transcriber import RATE, Samples

_SLOWEST_RATE, _FASTEST_RATE, _MOST_CHANNELS = 8_000, 192_000, 8
_MISSING_S = 0.5
_CODECS = (
    "opus,libopus,vorbis,mp3,mp3float,aac,pcm_u8,pcm_s16le,pcm_s24le,pcm_s32le,pcm_f32le,pcm_alaw,pcm_mulaw"
)
# The bytes are all there is: no other demuxer, no decoder for pictures, no address to open.
_OPTIONS = {"codec_whitelist": _CODECS, "protocol_whitelist": "", "probesize": "1000000"}


def decode(data: bytes, claimed: str | None = None) -> Samples:
    """The sound of an OGG, MP3, M4A/AAC or WAV file of up to 64 MiB and 300 s, as int16 at 16 kHz, mono.

    ``claimed`` is the MIME type or ending it came with, None when it had none. At most the file and 10 MB of
    samples are held. Raises SoundRefused.
    """
    if not data:
        raise SoundRefused(Reason.EMPTY)
    if len(data) > MOST_BYTES:
        raise SoundRefused(Reason.TOO_BIG)
    kind = kind_of(data)
    check_claim(kind, claimed)
    try:
        with av.open(io.BytesIO(data), format=kind, options=_OPTIONS, metadata_errors="replace") as file:
            samples = _decoded(cast("InputContainer", file))
    except (av.FFmpegError, ValueError, MemoryError) as error:
        raise SoundRefused(_why(kind, data)) from error
    if is_cut_off(kind, data):
        raise SoundRefused(Reason.CUT_OFF)
    return samples


def _why(kind: str, data: bytes) -> Reason:
    return Reason.CUT_OFF if is_cut_off(kind, data) or kind in ("mov", "aac") else Reason.NOT_SOUND


def _decoded(file: InputContainer) -> Samples:
    if not file.streams.audio:
        raise SoundRefused(Reason.NOT_SOUND)
    promised = _promised_s(file)
    if promised is not None and promised > LONGEST_S + 1:
        raise SoundRefused(Reason.TOO_LONG)
    parts: list[Samples] = []
    count = 0
    for part in _resampled(file):
        parts.append(part)
        count += part.size
        if count > LONGEST_S * RATE:
            raise SoundRefused(Reason.TOO_LONG)
    if promised is not None and count / RATE < promised - max(_MISSING_S, promised / 20):
        raise SoundRefused(Reason.CUT_OFF)
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)


def _promised_s(file: InputContainer) -> float | None:
    """How long the file says it is; None where that is only a guess from its size."""
    stream = file.streams.audio[0]
    if file.format.name == "aac" or stream.duration is None or stream.time_base is None:
        return None
    return float(stream.duration * stream.time_base)


def _resampled(file: InputContainer) -> Iterator[Samples]:
    resampler = av.AudioResampler("s16", "mono", RATE)
    for frame in file.decode(audio=0):
        _check(frame)
        yield from (each.to_ndarray()[0] for each in resampler.resample(frame))
    yield from (each.to_ndarray()[0] for each in resampler.resample(None))


def _check(frame: AudioFrame) -> None:
    """A rate of 1 Hz would make gigabytes out of kilobytes."""
    if not _SLOWEST_RATE <= frame.sample_rate <= _FASTEST_RATE or frame.layout.nb_channels > _MOST_CHANNELS:
        raise SoundRefused(Reason.NOT_SOUND)
