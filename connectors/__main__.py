"""Runs one connector: ``python -m connectors terminal``."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import logging
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import structlog

from care.errors import CareError
from care.messages import Messages, load_messages
from care.practices import load_practices, titles
from care.safety.help import load_crisis_help
from care.settings import Settings
from care.storage.database import open_database
from care.storage.keys import engine_secrets, load_master_key, pseudonym
from care.storage.tracker import Tracker
from connectors.dialogue import Dialogue
from connectors.gateway import Gateway, Wiring
from connectors.terminal import Clock, Printer, Terminal, hand_over, prompt_reader
from connectors.typed import load_commands

_LANGUAGE = "en"
_DELIVERY_EVERY_S = 20.0


def main() -> int:
    """Run until the person leaves or the script ends; 1, with one line saying why, when it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m connectors", description=__doc__)
    parser.add_argument("channel", choices=["terminal"])
    parser.add_argument("--script")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--as", dest="user", default=None)
    parser.add_argument("--at", type=_aware, default=None)
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        return asyncio.run(_terminal(Settings(), options))
    except CareError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 0


async def _terminal(settings: Settings, options: argparse.Namespace) -> int:
    messages = load_messages(settings.content_dir, _LANGUAGE)
    user, clock = options.user or getpass.getuser(), _clock(options.at)
    async with httpx.AsyncClient(
        base_url=settings.engine_url or "", timeout=settings.answer_wait_s, trust_env=False
    ) as client:
        gateway = _gateway(settings, client)
        if options.script is not None or not sys.stdin.isatty():
            printer = Printer(sys.stdout, as_json=options.json)
            await Terminal(gateway, user, printer, clock).play(_lines(options.script))
            return 0
        await _at_the_keyboard(gateway, user, clock, messages)
    return 0


async def _at_the_keyboard(gateway: Gateway, user: str, clock: Clock, messages: Messages) -> None:
    from prompt_toolkit.patch_stdout import patch_stdout  # noqa: PLC0415 -- scripts do without it

    sys.stdout.write(messages.say("terminal.hint") + "\n")
    with patch_stdout(raw=True):
        terminal = Terminal(gateway, user, Printer(sys.stdout, as_json=False), clock)
        await terminal.converse(prompt_reader(messages), lambda: asyncio.sleep(_DELIVERY_EVERY_S))
    sys.stdout.write(messages.say("system.bye") + "\n")


def _gateway(settings: Settings, client: httpx.AsyncClient) -> Gateway:
    master = load_master_key(settings)
    _, token = engine_secrets(master)
    return Gateway(
        Wiring(
            database=open_database(settings.database, master),
            tracker=Tracker(settings.tracker_database, master),
            dialogue=Dialogue(client, token),
            crisis=load_crisis_help(settings.content_dir, settings.languages),
            messages=load_messages(settings.content_dir, _LANGUAGE),
            commands=load_commands(settings.content_dir, _LANGUAGE),
            titles=titles(load_practices(settings.content_dir, _LANGUAGE)),
            pseudonym=lambda channel, user_id: pseudonym(master, channel, user_id),
            hand_over=hand_over(Path.cwd()),
            engine_wait_s=settings.engine_wait_s,
        )
    )


def _lines(script: str | None) -> Iterable[str]:
    if script in (None, "-"):
        return sys.stdin
    return Path(str(script)).read_text(encoding="utf-8").splitlines()


def _clock(start: datetime | None) -> Clock:
    began = time.monotonic()
    return lambda: (start + timedelta(seconds=time.monotonic() - began)) if start else datetime.now(UTC)


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


if __name__ == "__main__":
    raise SystemExit(main())
