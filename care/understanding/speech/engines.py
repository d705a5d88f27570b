"""Which recogniser is used: the operator's Whisper model when there is one, else the embedded one."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path

from care.understanding.speech.refusal import SpeechUnavailable
from care.understanding.speech.transcriber import Transcriber


class Engine(StrEnum):
    """The recognisers, by the name that reports give them."""

    EMBEDDED = "pocketsphinx"
    FASTER_WHISPER = "faster-whisper"
    TRANSFORMERS = "transformers"


def engine_for(model: Path | None) -> Engine:
    """The recogniser for a model's folder, told by its files; None is the embedded one.

    Raises SpeechUnavailable when the folder holds no Whisper model.
    """
    if model is None:
        return Engine.EMBEDDED
    if (model / "model.bin").is_file():
        return Engine.FASTER_WHISPER
    if any(model.glob("model*.safetensors")) and _model_type(model) == "whisper":
        return Engine.TRANSFORMERS
    raise SpeechUnavailable(
        f"CARE_SPEECH_MODEL: {model} holds no Whisper model.",
        "Name a folder with model.bin (CTranslate2) or model.safetensors (transformers), or unset it.",
    )


def load_transcriber(model: Path | None, language: str) -> Transcriber:
    """A recogniser, ready to use; may take seconds.

    ``language`` is an ISO 639-1 code. Raises SpeechUnavailable when a package or a file is missing.
    """
    engine = engine_for(model)
    if model is None:
        from care.understanding.speech.embedded import Embedded  # noqa: PLC0415 -- only the one that is used

        return Embedded()
    if engine is Engine.FASTER_WHISPER:
        from care.understanding.speech.faster_whisper_engine import FasterWhisper  # noqa: PLC0415 -- the same

        return FasterWhisper(model, language)
    from care.understanding.speech.transformers_engine import TransformersWhisper  # noqa: PLC0415 -- the same

    return TransformersWhisper(model, language)


def _model_type(model: Path) -> str | None:
    try:
        described = json.loads((model / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return described.get("model_type") if isinstance(described, dict) else None
