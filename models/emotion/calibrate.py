"""Temperatures and thresholds, set on texts the network has not learnt from."""

from __future__ import annotations

import itertools

import numpy as np
from corpora import Matrix
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar
from sklearn.metrics import cohen_kappa_score

GRID = np.arange(0.05, 0.85, 0.01)
SMOOTHED = 5  # points of the grid on each side, so that one lucky text does not set a threshold
PRIOR_TEXTS = 30.0  # a label's own best threshold counts as much as everyone's once it has so many texts


def probabilities(logits: Matrix, temperature: float = 1.0) -> Matrix:
    """Logits to independent probabilities."""
    return 1 / (1 + np.exp(-logits / temperature))


def softmax(logits: Matrix) -> Matrix:
    """Logits (texts, classes) to probabilities that add up to 1 in each row."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def temperature(logits: Matrix, labels: Matrix) -> float:
    """The one number to divide logits by that makes the labels most likely (Guo et al., ICML 2017)."""

    def loss(value: float) -> float:
        scaled = logits / value
        return float(np.mean(np.logaddexp(0, scaled) - labels * scaled))

    return round(float(minimize_scalar(loss, bounds=(0.3, 5.0), method="bounded").x), 4)


def offsets(logits: Matrix, labels: Matrix) -> list[float]:
    """What to take from each label's logits so that on the mean it is as likely as it is frequent.

    Training made rare labels weigh more, and so all of them likelier than they are.
    """
    return [
        round(float(brentq(_excess, -10, 10, args=(column, truth.mean()))), 4)
        for column, truth in zip(logits.T, labels.T, strict=True)
    ]


def _excess(offset: float, logits: Matrix, share: float) -> float:
    return float(probabilities(logits - offset).mean() - share)


def thresholds(found: Matrix, labels: Matrix) -> list[float]:
    """For each label the threshold of the best smoothed F1, drawn towards everyone's where texts are few."""
    curves = np.stack([f1(found >= cut, labels) for cut in GRID])
    pad = np.pad(curves, ((SMOOTHED, SMOOTHED), (0, 0)), mode="edge")
    window = np.ones(2 * SMOOTHED + 1) / (2 * SMOOTHED + 1)
    smooth = np.stack([np.convolve(pad[:, at], window, "valid") for at in range(found.shape[1])], axis=1)
    common = GRID[smooth.mean(axis=1).argmax()]
    own = GRID[smooth.argmax(axis=0)]
    trust = labels.sum(axis=0) / (labels.sum(axis=0) + PRIOR_TEXTS)
    return [round(float(value), 3) for value in trust * own + (1 - trust) * common]


def sentiment_cuts(logits: Matrix, steps: NDArray[np.int64]) -> list[float]:
    """Four cuts of the expected step (0 to 4) that give the best quadratic-weighted kappa."""
    expected = expected_step(logits)
    cuts = [0.5, 1.5, 2.5, 3.5]
    for _, at in itertools.product(range(3), range(4)):
        tries = [cuts[at] + shift for shift in np.arange(-0.3, 0.31, 0.05)]
        cuts[at] = max(tries, key=lambda cut: _kappa(expected, [*cuts[:at], cut, *cuts[at + 1 :]], steps))
    return [round(float(cut), 3) for cut in cuts]


def expected_step(logits: Matrix) -> NDArray[np.float32]:
    """The mean step, 0 to 4."""
    return softmax(logits) @ np.arange(logits.shape[1], dtype=np.float32)


def _kappa(expected: NDArray[np.float32], cuts: list[float], steps: NDArray[np.int64]) -> float:
    return float(cohen_kappa_score(np.digitize(expected, sorted(cuts)), steps, weights="quadratic"))


def f1(found: NDArray[np.bool_], labels: Matrix) -> NDArray[np.float64]:
    """F1 of each column."""
    right = (found * labels).sum(axis=0)
    return 2 * right / np.maximum(found.sum(axis=0) + labels.sum(axis=0), 1e-9)


def sure_from(found: Matrix, labels: Matrix, limits: NDArray[np.float64], right: float = 0.85) -> float:
    """The least probability of the likeliest feeling from which it is right so often; 1 if never.

    Only texts in which some feeling is above its threshold count.
    """
    top = found.argmax(axis=1)
    rows = np.arange(len(found))
    stated = (found >= limits).any(axis=1)
    for cut in np.arange(0.3, 0.96, 0.01):
        kept = stated & (found[rows, top] >= cut)
        if kept.sum() >= 20 and labels[kept, top[kept]].mean() >= right:  # noqa: PLR2004 -- fewer prove nothing
            return round(float(cut), 2)
    return 1.0
