"""The people on call in the conversation: leave to tell them, taken back at any time, and alerts."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog

from care.domain.reply import Reply
from care.errors import CareError
from care.on_call.words import NO, YES, OnCallWords, Wish
from care.safety.help import Notice
from connectors.records import Records
from connectors.talk import Talk
from connectors.typed import Meant

log = structlog.get_logger()
_BUTTONS = {YES: Wish.YES, NO: Wish.NO}


class OnCall:
    """Nothing of it needs the engine. ``anybody`` says whether the operator has people on call."""

    def __init__(self, records: Records, words: OnCallWords, *, anybody: bool) -> None:
        self._records = records
        self._words = words
        self._anybody = anybody

    async def alert(self, key: str, notice: Notice, at: datetime) -> None:
        """Have the people on call told, if the danger calls for it and the person agreed. Never raises."""
        if not self._anybody:
            return
        try:
            new = await asyncio.to_thread(self._records.open_alert, key, notice.label.value, at)
        except CareError as error:
            log.error("alert_not_opened", error=type(error).__name__)
            return
        if new:
            log.info("alert_opened", level=notice.label.value)

    async def read(self, meant: Meant, text: str, key: str, talk: Talk, at: datetime) -> list[Reply]:
        """What follows /oncall, its like in six languages and the answers to it; empty for all else."""
        found = self._wish(meant, text, talk)
        if found is None:
            return []
        wish, talk.language = found
        try:
            return [await self._follow(wish, key, talk, at)]
        except CareError as error:
            log.error("on_call_not_changed", error=type(error).__name__)
            return [self._say("not_kept", talk)]

    def _wish(self, meant: Meant, text: str, talk: Talk) -> tuple[Wish, str] | None:
        if meant.payload in _BUTTONS:
            found: tuple[Wish, str] | None = (_BUTTONS[meant.payload], talk.language)
        else:
            open_ = any(button.payload == YES for button in talk.offered) and not talk.question_open
            found = self._words.wish(text, talk.language, asked=open_)
        refusing = found is not None and found[0] in (Wish.OFF, Wish.NO)
        return found if refusing or not talk.minor else None

    async def _follow(self, wish: Wish, key: str, talk: Talk, at: datetime) -> Reply:
        if wish in (Wish.OFF, Wish.NO):
            await asyncio.to_thread(self._records.withdraw_on_call, key)
            return self._settled("off" if wish is Wish.OFF else "declined", talk)
        if not self._anybody:
            return self._say("nobody", talk)
        if await asyncio.to_thread(self._records.person, key) is None:
            return self._say("not_stored", talk)
        if wish is Wish.ASK:
            return self._words.explain(talk.language, talk.said)
        kept = await asyncio.to_thread(self._records.agree_to_on_call, key, at)
        return self._settled("agreed" if kept else "not_stored", talk)

    def _settled(self, message: str, talk: Talk) -> Reply:
        """The question is answered: a later yes is not for it."""
        talk.offered = tuple(button for button in talk.offered if button.payload not in _BUTTONS)
        return self._say(message, talk)

    def _say(self, key: str, talk: Talk) -> Reply:
        return Reply(self._words.say(key, talk.language, talk.said))
