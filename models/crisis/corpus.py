"""The messages that the crisis network learns from, and those it must not take for danger."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from care.safety.gloss import load_gloss

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "data" / "crisis").glob("*.jsonl"))
CHECK_IN_FILES = sorted((ROOT / "data" / "feelings").glob("*.jsonl"))
TEST_FILES = sorted((ROOT / "tests" / "care" / "safety" / "crisis_cases").glob("*.jsonl"))
GLOSSES = sorted((ROOT / "data" / "lexicons").glob("*/gloss.tsv"))
SAID_FILES = sorted(
    file
    for file in (ROOT / "data" / "dialogue" / "nlu" / "en").glob("*.yml")
    if file.stem not in {"crisis", "feelings", "professional", "synonyms"}
)
_MARKED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")
LABELS = (
    "none", "distress", "third_party_concern", "self_harm", "abuse_victim", "passive_ideation",
    "harm_to_others", "active_ideation", "plan_intent",
)  # fmt: skip


@dataclass(frozen=True)
class Corpus:
    """Messages, each with the place of its label in LABELS and its language."""

    texts: Sequence[str]
    labels: NDArray[np.int64]
    languages: NDArray[np.str_]

    def at(self, places: NDArray[np.intp]) -> Corpus:
        return Corpus([self.texts[place] for place in places], self.labels[places], self.languages[places])

    def of(self, language: str) -> Corpus:
        """Those of one language."""
        return self.at(np.flatnonzero(self.languages == language))

    def __add__(self, other: Corpus) -> Corpus:
        return Corpus(
            [*self.texts, *other.texts],
            np.concatenate([self.labels, other.labels]),
            np.concatenate([self.languages, other.languages]),
        )


def read(files: Sequence[Path], split: str | None = None) -> Corpus:
    """The messages of some files, or those of one split (``learn`` or ``dev``)."""
    rows = [row for file in files for row in _rows(file) if split is None or row["split"] == split]
    return _corpus([(row["text"], LABELS.index(row["label"]), row["lang"]) for row in rows])


def harmless_check_ins() -> Corpus:
    """Check-ins with no dark thought: distress where they are low, else none."""
    rows = [row for file in CHECK_IN_FILES for row in _rows(file)]
    kept = [row for row in rows if "bleak" not in row["note"] and "hopeless" not in row["feelings"]]
    return _corpus([(row["text"], int(row["sentiment"] < 0), row["lang"]) for row in kept])


def said_to_the_companion() -> Corpus:
    """What people say to move in a conversation: commands, answers, small talk. None of it is danger."""
    said = [
        _MARKED.sub(r"\1", line.removeprefix("- ").strip())
        for file in SAID_FILES
        for intent in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
        if "intent" in intent
        for line in str(intent["examples"]).splitlines()
    ]
    return _corpus([(text, LABELS.index("none"), "en") for text in dict.fromkeys(said) if text])


def in_english(corpus: Corpus) -> Corpus:
    """The same messages, those of other languages in a gloss, as the network reads them."""
    glosses = {name: load_gloss(ROOT / "data", name) for name in set(corpus.languages.tolist()) - {"en"}}
    pairs = zip(corpus.texts, corpus.languages.tolist(), strict=True)
    texts = [glosses[language](text) if language in glosses else text for text, language in pairs]
    return Corpus(texts, corpus.labels, corpus.languages)


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _corpus(rows: Sequence[tuple[str, int, str]]) -> Corpus:
    texts, labels, languages = zip(*rows, strict=True)
    return Corpus(texts, np.array(labels, np.int64), np.array(languages))


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)
