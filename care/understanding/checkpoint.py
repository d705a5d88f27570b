"""A text classifier that an operator brings, in place of our networks for whatever its labels tell."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import Any, Protocol

from care.errors import ModelError
from care.understanding.checkpoint_labels import Labels, load_labels, told
from care.understanding.emotion_model import Scorer, Scores, Thresholds

_CUTS = (-1.5, -0.5, 0.5, 1.5)  # half-way between the five steps: no checkpoint was measured on them
_REMEDY = "Name a folder with config.json and model.safetensors of a text classifier, or unset it."


class Classifier(Protocol):
    """Gives the labels of a checkpoint their probabilities."""

    def probabilities(self, text: str) -> Sequence[float]:
        """One for each label, in their order."""


@dataclass(frozen=True)
class Described:
    """What a checkpoint's files say of it: its labels, and whether several of them may hold at once."""

    labels: Labels
    several: bool


class CheckpointModel:
    """A checkpoint where its labels tell, and ``own`` where they do not. Threads may share it.

    A feeling that labels stand for gets their probability, any other stays our own. What the probabilities
    leave of 1 is filled by our own sentiment and arousal; ``mixed`` is always our own, and so are the 28
    emotions of comments unless all 28 are labels.
    """

    def __init__(self, classifier: Classifier, described: Described, own: Scorer) -> None:
        self._classifier, self._own, self._several = classifier, own, described.several
        labels = described.labels
        self._labels, self._told = labels, told(labels.meanings)
        emotions = own.thresholds["goemotions"]
        self._tells_emotions = bool(emotions) and set(labels.names) == set(emotions)
        self.thresholds: Thresholds = {
            "feelings": {**own.thresholds["feelings"], **dict.fromkeys(self._told, labels.present_from)},
            "goemotions": dict.fromkeys(emotions, labels.present_from) if self._tells_emotions else emotions,
        }
        self.mixed_from: float = own.mixed_from
        self.cuts: Sequence[float] = _CUTS
        self.sure_from: float = labels.sure_from if self._told else own.sure_from

    def read(self, text: str) -> Scores:
        """Score any text."""
        own, said = self._own.read(text), self._classifier.probabilities(text)
        meant = list(zip(said, self._labels.meanings, strict=True))
        arousal = [(value, meaning.arousal) for value, meaning in meant if meaning.arousal is not None]
        return replace(
            own,
            feelings={name: self._feeling(name, said, value) for name, value in own.feelings.items()},
            emotions=self._emotions(said) if self._tells_emotions else own.emotions,
            arousal={
                name: _filled([(value, float(name == level)) for value, level in arousal], own.arousal[name])
                for name in own.arousal
            },
            step=_filled([(value, meaning.sentiment) for value, meaning in meant], own.step),
        )

    def _feeling(self, name: str, said: Sequence[float], own: float) -> float:
        if name not in self._told:
            return own
        pairs = zip(said, self._labels.meanings, strict=True)
        values = [value for value, meaning in pairs if name in meaning.feelings]
        either = 1 - prod(1 - value for value in values) if self._several else sum(values)
        return round(min(1.0, either), 4)

    def _emotions(self, said: Sequence[float]) -> Mapping[str, float]:
        by_name = dict(zip(self._labels.names, said, strict=True))
        return {name: round(by_name[name], 4) for name in self._own.thresholds["goemotions"]}


def load_checkpoint(folder: Path, content_dir: Path, own: Scorer) -> CheckpointModel:
    """The checkpoint of a folder, with ``own`` for what its labels do not tell; may take seconds.

    Raises ModelError when it is no text classifier, a label is unknown, or a package is missing.
    """
    described = describe(folder, content_dir)
    from care.understanding.transformers_classifier import TransformersClassifier  # noqa: PLC0415 -- if used

    return CheckpointModel(TransformersClassifier(folder, several=described.several), described, own)


def describe(folder: Path, content_dir: Path) -> Described:
    """What the files of a checkpoint say of it, without PyTorch.

    Raises ModelError when they are not of a text classifier, or a label is unknown.
    """
    config = _config(folder)
    labels = load_labels(content_dir, folder, _names(config, folder))
    if labels.several is not None:
        return Described(labels, labels.several)
    kind = config.get("problem_type")
    if kind is None:
        return Described(labels, any("MultiLabel" in str(name) for name in config.get("architectures") or ()))
    return Described(labels, kind == "multi_label_classification")


def _config(folder: Path) -> dict[str, Any]:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _refused(folder) from error
    if not isinstance(config, dict) or not any(folder.glob("*.safetensors")):
        raise _refused(folder)
    return config


def _names(config: Mapping[str, Any], folder: Path) -> list[str]:
    """The labels by their number; a checkpoint that names none has two, as is the default of its library."""
    found = config.get("id2label") or {"0": "LABEL_0", "1": "LABEL_1"}
    if config.get("problem_type") == "regression" or len(found) < 2:  # noqa: PLR2004 -- one label tells nothing
        raise ModelError(f"CARE_EMOTION_CHECKPOINT: {folder} is a regression and names no labels.", _REMEDY)
    return [str(found[key]) for key in sorted(found, key=int)]


def _refused(folder: Path) -> ModelError:
    return ModelError(f"CARE_EMOTION_CHECKPOINT: {folder} holds no text classifier.", _REMEDY)


def _filled(said: Iterable[tuple[float, float]], own: float) -> float:
    """The mean of values by their probabilities; what these leave of 1 goes to our own value."""
    pairs = list(said)
    total = sum(probability for probability, _ in pairs)
    mean = sum(probability * value for probability, value in pairs) / max(1.0, total)
    return mean + max(0.0, 1 - total) * own
