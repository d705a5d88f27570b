"""Ways of saying things that several actions share."""

from __future__ import annotations

from collections.abc import Iterable

from rasa_sdk.executor import CollectingDispatcher

from actions import wiring
from care.domain.person import Person
from care.domain.reply import Button, Reply


def label(key: str, **values: str | int) -> str:
    """A short word from the catalogue."""
    return wiring.messages().say(f"labels.{key}", avoid=(), **values)


def button(key: str, payload: str) -> dict[str, str]:
    """A button whose words come from the catalogue."""
    return {"title": label(key), "payload": payload}


def answer(title: str, value: str) -> dict[str, str]:
    """A button that stands for a value."""
    return {"title": title, "payload": f'/answer{{"answer": "{value}"}}'}


def scale() -> list[dict[str, str]]:
    """Buttons for 0 to 10."""
    return [answer(str(number), str(number)) for number in range(11)]


def speak(dispatcher: CollectingDispatcher, replies: Iterable[Reply]) -> None:
    """Pass on what care itself composed."""
    for reply in replies:
        dispatcher.utter_message(text=reply.text, buttons=[_plain(item) for item in reply.buttons])


def called(person: Person | None) -> str:
    """``, Sam`` to put behind a greeting; empty when no name was given."""
    return f", {person.nickname}" if person and person.nickname else ""


def listed(avoid: Iterable[str]) -> str:
    """Things to avoid, in words."""
    return ", ".join(label(f"avoid_{kind}") for kind in sorted(avoid)) or label("none_set")


def _plain(item: Button) -> dict[str, str]:
    return {"title": item.title, "payload": item.payload}
