"""The dialogue engine's own store, as far as export and erasure need it: its tables may not exist yet."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, TableClause, column, delete, inspect, select, table

from care.errors import DataUnreadable
from care.storage.connection import READING, WAIT_MS, connect, overwrite_what_was_deleted, sqlite_file
from care.storage.keys import MasterKey

_EVENTS = table("events", column("id"), column("sender_id"), column("type_name"), column("data"))
_KEYS = table("tracker_keys", column("sender_id"), column("wrapped_key"))
_NONCE_BYTES = 12


class Tracker:
    """What the engine keeps of conversations; each method raises StorageUnavailable when that fails."""

    def __init__(self, url: str, master: MasterKey, *, wait_ms: int = WAIT_MS) -> None:
        self._url = url
        self._key = master.derive("engine")
        self._wait_ms = wait_ms

    def conversation(self, person_key: str) -> list[dict[str, Any]]:
        """The engine's events of a person, oldest first, as the engine wrote them.

        Raises DataUnreadable when they do not decrypt.
        """
        with self._connected(READING) as connection:
            if connection is None or not _has(connection, _KEYS, _EVENTS):
                return []
            wrapped = connection.scalar(select(_KEYS.c.wrapped_key).where(_KEYS.c.sender_id == person_key))
            query = select(_EVENTS.c.type_name, _EVENTS.c.data).where(_EVENTS.c.sender_id == person_key)
            rows = connection.execute(query.order_by(_EVENTS.c.id)).all()
        if wrapped is None:
            return []
        key = _opened(self._key, wrapped, f"key\0{person_key}")
        return [json.loads(_opened(key, data, f"{kind}\0{person_key}")) for kind, data in rows]

    def erase(self, person_key: str) -> int:
        """Deletes the person's key and events there; returns how many events."""
        events = 0
        with self._connected({}) as connection:
            # The key first: the engine locks it while it writes, so none of its turns slips in between.
            for each in (_KEYS, _EVENTS):
                if connection is not None and _has(connection, each):
                    events = connection.execute(delete(each).where(each.c.sender_id == person_key)).rowcount
            if connection is not None:
                connection.commit()
                overwrite_what_was_deleted(connection.engine)
        return events

    @contextmanager
    def _connected(self, options: Mapping[str, Any]) -> Iterator[Connection | None]:
        """A connection; None when the engine's SQLite file was not made yet."""
        path = sqlite_file(self._url)
        if path is not None and not path.exists():
            yield None
            return
        engine = connect(self._url, wait_ms=self._wait_ms)
        try:
            with engine.execution_options(**options).connect() as connection:
                yield connection
        finally:
            engine.dispose()


def _has(connection: Connection, *tables: TableClause) -> bool:
    return all(inspect(connection).has_table(each.name) for each in tables)


def _opened(key: bytes, sealed: str, place: str) -> bytes:
    try:
        raw = base64.b64decode(sealed, validate=True)
        return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], place.encode())
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise DataUnreadable(
            "A row of the conversation store does not decrypt.", "Check the master key."
        ) from error
