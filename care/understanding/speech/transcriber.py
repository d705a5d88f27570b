"""What every recogniser takes and gives."""

from __future__ import annotations

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
"""Samples a second that every engine gets."""

WHISPER_BOUND = 0.37
"""Mean token probability below which Whisper's own authors take a decoding as failed (log probability -1)."""

Samples: TypeAlias = NDArray[np.int16]
"""Sound at ``RATE``, one channel, shape (samples,), -32768 to 32767."""


class Transcriber(Protocol):
    """A speech recogniser. Below ``bound`` (0 to 1) its text is not to be relied on."""

    @property
    def name(self) -> str:
        """Which engine it is, for reports."""

    @property
    def bound(self) -> float:
        """The confidence from which on its text is shown back."""

    def transcribe(self, samples: Samples) -> tuple[str, float]:
        """The text of at most 30 seconds of speech, and how confident it is, 0 to 1."""
