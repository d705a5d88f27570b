"""Trains the letters model of each language on the learn split; it takes two minutes.

Run: PYTHONPATH=.:models/crisis python models/crisis/train_letters.py
"""

from __future__ import annotations

import sys

import numpy as np
from corpus import FILES, LABELS, Corpus, harmless_check_ins, read, said_to_the_companion
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from care.safety.crisis_model import LETTERS
from care.safety.letters import BUCKETS, scaled, words_of
from care.settings import CRISIS_LANGUAGES, REPOSITORY

STRENGTH, HARMLESS_WEIGHT = 20.0, 0.5  # the labels of check-ins are guessed from their sentiment
Numbers = NDArray[np.float32]


def rarity(texts: list[list[str]]) -> Numbers:
    """How rare each bucket is among some texts; 0 for one that a single text holds, which teaches nothing."""
    held = np.zeros(BUCKETS)
    for words in texts:
        held[scaled(words, np.ones(BUCKETS, np.float32))[0]] += 1
    found = np.log((1 + len(texts)) / (1 + held)) + 1
    return np.where(held > 1, found, 0).astype(np.float32)


def matrix(texts: list[list[str]], rare: Numbers) -> csr_matrix:
    """(texts, buckets)."""
    rows = [scaled(words, rare) for words in texts]
    starts = np.cumsum([0, *(len(places) for places, _ in rows)])
    values = np.concatenate([value for _, value in rows])
    return csr_matrix((values, np.concatenate([places for places, _ in rows]), starts), (len(rows), BUCKETS))


def fit(messages: Corpus, harmless: Corpus) -> dict[str, Numbers]:
    """Outputs: danger or not, then one for each label."""
    every = messages + harmless
    texts = [words_of(text) for text in every.texts]
    rare = rarity(texts)
    found = matrix(texts, rare)
    weights = np.where(np.arange(len(texts)) < len(messages.texts), 1.0, HARMLESS_WEIGHT)
    outputs = [every.labels > 1, *(every.labels == at for at in range(len(LABELS)))]
    fits = [
        LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear", max_iter=300).fit(
            found, output, sample_weight=weights
        )
        for output in outputs
    ]
    return {
        "rarity": rare.astype(np.float16),
        "weights": np.stack([each.coef_[0] for each in fits], 1).astype(np.float16),
        "bias": np.array([each.intercept_[0] for each in fits], np.float16),
    }


def main() -> None:
    messages, harmless = read(FILES, "learn"), harmless_check_ins() + said_to_the_companion()
    for language in CRISIS_LANGUAGES:
        sys.stderr.write(f"{language}\n")
        stored = fit(
            messages.of(language),
            harmless.of(language),
        )
        file = REPOSITORY / "models" / "crisis" / LETTERS.format(language)
        np.savez_compressed(file, **stored)


if __name__ == "__main__":
    main()
