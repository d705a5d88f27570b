"""A sound file as a voice message: ``/voice PATH``, so that voice can be tried and scripted in a terminal."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from care.understanding.speech.bounds import MOST_BYTES
from connectors.messages import Incoming, Sound

_COMMAND = "/voice "


async def with_sound(incoming: Incoming) -> Incoming:
    """The file that the text names, as what was said; any other message as it is.

    Where no file can be read the sound is empty, and the words stay, to be screened as any others.
    """
    text = incoming.text.strip()
    if not text.startswith(_COMMAND):
        return incoming
    named = text.removeprefix(_COMMAND).strip()
    try:
        data = await asyncio.to_thread(_read, named)
    except (OSError, RuntimeError, ValueError):
        return replace(incoming, text=named, sound=Sound(b""))
    return replace(incoming, text="", sound=Sound(data, Path(named).suffix or None))


def _read(name: str) -> bytes:
    path = Path(name).expanduser()
    if not path.is_file():
        raise FileNotFoundError
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
