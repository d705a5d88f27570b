"""The texts the networks learn from: check-ins written for this product, and GoEmotions from outside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

FEELINGS = (
    "calm", "content", "joyful", "grateful", "proud", "hopeful", "connected", "amused", "tired",
    "stressed", "anxious", "afraid", "sad", "lonely", "hurt", "angry", "irritated", "ashamed", "guilty",
    "numb", "hopeless", "bored", "confused", "surprised",
)  # fmt: skip
AREAS = (
    "work", "study", "money", "sleep", "food", "health", "body", "family", "partner", "friends", "loneliness",
    "home", "news", "loss", "substance", "leisure",
)  # fmt: skip
AROUSAL = ("low", "mid", "high")
LANGUAGES = ("en", "es", "fr", "de", "pt", "it")
GOEMOTIONS = (
    "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity",
    "desire", "disappointment", "disapproval", "disgust", "embarrassment", "excitement", "fear",
    "gratitude", "grief", "joy", "love", "nervousness", "optimism", "pride", "realization", "relief",
    "remorse", "sadness", "surprise", "neutral",
)  # fmt: skip
# google-research/goemotions: ekman_mapping.json and sentiment_dict.json
EKMAN = {
    "anger": ("anger", "annoyance", "disapproval"),
    "disgust": ("disgust",),
    "fear": ("fear", "nervousness"),
    "joy": ("joy", "amusement", "approval", "excitement", "gratitude", "love", "optimism", "relief", "pride",
            "admiration", "desire", "caring"),
    "sadness": ("sadness", "disappointment", "embarrassment", "grief", "remorse"),
    "surprise": ("surprise", "realization", "confusion", "curiosity"),
    "neutral": ("neutral",),
}  # fmt: skip
SENTIMENT = {
    "positive": EKMAN["joy"],
    "negative": (*EKMAN["fear"], *EKMAN["sadness"], *EKMAN["disgust"], *EKMAN["anger"]),
    "ambiguous": EKMAN["surprise"],
    "neutral": EKMAN["neutral"],
}


@dataclass(frozen=True)
class Comments:
    """GoEmotions: texts, and a (texts, 28) matrix of 0 and 1."""

    texts: Sequence[str]
    labels: Matrix

    def at(self, places: NDArray[np.intp]) -> Comments:
        return Comments([self.texts[place] for place in places], self.labels[places])


@dataclass(frozen=True)
class CheckIns:
    """Check-ins by the scheme of data/feelings.

    ``feelings`` (texts, 24) of 0 and 1, ``sentiment`` 0 to 4, ``arousal`` 0 to 2, ``mixed`` (texts, 1),
    ``areas`` (texts, 16) of 0 and 1.
    """

    texts: Sequence[str]
    languages: Sequence[str]
    feelings: Matrix
    sentiment: NDArray[np.int64]
    arousal: NDArray[np.int64]
    mixed: Matrix
    areas: Matrix

    def at(self, places: NDArray[np.intp]) -> CheckIns:
        return CheckIns(
            [self.texts[place] for place in places],
            [self.languages[place] for place in places],
            self.feelings[places],
            self.sentiment[places],
            self.arousal[places],
            self.mixed[places],
            self.areas[places],
        )


def read_comments(folder: Path, split: str) -> Comments:
    """``train`` or ``dev`` of GoEmotions. Raises FileNotFoundError when the folder does not hold it."""
    rows = [line.split("\t") for line in (folder / f"{split}.tsv").read_text(encoding="utf-8").splitlines()]
    labels = np.zeros((len(rows), len(GOEMOTIONS)), np.float32)
    for at, (_, numbers, _) in enumerate(rows):
        labels[at, [int(number) for number in numbers.split(",")]] = 1
    return Comments([text for text, _, _ in rows], labels)


def read_check_ins(files: Sequence[Path]) -> CheckIns:
    """The check-ins of some files, in their order."""
    return as_check_ins([row for file in files for row in _rows(file)])


def as_check_ins(rows: Sequence[Mapping[str, Any]]) -> CheckIns:
    """Rows of the scheme's fields as matrices."""
    return CheckIns(
        [str(row["text"]) for row in rows],
        [str(row["lang"]) for row in rows],
        _present(rows, "feelings", FEELINGS),
        np.array([int(row["sentiment"]) + 2 for row in rows], np.int64),
        np.array([AROUSAL.index(str(row["arousal"])) for row in rows], np.int64),
        np.array([[bool(row["mixed"])] for row in rows], np.float32),
        _present(rows, "areas", AREAS),
    )


def _present(rows: Sequence[Mapping[str, Any]], field: str, names: Sequence[str]) -> Matrix:
    """(rows, names) of 0 and 1: which names stand in that field of each row."""
    found = np.zeros((len(rows), len(names)), np.float32)
    for at, row in enumerate(rows):
        found[at, [names.index(name) for name in row[field]]] = 1
    return found


def grouped(labels: Matrix, groups: Mapping[str, Sequence[str]]) -> Matrix:
    """(texts, 28) of 0 and 1 as (texts, groups): 1 where any member is."""
    return np.stack([labels[:, _places(members)].max(axis=1) for members in groups.values()], axis=1)


def grouped_probabilities(probabilities: Matrix, groups: Mapping[str, Sequence[str]]) -> Matrix:
    """(texts, 28) probabilities as (texts, groups), by noisy or."""
    absent = [np.prod(1 - probabilities[:, _places(members)], axis=1) for members in groups.values()]
    return 1 - np.stack(absent, axis=1)


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def _places(members: Sequence[str]) -> list[int]:
    return [GOEMOTIONS.index(member) for member in members]
