"""Fills in, shows and prints a person's safety plan in the chat, with no engine and, unsaved, no database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog

from care.domain.reply import Reply
from care.domain.safety_plan import HELPERS, LONGEST_ENTRY, SIGNS, STEPS, SafetyPlan
from care.errors import CareError
from care.messages import Messages
from care.safety.help import CrisisHelp
from care.safety.label import Label
from care.safety.reply import Contacts
from connectors.messages import Incoming
from connectors.plan_page import page
from connectors.plan_texts import PlanTexts
from connectors.plan_words import PREFIX, PlanWords
from connectors.records import Records
from connectors.talk import Talk
from connectors.typed import clean

log = structlog.get_logger()
_WAIT_S = 0.3
_OWN = f"/{PREFIX}"
_NOT_CALM = (Label.PASSIVE_IDEATION, Label.ACTIVE_IDEATION, Label.SELF_HARM)
_SHOWN_IN_CRISIS = (*_NOT_CALM, Label.PLAN_INTENT)
_NEVER_ASIDE = (Label.ACTIVE_IDEATION, Label.PLAN_INTENT)
_READ_ANEW = (_OWN, f"{_OWN}_show", f"{_OWN}_print", f"{_OWN}_step")
HandOver = Callable[[str, datetime], Path]
IsNew = Callable[[], Awaitable[bool]]


@dataclass(frozen=True)
class _Turn:
    """One message to the plan."""

    key: str
    talk: Talk
    at: datetime
    texts: PlanTexts


class SafetyPlans:
    """The conversation about the plan. What it answers was screened for danger before."""

    def __init__(
        self,
        records: Records,
        crisis: CrisisHelp,
        messages: Mapping[str, Messages],
        words: Mapping[str, PlanWords],
        hand_over: HandOver,
    ) -> None:
        self._records = records
        self._crisis = crisis
        self._messages = messages
        self._words = words
        self._hand_over = hand_over

    async def answer(
        self, incoming: Incoming, payload: str | None, key: str, talk: Talk, is_new: IsNew
    ) -> list[Reply] | None:
        """The replies to what belongs to the plan; None for anything else, which leaves the plan.

        ``is_new`` is asked once it is clear that the message belongs here; one that came before says nothing.
        """
        await self._look(key, talk, again=_reads_anew(payload))
        plan = talk.writing.plan
        writing = plan is not None and plan.takes_words(incoming.at)
        text = _words(incoming)
        plain = text.lower().strip(" .!?").removeprefix("/").replace("_", " ")
        language = self._language(plain, talk)
        meant = self._words[language].read(plain) if writing and not _is_own(payload) else None
        order = payload if _is_own(payload) else meant
        turn = _Turn(key, talk, incoming.at, self._texts(language, talk))
        if order is None and not writing:
            return None
        if order is None and payload is not None:
            await self._leave(key, talk, incoming.at)
            return None
        if not await is_new():
            return []
        return await self._write(text, turn) if order is None else await self._carry_out(order, turn)

    def is_open(self, talk: Talk, at: datetime) -> bool:
        """Whether what is typed now belongs to the plan."""
        return talk.writing.plan is not None and talk.writing.plan.takes_words(at)

    async def beside_help(self, incoming: Incoming, key: str, talk: Talk) -> list[Reply]:
        """After help: the person's own plan in brief, or what becomes of the one they were writing."""
        danger, talk.writing.danger = talk.writing.danger, None
        await self._look(key, talk)
        plan = talk.writing.plan
        if talk.minor:
            return []
        texts = self._texts(self._available(talk.language) if danger else self._spoken(talk), talk)
        if plan is not None and plan.takes_words(incoming.at):
            return [await self._interrupted(plan, incoming, danger, key, talk, texts)]
        if danger is None or danger not in _SHOWN_IN_CRISIS:
            return []
        brief = texts.brief(plan) if plan is not None else None
        if brief is not None:
            return [Reply(brief)]
        if danger not in _NOT_CALM or talk.writing.hinted:
            return []
        talk.writing.hinted = True
        return [Reply(texts.say("hint"))]

    async def _interrupted(
        self,
        plan: SafetyPlan,
        incoming: Incoming,
        danger: Label | None,
        key: str,
        talk: Talk,
        texts: PlanTexts,
    ) -> Reply:
        """A dark thought is a warning sign and is kept; elsewhere the person is asked when they go on."""
        words = _words(incoming) if danger is not None else ""
        kept = plan.place == SIGNS and danger is not Label.PLAN_INTENT and not plan.is_full()
        said = "waits"
        if words and len(words) <= LONGEST_ENTRY:
            if kept:
                plan, said = plan.write(words, incoming.at), "kept_sign"
            elif danger not in _NEVER_ASIDE:
                talk.writing.aside = words
        talk.writing.plan = plan.leave(incoming.at)
        talk.go_on_behind(self._save(key, talk))
        return Reply(texts.say(said))

    # --- what a person asks for

    async def _carry_out(self, order: str, turn: _Turn) -> list[Reply]:
        name, _, number = order.removeprefix(_OWN).removeprefix("_").rpartition("_")
        if number.isdecimal():
            return await self._on(name, int(number), turn)
        name = number
        if name == "show":
            return [self._shown(turn)]
        if name == "print":
            return await self._printed(turn)
        plan = turn.talk.writing.plan
        if plan is None or name in ("", "unsaved"):
            return await self._open(turn, agreed=name == "unsaved")
        return await self._move(name, plan, turn)

    async def _open(self, turn: _Turn, *, agreed: bool = False, at: int | None = None) -> list[Reply]:
        """At a step, else the first empty one from where the person was; all of it when none is empty."""
        writing = turn.talk.writing
        if writing.plan is None and not agreed and (writing.unsaved or not writing.looked):
            why = "no_consent" if writing.looked else "no_memory"
            writing.unsaved = True
            return [turn.texts.with_buttons(turn.texts.say(why), "unsaved")]
        plan = writing.plan or SafetyPlan(turn.at)
        start = at or plan.next_empty(plan.place)
        if start is None:
            return [self._shown(turn)]
        first = [Reply(turn.texts.say("intro" if plan.empty else "resumed"))]
        return [*first, *await self._at(start, plan, turn)]

    async def _on(self, name: str, number: int, turn: _Turn) -> list[Reply]:
        """Goes to a step, or changes or removes an entry of the one where the person is."""
        plan = turn.talk.writing.plan
        if name == "step":
            if plan is None:
                return await self._open(turn, at=number)
            return await self._at(number, plan, turn)
        if plan is None:
            return [Reply(turn.texts.say("none"))]
        if not plan.has(number):
            return [self._reply(turn.texts.say("no_entry"), plan, turn)]
        if name == "remove":
            said = turn.texts.say("removed", entry=plan.step(plan.place)[number - 1])
            return await self._keep(plan.remove(number, turn.at), said, turn)
        said = turn.texts.say("change_ask", entry=plan.step(plan.place)[number - 1])
        return await self._keep(replace(plan, open=True, replacing=number, updated_at=turn.at), said, turn)

    async def _move(self, name: str, plan: SafetyPlan, turn: _Turn) -> list[Reply]:
        if name in ("next", "skip", "stop"):
            turn.talk.writing.aside = None
        if name == "stop":
            replies = await self._keep(plan.leave(turn.at), "", turn)
            said = turn.texts.say("stopped_unsaved" if turn.talk.writing.unsaved else "stopped")
            return [turn.texts.with_buttons(said, "show", "print"), *replies]
        if name == "keep":
            aside, turn.talk.writing.aside = turn.talk.writing.aside, None
            return await self._at(plan.place, plan, turn) if aside is None else await self._write(aside, turn)
        if name == "back":
            return await self._at(plan.place - 1, plan, turn)
        if name == "more":
            said = turn.texts.say("more_ask")
            return await self._keep(plan.go_to(plan.place, turn.at), said, turn)
        if plan.place == STEPS:
            replies = await self._keep(plan.leave(turn.at), "", turn)
            said = turn.texts.say("done" if plan.next_empty(SIGNS) is None else "done_partly")
            return [turn.texts.with_buttons(said, "show", "print"), *replies]
        return await self._at(plan.place + 1, plan, turn)

    async def _write(self, text: str, turn: _Turn) -> list[Reply]:
        plan = turn.talk.writing.plan or SafetyPlan(turn.at)
        trouble = _trouble(text, plan)
        if trouble:
            return [self._reply(turn.texts.say(trouble), plan, turn)]
        said = turn.texts.say("noted", entry=text)
        return await self._keep(plan.write(text, turn.at), said, turn)

    async def _at(self, number: int, plan: SafetyPlan, turn: _Turn) -> list[Reply]:
        """Opens a step."""
        plan = plan.go_to(number, turn.at)
        texts = turn.texts
        lines = [texts.step(plan.place), texts.say(f"ask_{plan.place}")]
        if plan.step(plan.place):
            lines += [texts.say("so_far"), *texts.entries(plan.step(plan.place)), texts.say("edit_help")]
        if plan.place == HELPERS:
            lines.append(self._helpers(turn).as_text())
        aside = turn.talk.writing.aside
        if aside is not None:
            lines.append(texts.say("aside", entry=aside))
        return await self._keep(plan, "\n".join(lines), turn)

    # --- showing

    def _shown(self, turn: _Turn) -> Reply:
        plan = turn.talk.writing.plan
        if plan is None or plan.empty:
            return turn.texts.with_buttons(turn.texts.say("none"), "open")
        shown = turn.texts.whole(plan, self._helpers(turn).as_text())
        return turn.texts.with_buttons(shown, "open", "print")

    async def _printed(self, turn: _Turn) -> list[Reply]:
        plan = turn.talk.writing.plan
        if plan is None or plan.empty:
            return [turn.texts.with_buttons(turn.texts.say("none"), "open")]
        html = page(plan, self._helpers(turn), turn.texts, turn.at)
        try:
            path = await asyncio.to_thread(self._hand_over, html, turn.at)
        except OSError:
            return [Reply(turn.texts.say("print_failed"))]
        return [Reply(turn.texts.say("print_ready", path=path), media=(str(path),))]

    def _helpers(self, turn: _Turn) -> Contacts:
        return self._crisis.helpers(turn.talk.country, minor=turn.talk.minor, language=turn.texts.language)

    def _reply(self, text: str, plan: SafetyPlan, turn: _Turn) -> Reply:
        """With the ways on from a step, when the person is in one."""
        if not plan.open:
            return Reply(text)
        onward = ("more", "next") if plan.step(plan.place) else ("skip",)
        keep = ("keep",) if turn.talk.writing.aside is not None else ()
        back = ("back",) if plan.place > SIGNS else ()
        return turn.texts.with_buttons(text, *keep, *onward, *back, "stop")

    # --- keeping

    async def _keep(self, plan: SafetyPlan, said: str, turn: _Turn) -> list[Reply]:
        """Saves, then says it; honest when it could not be saved: the next saving keeps it all."""
        turn.talk.writing.plan = replace(plan, language=turn.texts.language)
        saved = await self._save(turn.key, turn.talk)
        replies = [self._reply(said, plan, turn)] if said else []
        return replies if saved else [Reply(turn.texts.say("not_saved")), *replies]

    async def _leave(self, key: str, talk: Talk, at: datetime) -> None:
        plan = talk.writing.plan
        if plan is not None and plan.open:
            talk.writing.plan = plan.leave(at)
            await self._save(key, talk)

    async def _save(self, key: str, talk: Talk) -> bool:
        plan = talk.writing.plan
        if plan is None or talk.writing.unsaved:
            return True
        try:
            await asyncio.to_thread(self._records.keep_safety_plan, key, plan)
        except CareError as error:
            log.error("plan_not_kept", error=type(error).__name__)
            talk.writing.behind = True
            return False
        talk.writing.behind = False
        return True

    async def _look(self, key: str, talk: Talk, *, again: bool = False) -> None:
        """Reads the plan if the database answers quickly; what waits to be saved is never read over."""
        writing = talk.writing
        if ((writing.looked or writing.plan) and not again) or writing.behind:
            return
        try:
            reading = asyncio.to_thread(self._records.safety_plan, key)
            known, plan = await asyncio.wait_for(reading, _WAIT_S)
        except (CareError, TimeoutError) as error:
            log.error("plan_not_read", error=type(error).__name__)
            return
        writing.looked, writing.unsaved = True, not known
        if known and plan is not None:
            writing.plan = plan

    # --- words

    def _language(self, plain: str, talk: Talk) -> str:
        """The one whose words these are, else the one in use."""
        current = self._spoken(talk)
        order = [current, *self._words]
        return next((each for each in order if plain in self._words[each].anywhere), current)

    def _available(self, language: str) -> str:
        return language if language in self._messages else next(iter(self._messages))

    def _spoken(self, talk: Talk) -> str:
        plan = talk.writing.plan
        return self._available(plan.language if plan is not None and plan.open else talk.language)

    def _texts(self, language: str, talk: Talk) -> PlanTexts:
        return PlanTexts(self._messages[language], language, tuple(talk.said))


def _is_own(payload: str | None) -> bool:
    return payload is not None and payload.startswith(_OWN)


def _reads_anew(payload: str | None) -> bool:
    return payload is not None and (payload in _READ_ANEW or payload.startswith(_READ_ANEW[-1]))


def _words(incoming: Incoming) -> str:
    """What was typed, on one line; nothing where a button was pressed."""
    return "" if incoming.payload is not None else " ".join(clean(incoming.text).split())


def _trouble(text: str, plan: SafetyPlan) -> str | None:
    if not text:
        return "empty"
    if len(text) > LONGEST_ENTRY:
        return "too_long"
    return "full" if plan.is_full() else None
