"""What was heard in a voice message."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Transcript:
    """Words that were heard; ``confidence`` is 0 to 1, ``sure`` says that it reaches the engine's bound."""

    text: str = field(repr=False)
    confidence: float
    engine: str
    sure: bool
