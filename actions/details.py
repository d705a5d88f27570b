"""Reads the details a person may tell about themselves: country, time zone, name, what to avoid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from rasa_sdk.executor import CollectingDispatcher

from actions import speech, wiring
from actions.turn import Turn
from care.domain.choices import read_avoid
from care.domain.time_zone import alike_once, find_zone
from care.places import all_zones, zones_of
from care.safety.countries import find_country

_LONGEST_NAME = 30
_NAME_LEAD = re.compile(r"^(?:.*\bcall me|.*\bmy name(?:'s| is)|i'?m|i am|it'?s|just)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Guess:
    """A country that a short code may stand for; the person is asked."""

    code: str


def country(said: str, turn: Turn, guess: str | None, dispatcher: CollectingDispatcher) -> str | Guess | None:
    """ISO code of the country named, a guess to ask about, or None after saying that it was not understood.

    ``guess`` is the code that was asked about in the message before.
    """
    if guess and turn.intent == "affirm":
        return guess
    code = said.strip().strip(".").upper()
    if turn.intent == "deny":
        return None
    if code in wiring.words().choices.unclear_codes and code in wiring.countries().names:
        return guess if code == guess else Guess(code)
    found = find_country(said, wiring.countries())
    if found is None:
        dispatcher.utter_message(response="utter_country_unclear")
    return found


def ask_country(dispatcher: CollectingDispatcher, response: str, guess: str | None) -> None:
    """Ask for the country, or whether the one we guess is meant."""
    if guess is None:
        dispatcher.utter_message(response=response, buttons=[speech.button("skip", "/skip")])
        return
    name = wiring.countries().names[guess]
    buttons = [
        speech.answer(name, name),
        speech.button("another_country", "/deny"),
        speech.button("skip", "/skip"),
    ]
    dispatcher.utter_message(response="utter_country_which", code=guess, country=name, buttons=buttons)


def time_zone(
    said: str, turn: Turn, country_code: str | None, dispatcher: CollectingDispatcher
) -> str | None:
    """IANA zone meant, or None after saying that it was not understood."""
    found = find_zone(said, zones_of(country_code), all_zones(), turn.at)
    if found is None:
        dispatcher.utter_message(response="utter_time_zone_unclear")
    return found


def nickname(said: str, dispatcher: CollectingDispatcher) -> str | None:
    """A name of 1 to 30 characters, or None after saying that it will not do."""
    name = _NAME_LEAD.sub("", " ".join(said.split())).strip(" .,!\"'")
    if (
        not name
        or len(name) > _LONGEST_NAME
        or not re.search(r"\w", name)
        or re.search(r"[<>{}\[\]/\\;]", name)
    ):
        dispatcher.utter_message(response="utter_nickname_unclear")
        return None
    return name


def avoid(said: str, dispatcher: CollectingDispatcher) -> frozenset[str] | None:
    """Kinds to leave out, or None after saying that it was not understood."""
    kinds = frozenset(wiring.words().choices.avoid)
    found = frozenset({said}) if said in kinds else read_avoid(said, wiring.words().choices)
    if found is None:
        dispatcher.utter_message(response="utter_avoid_unclear")
    return found


def avoid_buttons() -> list[dict[str, str]]:
    """A button for each kind that can be left out."""
    kinds = sorted(wiring.words().choices.avoid)
    return [speech.answer(speech.label(f"avoid_button_{kind}"), kind) for kind in kinds]


def ask_time_zone(
    dispatcher: CollectingDispatcher, response: str, country_code: str | None, at: datetime
) -> None:
    """Ask, with the country's own zones on buttons when they are few."""
    zones = alike_once(zones_of(country_code), at)
    place = wiring.countries().names.get(country_code or "", "")
    few = zones if len(zones) <= 4 else []  # noqa: PLR2004 -- four buttons fit on every platform
    buttons = [speech.answer(zone.rsplit("/", 1)[-1].replace("_", " "), zone) for zone in few]
    dispatcher.utter_message(
        response=response, country=place, buttons=[*buttons, speech.button("skip", "/skip")]
    )
