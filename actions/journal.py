"""The journal: keeps what a person wrote, answers with one sentence, and finds it again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import people, speech, wiring
from actions.base import CareAction, CareForm, Domain, Slots
from actions.turn import Turn
from care.domain.choices import names
from care.domain.journal import JournalEntry, answer, shown, sought
from care.domain.journal_search import find, read_search
from care.domain.moments import Moment, read_moment
from care.understanding.feelings import Feelings

NONE = "_none"  # nobody types that
ALL = "_all"
EMPTY: Slots = {"journal_entry": None, "journal_query": None}
_REFUSALS = ("skip", "not_now", "deny", "go_back")
_AGREEING, _REFUSING = 3, 5  # words at most: "ok, let's go" and "no, not today" are no entries
_MOST = 100_000


class BeginJournal(CareAction):
    """Opens the journal for a new entry."""

    def name(self) -> str:
        return "action_begin_journal"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        return _set(EMPTY)


class ValidateJournalForm(CareForm):
    """Takes any text as the entry."""

    def name(self) -> str:
        return "validate_journal_form"

    def validate_journal_entry(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        said = turn.said(value).strip()
        length = len(said.split())
        if turn.intent in _REFUSALS and length <= _REFUSING:
            return {"journal_entry": NONE}
        agreed = turn.intent in ("affirm", "next_step") and length <= _AGREEING
        return {"journal_entry": None if agreed else said or None}


class KeepJournal(CareAction):
    """Stores what was written and answers it, unless the person left."""

    def name(self) -> str:
        return "action_keep_journal"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        text = tracker.get_slot("journal_entry")
        if text in (None, NONE):
            dispatcher.utter_message(response="utter_journal_left")
            return _set(EMPTY)
        sentence, moment = _kept(Turn.of(tracker), text, _said(tracker))
        response = "utter_journal_kept_hard" if moment else "utter_journal_kept"
        dispatcher.utter_message(response=response, reflection=sentence)
        return [*_set(EMPTY), *_listening(moment, tracker)]


class SearchJournal(CareAction):
    """Finds what a request asks for; asks what to look for when it says nothing of that."""

    def name(self) -> str:
        return "action_search_journal"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        turn = Turn.of(tracker)
        if not turn.text.strip() or _says_not_what(turn):
            return [*_set(EMPTY), FollowupAction("journal_search_form")]
        _search(dispatcher, turn, turn.text)
        return []


class ValidateJournalSearchForm(CareForm):
    """Takes any words as what to look for."""

    def name(self) -> str:
        return "validate_journal_search_form"

    def validate_journal_query(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        if turn.intent in _REFUSALS:
            return {"journal_query": NONE}
        return {"journal_query": turn.said(value).strip() or None}


class AskJournalQuery(CareAction):
    """Asks what to look for."""

    def name(self) -> str:
        return "action_ask_journal_search_form_journal_query"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        buttons = [
            speech.answer(speech.label("newest_entries"), ALL),
            speech.answer(speech.label("last_week"), speech.label("last_week")),
            speech.button("not_now", "/not_now"),
        ]
        dispatcher.utter_message(response="utter_ask_journal_query", buttons=buttons)
        return []


class JournalSearched(CareAction):
    """Shows what was found once the person said what to look for."""

    def name(self) -> str:
        return "action_journal_searched"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        query = tracker.get_slot("journal_query")
        if query in (None, NONE):
            dispatcher.utter_message(response="utter_journal_search_left")
        else:
            _search(dispatcher, Turn.of(tracker), "" if query == ALL else query)
        return _set(EMPTY)


def keep(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    """Store the words that came with the command, beside whatever else is open."""
    sentence, moment = _kept(turn, turn.text)
    if moment:
        dispatcher.utter_message(response="utter_journal_kept_hard", reflection=sentence)
    else:
        dispatcher.utter_message(text=sentence)


def search(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    """Find what the words ask for, beside whatever else is open; all entries when there are no words."""
    _search(dispatcher, turn, turn.text, beside=True)


def _kept(turn: Turn, text: str, avoid: Collection[str] = ()) -> tuple[str, Moment | None]:
    """Store an entry; the sentence that answers it, and the hard moment that it tells if any."""
    read = wiring.reader().read(text)
    entry = _entry(turn, text, read)
    with wiring.database().begin() as uow:
        uow.journal.put(turn.person_key, entry)
        uow.commit()
    moment = read_moment(text, wiring.words().moments, distressed=_is_distressed(turn, read))
    return answer(read, moment, wiring.messages(), avoid=avoid), moment


def _entry(turn: Turn, text: str, read: Feelings) -> JournalEntry:
    return JournalEntry(
        id=turn.id_for("journal"),
        at=turn.at,
        day=turn.today(people.find(turn.person_key)),
        text=text,
        feelings=read.feelings,
        areas=read.areas,
        sentiment=read.sentiment,
        sure=read.sure,
    )


def _says_not_what(turn: Turn) -> bool:
    """Whether a request is to find something, without a word on what."""
    words = wiring.words().journal
    search = read_search(turn.text, turn.at.date(), words, wiring.words().days)
    return not search.narrows and names(turn.text, words.hunting)


def _search(dispatcher: CollectingDispatcher, turn: Turn, query: str, *, beside: bool = False) -> None:
    words, days = wiring.words().journal, wiring.words().days
    today = turn.today(people.find(turn.person_key))
    with wiring.database().begin(reading=True) as uow:
        entries = uow.journal.last(turn.person_key, _MOST)
    if not entries:
        dispatcher.utter_message(response="utter_journal_empty")
        return
    looked_for = read_search(query, today, words, days, wiring.reader().read(query).areas)
    found = find(entries, looked_for, words)
    if found.entries:
        text = shown(found, words, today, wiring.messages())
        if beside:
            dispatcher.utter_message(text=text)
        else:
            dispatcher.utter_message(response="utter_journal_found", found=text)
    else:
        what = sought(looked_for, today, wiring.messages())
        dispatcher.utter_message(response="utter_journal_nothing_found", sought=what)


def _is_distressed(turn: Turn, read: Feelings) -> bool:
    """The gateway heard it; of words that came behind a command it is told by how bad they read."""
    return turn.intent == Moment.DISTRESS or (turn.intent == "journal_note" and read.sentiment5 < 0)


def _listening(moment: Moment | None, tracker: Tracker) -> list[EventType]:
    """After a hard moment, what comes next is heard as going on from there."""
    if moment is None:
        return []
    return [SlotSet("talk", {"told": "", "at": Turn.of(tracker).at.isoformat(), "moment": moment.value})]


def _said(tracker: Tracker) -> tuple[str, ...]:
    """Our last messages, so that no sentence comes twice running."""
    said = [event.get("text") for event in tracker.events if event.get("event") == "bot"]
    return tuple(text for text in said[-10:] if text)


def _set(slots: Slots) -> list[EventType]:
    return [SlotSet(name, value) for name, value in slots.items()]
