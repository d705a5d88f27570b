"""The shape that every connector turns what it receives into."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Sound:
    """A voice message: the file's bytes, and the MIME type or ending it came with, None when it had none."""

    data: bytes = field(repr=False)
    claimed: str | None = None


@dataclass(frozen=True)
class Incoming:
    """One message as a platform delivered it.

    ``event_id`` is unique within the channel, ``at`` is aware. ``payload`` is set when a button of ours was
    pressed, and only then may it be an intent. ``sound`` is set when the person spoke;
    ``text`` then holds what they wrote beside it.
    """

    channel: str
    user_id: str = field(repr=False)
    event_id: str
    at: datetime
    text: str = field(repr=False)
    payload: str | None = field(default=None, repr=False)
    sound: Sound | None = field(default=None, repr=False)
