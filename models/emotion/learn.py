"""How the network learns: batches by length, losses, and one optimiser with a rate for each depth."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
import torch
from corpora import CheckIns, Matrix
from network import EmotionNet, padded
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

ENCODER_RATE, HEAD_RATE, WARM_UP = 1e-4, 1e-3, 0.1
SORTED = 50  # batches are cut from stretches of this many, sorted by length, so that little is padding
LAYERS = 6
SAID_EVERY = 100

Item = TypeVar("Item")


def batches(tokens: Sequence[Sequence[int]], size: int, rng: np.random.Generator) -> list[NDArray[np.intp]]:
    """Places in random order, each batch of nearly equal length."""
    order = rng.permutation(len(tokens))
    cut = []
    for start in range(0, len(order), size * SORTED):
        stretch = sorted(order[start : start + size * SORTED], key=lambda place: len(tokens[place]))
        cut += [np.array(stretch[at : at + size]) for at in range(0, len(stretch), size)]
    return [cut[at] for at in rng.permutation(len(cut))]


def optimiser(net: EmotionNet, layer_decay: float) -> torch.optim.Optimizer:
    """AdamW; the encoder's rate shrinks by ``layer_decay`` for each layer away from the heads."""
    groups = []
    for name, weight in net.named_parameters():
        depth = _depth(name)
        rate = HEAD_RATE if depth > LAYERS else ENCODER_RATE * layer_decay ** (LAYERS - depth)
        groups.append(
            {"params": [weight], "lr": rate, "rate": rate, "weight_decay": 0.0 if weight.ndim == 1 else 0.01}
        )
    return torch.optim.AdamW(groups)


def _depth(name: str) -> int:
    if name.startswith("heads"):
        return LAYERS + 1
    _, found, rest = name.partition("layer.")
    return int(rest.partition(".")[0]) + 1 if found else 0


def step(net: EmotionNet, optimizer: torch.optim.Optimizer, loss: Tensor, done: float) -> None:
    """One step; ``done`` is the share of all steps behind us, 0 to 1: warm-up, then linear decay."""
    share = min(done / WARM_UP, (1 - done) / (1 - WARM_UP))
    for group in optimizer.param_groups:
        group["lr"] = group["rate"] * share
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimizer.step()


def comments_loss(logits: Tensor, labels: Tensor, weights: Tensor | None = None) -> Tensor:
    """Binary cross-entropy, summed over labels; ``weights`` makes rare ones count more."""
    each = binary_cross_entropy_with_logits(logits, labels, reduction="none", pos_weight=weights)
    return each.sum(1).mean()


def rarity(labels: Tensor) -> Tensor:
    """How much each label's positives weigh: 1 where half the texts have it, 8 at most."""
    return torch.sqrt(0.5 / labels.mean(0)).clamp(max=8)


def check_ins_loss(logits: dict[str, Tensor], truth: CheckIns, places: NDArray[np.intp]) -> Tensor:
    """The five questions of a check-in; feelings and areas weigh most."""
    loss = _each(logits["feelings"], truth.feelings[places]) + _each(logits["areas"], truth.areas[places])
    loss = loss + _ordinal(logits["sentiment"], torch.from_numpy(truth.sentiment[places]))
    loss = loss + 0.3 * cross_entropy(logits["arousal"], torch.from_numpy(truth.arousal[places]))
    mixed = binary_cross_entropy_with_logits(logits["mixed"], torch.from_numpy(truth.mixed[places]))
    return loss + 0.5 * mixed


def _each(logits: Tensor, labels: Matrix) -> Tensor:
    """Binary cross-entropy, summed over the labels."""
    truth = torch.from_numpy(labels)
    return binary_cross_entropy_with_logits(logits, truth, reduction="none").sum(1).mean()


def _ordinal(logits: Tensor, steps: Tensor) -> Tensor:
    """Cross-entropy, and the squared distance of the expected step: far misses cost more than near ones."""
    expected = (logits.softmax(1) * torch.arange(logits.shape[1])).sum(1)
    return cross_entropy(logits, steps) + 0.5 * ((expected - steps) ** 2).mean()


@torch.no_grad()
def predict(
    net: EmotionNet, tokens: Sequence[Sequence[int]], heads: Sequence[str], size: int = 64
) -> dict[str, Matrix]:
    """Logits by head, in the order of the texts."""
    net.eval()
    order = np.argsort([len(row) for row in tokens], kind="stable")
    found: dict[str, Matrix] = {}
    for start in range(0, len(order), size):
        places = order[start : start + size]
        logits = net(*padded([tokens[place] for place in places]), heads)
        for name, rows in logits.items():
            whole = found.setdefault(name, np.zeros((len(tokens), rows.shape[1]), np.float32))
            whole[places] = rows.numpy()
    return found


def progress(items: Sequence[Item], what: str) -> Iterator[tuple[int, Item]]:
    """Numbers the items and says on standard error how far it is and how long the rest will take."""
    started = time.monotonic()
    for at, item in enumerate(items):
        yield at, item
        if (at + 1) % SAID_EVERY == 0 or at + 1 == len(items):
            left = (time.monotonic() - started) / (at + 1) * (len(items) - at - 1) / 60
            sys.stderr.write(f"{what}: {at + 1} of {len(items)}, {left:.1f} min left\n")
            sys.stderr.flush()
