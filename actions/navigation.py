"""Asides, changes of mind and leaving: what a person may say at any point."""

from __future__ import annotations

from collections.abc import Callable

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import check_in, history, journal, people, practice, settings, speech, wiring
from actions.base import CareAction
from actions.turn import Turn
from care.safety.reply import sos

_FORMS_EMPTY = {
    **check_in.EMPTY, **practice.EMPTY, **settings.EMPTY, **journal.EMPTY, "suggested": None,
    "country_guess": None, "requested_slot": None,
}  # fmt: skip
_FIRST_THE_QUESTIONS = frozenset(
    {
        "check_in",
        "check_in_yesterday",
        "talk_on",
        "want_practice",
        "show_history",
        "journal",
        "journal_note",
        "journal_search",
        "settings",
        "pause",
        "resume",
    }
)
_DONE_BY_CARE: dict[str, Callable[[CollectingDispatcher, Turn], None]] = {
    "show_history": history.show,
    "journal_note": journal.keep,
    "journal_search": journal.search,
    "pause": settings.pause,
    "resume": settings.resume,
    "export_data": settings.export,
}


class Aside(CareAction):
    """Answers a remark or a question, after which the conversation goes on where it was."""

    def name(self) -> str:
        return "action_aside"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        turn = Turn.of(tracker)
        if turn.intent == "sos":
            person = people.find(turn.person_key)
            country = person.country if person else None
            speech.speak(dispatcher, sos(country, wiring.hotlines(), wiring.messages(), avoid=_said(tracker)))
        elif turn.intent in _DONE_BY_CARE and people.find(turn.person_key) is not None:
            _DONE_BY_CARE[turn.intent](dispatcher, turn)
        else:
            dispatcher.utter_message(response=_response(turn.intent, tracker))
        return []


class Welcome(CareAction):
    """Greets back, with what can be done."""

    def name(self) -> str:
        return "action_welcome"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        dispatcher.utter_message(response="utter_welcome", name=speech.called(people.find(tracker.sender_id)))
        return []


class Leave(CareAction):
    """Leaves what is under way and keeps what was done so far."""

    def name(self) -> str:
        return "action_leave"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        left = tracker.active_loop.get("name")
        turn = Turn.of(tracker)
        if left == "onboarding_form":
            self._leave_onboarding(dispatcher, turn)
        elif left == "practice_form":
            self._leave_practice(dispatcher, turn, tracker)
        elif turn.intent == "goodbye":
            dispatcher.utter_message(response="utter_goodbye")
        else:
            dispatcher.utter_message(response="utter_left")
        return _over()

    def _leave_onboarding(self, dispatcher: CollectingDispatcher, turn: Turn) -> None:
        person = people.find(turn.person_key)
        if person is None:
            dispatcher.utter_message(response="utter_onboarding_left")
        else:
            dispatcher.utter_message(response="utter_onboarding_done", name=speech.called(person))

    def _leave_practice(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        session = practice.keep_session(turn, tracker, finished=False)
        if session is None:
            leaving = turn.intent == "goodbye"
            dispatcher.utter_message(response="utter_goodbye" if leaving else "utter_no_practice")
            return
        total = len(wiring.practices()[session.practice_id].steps)
        dispatcher.utter_message(response="utter_practice_left", done=session.steps_done, total=total)


class NothingToLeave(CareAction):
    """Says that nothing is under way."""

    def name(self) -> str:
        return "action_nothing_to_leave"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        dispatcher.utter_message(response="utter_nothing_to_leave")
        return []


class Unsure(CareAction):
    """Asks honestly when the reading is not sure, or nothing says what comes next; then it listens."""

    def name(self) -> str:
        return "action_unsure"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        dispatcher.utter_message(response="utter_unsure")
        return [FollowupAction("action_listen")]


class OfferMore(CareAction):
    """Asks what is next when agreement came with nothing under way."""

    def name(self) -> str:
        return "action_offer_more"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        dispatcher.utter_message(response="utter_offer_more")
        return []


class MeetMoment(CareAction):
    """Meets a loss or strong distress with warmth, lets go of whatever was open, and offers to listen."""

    def name(self) -> str:
        return "action_meet_moment"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        turn = Turn.of(tracker)
        if tracker.active_loop.get("name") == "practice_form":
            practice.keep_session(turn, tracker, finished=False)
        gentle = practice.calming_button(people.find(turn.person_key)) if turn.intent == "distress" else []
        buttons = [
            speech.button("tell_more", "/talk_on"), *gentle,
            speech.button("people", "/sos"), speech.button("not_now", "/not_now"),
        ]  # fmt: skip
        dispatcher.utter_message(response=f"utter_{turn.intent}", buttons=buttons)
        talk = {"told": turn.text, "at": turn.at.isoformat(), "moment": turn.intent}
        return [*_over(), SlotSet("talk", talk)]


class InsultedAgain(CareAction):
    """Answers a second insult in a row: nothing is taken away, and people are within reach."""

    def name(self) -> str:
        return "action_insulted_again"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        dispatcher.utter_message(response="utter_insulted_again")
        return []


class WayBack(CareAction):
    """Shows a way back after off-topic remarks in a row."""

    def name(self) -> str:
        return "action_way_back"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        dispatcher.utter_message(response="utter_way_back")
        return []


class UnsureAgain(CareAction):
    """Offers a narrower choice when two messages in a row were not understood."""

    def name(self) -> str:
        return "action_unsure_again"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        dispatcher.utter_message(response="utter_unsure_again")
        return []


class ThankedAgain(CareAction):
    """Answers thanks after thanks."""

    def name(self) -> str:
        return "action_thanked_again"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        dispatcher.utter_message(response="utter_thanked_again")
        return []


class SureAI(CareAction):
    """Says again, without a doubt, that no person is here."""

    def name(self) -> str:
        return "action_sure_ai"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        dispatcher.utter_message(response="utter_sure_ai")
        return []


class OfferDeclined(CareAction):
    """Takes a no to something that was offered."""

    def name(self) -> str:
        return "action_offer_declined"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        dispatcher.utter_message(response="utter_offer_declined")
        return [SlotSet("talk", None)]


class Repeat(CareAction):
    """Says the last message again."""

    def name(self) -> str:
        return "action_repeat"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        said = _said(tracker)
        if said:
            dispatcher.utter_message(response="utter_said_before", said=said[-1])
        else:
            dispatcher.utter_message(response="utter_repeat_nothing")
        return []


class CrisisNoted(CareAction):
    """Lets go of whatever was under way after care answered a crisis; says nothing."""

    def name(self) -> str:
        return "action_crisis_noted"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        return _over()


def _said(tracker: Tracker) -> list[str]:
    """Our messages so far, the latest last."""
    texts = (event.get("text") for event in tracker.events if event.get("event") == "bot")
    return [text for text in texts if text]


def _response(intent: str, tracker: Tracker) -> str:
    loop = tracker.active_loop.get("name")
    if loop == "onboarding_form":
        if intent in ("delete_data", "export_data"):
            return "utter_nothing_kept"
        if intent == "help":
            return "utter_help_before_consent"
        if intent in _FIRST_THE_QUESTIONS:
            return "utter_questions_first"
        if intent == "ask_why" and not tracker.get_slot("consent"):
            return "utter_why_first"
        if intent in ("distress", "loss"):
            return f"utter_{intent}_first"
    return f"utter_{intent}"


def _over() -> list[EventType]:
    return [ActiveLoop(None), *(SlotSet(name, value) for name, value in _FORMS_EMPTY.items())]
