"""From the bytes of a voice message to its transcript."""

from __future__ import annotations

from care.understanding.speech.decoding import decode
from care.understanding.speech.transcriber import Transcriber
from care.understanding.speech.transcript import Transcript
from care.understanding.speech.voice_activity import utterances


def listen(data: bytes, claimed: str | None, transcriber: Transcriber) -> Transcript:
    """What was said; its confidence is the mean over its stretches, weighted by their length.

    Raises SoundRefused when there is nothing to transcribe.
    """
    heard = [(part.size, *transcriber.transcribe(part)) for part in utterances(decode(data, claimed))]
    text = " ".join(filter(None, (text for _, text, _ in heard)))
    confidence = sum(size * sure for size, _, sure in heard) / sum(size for size, _, _ in heard)
    return Transcript(text, confidence, transcriber.name, bool(text) and confidence >= transcriber.bound)
