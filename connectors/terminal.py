"""The terminal: a person at the keyboard, or the lines of a script."""

from __future__ import annotations

import asyncio
import json
import os
import textwrap
import uuid
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from care.domain.reply import Reply
from care.messages import Messages
from connectors.gateway import Gateway
from connectors.messages import Incoming

CHANNEL = "terminal"
_WIDTH = 88
Clock = Callable[[], datetime]


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


class Terminal:
    """One person at a terminal."""

    def __init__(self, gateway: Gateway, user_id: str, printer: Printer, clock: Clock) -> None:
        self._gateway = gateway
        self._user_id = user_id
        self._printer = printer
        self._clock = clock

    async def arrive(self) -> None:
        """Say the first words."""
        async for reply in self._gateway.arrive(CHANNEL, self._user_id, self._clock()):
            self._printer.bot(reply)

    async def say(self, text: str) -> None:
        """Pass on one line and print what comes back."""
        event_id = uuid.uuid4().hex
        incoming = Incoming(CHANNEL, self._user_id, event_id, self._clock(), text)
        async for reply in self._gateway.handle(incoming):
            self._printer.bot(reply)

    async def play(self, lines: Iterable[str]) -> None:
        """Play a script: each line once the one before is answered."""
        await self.arrive()
        for line in lines:
            text = line.rstrip("\r\n")
            self._printer.person(text)
            await self.say(text)
        await self._gateway.settle()

    async def deliver(self) -> None:
        """Print what the scheduler has put out for this person."""
        async for reply in self._gateway.pending(CHANNEL, self._user_id, self._clock()):
            self._printer.bot(reply)

    async def _keep_delivering(self, pause: Callable[[], Awaitable[None]]) -> None:
        while True:
            await pause()
            await self.deliver()

    async def converse(
        self, read: Callable[[], Awaitable[str | None]], pause: Callable[[], Awaitable[None]]
    ) -> None:
        """Talk until ``read`` gives None, and deliver what is due after each ``pause``.

        A line typed while another is being answered does not wait for it to be screened.
        """
        under_way = {asyncio.create_task(self.arrive()), asyncio.create_task(self._keep_delivering(pause))}
        while (text := await read()) is not None:
            task = asyncio.create_task(self.say(text))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


def prompt_reader(messages: Messages) -> Callable[[], Awaitable[str | None]]:
    """Reads lines from the keyboard while replies are printed above; None at Ctrl-C or Ctrl-D."""
    from prompt_toolkit import PromptSession  # noqa: PLC0415 -- scripts do without it

    session: PromptSession[str] = PromptSession()
    asked = messages.say("terminal.your_turn")

    async def read() -> str | None:
        try:
            return await session.prompt_async(asked)
        except (EOFError, KeyboardInterrupt):
            return None

    return read


def hand_over(folder: Path) -> Callable[[dict[str, Any], datetime], Path]:
    """Writes a person's copy as a file that only they can read; raises OSError."""

    def write(data: dict[str, Any], at: datetime) -> Path:
        path = folder / f"mental-health-care-{at:%Y-%m-%d-%H%M%S}.json"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False, indent=2)
        return path

    return write


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
