"""What the engine is told by its environment, checked before anything slow is loaded."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import NamedTuple

KEY_BYTES = 32
SHORTEST_TOKEN = 16


class Unusable(Exception):
    """The engine must not start; the text says in one line what is wrong and how to mend it."""


class Secrets(NamedTuple):
    """The 32-byte engine key, the bearer token, and the tracker database as an SQLAlchemy 1.4 URL."""

    key: bytes
    token: str
    tracker_url: str

    def __repr__(self) -> str:
        return "Secrets(...)"


def read(environ: Mapping[str, str]) -> Secrets:
    """The three secrets of a start; raises `Unusable`."""
    return Secrets(
        parse_key(_required(environ, "CARE_ENGINE_KEY")),
        parse_token(_required(environ, "CARE_ENGINE_TOKEN")),
        parse_url(_required(environ, "CARE_TRACKER_URL")),
    )


def parse_key(text: str) -> bytes:
    """Raises `Unusable` unless the text is 32 bytes of URL-safe base64, padded or not."""
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise Unusable(
            "CARE_ENGINE_KEY is not 32 bytes of URL-safe base64: "
            "start the engine with `care`, which derives it."
        )
    return key


def parse_token(text: str) -> str:
    """Raises `Unusable` when the token is short enough to guess."""
    if len(text) < SHORTEST_TOKEN or not text.isascii() or not text.isprintable():
        raise Unusable(
            f"CARE_ENGINE_TOKEN is not {SHORTEST_TOKEN} or more printable characters: "
            "start the engine with `care`, which derives it."
        )
    return text


def parse_url(text: str) -> str:
    """The URL with a driver that the engine has; raises `Unusable` unless SQLite or PostgreSQL."""
    scheme, separator, rest = text.partition("://")
    dialect = scheme.partition("+")[0]
    if not separator or not rest or dialect not in ("sqlite", "postgresql"):
        raise Unusable(
            "CARE_TRACKER_URL is not a database URL: give sqlite:////path/engine.db or postgresql://host/name."
        )
    return f"{'postgresql+psycopg2' if dialect == 'postgresql' else 'sqlite'}://{rest}"


def _required(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise Unusable(f"{name} is not set: start the engine with `care`, which sets it.")
    return value
