"""Turns the trained networks into what is served: two int8 ONNX files, the tokeniser, and thresholds.

    python models/emotion/export.py --goemotions FOLDER --work FOLDER

Temperatures and thresholds are set on the held-out parts, with the int8 files that will be served.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from augment import spelt_out
from calibrate import offsets, probabilities, sentiment_cuts, sure_from, temperature, thresholds
from corpora import (
    AREAS,
    AROUSAL,
    EKMAN,
    FEELINGS,
    GOEMOTIONS,
    SENTIMENT,
    CheckIns,
    Comments,
    Matrix,
    grouped,
    grouped_probabilities,
    read_check_ins,
    read_comments,
    sha256,
)
from network import EmotionNet
from onnxruntime import InferenceSession, SessionOptions
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from train import (
    CHECK_IN_FILES,
    CHECK_IN_HEADS,
    CHECK_IN_TOKENS,
    COMMENT_HEADS,
    ENCODER,
    HERE,
    PLAIN,
    loaded,
    split,
    split_check_ins,
)

LABELS, TOKENIZER = "emotion.json", "tokenizer.json"
SERVED = {"comments": COMMENT_HEADS, "check_ins": CHECK_IN_HEADS}
OPSET = 18


def to_onnx(net: EmotionNet, heads: Sequence[str], work: Path, to: Path) -> None:
    """Write the fp32 graph into the work folder and its int8 form to ``to``."""
    net.eval()
    whole, ids = work / "fp32.onnx", torch.ones(2, 8, dtype=torch.long)
    shape = {0: "texts", 1: "tokens"}
    torch.onnx.export(
        _Flat(net, heads),
        (ids, ids),
        str(whole),
        input_names=["ids", "mask"],
        output_names=list(heads),
        dynamic_axes={"ids": shape, "mask": shape} | {name: {0: "texts"} for name in heads},
        opset_version=OPSET,
        dynamo=False,
    )
    quantize_dynamic(whole, to, per_channel=True, weight_type=QuantType.QInt8)


class _Flat(torch.nn.Module):
    """The network with one output for each head, in order, as ONNX wants it."""

    def __init__(self, net: EmotionNet, heads: Sequence[str]) -> None:
        super().__init__()
        self.net, self.heads = net, tuple(heads)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return tuple(self.net(ids, mask, self.heads).values())


def serve(file: Path, heads: Sequence[str], texts: Sequence[str]) -> dict[str, Matrix]:
    """Logits by head as they will be served: one text at a time."""
    options = SessionOptions()
    options.intra_op_num_threads = 1
    session = InferenceSession(str(file), options)
    tokenizer = Tokenizer.from_file(str(ENCODER / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(CHECK_IN_TOKENS)
    found = []
    for at, encoding in enumerate(tokenizer.encode_batch([spelt_out(text) for text in texts])):
        if at % 1000 == 0:
            sys.stderr.write(f"{file.name}: {at} of {len(texts)} texts\n")
        ids = np.array([encoding.ids], np.int64)
        found.append(session.run(None, {"ids": ids, "mask": np.ones_like(ids)}))
    return {name: np.concatenate([each[at] for each in found]) for at, name in enumerate(heads)}


def fitted(
    comments: Comments, by_comment: Matrix, check_ins: CheckIns, by_check_in: dict[str, Matrix]
) -> dict[str, object]:
    """What stands beside the model: names, temperatures and thresholds."""
    shift = offsets(by_comment, comments.labels)
    by_comment = by_comment - np.array(shift, np.float32)
    warm = {
        "goemotions": temperature(by_comment, comments.labels),
        "feelings": temperature(by_check_in["feelings"], check_ins.feelings),
        "mixed": temperature(by_check_in["mixed"], check_ins.mixed),
        "areas": temperature(by_check_in["areas"], check_ins.areas),
    }
    emotions = probabilities(by_comment, warm["goemotions"])
    feelings = probabilities(by_check_in["feelings"], warm["feelings"])
    mixed = probabilities(by_check_in["mixed"], warm["mixed"])
    areas = probabilities(by_check_in["areas"], warm["areas"])
    limits = thresholds(feelings, check_ins.feelings)
    groups = {
        name: thresholds(grouped_probabilities(emotions, group), grouped(comments.labels, group))
        for name, group in (("ekman", EKMAN), ("sentiment", SENTIMENT))
    }
    return {
        "goemotions": list(GOEMOTIONS),
        "feelings": list(FEELINGS),
        "arousal": list(AROUSAL),
        "areas": list(AREAS),
        "longest": CHECK_IN_TOKENS,
        "offsets": shift,
        "temperatures": warm,
        "thresholds": {
            "goemotions": thresholds(emotions, comments.labels),
            "feelings": limits,
            "areas": thresholds(areas, check_ins.areas),
            "mixed": thresholds(mixed, check_ins.mixed)[0],
            **groups,
        },
        "sure_from": sure_from(feelings, check_ins.feelings, np.array(limits)),
        "sentiment_cuts": sentiment_cuts(by_check_in["sentiment"], check_ins.sentiment),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--goemotions", type=Path, required=True, help="folder with train.tsv")
    parser.add_argument("--work", type=Path, required=True, help="folder where train.py left its networks")
    parser.add_argument("--out", type=Path, default=HERE, help="where the served files go")
    arguments = parser.parse_args()
    for name, heads in SERVED.items():
        to_onnx(loaded(arguments.work / f"{name}.pt"), heads, arguments.work, arguments.out / f"{name}.onnx")
    _, comments = split(read_comments(arguments.goemotions, "train"))
    _, check_ins = split_check_ins(read_check_ins(CHECK_IN_FILES))
    beside = fitted(
        comments,
        serve(arguments.out / "comments.onnx", COMMENT_HEADS, comments.texts)["goemotions"],
        check_ins,
        serve(arguments.out / "check_ins.onnx", CHECK_IN_HEADS, [PLAIN(text) for text in check_ins.texts]),
    )
    beside["made_from"] = {
        file.name: sha256(file) for file in (arguments.goemotions / "train.tsv", *CHECK_IN_FILES)
    }
    (arguments.out / LABELS).write_text(json.dumps(beside, indent=1) + "\n", encoding="utf-8")
    shutil.copyfile(ENCODER / "tokenizer.json", arguments.out / TOKENIZER)


if __name__ == "__main__":
    main()
