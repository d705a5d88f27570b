"""Stays with a person through a crisis: keeps the episode, and lets it change what is read and said."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from care.domain import episode as episodes
from care.domain.episode import Danger, Episode
from care.domain.reply import Reply
from care.errors import CareError
from care.safety.help import CrisisHelp, Notice
from care.safety.label import Answer, Barrier, Label
from care.safety.reply import BARRIER
from connectors.messages import Incoming
from connectors.records import Records
from connectors.talk import Talk
from connectors.typed import Meant

log = structlog.get_logger()

_LONG = timedelta(hours=3)
_PAUSE = timedelta(minutes=30)  # a longer silence begins a new session


class Staying:
    """The episode lives in the talk; the database remembers it, and may be down."""

    def __init__(self, crisis: CrisisHelp, records: Records) -> None:
        self._crisis = crisis
        self._records = records

    def recall(self, stored: Episode | None, talk: Talk, now: datetime) -> bool:
        """Take up what is stored; whether our direct question turns out to wait for its answer."""
        unknown = talk.episode is None
        talk.episode = episodes.newer(talk.episode, stored)
        if talk.episode is None:
            return False
        asked_for = talk.episode.asked_for if talk.episode.is_open else None
        talk.asked_for = Label(asked_for) if asked_for else None
        if unknown and _open(talk) and talk.episode.waits_for_an_answer(now):
            talk.question_open = True
            return True
        return False

    def implied(self, text: str, talk: Talk, now: datetime) -> Label:
        """A plan, where a text says so as the answer to our direct question ("yes, tonight"); else none."""
        episode = talk.episode
        lately = talk.question_open or (
            episode is not None and episode.is_open and episode.was_asked_lately(now)
        )
        if lately and self._crisis.reads(lambda rules: rules.answers_with_a_plan(text)):
            return Label.PLAN_INTENT
        return Label.NONE

    def danger(self, incoming: Incoming, key: str, talk: Talk, notice: Notice, implied: Label) -> None:
        """Open or raise the episode after help went out."""
        if not notice.label.is_own_danger:
            return
        before, now, was_asked = talk.episode, incoming.at, talk.question_open
        after = episodes.heard(before, incoming.event_id, _danger(notice.label), now)
        if notice.asked:
            after = episodes.asked(after, notice.label.value, now)
        elif implied.is_crisis or (was_asked and notice.label.is_suicidal):
            after = episodes.answered(after, Answer.YES.value, now, _danger(notice.label))
            talk.question_open = False
        self._keep(key, talk, after)

    def answered(self, answer: Answer, asked_for: Label, key: str, talk: Talk, now: datetime) -> None:
        """Keep what the direct question was answered; a yes is a thought of suicide at least."""
        if talk.episode is None or not talk.episode.is_open:
            return
        meant = max(asked_for, Label.ACTIVE_IDEATION, key=lambda label: label.severity)
        danger = _danger(meant) if answer is Answer.YES else None
        self._keep(key, talk, episodes.answered(talk.episode, answer.value, now, danger))

    def barrier(self, meant: Meant, key: str, talk: Talk, now: datetime) -> list[Reply]:
        """What answers something that stands in the way of calling; empty when nothing was named."""
        named = self._named(meant, talk)
        if named is None:
            return []
        talk.barrier_open = False
        if talk.episode is not None:
            self._keep(key, talk, episodes.barrier_answered(talk.episode, named.value, now))
        return self._crisis.after_barrier(
            named,
            talk.country,
            minor=talk.minor,
            avoid=talk.said,
            language=talk.language,
            clock=talk.clock,
        )

    def ask_barrier(self, text: str, key: str, talk: Talk, now: datetime) -> list[Reply]:
        """Asks once what stands in the way, of somebody at risk who reached nobody yet; else empty."""
        episode = talk.episode
        if episode is None or not Label(episode.level).calls_for_the_question:
            return []
        reached = self._crisis.reads(lambda rules: rules.says_reached(text))
        if reached or not episode.barrier_is_due(now):
            return []
        talk.barrier_open = True
        self._keep(key, talk, episodes.barrier_asked(episode, now))
        return [self._crisis.ask_barrier(avoid=talk.said, language=talk.language)]

    def talked(self, text: str, key: str, talk: Talk, now: datetime) -> None:
        """After a message without danger: the episode may end, late and for a reason."""
        if talk.episode is None or not talk.episode.is_open:
            return
        says_safe = self._crisis.reads(lambda rules: rules.says_safe(text))
        after = episodes.talked(talk.episode, now, says_safe=says_safe)
        if after is not talk.episode:
            self._keep(key, talk, after)

    def hides(self, text: str, talk: Talk) -> bool:
        """Whether to show nothing of the talk: on the word for it, until the word back or a call for help."""
        if talk.hidden and self._crisis.reads(lambda rules: rules.comes_back(text)):
            return False
        return talk.hidden or self._crisis.reads(lambda rules: rules.hides(text))

    def reminder(self, talk: Talk, now: datetime) -> list[Reply]:
        """Every three hours of a session: that it is an AI, and that a break may do good (behaviour D4)."""
        if talk.last_at is None or now - talk.last_at > _PAUSE:
            talk.reminded_at = now
        talk.last_at = now
        if talk.reminded_at is None or now - talk.reminded_at < _LONG or talk.question_open:
            return []
        talk.reminded_at = now
        return [self._crisis.line("long_session", avoid=talk.said, language=talk.language)]

    def _named(self, meant: Meant, talk: Talk) -> Barrier | None:
        if meant.payload and meant.payload.startswith(BARRIER):
            name = meant.payload.removeprefix(BARRIER)
            return Barrier(name) if name in set(Barrier) else None
        if not talk.barrier_open or not meant.text:
            return None
        return self._crisis.barrier_in(meant.text, talk.language)

    def _keep(self, key: str, talk: Talk, after: Episode) -> None:
        """In memory at once; in the database behind the reply, in the order in which things happened."""
        talk.episode = after
        talk.asked_for = Label(after.asked_for) if after.is_open and after.asked_for else None
        talk.go_on_behind(self._store(key, talk, after))

    async def _store(self, key: str, talk: Talk, after: Episode) -> None:
        async with talk.storing:
            try:
                await asyncio.to_thread(self._records.keep_episode, key, after)
            except CareError as error:
                log.error("episode_not_kept", error=type(error).__name__)


def _open(talk: Talk) -> bool:
    return talk.episode is not None and talk.episode.is_open


def _danger(label: Label) -> Danger:
    return Danger(label.value, label.severity)
