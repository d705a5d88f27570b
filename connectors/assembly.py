"""Builds a gateway from the settings: the one place that knows all its parts."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import TextIO

import httpx

from care import logs
from care.content import practice_title
from care.messages import Messages, load_messages
from care.on_call.words import OnCallWords, load_on_call_words
from care.safety.follow_up import FollowUpWords, load_follow_up_words
from care.safety.help import CrisisHelp, load_crisis_help
from care.settings import CRISIS_LANGUAGES, Settings
from care.storage.database import Database
from care.storage.keys import MasterKey, engine_secrets, pseudonym
from care.storage.tracker import Tracker
from care.understanding.speech.apart import SpeechApart
from connectors.dialogue import Dialogue
from connectors.follow_up import FollowUp
from connectors.gateway import Gateway, Wiring
from connectors.handover import hand_over, hand_over_page
from connectors.on_call import OnCall
from connectors.plan_words import load_plan_words
from connectors.records import Records
from connectors.safety_plan import SafetyPlans
from connectors.typed import load_commands, load_openers
from connectors.voice import Voice, load_words

_LOG_BYTES = 1_000_000


@asynccontextmanager
async def gateway_of(
    settings: Settings, master: MasterKey, database: Database, messages: Messages, language: str
) -> AsyncIterator[Gateway]:
    """A gateway that speaks with the engine of the settings; raises CareError when something is missing."""
    _, token = engine_secrets(master)
    client = httpx.AsyncClient(
        base_url=settings.engine_url or "", timeout=settings.answer_wait_s, trust_env=False
    )
    with _log_file(settings.data_dir / "logs" / "connectors.log") as log_file:
        logs.write_to(log_file)
        async with client:
            records = Records(database, Tracker(settings.tracker_database, master))
            crisis = _crisis_help(
                settings.content_dir, settings.languages, settings.crisis_dir, settings.hotline_rechecks
            )
            yield Gateway(
                Wiring(
                    records=records,
                    dialogue=Dialogue(client, token),
                    crisis=crisis,
                    voice=_voice(settings, messages, language),
                    follow_up=FollowUp(records, _follow_up_words(settings.content_dir, settings.languages)),
                    messages=messages,
                    commands=load_commands(settings.content_dir, language),
                    title_of=partial(practice_title, settings.content_dir, language),
                    pseudonym=partial(pseudonym, master),
                    hand_over=hand_over(Path.cwd()),
                    engine_wait_s=settings.engine_wait_s,
                    openers=load_openers(settings.content_dir, language),
                    plans=safety_plans(settings.content_dir, records, crisis, Path.cwd()),
                    on_call=OnCall(
                        records, _on_call_words(settings.content_dir), anybody=bool(settings.on_call)
                    ),
                )
            )


def safety_plans(content_dir: Path, records: Records, crisis: CrisisHelp, folder: Path) -> SafetyPlans:
    """The safety plan in every language of CRISIS_LANGUAGES; pages to print go into ``folder``."""
    return SafetyPlans(
        records,
        crisis,
        {language: load_messages(content_dir, language) for language in CRISIS_LANGUAGES},
        {language: load_plan_words(content_dir, language) for language in CRISIS_LANGUAGES},
        hand_over_page(folder),
    )


@cache
def _crisis_help(
    content_dir: Path, languages: tuple[str, ...], crisis_dir: Path, rechecks: Path
) -> CrisisHelp:
    """Read once in a process: it takes a second, and nothing of it changes."""
    return load_crisis_help(content_dir, languages, crisis_dir, rechecks)


@cache
def _follow_up_words(content_dir: Path, languages: tuple[str, ...]) -> FollowUpWords:
    return load_follow_up_words(content_dir, languages)


@cache
def _on_call_words(content_dir: Path) -> OnCallWords:
    return load_on_call_words(content_dir)


def _voice(settings: Settings, messages: Messages, language: str) -> Voice:
    speech = SpeechApart(settings.speech_model, language, settings.speech_wait_s)
    return Voice(speech, messages, load_words(settings.content_dir, language))


@contextmanager
def _log_file(path: Path) -> Iterator[TextIO]:
    """Kinds of errors go to a file beside the other logs; without one (a full disk) they go nowhere."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _LOG_BYTES:
            path.unlink()
        path.touch(mode=0o600)
    except OSError:
        path = Path(os.devnull)
    log_file = path.open("a", encoding="utf-8")
    try:
        yield log_file
    finally:
        with suppress(OSError):  # a full disk may show at the end only
            log_file.close()
