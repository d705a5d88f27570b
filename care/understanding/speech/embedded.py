"""The embedded recogniser: pocketsphinx with the English model of its wheel. Weak, small, always there."""

from __future__ import annotations

import numpy as np
from pocketsphinx import Decoder

from care.understanding.speech.transcriber import RATE, Samples

_PEAK = 20_000
_FLOOR = 20  # it reads sounds without any noise badly; docs/voice.md has the figures
_SEED = 0


class Embedded:
    """English only. Its confidence is the mean of the posterior probabilities of its words."""

    name = "pocketsphinx"
    bound = 0.5  # of 288 generated sentences, docs/voice.md

    def __init__(self) -> None:
        self._decoder = Decoder(samprate=RATE, loglevel="FATAL")

    def transcribe(self, samples: Samples) -> tuple[str, float]:
        """Lower-case words without punctuation, and their confidence, 0 to 1."""
        self._decoder.reinit_feat()  # what it learnt of another voice is gone
        self._decoder.start_utt()
        self._decoder.process_raw(_levelled(samples).tobytes(), full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        words = [each.prob for each in self._decoder.seg() or () if each.word[0] not in "<["]
        if found is None or not words:
            return "", 0.0
        return found.hypstr, float(np.clip(np.mean(words), 0, 1))


def _levelled(samples: Samples) -> Samples:
    """Brought to one loudness, with a little noise under it; the same noise each time."""
    peak = max(1, int(np.abs(samples.astype(np.int32)).max()))
    noise = np.random.default_rng(_SEED).normal(0, _FLOOR, samples.size)
    return np.clip(samples * (_PEAK / peak) + noise, -32768, 32767).astype(np.int16)
