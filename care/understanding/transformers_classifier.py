"""Runs a text classifier in the form of Hugging Face, with transformers and PyTorch."""

from __future__ import annotations

import importlib
from pathlib import Path
from threading import Lock
from typing import Any

from care.errors import ModelError

_LONGEST = 256  # tokens of a window, or fewer where the checkpoint takes fewer
_MOST_WINDOWS = 6
_SPARE = 2  # places that some models keep for themselves


class TransformersClassifier:
    """Loads the folder ``path`` (safetensors alone: a pickle may hold code), and downloads nothing.

    ``several`` says that its labels are independent of each other; else they add up to 1. Raises ModelError.
    """

    def __init__(self, path: Path, *, several: bool) -> None:
        self._torch = _bring("torch")
        library = _bring("transformers")
        broken = _bring("safetensors").SafetensorError
        try:
            self._tokenizer: Any = library.AutoTokenizer.from_pretrained(path, local_files_only=True)
            self._model, found = library.AutoModelForSequenceClassification.from_pretrained(
                path, local_files_only=True, use_safetensors=True, output_loading_info=True
            )
        except (OSError, ValueError, KeyError, RuntimeError, ImportError, broken) as error:
            raise _refused(path, "cannot be loaded") from error
        if found["missing_keys"]:  # transformers would fill them with chance
            raise _refused(path, "has no weights for its labels")
        self._model.eval()
        self._several, self._tokenizing = several, Lock()
        self._longest = _longest(self._tokenizer, self._model.config)

    def probabilities(self, text: str) -> list[float]:
        """One for each label. A long text is read in windows, and what they say is averaged."""
        with self._tokenizing:  # it keeps how to cut and pad in itself
            windows = self._windows(text)
        with self._torch.inference_mode():
            logits = self._model(**windows).logits.mean(0)
            found = logits.sigmoid() if self._several else logits.softmax(0)
        numbers: list[float] = found.tolist()
        return numbers

    def _windows(self, text: str) -> dict[str, Any]:
        cut = self._tokenizer(
            text,
            truncation=True,
            max_length=self._longest,
            return_overflowing_tokens=self._tokenizer.is_fast,
            padding=True,
            return_tensors="pt",
        )
        cut.pop("overflow_to_sample_mapping", None)
        return {name: rows[:_MOST_WINDOWS] for name, rows in cut.items()}


def _longest(tokenizer: Any, config: Any) -> int:
    places = getattr(config, "max_position_embeddings", None)
    return int(min(_LONGEST, tokenizer.model_max_length, _LONGEST if places is None else places - _SPARE))


def _bring(module: str) -> Any:
    """The module, imported; raises ModelError that says what installs it when it is missing."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        remedy = (
            "Run: .venv/bin/python -m pip install -e '.[transformers]', or unset CARE_EMOTION_CHECKPOINT."
        )
        raise ModelError(f"CARE_EMOTION_CHECKPOINT needs the package {module}.", remedy) from error


def _refused(path: Path, why: str) -> ModelError:
    return ModelError(
        f"CARE_EMOTION_CHECKPOINT: the model in {path} {why}.", "Copy it anew, or name another."
    )
