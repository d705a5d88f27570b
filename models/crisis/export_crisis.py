"""Turns the trained parts into what is served: int8 network, tokeniser, and limits for each language.

    PYTHONPATH=.:models/emotion:models/crisis python models/crisis/export_crisis.py --work FOLDER

``train_letters.py`` goes before. The limits are set on the dev split, with the files that will be served.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from corpus import FILES, GLOSSES, LABELS, ROOT, Corpus, read, sha256
from export import to_onnx
from network import EmotionNet
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from train_crisis import ENCODER, HEADS, HERE, NETWORK, TOKENS

from care.safety.crisis_model import BESIDE, TOKENIZER, Reading, danger_of, load_crisis_model, shares
from care.safety.crisis_model import NETWORK as SERVED
from care.settings import CRISIS_LANGUAGES

# The most false alarms on dev, where half of what is harmless stands near a dangerous message.
FALSE_ALARMS = {"none": 0.12, "distress": 0.15}
DOUBTFUL_SHARE = 0.4  # of crisis_from: danger that is not enough by itself lets a doubtful word rule count
UNDER_READ = 0.02  # plans that may be read as less than thoughts of suicide, on dev
PLAN_FROM = 0.4
ACTIVE_FROM = (0.3, 0.5)  # below, every wish to be dead would be read as thoughts of suicide


def weighing(readings: list[Reading], danger: NDArray[np.bool_]) -> dict[str, float]:
    """How much each part counts for danger, fitted on dev: a logistic regression over their logits."""
    columns = [[float(reading.letters[0]) for reading in readings]]
    if readings[0].network is not None:
        columns.append([danger_of(reading.network) for reading in readings if reading.network is not None])
    fitted = LogisticRegression(C=10.0).fit(np.array(columns).T, danger)
    names = ("letters", "network")[: len(columns)]
    parts = dict(zip(names, map(float, fitted.coef_[0]), strict=True))
    return {name: round(value, 4) for name, value in (parts | {"bias": float(fitted.intercept_[0])}).items()}


def limits(messages: Corpus, readings: list[Reading]) -> dict[str, float]:
    """What danger and label are called from, in one language."""
    found = weighing(readings, messages.labels > 1)
    danger = np.array([reading.danger(found) for reading in readings])
    cut = max(
        float(np.quantile(danger[messages.labels == LABELS.index(name)], 1 - share))
        for name, share in FALSE_ALARMS.items()
    )
    likely = np.stack([shares(r.letters[1:] if r.network is None else r.network) for r in readings])
    plans = likely[messages.labels == LABELS.index("plan_intent")]
    active = float(np.quantile(plans[:, -2:].sum(axis=1) / plans[:, 2:].sum(axis=1), UNDER_READ))
    return found | {
        "crisis_from": round(cut, 4),
        "doubtful_from": round(cut * DOUBTFUL_SHARE, 4),
        "plan_from": PLAN_FROM,
        "active_from": round(float(np.clip(active, *ACTIVE_FROM)), 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="where train_crisis.py left the network")
    parser.add_argument("--out", type=Path, default=HERE, help="where the served files go")
    arguments = parser.parse_args()
    net = EmotionNet(ENCODER, HEADS)
    net.load_state_dict(torch.load(arguments.work / NETWORK, weights_only=True))
    to_onnx(net, tuple(HEADS), arguments.work, arguments.out / SERVED)
    shutil.copyfile(ENCODER / "tokenizer.json", arguments.out / TOKENIZER)
    start = {language: {"network": 1.0} for language in CRISIS_LANGUAGES}
    beside: dict[str, object] = {"labels": list(LABELS), "window": TOKENS, "limits": start}
    write(arguments.out / BESIDE, beside)
    model, dev = load_crisis_model(arguments.out, ROOT / "data"), read(FILES, "dev")
    set_limits = {}
    for language in CRISIS_LANGUAGES:
        part = dev.of(language)
        # Of a long message dev takes the first window; messages of more than one are few.
        set_limits[language] = limits(part, [model.readings(text, language)[0] for text in part.texts])
    made_from = {file.name: sha256(file) for file in FILES}
    made_from |= {f"{file.parent.name}/{file.name}": sha256(file) for file in GLOSSES}
    write(arguments.out / BESIDE, beside | {"limits": set_limits, "made_from": made_from})


def write(file: Path, beside: dict[str, object]) -> None:
    file.write_text(json.dumps(beside, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
