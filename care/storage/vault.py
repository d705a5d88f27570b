"""Encrypts what a person said under a key of that person's own, which the master key wraps."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from care.errors import DataUnreadable
from care.storage.keys import KEY_BYTES, MasterKey

_NONCE_BYTES = 12
_FORM = b"\x01"
_BLOCK = 64


@dataclass(frozen=True)
class PersonKey:
    """The key that opens one person's values; without it they are noise."""

    person: str
    secret: bytes = field(repr=False)

    def seal(self, table: str, column: str, row_id: str, value: Any) -> bytes:
        """A JSON-able value as bytes that open only for this person, table, column and row."""
        text = json.dumps(value, separators=(",", ":"))
        # Blanks hide how long a note is and how many digits a rating has.
        plain = text.ljust(-(-len(text) // _BLOCK) * _BLOCK).encode()
        return _encrypt(self.secret, plain, self._place(table, column, row_id))

    def open(self, table: str, column: str, row_id: str, sealed: bytes) -> Any:
        """The value that was sealed here; raises DataUnreadable when it was changed, moved or cut."""
        return json.loads(_decrypt(self.secret, sealed, self._place(table, column, row_id)))

    def _place(self, table: str, column: str, row_id: str) -> bytes:
        return json.dumps([self.person, table, column, row_id]).encode()


class Vault:
    """Makes and unwraps the keys of people."""

    def __init__(self, master: MasterKey) -> None:
        self._wrap_key = master.derive("wrap")

    def new_key(self, person: str) -> bytes:
        """A new random key for a person, wrapped; destroying it makes all that it sealed unreadable."""
        return _encrypt(self._wrap_key, os.urandom(KEY_BYTES), _owner(person))

    def unwrap(self, person: str, wrapped: bytes) -> PersonKey:
        """Raises DataUnreadable when the key was wrapped for somebody else or under another master key."""
        return PersonKey(person, _decrypt(self._wrap_key, wrapped, _owner(person)))


def _owner(person: str) -> bytes:
    return json.dumps([person, "people", "wrapped_key"]).encode()


def _encrypt(key: bytes, plain: bytes, place: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return _FORM + nonce + AESGCM(key).encrypt(nonce, plain, _FORM + place)


def _decrypt(key: bytes, sealed: bytes, place: bytes) -> bytes:
    nonce, cipher = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, cipher, sealed[:1] + place)
    except (InvalidTag, ValueError) as error:
        raise DataUnreadable(
            "A stored value does not decrypt: it was changed or moved, or the master key is another one.",
            "Check the master key; else restore the database from a backup.",
        ) from error
