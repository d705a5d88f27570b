"""Shows what was noted: the last entries and a text chart."""

from __future__ import annotations

from datetime import timedelta

from care.domain.history import history
from rasa_sdk.executor import CollectingDispatcher

from actions import people, wiring
from actions.turn import Turn

_DAYS = 14
_LAST = 5


def show(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    """Say the last five entries, a chart of two weeks, and the practices done in them."""
    person = people.find(turn.person_key)
    with wiring.database().begin(reading=True) as uow:
        check_ins = uow.check_ins.since(turn.person_key, turn.at - timedelta(days=_DAYS + 1))
        last = uow.check_ins.last(turn.person_key, _LAST)
        sessions = uow.sessions.last(turn.person_key, _LAST)
    if not last and not sessions:
        dispatcher.utter_message(response="utter_history_empty")
        return
    text = history(
        last,
        check_ins,
        sessions,
        today=turn.today(person),
        days=_DAYS,
        titles={practice.id: practice.title for practice in wiring.practices().values()},
        wordings=wiring.messages(),
    )
    dispatcher.utter_message(response="utter_history", history=text)
