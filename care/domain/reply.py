"""What is said to a person, described once; each connector renders it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Button:
    """A choice offered: the words on it, and the intent it stands for (``/affirm``); never free text."""

    title: str
    payload: str


@dataclass(frozen=True)
class Reply:
    """One message to a person."""

    text: str = field(repr=False)
    buttons: tuple[Button, ...] = ()
    media: tuple[str, ...] = ()


def to_body(reply: Reply) -> dict[str, Any]:
    """A reply as JSON, to be stored until it is sent."""
    return {
        "text": reply.text,
        "buttons": [[button.title, button.payload] for button in reply.buttons],
        "media": list(reply.media),
    }


def to_reply(body: Mapping[str, Any]) -> Reply:
    """A stored reply; the inverse of :func:`to_body`."""
    return Reply(body["text"], tuple(Button(*pair) for pair in body["buttons"]), tuple(body["media"]))
