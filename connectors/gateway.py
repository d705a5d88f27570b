"""The way of every message: screened first, handled once, answered by care or by the dialogue engine."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from care.domain.age import ADULT, stated_age
from care.domain.follow_up import FOLLOWED
from care.domain.person import Person
from care.domain.reply import Reply, to_reply
from care.errors import CareError, EngineSilent, EngineUnavailable
from care.messages import Messages
from care.safety.help import CrisisHelp, Notice
from care.safety.hours import Clock
from care.safety.label import Answer, Label
from care.understanding.speech.refusal import Reason
from care.understanding.speech.transcript import Transcript
from care.welcome import Greeting, greet, introduce
from connectors.dialogue import Dialogue
from connectors.follow_up import FollowUp
from connectors.messages import Incoming
from connectors.on_call import OnCall
from connectors.plan_words import PREFIX
from connectors.records import Records
from connectors.safety_plan import SafetyPlans
from connectors.staying import Staying
from connectors.talk import Talk
from connectors.typed import Meant, read_typed
from connectors.voice import Voice

log = structlog.get_logger()

_RECALL_WAIT_S = 0.3
_ADULT_NUMBER = re.compile(r"\b(?:1[89]|[2-9]\d)\b")
_STAYING = 3  # messages
_PATIENCE_S = 3.0
_YES_NO = {"/affirm": Answer.YES, "/deny": Answer.NO}


@dataclass(frozen=True)
class Wiring:
    """What the gateway stands on. ``hand_over`` writes the copy of a person's data; it returns where."""

    records: Records
    dialogue: Dialogue
    crisis: CrisisHelp
    voice: Voice
    follow_up: FollowUp
    messages: Messages
    commands: dict[str, str]
    title_of: Callable[[str], str]
    pseudonym: Callable[[str, str], str]
    hand_over: Callable[[dict[str, Any], datetime], Path]
    engine_wait_s: float
    openers: Mapping[str, str] = field(default_factory=dict)
    plans: SafetyPlans | None = None
    on_call: OnCall | None = None


