"""Offers a practice that fits, leads through it step by step, and keeps what it did for the person."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import people, speech, wiring
from actions.base import CareAction, CareForm, Domain, Slots
from actions.turn import Turn
from care.domain.choices import is_just, read_avoid, read_name, read_place
from care.domain.choose import State, Suggestion, explain, suggest
from care.domain.moments import Harm, read_harm
from care.domain.person import Person
from care.domain.practice import Practice, PracticeSession, Verdict
from care.domain.rating import OutOfRange, read_rating
from care.safety.reply import sos

SKIPPED = "skipped"
NONE = "none"
ALL = "all"
GROUNDING = "grounding"
_RECENT = 20
EMPTY: Slots = {
    "practice": None, "strain_before": None, "practice_step": None, "strain_after": None, "verdict": None,
    "step_index": None, "introduced": None, "talk": None,
}  # fmt: skip
_VERDICTS = {
    "feel_better": Verdict.BETTER, "affirm": Verdict.BETTER,
    "feel_same": Verdict.SAME, "deny": Verdict.SAME,
    "feel_worse": Verdict.WORSE,
}  # fmt: skip
_REFUSALS = ("not_now", "deny", "skip")


class BeginPractice(CareAction):
    """Starts the offer, at once with the practice that was named."""

    def name(self) -> str:
        return "action_begin_practice"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        named = Turn.of(tracker).entities.get("practice")
        known = named if named in wiring.practices() else None
        return _set({**EMPTY, "suggested": None, "practice": known})


class ValidatePracticeForm(CareForm):
    """Takes the choice, the ratings and each step of a practice."""

    def name(self) -> str:
        return "validate_practice_form"

    def validate_practice(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        said = turn.said(value)
        if turn.intent in _REFUSALS:
            return {"practice": NONE, "requested_slot": None}
        if said == ALL or is_just(said, wiring.words().choices.all):
            return {"practice": None, "suggested": {ALL: True}}
        id_ = _chosen(said, turn, tracker)
        if id_ is None and turn.intent == "want_practice":
            return {"practice": None}  # asked for what is on offer already: it comes again
        if id_ is None:
            dispatcher.utter_message(response="utter_practice_unclear")
        elif not _allowed(wiring.practices()[id_], people.find(turn.person_key)):
            dispatcher.utter_message(response="utter_practice_not_for_you")
            id_ = None
        return {"practice": id_}

    def validate_strain_before(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        if turn.intent == "go_back":
            return {"strain_before": None, "practice": None, "introduced": None}
        if turn.intent == "not_now":
            return {"strain_before": None, "practice": NONE, "requested_slot": None}
        strain = _strain(turn, value, dispatcher)
        slots: Slots = {"strain_before": strain, "step_index": 0}
        gentler = _gentler(strain, tracker)
        if gentler:
            dispatcher.utter_message(response="utter_gentler", title=gentler.title)
            slots["practice"] = gentler.id
        return slots

    def validate_practice_step(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        index = int(tracker.get_slot("step_index") or 0)
        harm = _harm(turn, value)
        if harm:
            return _stopped(harm)
        if turn.intent == "go_back":
            if index == 0:
                dispatcher.utter_message(response="utter_first_step_reached")
            return {"practice_step": None, "step_index": max(index - 1, 0)}
        steps = wiring.practices()[tracker.get_slot("practice")].steps
        index += 1
        return {"practice_step": "done" if index >= len(steps) else None, "step_index": index}

    def validate_strain_after(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        harm = _harm(turn, value)
        if harm is Harm.UNWELL:
            return _stopped(harm)
        if harm and not isinstance(_rated(turn, value), int):
            return {"strain_after": SKIPPED, "verdict": Verdict.WORSE.value}
        return {"strain_after": _strain(turn, value, dispatcher)}

    def validate_verdict(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        intent = turn.intent
        if _harm(turn, value) is Harm.UNWELL:
            return _stopped(Harm.UNWELL)
        if intent == "skip":
            return {"verdict": SKIPPED}
        verdict = _VERDICTS.get(intent)
        if verdict is None:
            dispatcher.utter_message(response="utter_verdict_unclear")
        return {"verdict": verdict.value if verdict else None}


class AskPractice(CareAction):
    """Suggests two or three practices with the reason for each, or lists them all."""

    def name(self) -> str:
        return "action_ask_practice_form_practice"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        suggested = tracker.get_slot("suggested") or {}
        if people.in_crisis(tracker.sender_id):
            _people_first(dispatcher, tracker)
            if Turn.of(tracker).intent != "want_practice":
                return [ActiveLoop(None), *_set({"practice": NONE, "requested_slot": None})]
        if suggested.get(ALL):
            return self._list_all(dispatcher, people.find(tracker.sender_id))
        if suggested.get("moment"):
            return _offer_gently(dispatcher, tracker, suggested["moment"])
        offered = _offered(tracker)
        if not offered:
            dispatcher.utter_message(response="utter_nothing_fits")
            return [ActiveLoop(None), *_set({"practice": NONE, "requested_slot": None})]
        catalogue = wiring.practices()
        lines = [
            speech.label(
                "suggestion_line", title=catalogue[id_].title, minutes=catalogue[id_].minutes, reason=reason
            )
            for id_, reason in offered.items()
        ]
        buttons = [speech.answer(catalogue[id_].title, id_) for id_ in offered]
        more = [speech.answer(speech.label("something_else"), ALL), speech.button("not_now", "/not_now")]
        dispatcher.utter_message(
            response="utter_suggestions", suggestions="\n".join(lines), buttons=[*buttons, *more]
        )
        return [SlotSet("suggested", {"offered": offered})]

    def _list_all(self, dispatcher: CollectingDispatcher, person: Person | None) -> list[EventType]:
        lines = [
            speech.label("practice_line", title=practice.title, minutes=practice.minutes)
            for practice in wiring.practices().values()
            if _allowed(practice, person)
        ]
        dispatcher.utter_message(
            response="utter_all_practices",
            practices="\n".join(lines),
            buttons=[speech.button("not_now", "/not_now")],
        )
        return []


class AskStrainBefore(CareAction):
    """Says what the practice is and asks for the strain before it."""

    def name(self) -> str:
        return "action_ask_practice_form_strain_before"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        practice = wiring.practices()[tracker.get_slot("practice")]
        buttons = [*speech.scale(), speech.button("skip", "/skip")]
        if tracker.get_slot("introduced") == practice.id:
            dispatcher.utter_message(response="utter_ask_strain_again", buttons=buttons)
            return []
        dispatcher.utter_message(
            response="utter_ask_strain",
            title=practice.title, minutes=practice.minutes, about=practice.about, caution=practice.caution,
            buttons=buttons,
        )  # fmt: skip
        return [SlotSet("introduced", practice.id)]


class AskPracticeStep(CareAction):
    """Shows the current step."""

    def name(self) -> str:
        return "action_ask_practice_form_practice_step"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        steps = wiring.practices()[tracker.get_slot("practice")].steps
        index = int(tracker.get_slot("step_index") or 0)
        dispatcher.utter_message(
            response="utter_step", number=index + 1, total=len(steps), step=steps[index],
            buttons=[
                speech.button("next", "/next_step"),
                speech.button("back", "/go_back"),
                speech.button("stop", "/stop"),
            ],
        )  # fmt: skip
        return []


class AskStrainAfter(CareAction):
    """Asks for the strain after the practice."""

    def name(self) -> str:
        return "action_ask_practice_form_strain_after"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        buttons = [*speech.scale(), speech.button("skip", "/skip")]
        dispatcher.utter_message(response="utter_ask_strain_after", buttons=buttons)
        return []


class SavePractice(CareAction):
    """Stores what the practice did, and stops offering a family that made things worse."""

    def name(self) -> str:
        return "action_save_practice"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        practice = wiring.practices().get(tracker.get_slot("practice") or NONE)
        if practice is None:
            dispatcher.utter_message(response="utter_no_practice")
            return _set({**EMPTY, "suggested": None})
        verdict = tracker.get_slot("verdict")
        finished = int(tracker.get_slot("step_index") or 0) >= len(practice.steps)
        keep_session(Turn.of(tracker), tracker, finished=finished)
        if verdict == Verdict.WORSE:
            _stop_offering(tracker.sender_id, practice.family)
        harm = tracker.get_slot("practice_step")
        if harm in set(Harm):
            buttons = [*calming_button(people.find(tracker.sender_id)), speech.button("people", "/sos")]
            dispatcher.utter_message(response=f"utter_stopped_{harm}", title=practice.title, buttons=buttons)
            return _set(EMPTY)
        response = f"utter_finished_{(_verdict(verdict) or Verdict.SAME).value}"
        dispatcher.utter_message(response=response, title=practice.title)
        return _set(EMPTY)


class Why(CareAction):
    """Says why the last suggestion was made and what it rests on."""

    def name(self) -> str:
        return "action_why"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        offered = (tracker.get_slot("suggested") or {}).get("offered") or {}
        id_ = (
            tracker.get_slot("practice")
            if tracker.get_slot("practice") in offered
            else next(iter(offered), None)
        )
        if id_ is None:
            dispatcher.utter_message(response="utter_why_nothing")
            return []
        practice = wiring.practices()[id_]
        dispatcher.utter_message(
            response="utter_why", title=practice.title, reason=offered[id_], source=practice.source
        )
        return []


class NoteCaution(CareAction):
    """Remembers what a person must not do, in the middle of things, and takes it off the offer."""

    def name(self) -> str:
        return "action_note_caution"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        turn = Turn.of(tracker)
        kind = turn.entities.get("caution")
        kinds = frozenset(wiring.words().choices.avoid)
        found = frozenset({kind}) if kind in kinds else read_avoid(turn.text, wiring.words().choices)
        person = people.find(turn.person_key)
        if not found or person is None:
            dispatcher.utter_message(response="utter_avoid_unclear")
            return []
        person = people.change(turn.person_key, avoid=person.avoid | found)
        dispatcher.utter_message(response="utter_caution_noted", avoid=speech.listed(found))
        running = wiring.practices().get(tracker.get_slot("practice") or NONE)
        fits = running is None or _allowed(running, person)
        return _set({"suggested": None} if fits else {**EMPTY, "suggested": None})


def keep_session(turn: Turn, tracker: Tracker, *, finished: bool) -> PracticeSession | None:
    """Store the run through a practice that is under way; None when none was begun."""
    practice = wiring.practices().get(tracker.get_slot("practice") or NONE)
    if practice is None or tracker.get_slot("step_index") is None:
        return None
    session = PracticeSession(
        id=turn.id_for("practice"),
        at=turn.at,
        practice_id=practice.id,
        family=practice.family,
        before=_number(tracker.get_slot("strain_before")),
        after=_number(tracker.get_slot("strain_after")),
        verdict=_verdict(tracker.get_slot("verdict")),
        steps_done=min(int(tracker.get_slot("step_index")), len(practice.steps)),
        finished=finished,
    )
    with wiring.database().begin() as uow:
        uow.sessions.put(turn.person_key, session)
        uow.commit()
    return session


def calming(person: Person | None) -> Practice | None:
    """A practice that holds on to the here and now; None when the person wants none of that kind."""
    grounding = (practice for practice in wiring.practices().values() if practice.family == GROUNDING)
    return next((practice for practice in grounding if _allowed(practice, person)), None)


def calming_button(person: Person | None) -> list[dict[str, str]]:
    """The button that begins it; none when there is nothing to offer."""
    practice = calming(person)
    payload = f'/want_practice{{"practice": "{practice.id}"}}' if practice else ""
    return [speech.button("something_gentle", payload)] if practice else []


def _people_first(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """In an open episode an exercise is not offered by us, and comes, if asked for, beside people only."""
    person = people.find(tracker.sender_id)
    words = wiring.messages()
    dispatcher.utter_message(text=words.say("crisis.episode_people"))
    speech.speak(dispatcher, sos(person.country if person else None, wiring.hotlines(), words))


def _offer_gently(dispatcher: CollectingDispatcher, tracker: Tracker, moment: str) -> list[EventType]:
    """After a loss or strong distress: people first, no list, and no hurry."""
    found = calming(people.find(tracker.sender_id))
    buttons = [speech.button("people", "/sos")]
    if found:
        buttons.append(speech.answer(found.title, found.id))
    dispatcher.utter_message(
        response=f"utter_after_{moment}", buttons=[*buttons, speech.button("not_now", "/not_now")]
    )
    offered = {found.id: found.about} if found else {}
    return [SlotSet("suggested", {"moment": moment, "offered": offered})]


def _harm(turn: Turn, value: object) -> Harm | None:
    """What somebody says against the practice they are in."""
    found = read_harm(turn.said(value), wiring.words().moments)
    if found is None and turn.intent in ("feel_worse", "distress"):
        return Harm.WORSE
    return found


def _stopped(harm: Harm) -> Slots:
    """The practice ends here, as one that made things worse."""
    return {"practice_step": harm.value, "strain_after": SKIPPED, "verdict": Verdict.WORSE.value}


def _offered(tracker: Tracker) -> dict[str, str]:
    """Ids on offer with the reason for each, best first; what was offered already stays on offer."""
    before: dict[str, str] | None = (tracker.get_slot("suggested") or {}).get("offered")
    if before:
        return before
    return {
        found.practice.id: explain(found, wiring.messages()) for found in _suggested(tracker, strain=None)
    }


def _suggested(tracker: Tracker, *, strain: int | None, limit: int = 3) -> list[Suggestion]:
    turn = Turn.of(tracker)
    person = people.find(turn.person_key)
    with wiring.database().begin(reading=True) as uow:
        sessions = uow.sessions.last(turn.person_key, _RECENT)
    return suggest(
        wiring.practices().values(),
        _state(tracker, turn, person, strain),
        avoid=person.avoid if person else frozenset(),
        stopped_families=person.stopped_families if person else frozenset(),
        recent=tuple(session.practice_id for session in sessions),
        helped=Counter(session.family for session in sessions if session.verdict is Verdict.BETTER),
        limit=limit,
        chance=random.Random(turn.message_id),  # noqa: S311 -- variety, not secrecy
    )


def _state(tracker: Tracker, turn: Turn, person: Person | None, strain: int | None) -> State:
    reading = tracker.get_slot("reading") or {}
    local = turn.local(person)
    return State(
        arousal=reading.get("arousal") or "mid",
        mood=reading.get("mood"),
        energy=reading.get("energy"),
        feelings=tuple(tracker.get_slot("feelings") or ()),
        hour=local.hour if local else None,
        strain=strain,
    )


def _chosen(said: str, turn: Turn, tracker: Tracker) -> str | None:
    catalogue = wiring.practices()
    offered = list((tracker.get_slot("suggested") or {}).get("offered") or {})
    if said in catalogue:
        return said
    named = turn.entities.get("practice")
    if named in catalogue:
        return named
    place = read_place(said, len(offered), wiring.words().choices)
    if place is not None:
        return str(offered[place])
    found = read_name(said, {practice.id: practice.title for practice in catalogue.values()})
    if found or turn.intent != "affirm":
        return found
    return str(offered[0]) if offered else None


def _allowed(practice: Practice, person: Person | None) -> bool:
    if person is None:
        return True
    return not practice.involves & person.avoid and practice.family not in person.stopped_families


def _gentler(strain: str | None, tracker: Tracker) -> Practice | None:
    """Another practice when the strain is more than the chosen one suits."""
    number = _number(strain)
    if number is None or number <= wiring.practices()[tracker.get_slot("practice")].arousal[1]:
        return None
    found = _suggested(tracker, strain=number, limit=1)
    return found[0].practice if found else None


def _strain(turn: Turn, value: object, dispatcher: CollectingDispatcher) -> str | None:
    if turn.intent in ("skip", "next_step"):
        return SKIPPED
    rating = _rated(turn, value)
    if isinstance(rating, int):
        return str(rating)
    kind = "out_of_range" if isinstance(rating, OutOfRange) else "unclear"
    dispatcher.utter_message(response=f"utter_rating_{kind}")
    return None


def _rated(turn: Turn, value: object) -> int | OutOfRange | None:
    return read_rating(turn.said(value), wiring.words().ratings.only_numbers())


def _stop_offering(person_key: str, family: str) -> None:
    person = people.find(person_key)
    if person is not None:
        people.change(person_key, stopped_families=person.stopped_families | {family})


def _verdict(said: str | None) -> Verdict | None:
    return Verdict(said) if said in set(Verdict) else None


def _number(value: str | None) -> int | None:
    return None if value in (None, SKIPPED) else int(value)


def _set(slots: Slots) -> list[EventType]:
    return [SlotSet(name, value) for name, value in slots.items()]
