"""Measures the served comments network on GoEmotions' dev split: F1, calibration, and a reliability plot.

    python models/emotion/evaluate.py --goemotions FOLDER

Check-ins are measured through care itself: see tests/care/understanding/scores.py.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
from calibrate import f1, probabilities
from corpora import EKMAN, GOEMOTIONS, SENTIMENT, Matrix, grouped, grouped_probabilities, read_comments
from export import LABELS, serve
from train import COMMENT_HEADS, HERE

mpl.use("Agg")
from matplotlib import pyplot as plt

BINS = np.linspace(0, 1, 11)


def figures(found: Matrix, labels: Matrix, limits: dict[str, list[float]]) -> dict[str, float]:
    """Macro-F1 over 28 labels, Ekman groups and sentiment groups, F1 by label, and the calibration error."""
    answer = {"macro_f1_28": _macro(found, labels, limits["goemotions"])}
    for name, groups in (("ekman", EKMAN), ("sentiment", SENTIMENT)):
        answer[f"macro_f1_{name}"] = _macro(
            grouped_probabilities(found, groups), grouped(labels, groups), limits[name]
        )
    by_label = f1(found >= np.array(limits["goemotions"]), labels)
    answer["ece"] = calibration_error(found, labels)
    return answer | {name: round(float(value), 3) for name, value in zip(GOEMOTIONS, by_label, strict=True)}


def calibration_error(found: Matrix, labels: Matrix) -> float:
    """Expected calibration error over all probabilities of all labels, ten bins (Guo et al., ICML 2017)."""
    bins = np.digitize(found, BINS[1:-1])
    gaps = [
        abs(found[bins == at].mean() - labels[bins == at].mean()) * (bins == at).mean()
        for at in np.unique(bins)
    ]
    return round(float(sum(gaps)), 4)


def plot(found: Matrix, labels: Matrix, to: Path) -> None:
    """How often a label holds, by the probability it was given; a perfect model is on the diagonal."""
    bins = np.digitize(found, BINS[1:-1])
    points = [
        (found[bins == at].mean(), labels[bins == at].mean(), (bins == at).sum()) for at in np.unique(bins)
    ]
    figure, axes = plt.subplots(figsize=(4.5, 4.5), layout="constrained")
    axes.plot([0, 1], [0, 1], color="grey", linestyle="--", label="perfect")
    axes.plot(
        [p for p, _, _ in points], [q for _, q, _ in points], marker="o", color="#0072b2", label="this model"
    )
    for given, seen, count in points:
        axes.annotate(f"{count:,}", (given, seen), textcoords="offset points", xytext=(6, -10), fontsize=7)
    axes.set(xlabel="probability given", ylabel="share that holds", xlim=(0, 1), ylim=(0, 1))
    axes.legend(loc="upper left", frameon=False)
    figure.savefig(to, dpi=150)


def _macro(found: Matrix, labels: Matrix, limits: list[float]) -> float:
    return round(float(f1(found >= np.array(limits), labels).mean()), 4)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--goemotions", type=Path, required=True, help="folder with dev.tsv")
    arguments = parser.parse_args()
    beside = json.loads((HERE / LABELS).read_text(encoding="utf-8"))
    dev = read_comments(arguments.goemotions, "dev")
    logits = serve(HERE / "comments.onnx", COMMENT_HEADS, dev.texts)["goemotions"]
    shifted = logits - np.array(beside["offsets"], np.float32)
    found = probabilities(shifted, beside["temperatures"]["goemotions"])
    sys.stdout.write(json.dumps(figures(found, dev.labels, beside["thresholds"])) + "\n")
    plot(found, dev.labels, HERE / "reliability.png")


if __name__ == "__main__":
    main()
