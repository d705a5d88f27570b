"""Runs one connector: ``python -m connectors terminal``."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from care.content import practice_title
from care.errors import CareError, StorageUnavailable
from care.messages import Messages, load_messages
from care.settings import Settings
from care.storage.keys import MasterKey, load_master_key, pseudonym
from care.storage.peek import is_known
from care.welcome import Greeting, greet, hello_again, introduce
from connectors.printer import Printer

if TYPE_CHECKING:
    from care.storage.database import Database
    from connectors.terminal import Terminal

# What is not needed for the first words is imported after them.

_LANGUAGE = "en"
_DELIVERY_EVERY_S = 20.0
CHANNEL = "terminal"
Clock = Callable[[], datetime]


def main() -> int:
    """Run until the person leaves or the script ends; 1, with one line saying why, when it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m connectors", description=__doc__)
    parser.add_argument("channel", choices=[CHANNEL])
    parser.add_argument("--script")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--as", dest="user", default=None)
    parser.add_argument("--at", type=_aware, default=None)
    parser.add_argument("--opened", type=int, help="a descriptor to close once the first words are said")
    options = parser.parse_args()
    try:
        return _terminal(Settings(), options)
    except CareError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 0


def _terminal(settings: Settings, options: argparse.Namespace) -> int:
    master = load_master_key(settings)
    visit = Visit(
        settings=settings,
        master=master,
        messages=load_messages(settings.content_dir, _LANGUAGE),
        user=options.user or getpass.getuser(),
        clock=_clock(options.at),
        script=None if options.script is None and sys.stdin.isatty() else options.script or "-",
        as_json=options.json,
    )
    visit.say_first_words()
    if options.opened is not None:
        os.close(options.opened)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(visit.talk())
    visit.say_goodbye()
    return 0


@dataclass
class Visit:
    """One person at one terminal; ``script`` is None at the keyboard."""

    settings: Settings
    master: MasterKey
    messages: Messages
    user: str
    clock: Clock
    script: str | None
    as_json: bool
    known: bool | None = None

    def say_first_words(self) -> None:
        """What can be said before the storage, the engine and the rest are there."""
        if self.script is None:
            sys.stdout.write(self.messages.say("terminal.hint") + "\n")
        self.known = is_known(self.settings, self._key)
        if self.known is not None:
            self._printer.bot(hello_again(self.messages) if self.known else introduce(self.messages))

    async def talk(self) -> None:
        """Go on from the first words until the person leaves or the script ends."""
        from care.storage.database import open_database  # noqa: PLC0415 -- after the first words
        from connectors.assembly import gateway_of  # noqa: PLC0415 -- the same
        from connectors.terminal import Terminal  # noqa: PLC0415 -- the same

        database = open_database(self.settings.database, self.master)
        with contextlib.suppress(StorageUnavailable):  # said in the conversation, where help still works
            database.verify()
        greeting = self._greeting(database)
        async with gateway_of(self.settings, self.master, database, self.messages, _LANGUAGE) as gateway:
            terminal = Terminal(gateway, CHANNEL, self.user, self._printer, self.clock)
            if self.script is None:
                await self._converse(terminal, greeting)
            else:
                await terminal.play(_lines(self.script), greeting)

    def say_goodbye(self) -> None:
        """Last words, at the keyboard."""
        if self.script is None:
            sys.stdout.write(self.messages.say("system.bye") + "\n")

    def _greeting(self, database: Database) -> Greeting:
        """What stands on the screen once the person is greeted in full."""
        if self.known is False:
            return Greeting((introduce(self.messages),), known=False)
        title_of = partial(practice_title, self.settings.content_dir, _LANGUAGE)
        said_hello = self.known is True
        greeting = greet(database, self._key, self.messages, title_of, self.clock(), said_hello=said_hello)
        for reply in greeting.replies:
            self._printer.bot(reply)
        return greeting

    async def _converse(self, terminal: Terminal, greeting: Greeting) -> None:
        from prompt_toolkit.patch_stdout import patch_stdout  # noqa: PLC0415 -- scripts do without it

        from connectors.terminal import prompt_reader  # noqa: PLC0415 -- after the first words

        with patch_stdout(raw=True):
            read = prompt_reader(self.messages)
            await terminal.converse(read, lambda: asyncio.sleep(_DELIVERY_EVERY_S), greeting)

    @property
    def _key(self) -> str:
        return pseudonym(self.master, CHANNEL, self.user)

    @property
    def _printer(self) -> Printer:
        return Printer(sys.stdout, as_json=self.as_json)


def _lines(script: str | None) -> Iterable[str]:
    if script in (None, "-"):
        return sys.stdin
    try:
        return Path(str(script)).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CareError(f"The script {script} cannot be read.", "Name a text file in UTF-8.") from error


def _clock(start: datetime | None) -> Clock:
    began = time.monotonic()
    return lambda: (start + timedelta(seconds=time.monotonic() - began)) if start else datetime.now(UTC)


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


if __name__ == "__main__":
    raise SystemExit(main())
