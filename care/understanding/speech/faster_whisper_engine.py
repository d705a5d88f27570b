"""A Whisper model in the form of CTranslate2, run by faster-whisper."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from care.understanding.speech.optional import bring
from care.understanding.speech.refusal import SpeechUnavailable
from care.understanding.speech.transcriber import WHISPER_BOUND, Samples


class FasterWhisper:
    """Loads the folder ``path`` and nothing from the network. Raises SpeechUnavailable."""

    name = "faster-whisper"
    bound = WHISPER_BOUND

    def __init__(self, path: Path, language: str) -> None:
        library = bring("faster_whisper", "whisper")
        if not (path / "tokenizer.json").is_file():
            raise SpeechUnavailable(
                f"{path} has no tokenizer.json.", "Copy it there from the model's source."
            )
        try:
            self._model: Any = library.WhisperModel(str(path), device="cpu", compute_type="int8")
        except (RuntimeError, ValueError, OSError) as error:
            raise SpeechUnavailable(f"The model in {path} cannot be loaded.", "Convert it anew.") from error
        self._language = language

    def transcribe(self, samples: Samples) -> tuple[str, float]:
        """Text with punctuation; confidence is the mean probability of its tokens, less that of no speech."""
        sound = samples.astype(np.float32) / 32768
        found, _ = self._model.transcribe(
            sound, language=self._language, beam_size=5, temperature=0.0, condition_on_previous_text=False
        )
        segments = list(found)
        if not segments:
            return "", 0.0
        sure = [math.exp(each.avg_logprob) * (1 - each.no_speech_prob) for each in segments]
        return " ".join(each.text.strip() for each in segments).strip(), float(np.clip(np.mean(sure), 0, 1))
