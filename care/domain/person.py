"""Who we talk with, as far as they told us."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time


@dataclass(frozen=True)
class Person:
    """A person who gave consent.

    ``key`` is the pseudonym, ``country`` an ISO 3166 two-letter code, ``zone`` an IANA name.
    ``avoid`` holds what they asked not to meet (``breath_hold``, ``body_focus``),
    ``stopped_families`` the families of practice that once made them feel worse.
    ``nudge_at`` is a wall time in their zone; None means that no nudge was asked for.
    ``minor`` is set once they said that they are under 18: then there is no programme.
    ``on_call_since`` is when they agreed that people on call are told of a plan; None for never.
    """

    key: str
    consent_version: str
    consented_at: datetime
    last_seen_at: datetime
    language: str = "en"
    country: str | None = field(default=None, repr=False)
    zone: str | None = field(default=None, repr=False)
    nickname: str | None = field(default=None, repr=False)
    avoid: frozenset[str] = field(default=frozenset(), repr=False)
    stopped_families: frozenset[str] = field(default=frozenset(), repr=False)
    nudge_at: time | None = field(default=None, repr=False)
    paused: bool = False
    minor: bool = False
    on_call_since: datetime | None = field(default=None, repr=False)
