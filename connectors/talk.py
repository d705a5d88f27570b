"""What the gateway holds in memory about a conversation; nothing of it outlives the process."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from care.domain.reply import Button, Reply

_REMEMBERED = 6


@dataclass
class Talk:
    """``lock`` keeps one message at a time; ``question_open`` means that we asked about suicide and wait."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    offered: tuple[Button, ...] = ()
    said: deque[str] = field(default_factory=lambda: deque(maxlen=_REMEMBERED), repr=False)
    question_open: bool = False
    asked: bool = False
    minor: bool = False
    country: str | None = None
    introduced: bool = False

    def remember(self, reply: Reply) -> None:
        """Keep what was said, so that it is not said again at once, and what can be picked."""
        self.said.append(reply.text)
        if reply.buttons:
            self.offered = reply.buttons
