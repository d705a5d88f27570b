"""Trains the letters model for Spanish, French, German, Portuguese and Italian check-ins.

    PYTHONPATH=. python models/emotion/train_ngrams.py

It asks care for the features, so that training and serving cannot differ. One text in five is held out for
thresholds; the served weights learn from the other four.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from calibrate import f1, probabilities, sentiment_cuts, sure_from, thresholds
from corpora import AROUSAL, FEELINGS, CheckIns, Matrix, read_check_ins
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from care.understanding.ngram_model import BESIDE, BUCKETS, WEIGHTS, features

HERE = Path(__file__).resolve().parent
FILES = [HERE.parents[1] / "data" / "feelings" / f"{code}.jsonl" for code in ("es", "fr", "de", "pt", "it")]
HELD_OUT, SEED, STRENGTH = 5, 0, 10.0
Linear = tuple[NDArray[np.float32], NDArray[np.float32]]


def matrix(check_ins: CheckIns) -> csr_matrix:
    """The features of each text, (texts, buckets)."""
    rows = [features(text) for text in check_ins.texts]
    starts = np.cumsum([0, *(len(places) for places, _ in rows)])
    return csr_matrix(
        (
            np.concatenate([values for _, values in rows]),
            np.concatenate([places for places, _ in rows]),
            starts,
        ),
        shape=(len(rows), BUCKETS),
    )


def binary(found: csr_matrix, labels: Matrix) -> Linear:
    """One weight column and one bias for each label; positives weigh as much as negatives."""
    fits = [_fit(found, column) for column in labels.T]
    return np.stack([fit.coef_[0] for fit in fits], 1).astype(np.float32), np.array(
        [fit.intercept_[0] for fit in fits], np.float32
    )


def classes(found: csr_matrix, labels: NDArray[np.int64]) -> Linear:
    """One weight column and one bias for each class."""
    fit = _fit(found, labels)
    return fit.coef_.T.astype(np.float32), fit.intercept_.astype(np.float32)


def _fit(found: csr_matrix, labels: NDArray[np.generic]) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=500).fit(found, labels)


def main() -> None:
    everything = read_check_ins(FILES)
    order = np.random.default_rng(SEED).permutation(len(everything.texts))
    learn, held_out = (
        everything.at(part) for part in (order[len(order) // HELD_OUT :], order[: len(order) // HELD_OUT])
    )
    found, other = matrix(learn), matrix(held_out)
    heads = {
        "feelings": binary(found, learn.feelings),
        "mixed": binary(found, learn.mixed),
        "sentiment": classes(found, learn.sentiment),
        "arousal": classes(found, learn.arousal),
    }
    logits = {name: other @ weights + bias for name, (weights, bias) in heads.items()}
    feelings = probabilities(logits["feelings"])
    limits = thresholds(feelings, held_out.feelings)
    beside = {
        "feelings": list(FEELINGS),
        "arousal": list(AROUSAL),
        "thresholds": {
            "feelings": limits,
            "mixed": thresholds(probabilities(logits["mixed"]), held_out.mixed)[0],
        },
        "sentiment_cuts": sentiment_cuts(logits["sentiment"], held_out.sentiment),
        "sure_from": sure_from(feelings, held_out.feelings, np.array(limits)),
    }
    macro = f1(feelings >= np.array(limits), held_out.feelings).mean()
    sys.stderr.write(f"macro F1 on the held-out texts, which set the thresholds: {macro:.3f}\n")
    (HERE / BESIDE).write_text(json.dumps(beside, indent=1) + "\n", encoding="utf-8")
    stored = {name: weights.astype(np.float16) for name, (weights, _) in heads.items()}
    np.savez_compressed(
        HERE / WEIGHTS, **stored, **{f"{name}_bias": bias for name, (_, bias) in heads.items()}
    )


if __name__ == "__main__":
    main()
