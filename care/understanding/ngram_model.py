"""Reads check-ins in languages that the network never learnt: letters in, calibrated probabilities out.

A linear model over hashed n-grams of letters, one for the five languages together, trained by
``models/emotion/train_ngrams.py`` on check-ins written in them.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from care.errors import ModelError
from care.understanding.emotion_model import Scores, Thresholds, independent, shares, spelt_out

WEIGHTS, BESIDE = "ngrams.npz", "ngrams.json"
SIZES, BUCKETS = (2, 3, 4, 5), 2**16
_WORD = re.compile(r"\w+|[^\w\s]")
_REMEDY = "Restore models/emotion from the repository, or build it with make emotion."


def features(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Buckets and weights of a text: n-grams of 2 to 5 letters of each word, and pairs of words; length 1."""
    counts = Counter(zlib.crc32(part.encode()) % BUCKETS for part in _parts(spelt_out(text).lower()))
    places = np.fromiter(counts, np.int64, len(counts))
    values = 1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))
    return places, (values / max(float(np.linalg.norm(values)), 1e-9)).astype(np.float32)


def _parts(text: str) -> Iterator[str]:
    words = _WORD.findall(text)
    for first, second in pairwise(words):
        yield f"{first} {second}"
    for word in words:
        edged = f" {word} "
        yield from (edged[at : at + size] for size in SIZES for at in range(len(edged) - size + 1))


class NgramModel:
    """The weights, and the thresholds set for them; the same questions as ``EmotionModel``."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]], beside: Mapping[str, Any]) -> None:
        self._weights, self._beside = weights, beside
        names = beside["feelings"]
        self.thresholds: Thresholds = {
            "feelings": dict(zip(names, beside["thresholds"]["feelings"], strict=True)),
            "goemotions": {},
        }
        self.mixed_from: float = beside["thresholds"]["mixed"]
        self.cuts: Sequence[float] = [cut - 2 for cut in beside["sentiment_cuts"]]
        self.sure_from: float = beside["sure_from"]

    def read(self, text: str) -> Scores:
        """Score any text; the 28 emotions of English comments are not asked."""
        found = self._logits(text)
        feelings = independent(found["feelings"])
        return Scores(
            feelings=dict(zip(self._beside["feelings"], feelings.round(4).tolist(), strict=True)),
            emotions={},
            arousal=dict(zip(self._beside["arousal"], shares(found["arousal"]).tolist(), strict=True)),
            step=float(shares(found["sentiment"]) @ np.arange(-2, 3)),
            mixed=float(independent(found["mixed"])[0]),
        )

    def _logits(self, text: str) -> dict[str, NDArray[np.float32]]:
        places, values = features(text)
        return {
            head: values @ self._weights[head][places].astype(np.float32) + self._weights[f"{head}_bias"]
            for head in ("feelings", "sentiment", "arousal", "mixed")
        }


def load_ngram_model(folder: Path) -> NgramModel:
    """The model of a folder. Raises ModelError when a file is missing or is not what it should be."""
    try:
        beside = json.loads((folder / BESIDE).read_text(encoding="utf-8"))
        with np.load(folder / WEIGHTS, allow_pickle=False) as stored:
            return NgramModel({name: stored[name] for name in stored.files}, beside)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"The letters model in {folder} cannot be loaded.", _REMEDY) from error
