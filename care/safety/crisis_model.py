"""The trained layer of the crisis screen, from ``models/crisis``: how likely a message tells of danger."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import emoji
import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from care.errors import ContentError, ModelError
from care.safety.gloss import Gloss, load_gloss
from care.safety.label import Finding, Label
from care.safety.letters import Letters, words_of
from care.safety.wording import plain

NETWORK, BESIDE, TOKENIZER, LETTERS = "crisis.onnx", "crisis.json", "tokenizer.json", "letters_{}.npz"
_REMEDY = "Restore models/crisis from the repository, or build it with make crisis."
_WINDOW, _OVERLAP = 450, 120  # characters, cut at spaces where there are any; the network reads 160 tokens
_MOST_READ = 8  # windows of one message that the network reads: those that the letters find most alarming
_READ = "en"  # what the network reads; other languages it reads in a gloss
_ORDER = tuple(label for label in Label if label.is_crisis)
_SENTENCE = re.compile(r"[^.!?\n]*[.!?\n]*")
Numbers = NDArray[np.float32]


class Classifier(Protocol):
    """Finds what a text says without saying it outright."""

    def find(self, text: str, language: str) -> Finding:
        """``score`` is the probability, 0 to 1, that help is owed."""

    def doubtful_from(self, language: str) -> float:
        """The score from which a doubtful word rule counts too."""


@dataclass(frozen=True)
class Reading:
    """One window: ``network`` (labels,) or None where the language has none, ``letters`` (1 + labels,)."""

    letters: Numbers
    network: Numbers | None = None

    def danger(self, weighing: Mapping[str, float]) -> float:
        """How likely it tells of danger, 0 to 1."""
        said = weighing["letters"] * float(self.letters[0]) + weighing["bias"]
        if self.network is not None:
            said += weighing["network"] * danger_of(self.network)
        return float(1 / (1 + np.exp(-said)))


class CrisisModel:
    """Letters models for each language, and a network, which reads some in a gloss. Threads may share it.

    A long message is read in overlapping windows, and the most alarming one counts: danger in the middle of
    a long text is danger. A label is chosen by what a mistake would cost: danger is called from
    ``crisis_from`` on, a plan once it has ``plan_from`` of the danger, thoughts of suicide once they and
    plans have ``active_from`` of it.
    """

    def __init__(
        self,
        session: InferenceSession,
        tokenizer: Tokenizer,
        letters: Mapping[str, Letters],
        beside: Mapping[str, Any],
        glosses: Mapping[str, Gloss] = MappingProxyType({}),
    ) -> None:
        self._session, self._tokenizer, self._letters = session, tokenizer, letters
        self._glosses = glosses
        self._labels = [Label(name) for name in beside["labels"]]
        self._limits: Mapping[str, Mapping[str, float]] = beside["limits"]

    def find(self, text: str, language: str) -> Finding:
        """The label that the most alarming part of a text is read as."""
        limits = self._limits[self._known(language)]
        readings = self.readings(text, language)
        worst = max(readings, key=lambda reading: reading.danger(limits))
        danger = worst.danger(limits)
        return Finding(self._label(worst, danger, limits), round(danger, 4))

    def doubtful_from(self, language: str) -> float:
        return self._limits[self._known(language)]["doubtful_from"]

    def readings(self, text: str, language: str) -> list[Reading]:
        """Each window as the parts see it; of a long message only the most alarming ones."""
        known = self._known(language)
        letters = self._letters[known]
        found = [(window, letters.logits(words_of(window))) for window in _windows(text)]
        if "network" not in self._limits[known]:
            return [Reading(logits) for _, logits in found]
        alarming = sorted(found, key=lambda each: -float(each[1][0]))[:_MOST_READ]
        gloss = self._glosses.get(known, str)
        return [Reading(logits, self._network(gloss(window))) for window, logits in alarming]

    def _label(self, reading: Reading, danger: float, limits: Mapping[str, float]) -> Label:
        scores = reading.letters[1:] if reading.network is None else reading.network
        likely = dict(zip(self._labels, map(float, shares(scores)), strict=True))
        if danger < limits["crisis_from"]:
            return max((Label.NONE, Label.DISTRESS), key=likely.__getitem__)
        crisis = sum(likely[label] for label in _ORDER)
        planned = likely[Label.PLAN_INTENT]
        if planned >= limits["plan_from"] * crisis:
            return Label.PLAN_INTENT
        if planned + likely[Label.ACTIVE_IDEATION] >= limits["active_from"] * crisis:
            return Label.ACTIVE_IDEATION
        return max(_ORDER, key=likely.__getitem__)

    def _network(self, window: str) -> Numbers:
        ids = np.array([self._tokenizer.encode(spelt_out(window)).ids], np.int64)
        logits: Numbers = self._session.run(None, {"ids": ids, "mask": np.ones_like(ids)})[0][0]
        return logits

    def _known(self, language: str) -> str:
        return language if language in self._limits else next(iter(self._limits))


def load_crisis_model(folder: Path, content_dir: Path) -> CrisisModel:
    """The model of a folder, with the glosses of the content.

    Raises ModelError when a file is missing or is not what it should be, ContentError when a gloss is.
    """
    try:
        beside = json.loads((folder / BESIDE).read_text(encoding="utf-8"))
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        tokenizer.no_padding()
        tokenizer.enable_truncation(beside["window"])
        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = InferenceSession(str(folder / NETWORK), options, providers=["CPUExecutionProvider"])
        letters = {language: _letters(folder / LETTERS.format(language)) for language in beside["limits"]}
        read = [language for language, limits in beside["limits"].items() if "network" in limits]
        glosses = {language: load_gloss(content_dir, language) for language in read if language != _READ}
        return CrisisModel(session, tokenizer, letters, beside, glosses)
    except ContentError:
        raise
    except Exception as error:  # onnxruntime and tokenizers raise types of their own
        raise ModelError(f"The crisis model in {folder} cannot be loaded.", _REMEDY) from error


def spelt_out(text: str) -> str:
    """Disguises undone and emoji as words: as the network learnt them."""
    return plain(emoji.demojize(text, delimiters=(" ", " ")).replace("_", " "))


def danger_of(logits: Numbers) -> float:
    """The logit of danger against none and distress, of a logit for each label in the order of Label."""
    return float(np.logaddexp.reduce(logits[2:]) - np.logaddexp.reduce(logits[:2]))


def shares(logits: Numbers) -> Numbers:
    """Logits to probabilities that add up to 1."""
    raised = np.exp(logits - logits.max())
    found: Numbers = raised / raised.sum()
    return found


def _letters(file: Path) -> Letters:
    with np.load(file, allow_pickle=False) as stored:
        return Letters({name: stored[name] for name in stored.files})


def _once(text: str) -> str:
    """A text without the sentences that stood in it before: the network learnt no such repetition."""
    return "".join(dict.fromkeys(_SENTENCE.findall(text)))


def _windows(text: str) -> list[str]:
    """Overlapping stretches of a text that cover all of it; what is said again and again is read once."""
    text = _once(text)
    found, at = [], 0
    while at == 0 or at < len(text) - _OVERLAP:
        end = at + _WINDOW
        space = text.rfind(" ", at + _OVERLAP, end)
        if end < len(text) and space > at + _OVERLAP:
            end = space
        found.append(text[at:end])
        at = end - _OVERLAP
    return list(dict.fromkeys(found))
