"""A linear model over letters and words for each language: weaker than a network, and quick.

Trained by ``models/crisis/train_letters.py``. Features are hashed: n-grams of letters in one block, words and
pairs of them in another, each weighed by how rare it is and scaled to length 1.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

import emoji
import numpy as np
from numpy.typing import NDArray

from care.safety.wording import plain

SIZES, LETTER_BUCKETS, WORD_BUCKETS = (2, 3, 4, 5), 2**16, 2**15
BUCKETS = LETTER_BUCKETS + WORD_BUCKETS
_WORD = re.compile(r"\w+|[^\w\s]")
Numbers = NDArray[np.float32]
Places = NDArray[np.int64]


class Letters:
    """The weights of one language: rarity (buckets,), weights (buckets, outputs) and bias (outputs,)."""

    def __init__(self, weights: Mapping[str, NDArray[np.generic]]) -> None:
        self._rarity, self._weights, self._bias = (weights[name] for name in ("rarity", "weights", "bias"))

    def logits(self, words: list[str]) -> Numbers:
        """One number for each output, of some words of a message."""
        places, values = scaled(words, self._rarity.astype(np.float32))
        found: Numbers = values @ self._weights[places].astype(np.float32) + self._bias.astype(np.float32)
        return found


def words_of(text: str) -> list[str]:
    """Plain lower-case words, signs and the names of emoji; disguises are undone."""
    return _WORD.findall(plain(emoji.demojize(text, delimiters=(" ", " ")).replace("_", " ")))


def scaled(words: list[str], rarity: Numbers) -> tuple[Places, Numbers]:
    """Buckets and values of some words; the values of each block have length 1."""
    blocks = [
        _block(_letters(words), LETTER_BUCKETS, 0, rarity),
        _block(_words(words), WORD_BUCKETS, LETTER_BUCKETS, rarity),
    ]
    return np.concatenate([places for places, _ in blocks]), np.concatenate([values for _, values in blocks])


def _block(parts: Iterable[str], buckets: int, start: int, rarity: Numbers) -> tuple[Places, Numbers]:
    counts = Counter(zlib.crc32(part.encode()) % buckets for part in parts)
    places = np.fromiter(counts, np.int64, len(counts)) + start
    values = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * rarity[places]
    return places, (values / max(float(np.linalg.norm(values)), 1e-9)).astype(np.float32)


def _letters(words: list[str]) -> Iterator[str]:
    for word in words:
        edged = f" {word} "
        yield from (edged[at : at + size] for size in SIZES for at in range(len(edged) - size + 1))


def _words(words: list[str]) -> Iterator[str]:
    yield from words
    for first, second in pairwise(words):
        yield f"{first} {second}"
