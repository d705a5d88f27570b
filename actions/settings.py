"""Settings, pause and resume, a copy of the data, and erasing it in two steps."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import details, people, speech, wiring
from actions.base import CareAction, CareForm, Domain, Slots
from actions.turn import Turn
from care.domain.choices import is_just, names
from care.domain.nudge_time import is_quiet, next_nudge, read_time
from care.domain.person import Person

EMPTY: Slots = {
    "setting": None, "setting_value": None, "delete_sure": None, "warned": None, "country_guess": None,
}  # fmt: skip
_KINDS = ("country", "time_zone", "name", "avoid", "nudge")


class BeginSettings(CareAction):
    """Opens the settings, at once at the one that was named."""

    def name(self) -> str:
        return "action_begin_settings"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        named = Turn.of(tracker).entities.get("setting")
        return _set({**EMPTY, "setting": named if named in _KINDS else None})


class ValidateSettingsForm(CareForm):
    """Takes the setting to change and its new value."""

    def name(self) -> str:
        return "validate_settings_form"

    def validate_setting(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        said = turn.said(value)
        if turn.intent in ("deny", "not_now", "next_step", "skip", "go_back"):
            return {"setting": "none", "requested_slot": None}
        kind = _kind(said, turn)
        if kind is None:
            dispatcher.utter_message(response="utter_setting_unclear")
        return {"setting": kind}

    def validate_setting_value(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        if turn.intent == "go_back":
            return {"setting_value": None, "setting": None}
        if turn.intent in ("not_now", "skip"):
            return {"setting_value": "none", "setting": "none", "requested_slot": None}
        if tracker.get_slot("setting") == "country":
            return _country(turn, value, tracker.get_slot("country_guess"), dispatcher)
        return _changed(str(tracker.get_slot("setting")), turn.said(value), turn, dispatcher)


class AskSetting(CareAction):
    """Shows all settings and asks which to change."""

    def name(self) -> str:
        return "action_ask_settings_form_setting"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        person = people.find(tracker.sender_id)
        lines = [
            speech.label("setting_line", label=speech.label(f"setting_{kind}"), value=_shown(kind, person))
            for kind in _KINDS
        ]
        buttons = [speech.answer(speech.label(f"setting_{kind}"), kind) for kind in _KINDS]
        dispatcher.utter_message(
            response="utter_settings",
            settings="\n".join(lines),
            buttons=[*buttons, speech.button("done", "/next_step")],
        )
        return []


class AskSettingValue(CareAction):
    """Asks for the new value of a setting."""

    def name(self) -> str:
        return "action_ask_settings_form_setting_value"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        kind = tracker.get_slot("setting")
        person = people.find(tracker.sender_id)
        if kind == "country" and tracker.get_slot("country_guess"):
            details.ask_country(dispatcher, "utter_ask_setting_country", tracker.get_slot("country_guess"))
            return []
        if kind == "time_zone":
            details.ask_time_zone(
                dispatcher,
                "utter_ask_setting_time_zone",
                person.country if person else None,
                Turn.of(tracker).at,
            )
            return []
        buttons = [speech.button("not_now", "/not_now")]
        if kind == "avoid":
            nothing = speech.answer(speech.label("avoid_button_nothing"), "nothing")
            buttons = [*details.avoid_buttons(), nothing]
        elif kind == "nudge":
            buttons = [speech.answer(speech.label("off"), "off"), *buttons]
        dispatcher.utter_message(response=f"utter_ask_setting_{kind}", buttons=buttons)
        return []


class SettingsDone(CareAction):
    """Closes the settings."""

    def name(self) -> str:
        return "action_settings_done"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        kind = tracker.get_slot("setting")
        if kind in _KINDS and tracker.get_slot("setting_value") == "saved":
            value = _shown(kind, people.find(tracker.sender_id))
            line = speech.label("setting_now", label=speech.label(f"setting_{kind}"), value=value)
            dispatcher.utter_message(response="utter_setting_saved", setting=line)
        else:
            dispatcher.utter_message(response="utter_settings_done")
        return _set(EMPTY)


class BeginDelete(CareAction):
    """Starts the two steps of erasing."""

    def name(self) -> str:
        return "action_begin_delete"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        return _set({"delete_sure": None, "warned": None})


class AskDeleteSure(CareAction):
    """Says what would be erased, and asks; after an aside, asks again in short."""

    def name(self) -> str:
        return "action_ask_delete_form_delete_sure"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        if tracker.get_slot("warned"):
            dispatcher.utter_message(response="utter_ask_delete_form_delete_sure")
            return []
        with wiring.database().begin(reading=True) as uow:
            check_ins = len(uow.check_ins.last(tracker.sender_id, 1_000_000))
            written = len(uow.journal.last(tracker.sender_id, 1_000_000))
            sessions = len(uow.sessions.last(tracker.sender_id, 1_000_000))
        kinds = [
            speech.label("kinds_profile"),
            speech.label("kinds_check_ins", count=check_ins),
            speech.label("kinds_journal", count=written),
            speech.label("kinds_sessions", count=sessions),
            speech.label("kinds_conversation"),
        ]
        dispatcher.utter_message(response="utter_delete_warning", kinds=", ".join(kinds))
        return [SlotSet("warned", value=True)]


class ValidateDeleteForm(CareForm):
    """Takes a clear yes or a clear no."""

    def name(self) -> str:
        return "validate_delete_form"

    def validate_delete_sure(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        turn = Turn.of(tracker)
        intent = turn.intent
        pressed = str(value).startswith("/")
        if (intent == "affirm" and pressed) or is_just(turn.said(value), wiring.words().choices.sure):
            return {"delete_sure": "yes"}
        return {"delete_sure": "no" if intent in ("deny", "not_now", "go_back", "skip") else None}


class DeleteDone(CareAction):
    """Asks the gateway to erase once this turn is stored, or keeps everything."""

    def name(self) -> str:
        return "action_delete_done"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        if tracker.get_slot("delete_sure") == "yes":
            dispatcher.utter_message(json_message={"erase": True})
        else:
            dispatcher.utter_message(response="utter_delete_kept")
        return _set(EMPTY)


def pause(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    """Stop writing to the person on our own."""
    people.change(turn.person_key, paused=True)
    dispatcher.utter_message(response="utter_pause")


def resume(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    """Write again at the times that are set."""
    people.change(turn.person_key, paused=False)
    dispatcher.utter_message(response="utter_resume")


def export(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    """Ask the gateway to hand over a copy once this turn is stored."""
    if people.find(turn.person_key) is None:
        dispatcher.utter_message(response="utter_nothing_kept")
        return
    dispatcher.utter_message(response="utter_export")
    dispatcher.utter_message(json_message={"export": True})


def _kind(said: str, turn: Turn) -> str | None:
    if said in _KINDS:
        return said
    named = turn.entities.get("setting")
    if named in _KINDS:
        return named
    words = wiring.words().choices.settings
    return next((kind for kind in _KINDS if names(said, words[kind])), None)


def _changed(kind: str, said: str, turn: Turn, dispatcher: CollectingDispatcher) -> Slots:
    if kind == "nudge":
        return _nudge(said, turn, dispatcher)
    person = people.find(turn.person_key)
    changes: dict[str, Any] = {}
    if kind == "time_zone":
        zone = details.time_zone(said, turn, person.country if person else None, dispatcher)
        changes = {"zone": zone}
    elif kind == "name":
        changes = {"nickname": details.nickname(said, dispatcher)}
    elif kind == "avoid":
        changes = {"avoid": frozenset() if said == "nothing" else details.avoid(said, dispatcher)}
    if None in changes.values():
        return {"setting_value": None}
    people.change(turn.person_key, **changes)
    return {"setting_value": "saved"}


def _country(turn: Turn, value: object, guess: str | None, dispatcher: CollectingDispatcher) -> Slots:
    found = details.country(turn.said(value), turn, guess, dispatcher)
    if isinstance(found, details.Guess):
        return {"setting_value": None, "country_guess": found.code}
    if found is None:
        return {"setting_value": None, "country_guess": None}
    people.change(turn.person_key, country=found)
    return {"setting_value": "saved", "country_guess": None}


def _nudge(said: str, turn: Turn, dispatcher: CollectingDispatcher) -> Slots:
    person = people.find(turn.person_key)
    if is_just(said, wiring.words().choices.off):
        people.invite_at(turn.person_key, None, None)
        return {"setting_value": "saved"}
    at = read_time(said)
    if at is None or person is None:
        dispatcher.utter_message(response="utter_nudge_unclear")
        return {"setting_value": None}
    if is_quiet(at):
        dispatcher.utter_message(response="utter_nudge_quiet")
        return {"setting_value": None}
    if person.zone is None:
        dispatcher.utter_message(response="utter_nudge_needs_zone")
        return {"setting_value": None, "setting": "time_zone"}
    people.invite_at(turn.person_key, at, next_nudge(turn.at, at, person.zone))
    return {"setting_value": "saved"}


def _shown(kind: str, person: Person | None) -> str:
    unset = speech.label("none_set")
    if person is None:
        return unset
    shown = {
        "country": wiring.countries().names.get(person.country or "", unset),
        "time_zone": person.zone or unset,
        "name": person.nickname or unset,
        "avoid": speech.listed(person.avoid),
        "nudge": person.nudge_at.strftime("%H:%M") if person.nudge_at else speech.label("off"),
    }
    return shown[kind]


def _set(slots: Slots) -> list[EventType]:
    return [SlotSet(name, value) for name, value in slots.items()]
