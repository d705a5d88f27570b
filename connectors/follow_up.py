"""Follow-ups in the conversation: the offer of a check-in, the answer to it, and stop at any time."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog

from care.domain.reply import Reply
from care.errors import CareError
from care.safety.follow_up import NOT_NOW, STOP, WAITS, FollowUpWords, Stop
from care.safety.help import Notice
from connectors.records import Records
from connectors.talk import Talk
from connectors.typed import Meant

log = structlog.get_logger()


class FollowUp:
    """Nothing of it needs the engine; help has gone out before any of it begins."""

    def __init__(self, records: Records, words: FollowUpWords) -> None:
        self._records = records
        self._words = words

    async def begin(self, key: str, notice: Notice, at: datetime, talk: Talk) -> None:
        """Plan follow-ups once help was given; a time is offered a little later. Never raises."""
        try:
            offer = await asyncio.to_thread(
                self._records.begin_follow_ups, key, notice.label.value, at, notice.language
            )
        except CareError as error:
            log.error("follow_ups_not_planned", error=type(error).__name__)
            return
        if offer and talk.check_in_owed is None:
            talk.check_in_owed = True

    def offer(self, talk: Talk) -> list[Reply]:
        """The question when to check in, once in a conversation after a crisis; empty otherwise."""
        if not talk.check_in_owed:
            return []
        talk.check_in_owed = False
        return [self._words.offer(language=talk.language, avoid=talk.said)]

    async def read(self, meant: Meant, text: str, key: str, talk: Talk, at: datetime) -> list[Reply]:
        """What follows a button of ours, a stop or /contact; else nothing, and it counts as an answer."""
        try:
            if meant.payload in WAITS:
                return [await self._agree(meant.payload, key, talk, at), self._say("someone_hint", talk)]
            if meant.payload == NOT_NOW:
                return [self._say("declined", talk), self._say("someone_hint", talk)]
            if self._words.asks_for_words(text):
                return self._words.for_someone(language=talk.language, avoid=talk.said)
            if await self._is_stop(meant, text, key):
                return [await self._stop(key, talk, at)]
        except CareError as error:
            log.error("follow_ups_not_changed", error=type(error).__name__)
            return [self._say("not_kept", talk)]
        talk.go_on_behind(asyncio.to_thread(self._records.answered, key))
        return []

    async def end(self, key: str, talk: Talk) -> list[Reply]:
        """What somebody whose data goes away is told about follow-ups; empty when there are none."""
        try:
            planned = await asyncio.to_thread(self._records.follow_ups, key)
        except CareError:
            return []
        return [self._say("ends_with_erasure", talk)] if planned is not None else []

    async def _agree(self, payload: str, key: str, talk: Talk, at: datetime) -> Reply:
        kept = await asyncio.to_thread(self._records.agree_to_follow_up, key, at, WAITS[payload])
        return self._say("agreed" if kept else "not_kept", talk)

    async def _is_stop(self, meant: Meant, text: str, key: str) -> bool:
        """A bare "stop" also ends an exercise: it is meant for us only right after a follow-up."""
        said = Stop.CERTAIN if meant.payload == STOP else self._words.stop_in(text)
        if said is None:
            return False
        planned = await asyncio.to_thread(self._records.follow_ups, key)
        certain = said is Stop.CERTAIN
        return meant.payload == STOP or (planned is not None and (certain or planned.unanswered > 0))

    async def _stop(self, key: str, talk: Talk, at: datetime) -> Reply:
        talk.check_in_owed = False
        await asyncio.to_thread(self._records.stop_follow_ups, key, at)
        return self._words.stopped(talk.country, minor=talk.minor, language=talk.language, avoid=talk.said)

    def _say(self, key: str, talk: Talk) -> Reply:
        return Reply(self._words.say(key, talk.language, talk.said))
