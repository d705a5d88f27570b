"""People and entries that storage tests share."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from care.domain.check_in import CheckIn
from care.domain.episode import Episode
from care.domain.follow_up import FollowUps
from care.domain.journal import JournalEntry
from care.domain.person import Person
from care.domain.practice import PracticeSession, Verdict
from care.domain.safety_plan import SafetyPlan
from care.storage.shapes import Address, HelpShown

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

AYLA = Person(
    key="ayla-key",
    consent_version="consent-zebra",
    consented_at=NOON,
    last_seen_at=NOON,
    language="language-zebra",
    country="country-zebra",
    zone="zone-zebra",
    nickname="nickname-zebra",
    avoid=frozenset({"avoid-zebra"}),
    stopped_families=frozenset({"stopped-zebra"}),
    nudge_at=time(20, 30),
    paused=True,
)
BEN = Person("ben-key", "1", NOON, NOON)
LOW = CheckIn(
    id="entry-1",
    at=NOON,
    day=date(2026, 11, 23),
    mood=2,
    energy=3,
    note="note-zebra: my sister ☂ \ud800 \x00",
    feelings=("feeling-zebra",),
    areas=("area-zebra",),
    sentiment=-0.5,
    confirmed=True,
)
WRITTEN = JournalEntry(
    id="journal-1",
    at=NOON,
    day=date(2026, 11, 24),
    text="text-zebra: a long day \u2602",
    feelings=("felt-zebra",),
    areas=("part-zebra",),
    sentiment=0.25,
    sure=True,
)
BREATHING = PracticeSession(
    id="session-1",
    at=NOON,
    practice_id="practice-zebra",
    family="family-zebra",
    before=8,
    after=4,
    verdict=Verdict.BETTER,
    steps_done=3,
    finished=True,
)
EPISODE = Episode(
    id="episode-1",
    at=NOON,
    heard_at=NOON + HOUR,
    changed_at=NOON + 2 * HOUR,
    level="level-zebra",
    severity=8,
    asked_at=NOON,
    asked_for="asked-zebra",
    answer="answer-zebra",
    denials=1,
    barrier_asked=True,
    barriers=("barrier-zebra",),
    calm_days=1,
    calm_day=date(2026, 11, 25),
    closed_at=NOON + 3 * HOUR,
)
HELP = HelpShown("help-1", NOON, "label-zebra", ("contact-zebra", "other-zebra"))
PLAN = SafetyPlan(NOON).write("entry-zebra: \u2602", NOON).go_to(3, NOON)
FOLLOWED = FollowUps(
    "episode-zebra",
    NOON,
    NOON,
    language="tongue-zebra",
    agreed_at=NOON + HOUR,
    unanswered=1,
    put_out="name-zebra",
    said="said-zebra",
)
HOME = Address("channel-zebra", "user-zebra")
HELLO = {"text": "hello-zebra", "buttons": [{"title": "button-zebra", "payload": "/affirm"}]}
