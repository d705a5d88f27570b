"""How much sound is taken."""

from __future__ import annotations

LONGEST_S = 300
"""Seconds of one voice message."""

MOST_BYTES = 64 * 2**20
"""Bytes of its file: five minutes of WAV at 48 kHz, two channels, 16 bit, are 55 MiB."""
