"""The check-in: mood, energy, what is on the mind, and a reading that the person can correct."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import people, practice, speech, wiring
from actions.base import CareAction, CareForm, Domain, Slots
from actions.turn import Turn
from care.domain.check_in import CheckIn
from care.domain.days import read_day
from care.domain.rating import OutOfRange, read_named_ratings, read_rating
from care.domain.reflect import corrected, reflect

SKIPPED = "skipped"
_MOST_CORRECTIONS = 2
_A_STORY = 3  # words: fewer are an unreadable rating rather than something told
EMPTY: Slots = {
    "day": None, "mood": None, "energy": None, "note": None, "reflection": None, "corrections": None,
}  # fmt: skip


class BeginCheckIn(CareAction):
    """Starts a check-in for the day that was named, today if none was."""

    def name(self) -> str:
        return "action_begin_check_in"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        turn = Turn.of(tracker)
        today = turn.today(people.find(turn.person_key))
        day = read_day(turn.text, today, wiring.words().days) or today
        if day > today:
            dispatcher.utter_message(response="utter_day_in_future")
        elif day < today - timedelta(days=1):
            dispatcher.utter_message(response="utter_day_too_old")
        kept = day if today - timedelta(days=1) <= day <= today else today
        return _start({**EMPTY, "day": kept.isoformat()})


class BeginCheckInYesterday(CareAction):
    """Starts a check-in for yesterday."""

    def name(self) -> str:
        return "action_begin_check_in_yesterday"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        turn = Turn.of(tracker)
        day = turn.today(people.find(turn.person_key)) - timedelta(days=1)
        return _start({**EMPTY, "day": day.isoformat()})


class BeginFromWords(CareAction):
    """Starts a check-in with what the person already said: a rating, or words about how they are."""

    def name(self) -> str:
        return "action_begin_from_words"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        turn = Turn.of(tracker)
        slots: Slots = {**EMPTY, "day": turn.today(people.find(turn.person_key)).isoformat()}
        rating = read_rating(turn.text, wiring.words().ratings) if turn.intent == "rate" else None
        if isinstance(rating, int):
            slots["mood"] = str(rating)
        elif turn.intent != "rate":
            slots.update(_heard(turn.text))
        return _start(slots)


class ValidateCheckInForm(CareForm):
    """Takes each answer of a check-in, several in one message as well."""

    def name(self) -> str:
        return "validate_check_in_form"

    def validate_mood(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        said = turn.said(value)
        both = read_named_ratings(said, wiring.words().ratings)
        if both:
            return {scale: str(number) for scale, number in both.items()}
        rating = read_rating(said, wiring.words().ratings)
        if isinstance(rating, int):
            return {"mood": str(rating)}
        if isinstance(rating, OutOfRange):
            dispatcher.utter_message(response="utter_rating_out_of_range")
            return {"mood": None}
        if len(said.split()) >= _A_STORY and turn.intent in ("share_feelings", "nlu_fallback"):
            told = tracker.get_slot("note")
            return {"mood": None, **_heard(f"{told}\n{said}" if told else said)}
        dispatcher.utter_message(response="utter_rating_unclear")
        return {"mood": None}

    def validate_energy(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        if turn.intent in ("skip", "deny") or value == SKIPPED:
            return {"energy": SKIPPED}
        if turn.intent == "go_back":
            return {"energy": None, "mood": None}
        rating = read_rating(turn.said(value), wiring.words().ratings)
        if isinstance(rating, int):
            return {"energy": str(rating)}
        kind = "out_of_range" if isinstance(rating, OutOfRange) else "unclear"
        dispatcher.utter_message(response=f"utter_rating_{kind}")
        return {"energy": None}

    def validate_note(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        if turn.intent in ("skip", "not_now"):
            return {"note": SKIPPED, "reflection": SKIPPED}
        if turn.intent == "go_back":
            return {"note": None, "energy": None}
        said = turn.said(value).strip()
        return _heard(said) if said else {"note": None}

    def validate_reflection(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        if value == SKIPPED or turn.intent == "skip":
            return {"reflection": SKIPPED}
        if turn.intent == "affirm":
            return {"reflection": "right"}
        if turn.intent == "go_back":
            return {"reflection": None, "note": None}
        if turn.intent == "deny":
            return {"reflection": None, "corrections": {"asked": True, "count": _count(tracker)}}
        return _take_correction(turn.said(value), tracker)


class AskMood(CareAction):
    """Asks for the mood, of yesterday or after what was already told as it fits."""

    def name(self) -> str:
        return "action_ask_check_in_form_mood"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        response = "utter_ask_mood_yesterday" if _about_yesterday(tracker) else "utter_ask_mood"
        if tracker.get_slot("note"):
            response = "utter_mood_from_words"
        dispatcher.utter_message(response=response, buttons=speech.scale())
        return []


class AskEnergy(CareAction):
    """Asks for the energy of the day the check-in is about."""

    def name(self) -> str:
        return "action_ask_check_in_form_energy"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        response = "utter_ask_energy_yesterday" if _about_yesterday(tracker) else "utter_ask_energy"
        dispatcher.utter_message(response=response, buttons=[*speech.scale(), speech.button("skip", "/skip")])
        return []


class AskReflection(CareAction):
    """Says in one sentence what was understood and asks if that is right."""

    def name(self) -> str:
        return "action_ask_check_in_form_reflection"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        if (tracker.get_slot("corrections") or {}).get("asked"):
            dispatcher.utter_message(response="utter_reflection_ask_correction")
            return []
        kept = tracker.get_slot("reading") or {}
        sentence = reflect(_read(tracker), wiring.messages(), avoid=(str(kept.get("said")),))
        understood = tracker.get_slot("feelings") or kept.get("sure")
        response = "utter_reflection" if understood else "utter_reflection_unsure"
        dispatcher.utter_message(response=response, reflection=sentence)
        return [SlotSet("reading", {**kept, "said": sentence})]


class SaveCheckIn(CareAction):
    """Stores the check-in and keeps the state that a fitting practice is chosen from."""

    def name(self) -> str:
        return "action_save_check_in"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        turn = Turn.of(tracker)
        check_in = _check_in(turn, tracker)
        with wiring.database().begin() as uow:
            uow.check_ins.put(turn.person_key, check_in)
            uow.commit()
        day = speech.label("yesterday" if _about_yesterday(tracker) else "today")
        dispatcher.utter_message(response="utter_check_in_saved", day=day)
        reading = {**(tracker.get_slot("reading") or {}), "mood": check_in.mood, "energy": check_in.energy}
        return _set({**EMPTY, **practice.EMPTY, "reading": reading, "suggested": None})


def _check_in(turn: Turn, tracker: Tracker) -> CheckIn:
    person = people.find(turn.person_key)
    energy = tracker.get_slot("energy")
    note = tracker.get_slot("note")
    told = note not in (None, SKIPPED)
    return CheckIn(
        id=turn.id_for("check_in"),
        at=turn.at,
        day=date.fromisoformat(tracker.get_slot("day") or turn.today(person).isoformat()),
        mood=int(tracker.get_slot("mood")),
        energy=None if energy in (None, SKIPPED) else int(energy),
        note=note if told else "",
        feelings=tuple(tracker.get_slot("feelings") or ()) if told else (),
        areas=tuple(tracker.get_slot("areas") or ()) if told else (),
        sentiment=float((tracker.get_slot("reading") or {}).get("sentiment") or 0.0) if told else 0.0,
        confirmed=tracker.get_slot("reflection") == "right",
    )


@dataclass(frozen=True)
class _Reading:
    """What was understood so far, kept in slots between messages."""

    feelings: tuple[str, ...] = field(repr=False)
    areas: tuple[str, ...] = field(repr=False)
    sentiment: float = 0.0
    mixed: bool = False
    sure: bool = False


def _read(tracker: Tracker) -> _Reading:
    kept = tracker.get_slot("reading") or {}
    return _Reading(
        feelings=tuple(tracker.get_slot("feelings") or ()),
        areas=tuple(tracker.get_slot("areas") or ()),
        sentiment=float(kept.get("sentiment") or 0.0),
        mixed=bool(kept.get("mixed")),
        sure=bool(kept.get("sure")),
    )


def _heard(text: str) -> Slots:
    read = wiring.reader().read(text)
    reading = {"arousal": read.arousal, "sentiment": read.sentiment, "mixed": read.mixed, "sure": read.sure}
    return {
        "note": text,
        "feelings": list(read.feelings),
        "areas": list(read.areas),
        "reading": reading,
        "corrections": None,
    }


def _take_correction(text: str, tracker: Tracker) -> Slots:
    count = _count(tracker) + 1
    before, said = _read(tracker), wiring.reader().read(text)
    feelings, areas = corrected(before, said)
    understood = (feelings, areas) != (before.feelings, before.areas)
    return {
        "note": f"{tracker.get_slot('note')}\n{text}",
        "feelings": list(feelings),
        "areas": list(areas),
        "reading": {
            **(tracker.get_slot("reading") or {}),
            "arousal": said.arousal,
            "mixed": False,
            "sure": True,
        },
        "corrections": {"asked": False, "count": count},
        "reflection": None if understood and count < _MOST_CORRECTIONS else "corrected",
    }


def _count(tracker: Tracker) -> int:
    return int((tracker.get_slot("corrections") or {}).get("count", 0))


def _about_yesterday(tracker: Tracker) -> bool:
    turn = Turn.of(tracker)
    day = tracker.get_slot("day")
    return bool(day) and day != turn.today(people.find(turn.person_key)).isoformat()


def _start(slots: Slots) -> list[EventType]:
    told = slots.get("note")
    fresh: Slots = {} if told else {"feelings": None, "areas": None, "reading": None}
    return _set({**fresh, **slots})


def _set(slots: Slots) -> list[EventType]:
    return [SlotSet(name, value) for name, value in slots.items()]
