"""Shows what was noted: the last entries and a text chart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from rasa_sdk.executor import CollectingDispatcher

from actions import people, wiring
from actions.turn import Turn
from care.domain.check_in import CheckIn
from care.domain.history import history
from care.practices import titles

_DAYS = 14
_FEWEST_DAYS = 7
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
        days=_days(check_ins, turn.today(person)),
        titles=titles(wiring.practices()),
        wordings=wiring.messages(),
        zone=person.zone if person else None,
    )
    dispatcher.utter_message(response="utter_history", history=text)


def _days(check_ins: Sequence[CheckIn], today: date) -> int:
    """Two weeks, or as far as the entries go back when that is less, a week at least."""
    first = min((one.day for one in check_ins), default=today)
    return min(_DAYS, max(_FEWEST_DAYS, (today - first).days + 1))