class Gateway:
    """Answers people, one message at a time for each, in order."""

    def __init__(self, wiring: Wiring) -> None:
        self._ = wiring
        self._staying = Staying(wiring.crisis, wiring.records)
        self._talks: defaultdict[str, Talk] = defaultdict(Talk)

    async def arrive(
        self, channel: str, user_id: str, at: datetime, greeting: Greeting | None = None
    ) -> AsyncIterator[Reply]:
        """First words, without the engine; a newcomer then meets the first question as soon as it is up.

        A ``greeting`` that the connector has shown already is not said again.
        """
        key = self._.pseudonym(channel, user_id)
        talk = self._talks[key]
        async with talk.lock:
            shown = greeting if greeting is not None else await asyncio.to_thread(self._greeting, key, at)
            talk.introduced = True
            for reply in shown.replies:
                talk.remember(reply)
                if greeting is None:
                    yield reply
            if shown.known is False:
                message_id = f"arrival-{at.timestamp()}"
                async for reply in self._through_engine(key, talk, "/start", message_id, at, None):
                    talk.remember(reply)
                    yield reply

    async def handle(self, incoming: Incoming) -> AsyncIterator[Reply]:
        """The replies to one message, each as soon as it is known."""
        key = self._.pseudonym(incoming.channel, incoming.user_id)
        talk = self._talks[key]
        if incoming.sound is None:
            replies = self._written(incoming, key, talk)
        else:
            listening = asyncio.create_task(self._.voice.transcript(incoming))
            incoming = replace(incoming, sound=None)  # the sound ends with the task
            replies = self._spoken(incoming, listening, key, talk)
        async for reply in replies:
            talk.remember(reply)
            yield reply
        for reply in [] if self._talks[key].hidden else self._staying.reminder(talk, incoming.at):
            talk.remember(reply)
            yield reply

    async def _written(self, incoming: Incoming, key: str, talk: Talk) -> AsyncIterator[Reply]:
        confirmed = self._.voice.confirmed(incoming, self._meant(incoming, talk).payload, talk)
        if isinstance(confirmed, Reply):
            yield confirmed
            return
        incoming = confirmed or incoming
        if self._staying.hides("" if incoming.payload else incoming.text, talk):
            talk = self._hide(key, talk)
        elif talk.hidden:
            talk.hidden = False
            yield self._.crisis.line("shown_again", avoid=talk.said, language=talk.language)
            return
        urgent = await self._urgent(incoming, key, talk, answers=talk.question_open)
        for reply in urgent:
            yield reply
        if urgent:
            for reply in await self._plan_beside_help(incoming, key, talk):
                yield reply
            return
        if talk.hidden:
            yield self._.crisis.line("hidden", avoid=talk.said, language=talk.language)
            return
        await asyncio.gather(*talk.behind, return_exceptions=True)
        async with talk.lock:
            async for reply in self._answer(incoming, key, talk):
                yield reply

    def _hide(self, key: str, talk: Talk) -> Talk:
        """A talk in which nothing is left to show; only the danger is remembered (behaviour C10)."""
        if not talk.hidden:
            talk = Talk(
                talk.lock,
                minor=talk.minor,
                country=talk.country,
                language=talk.language,
                introduced=True,
                episode=talk.episode,
                hidden=True,
                storing=talk.storing,
                behind=talk.behind,
            )
            self._talks[key] = talk
        return talk

    async def pending(self, channel: str, user_id: str, at: datetime) -> AsyncIterator[Reply]:
        """What the scheduler has put out for this person, marked as sent before it is said.

        A crash between the two loses one invitation; the other way round it would come twice.
        """
        key = self._.pseudonym(channel, user_id)
        talk = self._talks[key]
        async with talk.lock:
            if talk.hidden:
                return
            with suppress(CareError):
                for body in await asyncio.to_thread(self._.records.take_due, key, at):
                    reply = to_reply(body)
                    talk.remember(reply)
                    yield reply

    async def settle(self) -> None:
        """Wait for what goes on behind replies that were given already."""
        behind = [task for talk in self._talks.values() for task in talk.behind]
        await asyncio.gather(*behind, return_exceptions=True)

    async def _answer(self, incoming: Incoming, key: str, talk: Talk) -> AsyncIterator[Reply]:
        meant = self._meant(incoming, talk)
        planned = await self._plan(incoming, meant, key, talk)
        if planned is not None:
            for reply in planned:
                yield reply
            return
        beside = self._without_engine(meant, key, talk)
        for reply in beside:
            yield reply
        if not beside:
            async for reply in self._ordinary(incoming, meant, key, talk):
                yield reply

    # --- help: nothing here may wait for another message, the engine or the database

    async def _urgent(self, incoming: Incoming, key: str, talk: Talk, *, answers: bool) -> list[Reply]:
        """Help for a crisis or when asked for, and what follows our direct question; empty otherwise.

        ``answers`` says that the question was open when the message came in.
        """
        answers = await self._recall(key, talk, incoming.at) or answers
        if incoming.payload is None:
            self._hear_age(incoming.text, talk)
            implied = self._staying.implied(incoming.text, talk, incoming.at)
            notice = self._.crisis.notice(
                incoming.text,
                talk.country,
                minor=talk.minor,
                asked_for=talk.asked_for,
                avoid=talk.said,
                language=talk.language,
                clock=talk.clock,
                at_least=implied,
            )
            if notice.replies:
                return self._help(incoming, key, talk, notice, implied)
        meant = self._meant(incoming, talk)
        after = [] if talk.hidden else await self._ours(incoming, meant, key, talk)
        if after:
            return after
        if meant.payload == "/sos" or (not meant.payload and self._.crisis.is_asked_for(meant.text)):
            return self._lines(talk)
        country = self._.crisis.country_in(meant.text) if talk.country_wanted else None
        if country:
            talk.country, talk.country_wanted = country, False
            talk.go_on_behind(asyncio.to_thread(self._.records.change, key, country=country))
            return self._lines(talk)
        if talk.hidden:
            return []
        if self._.plans is not None and self._.plans.is_open(talk, incoming.at):
            # Opened anew after help: words go into the plan, but a yes to our question is heard.
            answers = answers and self._answers_clearly(meant)
            beside = self._after_question(meant, key, talk, incoming.at) if answers else []
        else:
            beside = self._beside(meant, key, talk, incoming.at, answers=answers)
        return [*beside, *self._.follow_up.offer(talk)] if beside and not talk.barrier_open else beside

    async def _ours(self, incoming: Incoming, meant: Meant, key: str, talk: Talk) -> list[Reply]:
        """What answers our offers after a crisis: follow-ups, and leave to tell the people on call."""
        after = await self._.follow_up.read(meant, incoming.text, key, talk, incoming.at)
        if after or not self._.on_call:
            return after
        return await self._.on_call.read(meant, incoming.text, key, talk, incoming.at)

    def _beside(self, meant: Meant, key: str, talk: Talk, at: datetime, *, answers: bool) -> list[Reply]:
        """What an open episode makes of a message without danger."""
        beside = self._staying.barrier(meant, key, talk, at)
        if beside:
            return beside
        self._staying.talked(meant.text, key, talk, at)
        return self._after_question(meant, key, talk, at) if answers else self._stay(meant, key, talk, at)

    def _answers_clearly(self, meant: Meant) -> bool:
        if meant.payload is not None:
            return meant.payload in _YES_NO
        return self._.crisis.read_answer(meant.text) is Answer.YES

    def _help(
        self, incoming: Incoming, key: str, talk: Talk, notice: Notice, implied: Label = Label.NONE
    ) -> list[Reply]:
        talk.language, talk.hidden = notice.language, False
        talk.writing.danger = notice.label
        self._staying.danger(incoming, key, talk, notice, implied)
        if implied.is_crisis:
            talk.staying = _STAYING
        talk.question_open = talk.question_open or notice.asked
        talk.asked_for = notice.label if notice.asked else talk.asked_for
        talk.country_wanted = talk.country is None
        talk.go_on_behind(self._after_crisis(incoming, key, talk, notice))
        if self._.on_call:
            talk.go_on_behind(self._.on_call.alert(key, notice, incoming.at))
        return list(notice.replies)

    def _lines(self, talk: Talk) -> list[Reply]:
        talk.hidden = False
        talk.country_wanted = talk.country is None
        return self._.crisis.sos(
            talk.country, minor=talk.minor, avoid=talk.said, language=talk.language, clock=talk.clock
        )

    def _after_question(self, meant: Meant, key: str, talk: Talk, at: datetime) -> list[Reply]:
        if meant.payload is not None and meant.payload not in _YES_NO:
            if not meant.payload.startswith(
                f"/{PREFIX}"
            ):  # the safety plan asks nothing that is answered by yes
                talk.question_open = False  # a yes that comes now answers what the command asks
            return []
        answer = _YES_NO[meant.payload] if meant.payload else self._.crisis.read_answer(meant.text)
        talk.question_open, talk.staying = False, _STAYING
        asked_for = talk.asked_for or Label.ACTIVE_IDEATION
        self._staying.answered(answer, asked_for, key, talk, at)
        if answer is Answer.YES and asked_for not in FOLLOWED:  # a yes is a thought of suicide
            thought = Notice(Label.ACTIVE_IDEATION, language=talk.language)
            talk.go_on_behind(self._.follow_up.begin(key, thought, at, talk))
        return self._.crisis.after_answer(
            answer,
            talk.country,
            asked_for=asked_for,
            minor=talk.minor,
            avoid=talk.said,
            language=talk.language,
            clock=talk.clock,
        )

    def _stay(self, meant: Meant, key: str, talk: Talk, at: datetime) -> list[Reply]:
        """For some messages after a crisis: no questions for numbers and no menu, but people in reach."""
        if meant.payload:
            talk.staying = 0  # they chose to go on, and the next words answer what the command asks
        if talk.staying == 0 or not meant.text:
            return []
        talk.staying -= 1
        talk.language = self._.crisis.language_of(meant.text, talk.language)
        asked = self._staying.ask_barrier(meant.text, key, talk, at)
        return asked or [self._.crisis.stay(avoid=talk.said, language=talk.language)]

    async def _recall(self, key: str, talk: Talk, at: datetime) -> bool:
        """Country, zone, age and episode from the database if it answers quickly; else what we remember.

        True when an episode taken up again shows that our direct question waits for its answer.
        """
        talk.clock = Clock(at, talk.clock.zone if talk.clock else None)
        with suppress(CareError, TimeoutError):
            reading = asyncio.to_thread(self._.records.person_and_episode, key)
            person, episode = await asyncio.wait_for(reading, _RECALL_WAIT_S)
            if person is not None:
                talk.country = person.country or talk.country
                talk.clock = Clock(at, person.zone)
                talk.minor = person.minor
            return self._staying.recall(episode, talk, at)
        return False

    def _hear_age(self, text: str, talk: Talk) -> None:
        age = stated_age(text)
        if age is not None:
            talk.minor = age < ADULT
        elif talk.minor and _ADULT_NUMBER.search(text):
            talk.minor = False  # "sorry, I meant 71"

    async def _after_crisis(self, incoming: Incoming, key: str, talk: Talk, notice: Notice) -> None:
        """Receipt, note of the help shown, and word to the engine; the help itself has gone out already."""
        async with talk.lock:
            try:
                await asyncio.to_thread(self._.records.change, key, minor=talk.minor)
                await asyncio.to_thread(self._.records.note_help, incoming, key, notice)
            except CareError as error:
                log.error("help_not_noted", error=type(error).__name__)
            await self._.follow_up.begin(key, notice, incoming.at, talk)
            with suppress(EngineUnavailable):
                await self._.dialogue.tell(key, "/crisis_noted", message_id=incoming.event_id, at=incoming.at)

    # --- the safety plan, which needs no engine either

    async def _plan(self, incoming: Incoming, meant: Meant, key: str, talk: Talk) -> list[Reply] | None:
        """The answer to what belongs to the safety plan; None for anything else and for minors."""
        if self._.plans is None or talk.minor:
            return None
        return await self._.plans.answer(incoming, meant.payload, key, talk, lambda: self._is_new(incoming))

    async def _plan_beside_help(self, incoming: Incoming, key: str, talk: Talk) -> list[Reply]:
        return await self._.plans.beside_help(incoming, key, talk) if self._.plans else []

    # --- voice: what is heard may call for help, never takes any back, and counts as said once confirmed

    async def _spoken(
        self, incoming: Incoming, listening: asyncio.Task[Transcript | Reason], key: str, talk: Talk
    ) -> AsyncIterator[Reply]:
        beside = await self._urgent_in_speech(incoming, key, talk) if incoming.text else []
        for reply in beside:
            yield reply
        try:
            done, _ = await asyncio.wait({listening}, timeout=_PATIENCE_S)
            if not done:
                yield self._.voice.listening(talk)
            heard = await listening
        finally:
            listening.cancel()
        del listening
        if isinstance(heard, Transcript):
            spoken = replace(incoming, text=heard.text)
            urgent = await self._urgent_in_speech(spoken, key, talk, sure=heard.sure)
            if urgent:
                yield self._.voice.before_help(heard, talk)
                for reply in urgent:
                    yield reply
                for reply in await self._plan_beside_help(spoken, key, talk):
                    yield reply
                return
            heard = replace(heard, text=" ".join(filter(None, (incoming.text, heard.text))))
        async with talk.lock:
            if await self._is_new(incoming):
                for reply in self._shown_back(heard, talk):
                    yield reply

    async def _urgent_in_speech(
        self, incoming: Incoming, key: str, talk: Talk, *, sure: bool = True
    ) -> list[Reply]:
        """Help for a crisis or when asked for, and after a yes to our direct question; empty otherwise."""
        await self._recall(key, talk, incoming.at)
        age = stated_age(incoming.text) if sure else None
        minor = talk.minor or (age is not None and age < ADULT)
        notice = self._.crisis.notice(
            incoming.text,
            talk.country,
            minor=minor,
            asked_for=talk.asked_for,
            avoid=talk.said,
            language=talk.language,
            clock=talk.clock,
        )
        if notice.replies:
            talk.minor = minor
            return self._help(incoming, key, talk, notice)
        meant = read_typed(incoming.text, (), self._.commands)
        if meant.payload == "/sos" or self._.crisis.is_asked_for(meant.text):
            return self._lines(talk)
        if talk.question_open and self._.crisis.read_answer(meant.text) is Answer.YES:
            return self._after_question(meant, key, talk, incoming.at)
        return []

    def _shown_back(self, heard: Transcript | Reason, talk: Talk) -> list[Reply]:
        if talk.hidden:
            return [self._.crisis.line("hidden", avoid=talk.said, language=talk.language)]
        if isinstance(heard, Reason):
            return [self._.voice.refused(heard, talk)]
        if not heard.sure:
            return [self._.voice.not_caught(talk)]
        return self._youth(talk) if talk.minor else [self._.voice.show(heard, talk)]

    async def _is_new(self, incoming: Incoming) -> bool:
        """Whether it came for the first time; without a database it counts as new: nothing of it is kept."""
        try:
            return await asyncio.to_thread(self._.records.claim, incoming)
        except CareError as error:
            log.error("storage_unavailable", error=type(error).__name__)
            return True

    # --- what needs neither engine nor database

    def _meant(self, incoming: Incoming, talk: Talk) -> Meant:
        if incoming.payload is not None:
            return Meant(payload=incoming.payload)
        return read_typed(incoming.text, talk.offered, self._.commands, self._.openers)

    def _without_engine(self, meant: Meant, key: str, talk: Talk) -> list[Reply]:
        if stated_age(meant.text) is not None or _ADULT_NUMBER.search(meant.text):
            talk.go_on_behind(asyncio.to_thread(self._.records.change, key, minor=talk.minor))
        if talk.minor:
            return self._youth(talk)
        if meant.trouble:
            return [Reply(self._say(meant.trouble.value, talk), talk.offered)]
        return []

    def _youth(self, talk: Talk) -> list[Reply]:
        first = self._.crisis.not_for_minors(avoid=talk.said, language=talk.language)
        return [
            first,
            *self._.crisis.youth(talk.country, avoid=talk.said, language=talk.language, clock=talk.clock),
        ]

    # --- the ordinary way

    async def _ordinary(self, incoming: Incoming, meant: Meant, key: str, talk: Talk) -> AsyncIterator[Reply]:
        try:
            if not await asyncio.to_thread(self._.records.claim, incoming):
                return
            person = await asyncio.to_thread(self._.records.person, key)
        except CareError as error:
            log.error("storage_unavailable", error=type(error).__name__)
            yield Reply(self._say("storage_down", talk))
            return
        message = meant.payload or meant.text
        async for reply in self._through_engine(key, talk, message, incoming.event_id, incoming.at, person):
            yield reply
        await asyncio.to_thread(self._.records.seen, key, incoming)

    async def _through_engine(
        self, key: str, talk: Talk, message: str, message_id: str, at: datetime, person: Person | None
    ) -> AsyncIterator[Reply]:
        try:
            if not await self._.dialogue.ready():
                yield Reply(self._say("waking", talk))
                await self._.dialogue.wait(self._.engine_wait_s)
            if person is None:
                message = await self._first_question_if_none_is_open(key, message, talk)
                if message == "/start" and not talk.introduced:
                    talk.introduced = True
                    yield introduce(self._.messages)
            moment = None if message.startswith("/") else self._.crisis.moment(message)
            answer = await self._.dialogue.send(key, message, message_id=message_id, at=at, moment=moment)
        except EngineSilent:
            log.error("engine_silent")
            yield Reply(self._say("engine_silent", talk))
            return
        except EngineUnavailable:
            log.error("engine_unavailable")
            yield Reply(self._say("engine_down", talk))
            return
        for reply in answer.replies:
            yield reply
        for reply in await self._carry_out(answer.orders, key, talk, at):
            yield reply

    async def _first_question_if_none_is_open(self, key: str, message: str, talk: Talk) -> str:
        in_form = await self._.dialogue.in_form(key)
        if not in_form and message != "/start":
            talk.introduced = False
        return message if in_form else "/start"

    async def _carry_out(self, orders: frozenset[str], key: str, talk: Talk, at: datetime) -> list[Reply]:
        if "minor" in orders:
            talk.minor = True
            return self._.crisis.youth(
                talk.country, avoid=talk.said, language=talk.language, clock=talk.clock
            )
        try:
            if "erase" in orders:
                ended = await self._.follow_up.end(key, talk)
                await asyncio.to_thread(self._.records.erase, key)
                self._talks[key] = Talk(lock=talk.lock)
                return [Reply(self._say("erased", talk)), *ended]
            if "export" in orders:
                copy = await asyncio.to_thread(self._.records.copy_of, key)
                path = self._.hand_over(copy, at)
                return [Reply(self._say("export_ready", talk, path=path), media=(str(path),))]
        except CareError:
            return [Reply(self._say("storage_down", talk))]
        except OSError:
            return [Reply(self._say("export_failed", talk))]
        return []

    def _greeting(self, key: str, at: datetime) -> Greeting:
        return greet(self._.records.database, key, self._.messages, self._.title_of, at)

    def _say(self, key: str, talk: Talk, **values: object) -> str:
        name = f"system.{key}"
        text = self._.messages.say(name, avoid=talk.said, **values)
        # Where all wordings were said lately, at least not the very last one.
        return self._.messages.say(name, avoid=[talk.said[-1]], **values) if text in talk.said else text
