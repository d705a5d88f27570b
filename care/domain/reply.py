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
class Link:
    """Something to tap, ``tel:``, ``sms:`` or ``https:``, beside a text that says it too."""

    title: str
    url: str


@dataclass(frozen=True)
class Reply:
    """One message to a person."""

    text: str = field(repr=False)
    buttons: tuple[Button, ...] = ()
    media: tuple[str, ...] = ()
    links: tuple[Link, ...] = field(default=(), repr=False)


def to_body(reply: Reply) -> dict[str, Any]:
    """A reply as JSON, to be stored until it is sent."""
    body = {
        "text": reply.text,
        "buttons": [[button.title, button.payload] for button in reply.buttons],
        "media": list(reply.media),
    }
    links = [[link.title, link.url] for link in reply.links]
    return body | ({"links": links} if links else {})


def to_reply(body: Mapping[str, Any]) -> Reply:
    """A stored reply; the inverse of :func:`to_body`."""
    buttons = tuple(Button(*pair) for pair in body["buttons"])
    links = tuple(Link(*pair) for pair in body.get("links", ()))  # older bodies have none
    return Reply(body["text"], buttons, tuple(body["media"]), links)
