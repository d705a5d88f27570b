"""Follow-ups that are due go to the outbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from care.domain.follow_up import FollowUps, Step, take
from care.domain.person import Person
from care.domain.reply import Reply, to_body
from care.storage.database import Database

log = structlog.get_logger()
_BATCH = 100

Compose = Callable[[Step, Person, FollowUps], Reply]


def follow_ups(now: datetime, database: Database, compose: Compose) -> int:
    """Put out the follow-ups that are due and set when the next ones are; returns how many went out.

    Message and next time are written in one transaction, and the message's key (person, episode, step) lets
    each step through once. One that still waits to be sent makes room for the newer.
    """
    sent = 0
    with database.begin() as uow:
        for person, plan in uow.follow_ups.due(now, _BATCH):
            step, after, due_at = take(plan, now, person.zone)
            if step is not None:
                reply, name = compose(step, person, plan), f"follow_up:{plan.episode}:{step.name}"
                if plan.put_out is not None and plan.put_out != name:
                    uow.outbox.withdraw(person.key, plan.put_out, now)
                sent += uow.outbox.add(person.key, name, now, to_body(reply))
                after = replace(after, put_out=name, said=reply.text)
                log.info("follow_up_put_out", step=step.name)
            uow.follow_ups.put(person.key, after, due_at)
        uow.commit()
    return sent
