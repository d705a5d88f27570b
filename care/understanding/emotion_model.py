"""Runs the trained emotion model of ``models/emotion``: text in, calibrated probabilities out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import emoji
import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from care.errors import ModelError

Numbers = NDArray[np.float32]

MODEL, BESIDE, TOKENIZER = "emotion.onnx", "emotion.json", "tokenizer.json"
_HEADS = ("goemotions", "feelings", "sentiment", "arousal", "mixed")
_MOST_WINDOWS = 6  # a text of any length costs at most so many runs of the network
_STRETCHED = re.compile(r"(.)\1{2,}")
_REMEDY = "Restore models/emotion from the repository, or build it with make model."


@dataclass(frozen=True)
class Scores:
    """What the network makes of one text; every probability is 0 to 1.

    ``feelings`` by the 24 check-in names and ``emotions`` by the 28 GoEmotions names are independent of each
    other, ``arousal`` (low, mid, high) adds up to 1. ``step`` is the expected sentiment, -2 to 2.
    """

    feelings: Mapping[str, float] = field(repr=False)
    emotions: Mapping[str, float] = field(repr=False)
    arousal: Mapping[str, float] = field(repr=False)
    step: float = field(repr=False)
    mixed: float = field(repr=False)


class EmotionModel:
    """The int8 network, its tokeniser, and the temperatures and thresholds set for it.

    ``thresholds`` gives the probability from which a feeling, an emotion or "mixed" counts as present;
    ``cuts`` the four places on -2 to 2 between the five steps of sentiment. Threads may share it.
    """

    def __init__(self, session: InferenceSession, tokenizer: Tokenizer, beside: Mapping[str, Any]) -> None:
        self._session, self._tokenizer = session, tokenizer
        self._longest: int = beside["longest"]
        self._temperatures: Mapping[str, float] = beside["temperatures"]
        self._names: Mapping[str, Sequence[str]] = {
            name: beside[name] for name in ("goemotions", "feelings", "arousal")
        }
        self.thresholds: Mapping[str, Mapping[str, float]] = {
            name: dict(zip(self._names[name], beside["thresholds"][name], strict=True))
            for name in ("goemotions", "feelings")
        }
        self.mixed_from: float = beside["thresholds"]["mixed"]
        self.cuts: Sequence[float] = [cut - 2 for cut in beside["sentiment_cuts"]]

    def read(self, text: str) -> Scores:
        """Score any text. A long one is read in windows, and what they say is averaged."""
        found = [self._run(window) for window in self._windows(text)]
        mean: dict[str, Numbers] = {
            name: np.mean([window[name] for window in found], axis=0) for name in _HEADS
        }
        return Scores(
            feelings=self._named("feelings", self._independent("feelings", mean)),
            emotions=self._named("goemotions", self._independent("goemotions", mean)),
            arousal=self._named("arousal", _softmax(mean["arousal"])),
            step=float(_softmax(mean["sentiment"]) @ np.arange(-2, 3)),
            mixed=float(self._independent("mixed", mean)[0]),
        )

    def _windows(self, text: str) -> list[list[int]]:
        first, *inner, last = self._tokenizer.encode(spelt_out(text)).ids
        size = self._longest - 2
        starts = range(0, max(1, len(inner)), size)
        return [[first, *inner[at : at + size], last] for at in starts[:_MOST_WINDOWS]]

    def _run(self, ids: Sequence[int]) -> dict[str, Numbers]:
        row = np.array([ids], np.int64)
        found = self._session.run(_HEADS, {"ids": row, "mask": np.ones_like(row)})
        return {name: rows[0] for name, rows in zip(_HEADS, found, strict=True)}

    def _independent(self, head: str, logits: Mapping[str, Numbers]) -> Numbers:
        scaled: Numbers = 1 / (1 + np.exp(-logits[head] / self._temperatures[head]))
        return scaled

    def _named(self, names: str, numbers: Numbers) -> dict[str, float]:
        return {
            name: round(float(number), 4) for name, number in zip(self._names[names], numbers, strict=True)
        }


def spelt_out(text: str) -> str:
    """Emoji as words, stretched letters cut to two, straight quotes: as the network saw texts in training."""
    worded = emoji.demojize(text.replace("\u2019", "'"), delimiters=(" ", " ")).replace("_", " ")
    return _STRETCHED.sub(r"\1\1", worded)


def load_emotion_model(folder: Path) -> EmotionModel:
    """The model of a folder. Raises ModelError when a file is missing or is not what it should be."""
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        beside = json.loads((folder / BESIDE).read_text(encoding="utf-8"))
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        session = InferenceSession(str(folder / MODEL), options, providers=["CPUExecutionProvider"])
        return EmotionModel(session, tokenizer, beside)
    except Exception as error:  # both libraries raise types of their own
        raise ModelError(f"The emotion model in {folder} cannot be loaded.", _REMEDY) from error


def _softmax(logits: Numbers) -> Numbers:
    raised = np.exp(logits - logits.max())
    shares: Numbers = raised / raised.sum()
    return shares
