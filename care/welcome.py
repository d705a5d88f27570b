"""First words: to somebody new what this is, to somebody known what we remember."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from care.domain.check_in import CheckIn
from care.domain.days import local_day
from care.domain.history import in_words
from care.domain.person import Person
from care.domain.practice import PracticeSession, Verdict
from care.domain.reply import Button, Reply
from care.errors import StorageUnavailable
from care.messages import Messages

if TYPE_CHECKING:  # slow to import, and the first words do without it
    from care.storage.database import Database

_LONG_AWAY = timedelta(days=7)
TitleOf = Callable[[str], str]


@dataclass(frozen=True)
class Greeting:
    """First words; ``known`` says whether they go to somebody we know, None when that cannot be told now."""

    replies: tuple[Reply, ...] = field(repr=False)
    known: bool | None


def introduce(messages: Messages, avoid: Collection[str] = ()) -> Reply:
    """What this is and is not, and how to reach help now (behaviour D1)."""
    return Reply(messages.say("system.intro", avoid=avoid), (Button(messages.say("system.sos"), "/sos"),))


def hello_again(messages: Messages) -> Reply:
    """First words to somebody known before anything is remembered of them."""
    return Reply(messages.say("system.welcome_back", name=""))


def greet(
    database: Database,
    person_key: str,
    messages: Messages,
    title_of: TitleOf,
    at: datetime,
    *,
    said_hello: bool = False,
) -> Greeting:
    """First words to anybody, whatever state the database is in; no second hello after ``hello_again``."""
    try:
        replies = welcome(database, person_key, messages, title_of, at, said_hello=said_hello)
    except StorageUnavailable:
        return Greeting((introduce(messages), Reply(messages.say("system.storage_down"))), known=None)
    return Greeting(tuple(replies) or (introduce(messages),), known=bool(replies))


def welcome(
    database: Database,
    person_key: str,
    messages: Messages,
    title_of: TitleOf,
    at: datetime,
    *,
    said_hello: bool = False,
) -> list[Reply]:
    """First words to a person we know; empty for one we do not. ``title_of`` names a practice by its id.

    After seven days away they open with what this is and is not (behaviour D2).
    Raises StorageUnavailable.
    """
    with database.begin(reading=True) as uow:
        person = uow.people.get(person_key)
        if person is None:
            return []
        last = next(iter(uow.check_ins.last(person_key, 1)), None)
        session = next(iter(uow.sessions.last(person_key, 1)), None)
    name = f", {person.nickname}" if person.nickname else ""
    sentences = [
        *([] if said_hello else [messages.say("system.welcome_back", name=name)]),
        *_remembered(person, last, session, messages, title_of),
        messages.say("system.how_now", name=name),
    ]
    if at - person.last_seen_at >= _LONG_AWAY:
        sentences.insert(0, messages.say("system.intro_again"))
    return [Reply(" ".join(sentences), _buttons(messages))]


def _remembered(
    person: Person,
    last: CheckIn | None,
    session: PracticeSession | None,
    messages: Messages,
    title_of: TitleOf,
) -> list[str]:
    told: list[str] = []
    if last is not None:
        day = in_words(last.day, messages)
        feelings = [messages.say(f"reflection.feeling_{feeling}") for feeling in last.feelings[:2]]
        key = "remembered_feeling" if feelings else "remembered_mood"
        told.append(messages.say(f"system.{key}", day=day, mood=last.mood, feelings=", ".join(feelings)))
    if session is not None and session.verdict is Verdict.BETTER:
        day = in_words(local_day(session.at, person.zone), messages)
        title = title_of(session.practice_id)
        told.append(messages.say("system.remembered_helped", day=day, practice=title))
    return told


def _buttons(messages: Messages) -> tuple[Button, ...]:
    return (
        Button(messages.say("system.check_in"), "/check_in"),
        Button(messages.say("system.exercise"), "/want_practice"),
        Button(messages.say("system.sos"), "/sos"),
    )
