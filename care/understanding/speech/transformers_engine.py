"""A Whisper checkpoint in the form of Hugging Face, run by transformers and PyTorch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from care.understanding.speech.optional import bring
from care.understanding.speech.refusal import SpeechUnavailable
from care.understanding.speech.transcriber import RATE, WHISPER_BOUND, Samples

_MOST_TOKENS = 200


class TransformersWhisper:
    """Loads the folder ``path`` (safetensors alone: a pickle may hold code). Raises SpeechUnavailable."""

    name = "transformers"
    bound = WHISPER_BOUND

    def __init__(self, path: Path, language: str) -> None:
        self._torch = bring("torch", "transformers")
        library = bring("transformers", "transformers")
        broken = bring("safetensors", "transformers").SafetensorError
        try:
            self._processor: Any = library.WhisperProcessor.from_pretrained(path, local_files_only=True)
            self._model: Any = library.WhisperForConditionalGeneration.from_pretrained(
                path, local_files_only=True, use_safetensors=True
            ).eval()
        except (OSError, ValueError, KeyError, RuntimeError, broken) as error:
            raise SpeechUnavailable(f"The model in {path} cannot be loaded.", "Copy it anew.") from error
        many = getattr(self._model.generation_config, "is_multilingual", False)
        self._spoken = {"language": language, "task": "transcribe"} if many else {}

    def transcribe(self, samples: Samples) -> tuple[str, float]:
        """Text with punctuation; confidence is the geometric mean of its tokens' probabilities."""
        sound = samples.astype(np.float32) / 32768
        given = self._processor(sound, sampling_rate=RATE, return_tensors="pt", return_attention_mask=True)
        with self._torch.inference_mode():
            made = self._model.generate(
                given.input_features,
                attention_mask=given.attention_mask,
                max_new_tokens=_MOST_TOKENS,
                output_scores=True,
                return_dict_in_generate=True,
                **self._spoken,
            )
        text = self._processor.batch_decode(made.sequences, skip_special_tokens=True)[0].strip()
        return text, self._confidence(made) if text else 0.0

    def _confidence(self, made: Any) -> float:
        scores = self._model.compute_transition_scores(made.sequences, made.scores, normalize_logits=True)
        return float(np.clip(np.exp(scores[0].numpy().mean()), 0, 1))
