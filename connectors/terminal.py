"""The terminal: a person at the keyboard, or the lines of a script."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from care.messages import Messages
from care.welcome import Greeting
from connectors.gateway import Gateway
from connectors.messages import Incoming
from connectors.printer import Printer
from connectors.voice_file import with_sound

Clock = Callable[[], datetime]


class Terminal:
    """One person at a terminal."""

    def __init__(self, gateway: Gateway, channel: str, user_id: str, printer: Printer, clock: Clock) -> None:
        self._gateway = gateway
        self._channel = channel
        self._user_id = user_id
        self._printer = printer
        self._clock = clock

    async def arrive(self, greeting: Greeting) -> None:
        """Go on from the first words, which stand on the screen."""
        async for reply in self._gateway.arrive(self._channel, self._user_id, self._clock(), greeting):
            self._printer.bot(reply)

    async def say(self, text: str) -> None:
        """Pass on one line, or the sound file it names, and print what comes back."""
        event_id = uuid.uuid4().hex
        incoming = Incoming(self._channel, self._user_id, event_id, self._clock(), text)
        async for reply in self._gateway.handle(await with_sound(incoming)):
            self._printer.bot(reply)

    async def play(self, lines: Iterable[str], greeting: Greeting) -> None:
        """Play a script: each line once the one before is answered."""
        await self.arrive(greeting)
        for line in lines:
            text = line.rstrip("\r\n")
            self._printer.person(text)
            await self.say(text)
        await self._gateway.settle()

    async def deliver(self) -> None:
        """Print what the scheduler has put out for this person."""
        async for reply in self._gateway.pending(self._channel, self._user_id, self._clock()):
            self._printer.bot(reply)

    async def _keep_delivering(self, pause: Callable[[], Awaitable[None]]) -> None:
        while True:
            await pause()
            await self.deliver()

    async def converse(
        self,
        read: Callable[[], Awaitable[str | None]],
        pause: Callable[[], Awaitable[None]],
        greeting: Greeting,
    ) -> None:
        """Talk until ``read`` gives None, and deliver what is due after each ``pause``.

        A line typed while another is being answered does not wait for it to be screened.
        """
        under_way = {
            asyncio.create_task(self.arrive(greeting)),
            asyncio.create_task(self._keep_delivering(pause)),
        }
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
