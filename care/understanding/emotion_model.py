"""Runs the trained networks of ``models/emotion``: English text in, calibrated probabilities out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import emoji
import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from care.errors import ModelError

Numbers = NDArray[np.float32]
Thresholds = Mapping[str, Mapping[str, float]]

CHECK_INS, COMMENTS, BESIDE, TOKENIZER = "check_ins.onnx", "comments.onnx", "emotion.json", "tokenizer.json"
_MOST_WINDOWS = 6  # a text of any length costs at most so many runs of a network
_STRETCHED = re.compile(r"(.)\1{2,}")
_REMEDY = "Restore models/emotion from the repository, or build it with make emotion."


@dataclass(frozen=True)
class Scores:
    """What a model makes of one text; every probability is 0 to 1.

    ``feelings`` by the 24 check-in names and ``emotions`` by the 28 GoEmotions names are independent of each
    other, and so are ``areas`` by their 16 names; ``arousal`` (low, mid, high) adds up to 1. ``step`` is the
    expected sentiment, -2 to 2.
    """

    feelings: Mapping[str, float] = field(repr=False)
    emotions: Mapping[str, float] = field(repr=False)
    arousal: Mapping[str, float] = field(repr=False)
    step: float = field(repr=False)
    mixed: float = field(repr=False)
    areas: Mapping[str, float] = field(default_factory=dict, repr=False)


class Scorer(Protocol):
    """A trained model with the limits that were set for it.

    ``thresholds`` gives the probability from which a feeling or an emotion counts as present, ``cuts`` the
    four places on -2 to 2 between the five steps of sentiment, ``sure_from`` the probability of the likeliest
    feeling from which it may be stated and not asked.
    """

    thresholds: Thresholds
    mixed_from: float
    cuts: Sequence[float]
    sure_from: float

    def read(self, text: str) -> Scores:
        """Score any text."""


class Network:
    """One ONNX file; ``heads`` names what it answers, in order."""

    def __init__(self, session: InferenceSession) -> None:
        self._session = session
        self._heads = [output.name for output in session.get_outputs()]

    def run(self, windows: Sequence[Sequence[int]]) -> dict[str, Numbers]:
        """The mean logits over the windows of one text, by head."""
        found = [self._one(window) for window in windows]
        return {
            name: np.mean([window[at] for window in found], axis=0) for at, name in enumerate(self._heads)
        }

    def _one(self, ids: Sequence[int]) -> list[Numbers]:
        row = np.array([ids], np.int64)
        return [rows[0] for rows in self._session.run(None, {"ids": row, "mask": np.ones_like(row)})]


class EmotionModel:
    """The int8 networks, their tokeniser, and what was set for them. Threads may share it."""

    def __init__(
        self, check_ins: Network, comments: Network, tokenizer: Tokenizer, beside: Mapping[str, Any]
    ) -> None:
        self._check_ins, self._comments, self._tokenizer = check_ins, comments, tokenizer
        self._longest: int = beside["longest"]
        self._offsets = np.array(beside["offsets"], np.float32)
        self._temperatures: Mapping[str, float] = beside["temperatures"]
        self._names: Mapping[str, Sequence[str]] = {
            name: beside[name] for name in ("goemotions", "feelings", "arousal", "areas")
        }
        self.thresholds: Thresholds = {
            name: dict(zip(self._names[name], beside["thresholds"][name], strict=True))
            for name in ("goemotions", "feelings")
        }
        self.mixed_from: float = beside["thresholds"]["mixed"]
        self.cuts: Sequence[float] = [cut - 2 for cut in beside["sentiment_cuts"]]
        self.sure_from: float = beside["sure_from"]

    def read(self, text: str) -> Scores:
        """Score any text. A long one is read in windows, and what they say is averaged."""
        windows = self._windows(text)
        said, commented = self._check_ins.run(windows), self._comments.run(windows)
        commented["goemotions"] -= self._offsets
        return Scores(
            feelings=self._named("feelings", self._independent("feelings", said)),
            emotions=self._named("goemotions", self._independent("goemotions", commented)),
            arousal=self._named("arousal", shares(said["arousal"])),
            step=float(shares(said["sentiment"]) @ np.arange(-2, 3)),
            mixed=float(self._independent("mixed", said)[0]),
            areas=self._named("areas", self._independent("areas", said)),
        )

    def _windows(self, text: str) -> list[list[int]]:
        first, *inner, last = self._tokenizer.encode(spelt_out(text)).ids
        size = self._longest - 2
        starts = range(0, max(1, len(inner)), size)
        return [[first, *inner[at : at + size], last] for at in starts[:_MOST_WINDOWS]]

    def _independent(self, head: str, logits: Mapping[str, Numbers]) -> Numbers:
        return independent(logits[head] / self._temperatures[head])

    def _named(self, names: str, numbers: Numbers) -> dict[str, float]:
        return {
            name: round(float(number), 4) for name, number in zip(self._names[names], numbers, strict=True)
        }


def load_emotion_model(folder: Path) -> EmotionModel:
    """The model of a folder. Raises ModelError when a file is missing or is not what it should be."""
    try:
        beside = json.loads((folder / BESIDE).read_text(encoding="utf-8"))
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return EmotionModel(_network(folder / CHECK_INS), _network(folder / COMMENTS), tokenizer, beside)
    except Exception as error:  # onnxruntime and tokenizers raise types of their own
        raise ModelError(f"The emotion model in {folder} cannot be loaded.", _REMEDY) from error


def spelt_out(text: str) -> str:
    """Emoji as words, stretched letters cut to two, straight quotes: as the networks learnt them."""
    worded = emoji.demojize(text.replace("\u2019", "'"), delimiters=(" ", " ")).replace("_", " ")
    return _STRETCHED.sub(r"\1\1", worded)


def independent(logits: Numbers) -> Numbers:
    """Logits to probabilities, each for itself."""
    found: Numbers = (1 / (1 + np.exp(-logits))).astype(np.float32)
    return found


def shares(logits: Numbers) -> Numbers:
    """Logits to probabilities that add up to 1."""
    raised = np.exp(logits - logits.max())
    found: Numbers = raised / raised.sum()
    return found


def _network(file: Path) -> Network:
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return Network(InferenceSession(str(file), options, providers=["CPUExecutionProvider"]))
