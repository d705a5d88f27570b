"""What the gateway holds in memory about a conversation; nothing of it outlives the process."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from care.domain.episode import Episode
from care.domain.reply import Button, Reply
from care.domain.safety_plan import SafetyPlan
from care.safety.hours import Clock
from care.safety.label import Label

_REMEMBERED = 6


@dataclass(frozen=True)
class Heard:
    """What a voice message was heard to say; ``number`` tells its buttons from older ones."""

    number: int
    text: str = field(repr=False)


@dataclass
class Writing:
    """The safety plan as far as this process knows it; ``looked`` says whether the database was asked.

    ``unsaved`` means that the person never agreed and nothing may be kept. ``aside`` is a sentence that help
    answered and that may belong into the plan, ``danger`` what was just noticed, ``hinted`` whether a plan
    was offered already, ``behind`` that the last change is not in the database yet.
    """

    plan: SafetyPlan | None = None
    looked: bool = False
    unsaved: bool = False
    aside: str | None = field(default=None, repr=False)
    danger: Label | None = None
    hinted: bool = False
    behind: bool = False


@dataclass
class Talk:
    """``lock`` keeps one message at a time; ``question_open`` means that we asked about suicide and wait.

    ``asked_for`` is the danger for which we last asked, ``country_wanted`` that we asked where the person is,
    ``staying`` for how many messages more we stay with them after a crisis. ``heard`` waits to be confirmed.
    ``clock`` is the moment of the message at hand, with the person's zone.
    ``check_in_owed`` says that a check-in is still to be offered; None before, False once it was.
    ``language`` is the one in which they last wrote of danger.
    ``language`` is the one in which they last wrote of danger. ``barrier_open`` means that we asked what
    stands in the way of calling; ``hidden`` that nothing may show; ``storing`` keeps writes in order.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    offered: tuple[Button, ...] = ()
    said: deque[str] = field(default_factory=lambda: deque(maxlen=_REMEMBERED), repr=False)
    question_open: bool = False
    asked_for: Label | None = None
    country_wanted: bool = False
    staying: int = 0
    check_in_owed: bool | None = None
    minor: bool = False
    country: str | None = None
    language: str = "en"
    clock: Clock | None = None
    introduced: bool = False
    heard: Heard | None = None
    heard_count: int = 0
    writing: Writing = field(default_factory=Writing)
    episode: Episode | None = None
    barrier_open: bool = False
    hidden: bool = False
    last_at: datetime | None = None
    reminded_at: datetime | None = None
    storing: asyncio.Lock = field(default_factory=asyncio.Lock)
    behind: set[asyncio.Task[Any]] = field(default_factory=set, repr=False)

    def go_on_behind(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do what may come after a reply, but before the next ordinary message."""
        task = asyncio.create_task(work)
        self.behind.add(task)
        task.add_done_callback(self.behind.discard)

    def remember(self, reply: Reply) -> None:
        """Keep what was said, so that it is not said again at once, and what can be picked."""
        self.said.append(reply.text)
        if reply.buttons:
            self.offered = reply.buttons
