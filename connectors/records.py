"""What the gateway reads and writes in the database, each in one short transaction."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from care.domain import follow_up
from care.domain.alert import ALERTED
from care.domain.episode import Episode
from care.domain.person import Person
from care.domain.safety_plan import SafetyPlan
from care.errors import CareError, StorageUnavailable
from care.privacy import Erased, erase, export
from care.safety.help import Notice
from care.storage.database import Database
from care.storage.shapes import Address, HelpShown
from care.storage.tracker import Tracker
from connectors.messages import Incoming

_AT_ONCE = 5


class Records:
    """Every method may block, so call it in a thread; it raises StorageUnavailable unless it says not to."""

    def __init__(self, database: Database, tracker: Tracker) -> None:
        self.database = database
        self._tracker = tracker

    def claim(self, incoming: Incoming) -> bool:
        """Whether this message is new; from now on it is not."""
        with self.database.begin() as uow:
            fresh = uow.receipts.claim(incoming.channel, incoming.event_id, incoming.at)
            uow.commit()
            return fresh

    def person(self, key: str) -> Person | None:
        """The person, None before consent."""
        with self.database.begin(reading=True) as uow:
            return uow.people.get(key)

    def change(self, key: str, **changes: Any) -> None:
        """Save what a person told outside the dialogue; nothing is stored of a stranger. Never raises."""
        with suppress(StorageUnavailable), self.database.begin() as uow:
            person = uow.people.get(key)
            if person is not None:
                uow.people.save(replace(person, **changes))
                uow.commit()

    def seen(self, key: str, incoming: Incoming) -> None:
        """When and where the person was last met; nothing is stored of a stranger. Never raises."""
        with suppress(StorageUnavailable), self.database.begin() as uow:
            person = uow.people.get(key)
            if person is not None:
                uow.people.save(replace(person, last_seen_at=incoming.at))
                uow.addresses.set(key, Address(incoming.channel, incoming.user_id))
                uow.commit()

    def note_help(self, incoming: Incoming, key: str, notice: Notice) -> None:
        """The receipt of a message that help answered, one more in the count without names and, for a
        person who agreed, what was shown.
        """
        with self.database.begin() as uow:
            if uow.receipts.claim(incoming.channel, incoming.event_id, incoming.at):
                uow.crisis_counts.add(incoming.at.astimezone(UTC).date(), notice.label.value)
            if uow.people.get(key) is not None:
                shown = HelpShown(incoming.event_id, incoming.at, notice.label.value, notice.contacts)
                uow.help_shown.put(key, shown)
            uow.commit()

    def safety_plan(self, key: str) -> tuple[bool, SafetyPlan | None]:
        """Whether the person agreed that something is kept, and their safety plan if there is one."""
        with self.database.begin(reading=True) as uow:
            known = uow.people.get(key) is not None
            return known, uow.safety_plans.get(key) if known else None

    def keep_safety_plan(self, key: str, plan: SafetyPlan) -> None:
        """Keep a plan; nothing is stored of a stranger."""
        with self.database.begin() as uow:
            if uow.people.get(key) is not None:
                uow.safety_plans.put(key, plan)
                uow.commit()

    def begin_follow_ups(self, key: str, label: str, at: datetime, language: str) -> bool:
        """Plan follow-ups if the label calls for them and the person agreed; whether to offer a time."""
        if label not in follow_up.FOLLOWED:
            return False
        with self.database.begin() as uow:
            person = uow.people.get(key)
            if person is None:
                return False
            before = uow.follow_ups.get(key)
            if before is not None and before.put_out is not None:
                uow.outbox.withdraw(key, before.put_out, at)
            plan = follow_up.begin(at.isoformat(), at, language, before)
            uow.follow_ups.put(key, plan, follow_up.next_due(plan, person.zone))
            uow.commit()
            return plan.agreed_at is None

    def agree_to_follow_up(self, key: str, at: datetime, wait: timedelta) -> bool:
        """Check in after ``wait``; whether there is anything to follow up."""
        with self.database.begin() as uow:
            person, plan = uow.people.get(key), uow.follow_ups.get(key)
            if person is None or plan is None:
                return False
            plan = follow_up.agree(plan, at + wait)
            uow.follow_ups.put(key, plan, follow_up.next_due(plan, person.zone))
            uow.commit()
            return True

    def follow_ups(self, key: str) -> follow_up.FollowUps | None:
        """The person's follow-ups that are still to come; None when there are none."""
        with self.database.begin(reading=True) as uow:
            plan = uow.follow_ups.get(key)
            return None if plan is None or plan.stopped else plan

    def stop_follow_ups(self, key: str, at: datetime) -> None:
        """No more follow-ups, those put out and not yet sent among them."""
        with self.database.begin() as uow:
            person, plan = uow.people.get(key), uow.follow_ups.get(key)
            if person is not None and plan is not None:
                if plan.put_out is not None:
                    uow.outbox.withdraw(key, plan.put_out, at)
                uow.follow_ups.put(key, follow_up.stop(plan), None)
                uow.commit()

    def answered(self, key: str) -> None:
        """The person wrote, so no follow-up waits for an answer. Never raises."""
        with suppress(CareError):
            waiting = self.follow_ups(key)
            if waiting is None or not waiting.unanswered:
                return
            with self.database.begin() as uow:
                person, plan = uow.people.get(key), uow.follow_ups.get(key)
                if person is not None and plan is not None:
                    plan = follow_up.answered(plan)
                    uow.follow_ups.put(key, plan, follow_up.next_due(plan, person.zone))
                    uow.commit()

    def person_and_episode(self, key: str) -> tuple[Person | None, Episode | None]:
        """The person, None before consent, and their newest crisis episode, open or closed."""
        with self.database.begin(reading=True) as uow:
            return uow.people.get(key), next(iter(uow.episodes.last(key)), None)

    def keep_episode(self, key: str, episode: Episode) -> None:
        """Keep an episode of a person who agreed; of a stranger nothing is stored."""
        with self.database.begin() as uow:
            if uow.people.get(key) is not None:
                uow.episodes.put(key, episode)
                uow.commit()

    def agree_to_on_call(self, key: str, at: datetime) -> bool:
        """The people on call may be told of a plan; False for a stranger, of whom nothing is stored."""
        with self.database.begin() as uow:
            person = uow.people.get(key)
            if person is None:
                return False
            uow.people.save(replace(person, on_call_since=at))
            uow.commit()
            return True

    def withdraw_on_call(self, key: str) -> None:
        """They may not be told any more; an alert under way ends."""
        with self.database.begin() as uow:
            person = uow.people.get(key)
            if person is not None:
                uow.people.save(replace(person, on_call_since=None))
                uow.alerts.forget(key)
                uow.commit()

    def open_alert(self, key: str, label: str, at: datetime) -> bool:
        """Whether the people on call are to be told now: of a plan, with leave, not twice in an hour."""
        if label not in ALERTED:
            return False
        with self.database.begin() as uow:
            person = uow.people.get(key)
            if person is None or person.on_call_since is None:
                return False
            new = uow.alerts.open(key, label, at)
            uow.commit()
            return new

    def take_due(self, key: str, at: datetime) -> list[Mapping[str, Any]]:
        """Messages of the scheduler that are due, marked as sent."""
        with self.database.begin() as uow:
            due = uow.outbox.due(at, _AT_ONCE, person_key=key)
            for row in due:
                uow.outbox.mark_sent(row.id, at)
            uow.commit()
            return [row.body for row in due]

    def copy_of(self, key: str) -> dict[str, Any]:
        """All that is kept about a person."""
        with self.database.begin(reading=True) as uow:
            return export(uow, self._tracker, key)

    def erase(self, key: str) -> Erased:
        """Delete a person everywhere."""
        return erase(self.database, self._tracker, key)
