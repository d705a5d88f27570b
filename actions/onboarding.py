"""The first meeting: adults only, consent, and what helps us to help."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import details, people, speech, wiring
from actions.base import CareAction, CareForm, Domain, Slots
from actions.turn import Turn
from care.domain.age import ADULT, answered_age, spelled_age
from care.domain.choices import names
from care.domain.person import Person

CONSENT_VERSION = "2026-11"
SKIPPED = "skipped"


class ValidateOnboardingForm(CareForm):
    """Takes each answer of the first meeting, or says what was unclear."""

    def name(self) -> str:
        return "validate_onboarding_form"

    def validate_adult(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        said, words = turn.said(value), wiring.words()
        age = answered_age(said) or spelled_age(said, words.ages)
        if turn.intent == "deny" or (age is not None and age < ADULT) or names(said, words.minors):
            return {"adult": "no", "requested_slot": None}
        if age is not None or (turn.intent == "affirm" and not names(said, words.choices.hedges)):
            return {"adult": "yes"}
        dispatcher.utter_message(response="utter_adult_unclear")
        return {"adult": None}

    def validate_consent(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        if turn.intent == "deny":
            return {"consent": False, "requested_slot": None}
        if turn.intent != "affirm" or names(turn.said(value), wiring.words().choices.hedges):
            dispatcher.utter_message(response="utter_consent_unclear")
            return {"consent": None}
        _remember(turn)
        return {"consent": True}

    def validate_country(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        guess = tracker.get_slot("country_guess")
        if turn.intent == "skip" or (turn.intent == "deny" and not guess):
            return {"country": SKIPPED, "country_guess": None}
        found = details.country(turn.said(value), turn, guess, dispatcher)
        if isinstance(found, details.Guess):
            return {"country": None, "country_guess": found.code}
        if found:
            people.change(turn.person_key, country=found)
        return {"country": found, "country_guess": None}

    def validate_time_zone(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        if turn.intent in ("skip", "deny"):
            return {"time_zone": SKIPPED}
        if turn.intent == "go_back":
            return {"time_zone": None, "country": None}
        zone = details.time_zone(turn.said(value), turn, tracker.get_slot("country"), dispatcher)
        if zone:
            people.change(turn.person_key, zone=zone)
        return {"time_zone": zone}

    def validate_nickname(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        if turn.intent in ("skip", "deny"):
            return {"nickname": SKIPPED}
        if turn.intent == "go_back":
            return {"nickname": None, "time_zone": None}
        name = details.nickname(turn.said(value), dispatcher)
        if name:
            people.change(turn.person_key, nickname=name)
        return {"nickname": name}

    def validate_avoid(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        if turn.intent == "go_back":
            return {"avoid": None, "nickname": None}
        if turn.intent in ("skip", "deny"):
            return {"avoid": SKIPPED}
        kinds = details.avoid(turn.said(value), dispatcher)
        if kinds is None:
            return {"avoid": None}
        people.change(turn.person_key, avoid=kinds)
        return {"avoid": ",".join(sorted(kinds)) or SKIPPED}


class AskCountry(CareAction):
    """Asks for the country, or whether a short code was meant as one."""

    def name(self) -> str:
        return "action_ask_onboarding_form_country"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        details.ask_country(dispatcher, "utter_ask_country", tracker.get_slot("country_guess"))
        return []


class AskTimeZone(CareAction):
    """Asks for the time zone, with the country's own on buttons."""

    def name(self) -> str:
        return "action_ask_onboarding_form_time_zone"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        country = tracker.get_slot("country")
        known = country in wiring.countries().names
        response = "utter_ask_time_zone_known" if known else "utter_ask_time_zone_unknown"
        details.ask_time_zone(dispatcher, response, country, Turn.of(tracker).at)
        return []


class AskAvoid(CareAction):
    """Asks what to leave out of the exercises."""

    def name(self) -> str:
        return "action_ask_onboarding_form_avoid"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        buttons = [*details.avoid_buttons(), speech.button("avoid_button_nothing", "/skip")]
        dispatcher.utter_message(response="utter_ask_avoid", buttons=buttons)
        return []


class OnboardingDone(CareAction):
    """Closes the first meeting, whichever way it went."""

    def name(self) -> str:
        return "action_onboarding_done"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        if tracker.get_slot("adult") == "no":
            dispatcher.utter_message(response="utter_minor")
            dispatcher.utter_message(json_message={"minor": True})
            return [SlotSet("adult", None)]
        if not tracker.get_slot("consent"):
            dispatcher.utter_message(response="utter_consent_declined")
            return [SlotSet("adult", None), SlotSet("consent", None)]
        person = people.find(tracker.sender_id)
        dispatcher.utter_message(response="utter_onboarding_done", name=speech.called(person))
        return []


def _remember(turn: Turn) -> None:
    with wiring.database().begin() as uow:
        if uow.people.get(turn.person_key) is None:
            uow.people.add(Person(turn.person_key, CONSENT_VERSION, turn.at, turn.at))
            uow.commit()
