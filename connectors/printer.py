"""Prints what is said in a terminal."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from typing import TextIO

from care.domain.reply import Reply

_WIDTH = 88


class Printer:
    """Prints both sides: for people, or as JSON lines of ``from``, ``text``, ``buttons`` and ``media``."""

    def __init__(self, out: TextIO, *, as_json: bool) -> None:
        self._out = out
        self._as_json = as_json

    def person(self, text: str) -> None:
        """What the person said, in a script."""
        self._write(_json("person", text, (), ()) if self._as_json else f"\n> {text}")

    def bot(self, reply: Reply) -> None:
        """What we say."""
        titles = tuple(button.title for button in reply.buttons)
        self._write(
            _json("bot", reply.text, titles, reply.media) if self._as_json else _rendered(reply.text, titles)
        )

    def _write(self, text: str) -> None:
        self._out.write(f"{text}\n")
        self._out.flush()


def _json(who: str, text: str, buttons: Iterable[str], media: Iterable[str]) -> str:
    return json.dumps(
        {"from": who, "text": text, "buttons": list(buttons), "media": list(media)}, ensure_ascii=False
    )


def _rendered(text: str, titles: tuple[str, ...]) -> str:
    paragraphs = [textwrap.fill(line, _WIDTH, subsequent_indent="  " if line.startswith("- ") else "")
                  for line in text.splitlines()]  # fmt: skip
    return "\n" + "\n".join([*paragraphs, *_choices(titles)])


def _choices(titles: tuple[str, ...]) -> list[str]:
    numbers = [title for title in titles if title.isdecimal()]
    words = [title for title in titles if not title.isdecimal()]
    if numbers:
        shown = "  ".join(numbers)
        return [f"  [ {shown} ]" + "".join(f"  [{title}]" for title in words)]
    return [f"  {place}. {title}" for place, title in enumerate(words, start=1)]
