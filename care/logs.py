"""Where our own log lines go: kinds of events and errors as JSON, never a person's words."""

from __future__ import annotations

import contextlib
from typing import TextIO

import structlog


class _Tolerant:
    """A stream whose failure is no failure of ours: a full disk must not cost anybody an answer."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()


def write_to(stream: TextIO) -> None:
    """Send log lines to an open text stream."""
    structlog.configure(
        processors=[structlog.processors.TimeStamper(fmt="iso"), structlog.processors.JSONRenderer()],
        logger_factory=structlog.WriteLoggerFactory(_Tolerant(stream)),  # type: ignore[arg-type]  # it has what is used
    )
