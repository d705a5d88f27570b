"""The check-in: mood, energy, what is on the mind, and a reading that the person can correct.

Somebody in distress tells first: then the mood stands at ``LATER`` and is asked for last, if at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import people, practice, speech, wiring
from actions.base import CareAction, CareForm, Domain, Slots
from actions.turn import Turn
from care.domain.check_in import CheckIn
from care.domain.days import read_day
from care.domain.moments import Moment, read_moment
from care.domain.rating import OutOfRange, read_named_ratings, read_rating
from care.domain.reflect import corrected, reflect

SKIPPED = "skipped"
LATER = "_later"  # nobody types that
_MOST_CORRECTIONS = 2
_TALK_LASTS = timedelta(minutes=30)
_A_STORY = 3  # words: fewer are an unreadable rating rather than something told
EMPTY: Slots = {
    "day": None, "mood": None, "energy": None, "note": None, "reflection": None, "corrections": None,
    "talk": None,
}  # fmt: skip


class BeginCheckIn(CareAction):
    """Starts a check-in for the day that was named, today if none was."""

    def name(self) -> str:
        return "action_begin_check_in"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        return _begin(dispatcher, Turn.of(tracker), days_back=0)


class BeginCheckInYesterday(CareAction):
    """Starts a check-in for yesterday, unless another day was named."""

    def name(self) -> str:
        return "action_begin_check_in_yesterday"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        return _begin(dispatcher, Turn.of(tracker), days_back=1)


class BeginFromWords(CareAction):
    """Starts a check-in with what the person already said: a rating, or words about how they are."""

    def name(self) -> str:
        return "action_begin_from_words"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        turn = Turn.of(tracker)
        slots: Slots = {**EMPTY, "day": turn.today(people.find(turn.person_key)).isoformat()}
        telling = told(tracker)
        if telling is not None:
            talk = tracker.get_slot("talk")
            heard = _heard(_joined(telling, turn.text), turn.intent, talk.get("moment"))
            return _start({**slots, **_telling_first(), **heard, "talk": talk})
        rating = read_rating(turn.text, wiring.words().ratings) if turn.intent == "rate" else None
        if isinstance(rating, int):
            slots["mood"] = str(rating)
        elif turn.intent != "rate":
            slots.update(_heard(turn.text, turn.intent))
        return _start(slots)


class BeginTalk(CareAction):
    """Listens: the words come first, and no number is asked for before them."""

    def name(self) -> str:
        return "action_begin_talk"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        turn = Turn.of(tracker)
        offered = told(tracker)
        moment = (tracker.get_slot("talk") or {}).get("moment") if offered is not None else None
        telling = {"told": offered or "", "at": turn.at.isoformat(), "moment": moment}
        today = turn.today(people.find(turn.person_key)).isoformat()
        return _start({**EMPTY, **_telling_first(), "day": today, "talk": telling})


class ValidateCheckInForm(CareForm):
    """Takes each answer of a check-in, several in one message as well."""

    def name(self) -> str:
        return "validate_check_in_form"

    def validate_day(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        if turn.intent in ("check_in", "check_in_yesterday") and turn.text == "":
            return {"day": _day(turn, int(turn.intent == "check_in_yesterday")).isoformat()}
        return {"day": _kept_day(turn.said(value), turn, dispatcher)}

    def validate_mood(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        said = turn.said(value)
        if said == LATER:
            return {"mood": LATER}
        if turn.intent in ("skip", "not_now", "deny") and _is_telling(tracker):
            return {"mood": SKIPPED}
        both = read_named_ratings(said, wiring.words().ratings)
        if both:
            return {scale: str(number) for scale, number in both.items()}
        rating = read_rating(said, wiring.words().ratings)
        if isinstance(rating, int):
            return {"mood": str(rating)}
        told_more = len(said.split()) >= _A_STORY and turn.intent in ("share_feelings", "nlu_fallback")
        if told_more and not isinstance(rating, OutOfRange):
            return {"mood": None, **_heard(_joined(tracker.get_slot("note"), said), turn.intent)}
        kind = "out_of_range" if isinstance(rating, OutOfRange) else "unclear"
        dispatcher.utter_message(response=f"utter_rating_{kind}")
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
        telling = _is_telling(tracker)
        if turn.intent in ("skip", "not_now"):
            return {"note": SKIPPED, "reflection": SKIPPED, **({"mood": SKIPPED} if telling else {})}
        if turn.intent == "go_back":
            return {"note": None, **({} if telling else {"energy": None})}
        said = turn.said(value).strip()
        moment = (tracker.get_slot("talk") or {}).get("moment")
        return _heard(_joined(told(tracker), said), turn.intent, moment) if said else {"note": None}

    def validate_reflection(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        slots = _judged(turn, value, tracker)
        done = slots.get("reflection") is not None
        return {**slots, "mood": None} if done and tracker.get_slot("mood") == LATER else slots


class AskDay(CareAction):
    """Asks which of the two days that can be kept is meant."""

    def name(self) -> str:
        return "action_ask_check_in_form_day"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        days = (
            speech.button("today_button", "/check_in"),
            speech.button("yesterday_button", "/check_in_yesterday"),
        )
        dispatcher.utter_message(response="utter_ask_day", buttons=list(days))
        return []


class AskMood(CareAction):
    """Asks for the mood, of yesterday or after what was already told as it fits."""

    def name(self) -> str:
        return "action_ask_check_in_form_mood"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        if _is_telling(tracker):
            buttons = [*speech.scale(), speech.button("skip", "/skip")]
            dispatcher.utter_message(response="utter_ask_mood_after_telling", buttons=buttons)
            return []
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


class AskNote(CareAction):
    """Asks what is on the mind, or listens to somebody who wants to talk."""

    def name(self) -> str:
        return "action_ask_check_in_form_note"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        response = "utter_listening" if _is_telling(tracker) else "utter_ask_note"
        dispatcher.utter_message(response=response, buttons=[speech.button("skip", "/skip")])
        return []


class AskReflection(CareAction):
    """Says in one sentence what was understood and asks if that is right; after a loss, with condolence."""

    def name(self) -> str:
        return "action_ask_check_in_form_reflection"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        if (tracker.get_slot("corrections") or {}).get("asked"):
            lost = _moment(tracker) is Moment.LOSS
            dispatcher.utter_message(
                response="utter_listening_loss" if lost else "utter_reflection_ask_correction"
            )
            return []
        kept = tracker.get_slot("reading") or {}
        sentence = reflect(_read(tracker), wiring.messages(), avoid=(str(kept.get("said")),))
        understood = bool(tracker.get_slot("feelings") or kept.get("sure"))
        again = bool((tracker.get_slot("corrections") or {}).get("count"))
        moment = None if again else _moment(tracker)
        response = _reflecting(moment, understood=understood)
        dispatcher.utter_message(response=response, reflection=sentence)
        return [SlotSet("reading", {**kept, "said": sentence})]


class SaveCheckIn(CareAction):
    """Stores the check-in and keeps the state that a fitting practice is chosen from."""

    def name(self) -> str:
        return "action_save_check_in"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        turn = Turn.of(tracker)
        if tracker.get_slot("mood") == SKIPPED:
            dispatcher.utter_message(response="utter_check_in_unsaved")
            moment = _moment(tracker)
            return _set(
                {**EMPTY, **practice.EMPTY, "suggested": {"moment": moment.value} if moment else None}
            )
        check_in = _check_in(turn, tracker)
        with wiring.database().begin() as uow:
            uow.check_ins.put(turn.person_key, check_in)
            uow.commit()
        day = speech.label("yesterday" if _about_yesterday(tracker) else "today")
        own_words = tracker.get_slot("reflection") == "corrected" and not check_in.feelings
        response = "utter_check_in_saved_own_words" if own_words else "utter_check_in_saved"
        dispatcher.utter_message(response=response, day=day)
        reading = {**(tracker.get_slot("reading") or {}), "mood": check_in.mood, "energy": check_in.energy}
        suggested = {"moment": reading["moment"]} if reading.get("moment") else None
        return _set({**EMPTY, **practice.EMPTY, "reading": reading, "suggested": suggested})


def _begin(dispatcher: CollectingDispatcher, turn: Turn, days_back: int) -> list[EventType]:
    """Start for the day named, or so many days back; a day that cannot be kept leaves the day to be asked."""
    named = read_day(turn.text, _day(turn, 0), wiring.words().days)
    if named is None:
        return _start({**EMPTY, "day": _day(turn, days_back).isoformat()})
    return _start({**EMPTY, "day": _kept_day(turn.text, turn, dispatcher)})


def _kept_day(said: str, turn: Turn, dispatcher: CollectingDispatcher) -> str | None:
    """The day named in ISO form when it is today or yesterday; else None, after saying why not."""
    today = _day(turn, 0)
    day = read_day(said, today, wiring.words().days)
    if day in (today, today - timedelta(days=1)):
        return day.isoformat()
    if day is not None:
        dispatcher.utter_message(response="utter_day_in_future" if day > today else "utter_day_too_old")
    return None


def _day(turn: Turn, days_back: int) -> date:
    return turn.today(people.find(turn.person_key)) - timedelta(days=days_back)


def _telling_first() -> Slots:
    return {"mood": LATER, "energy": SKIPPED}


def _is_telling(tracker: Tracker) -> bool:
    """Whether the words come first in this check-in, and the number last."""
    return tracker.get_slot("mood") == LATER or bool(tracker.get_slot("talk"))


def _moment(tracker: Tracker) -> Moment | None:
    kept = (tracker.get_slot("reading") or {}).get("moment")
    return Moment(kept) if kept else None


def _reflecting(moment: Moment | None, *, understood: bool) -> str:
    """The response that says back what was understood."""
    about = f"_{moment.value}" if moment else ""
    return f"utter_reflection{about}" if understood else f"utter_reflection{about}_unsure"


def _joined(before: str | None, said: str) -> str:
    return f"{before}\n{said}" if before and before != SKIPPED else said


def _judged(turn: Turn, value: object, tracker: Tracker) -> Slots:
    """What the person made of our reading."""
    unsure = not (tracker.get_slot("feelings") or (tracker.get_slot("reading") or {}).get("sure"))
    if value == SKIPPED or turn.intent in ("skip", "not_now"):
        return {"reflection": SKIPPED}
    if turn.intent == "go_back":
        return {"reflection": None, "note": None}
    if turn.intent == "deny" and unsure and _moment(tracker):
        return {"reflection": SKIPPED}
    if turn.intent == "deny" or (turn.intent == "affirm" and unsure and _moment(tracker)):
        return {"reflection": None, "corrections": {"asked": True, "count": _count(tracker)}}
    if turn.intent == "affirm":
        return {"reflection": "right"}
    return _take_correction(turn.said(value), tracker)


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


def told(tracker: Tracker) -> str | None:
    """What somebody said when a talk was offered to them lately; None when none was."""
    talk = tracker.get_slot("talk")
    if not talk:
        return None
    age = Turn.of(tracker).at - datetime.fromisoformat(talk["at"])
    return str(talk["told"]) if age < _TALK_LASTS else None


def _heard(text: str, intent: str, known: str | None = None) -> Slots:
    """What a text says; ``known`` is the moment that was met before it."""
    read = wiring.reader().read(text)
    reading = {"arousal": read.arousal, "sentiment": read.sentiment, "mixed": read.mixed, "sure": read.sure}
    moment = read_moment(text, wiring.words().moments, distressed=intent == Moment.DISTRESS)
    reading["moment"] = moment.value if moment else known
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
    moment = read_moment(text, wiring.words().moments, distressed=False) or _moment(tracker)
    return {
        "note": f"{tracker.get_slot('note')}\n{text}",
        "feelings": list(feelings),
        "areas": list(areas),
        "reading": {
            **(tracker.get_slot("reading") or {}),
            "arousal": said.arousal,
            "mixed": False,
            "sure": True,
            "moment": moment.value if moment else None,
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
