"""Keeps conversations encrypted per person, in memory alone before consent; never hides a failure."""

from __future__ import annotations

import base64
import itertools
import json
import os
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from environment import KEY_BYTES, Unusable, read
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

NONCE_BYTES = 12
PROBE = "(probe)"  # no pseudonym has brackets
MEMORY_S = 2 * 60 * 60
MEMORY_SENDERS = 10_000
MEMORY_BYTES = 128 * 1024 * 1024
SQLITE_WAIT_MS = 5_000
OWNER_ONLY = 0o600


class TrackerUnreadable(RasaException):
    """A stored row does not decrypt: it was changed, moved, or written under another key."""


class StoredTracker(DialogueStateTracker):
    """A tracker that knows how much of it is stored, and under which key it was read.

    `wrapped_key` is None while nothing of it is stored; `stored` counts the first events that are.
    """

    wrapped_key: str | None = None
    stored: int = 0


class TrackerKey(SQLTrackerStore.Base):  # type: ignore[misc, valid-type]
    """One sender's own key, wrapped by the engine's; without this row the sender's events cannot be read."""

    __tablename__ = "tracker_keys"

    sender_id = sa.Column(sa.String(255), primary_key=True)
    wrapped_key = sa.Column(sa.Text, nullable=False)


class EncryptedTrackerStore(SQLTrackerStore):
    """Rasa's SQL store with encrypted rows, found through PYTHONPATH by its name in endpoints.yml.

    `url` and `key` come from the environment unless given. `clock` gives seconds since 1970.
    Raises `Unusable` on a bad setting, SQLAlchemy's errors when the database cannot be used.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,  # noqa: ARG002  Rasa passes the url of endpoints.yml
        event_broker: EventBroker | None = None,
        *,
        url: str | None = None,
        key: bytes | None = None,
        clock: Callable[[], float] = time.time,
        **_: Any,
    ) -> None:
        if url is None or key is None:
            secrets = read(os.environ)
            url, key = secrets.tracker_url, secrets.key
        self._engine_key = AESGCM(key)
        self._clock = clock
        self._memory: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._memory_bytes = 0
        # Not SQLTrackerStore's: it retries for ever when the database cannot be opened.
        self.engine = open_database(url)
        self.Base.metadata.create_all(self.engine)
        self.sessionmaker = sessionmaker(bind=self.engine)
        TrackerStore.__init__(self, domain, event_broker)

    def verify(self) -> None:
        """Raises `TrackerUnreadable` unless the newest row decrypts; raises when the store cannot be written.

        The first call leaves an encrypted probe row, so that a wrong key shows even in an empty store.
        """
        with self.session_scope() as session:
            probe = session.get(TrackerKey, PROBE)
            newest = session.query(self.SQLEvent).order_by(self.SQLEvent.id.desc()).first()
            some_key = probe or session.query(TrackerKey).first()
            if some_key is not None:
                self._unwrap(some_key.sender_id, some_key.wrapped_key)
            if newest is not None:
                self._verify_event(session, newest)
            if probe is None:
                session.add(TrackerKey(sender_id=PROBE, wrapped_key=self._new_key(PROBE)))
            else:
                _lock_key(session, PROBE, probe.wrapped_key)  # a write: shows a read-only or full disk now
            session.commit()

    def init_tracker(self, sender_id: str) -> DialogueStateTracker:
        """An empty tracker of which nothing is stored."""
        return StoredTracker(sender_id, self.domain.slots, max_event_history=self.max_event_history)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Stores what this turn added; with consent on disk, without it in memory.

        A tracker whose rows vanished since it was read was erased: nothing of it is kept.
        """
        await self.stream_events(tracker)
        if tracker.get_slot("consent") is True:
            self._persist(tracker)
        elif isinstance(tracker, StoredTracker) and tracker.wrapped_key is not None:
            self._erase(tracker.sender_id)
        else:
            self._remember(tracker)

    async def _retrieve(
        self, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> DialogueStateTracker | None:
        with self.session_scope() as session:
            key_row = session.get(TrackerKey, sender_id)
            if key_row is None:
                return self._recall(sender_id)
            key = self._unwrap(sender_id, key_row.wrapped_key)
            rows = self._event_query(session, sender_id, fetch_events_from_all_sessions).all()
            events = [_opened(key, row) for row in rows]
            return self._rebuilt(sender_id, events, key_row.wrapped_key) if events else None

    def _rebuilt(
        self, sender_id: str, events: list[dict[str, Any]], wrapped_key: str | None
    ) -> StoredTracker:
        tracker = StoredTracker.from_dict(sender_id, events, self.domain.slots)
        tracker.wrapped_key = wrapped_key
        tracker.stored = len(tracker.events) if wrapped_key else 0
        return tracker

    def _persist(self, tracker: DialogueStateTracker) -> None:
        sender_id = tracker.sender_id
        with self.session_scope() as session:
            wrapped_key = self._key_to_write_under(session, tracker)
            if wrapped_key is None:
                return
            key = self._unwrap(sender_id, wrapped_key)
            for event in self._unstored(session, tracker):
                session.add(self._sealed_row(key, sender_id, event.as_dict()))
            session.commit()
        self._forget(sender_id)
        if isinstance(tracker, StoredTracker):
            tracker.wrapped_key, tracker.stored = wrapped_key, len(tracker.events)

    def _key_to_write_under(self, session: Session, tracker: DialogueStateTracker) -> str | None:
        """The wrapped key, its row locked until the commit; None when the sender was erased meanwhile."""
        sender_id = tracker.sender_id
        read_under = getattr(tracker, "wrapped_key", None)
        if read_under is not None:
            return read_under if _lock_key(session, sender_id, read_under) else None
        row = session.get(TrackerKey, sender_id)
        if row is not None:
            return row.wrapped_key if _lock_key(session, sender_id, row.wrapped_key) else None
        wrapped_key = self._new_key(sender_id)
        session.add(TrackerKey(sender_id=sender_id, wrapped_key=wrapped_key))
        # Rows without their key were left by an erasure that met a running turn; nobody can read them.
        session.query(self.SQLEvent).filter_by(sender_id=sender_id).delete()
        return wrapped_key

    def _unstored(self, session: Session, tracker: DialogueStateTracker) -> Iterator[Any]:
        if isinstance(tracker, StoredTracker):
            return itertools.islice(tracker.events, tracker.stored, None)
        # A tracker that Rasa's HTTP API built, not read from here: Rasa's own way of counting.
        return self._additional_events(session, tracker)

    def _sealed_row(self, key: AESGCM, sender_id: str, data: dict[str, Any]) -> Any:
        type_name = data["event"]
        return self.SQLEvent(
            sender_id=sender_id,
            type_name=type_name,
            timestamp=data.get("timestamp"),
            intent_name="",
            action_name="",
            data=_seal(key, json.dumps(data).encode(), _bound_to(sender_id, type_name)),
        )

    def _erase(self, sender_id: str) -> None:
        with self.session_scope() as session:
            session.query(TrackerKey).filter_by(sender_id=sender_id).delete()
            session.query(self.SQLEvent).filter_by(sender_id=sender_id).delete()
            session.commit()
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:  # or the key would live on in the write-ahead log
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self._forget(sender_id)

    def _remember(self, tracker: DialogueStateTracker) -> None:
        events = [event.as_dict() for event in tracker.events]
        self._forget(tracker.sender_id)
        if not events:
            return
        last = max(event["timestamp"] for event in events)
        packed = zlib.compress(json.dumps(_last_session(events)).encode(), level=1)
        self._memory[tracker.sender_id] = (last, packed)
        self._memory_bytes += len(packed)
        self._drop_old()

    def _recall(self, sender_id: str) -> StoredTracker | None:
        self._drop_old()
        kept = self._memory.get(sender_id)
        if kept is None:
            return None
        return self._rebuilt(sender_id, json.loads(zlib.decompress(kept[1])), None)

    def _drop_old(self) -> None:
        oldest = self._clock() - MEMORY_S
        while self._memory:
            sender_id, (last, _) = next(iter(self._memory.items()))
            fits = len(self._memory) <= MEMORY_SENDERS and self._memory_bytes <= MEMORY_BYTES
            if fits and last >= oldest:
                return
            self._forget(sender_id)

    def _forget(self, sender_id: str) -> None:
        _, packed = self._memory.pop(sender_id, (0.0, b""))
        self._memory_bytes -= len(packed)

    def _verify_event(self, session: Session, row: Any) -> None:
        key_row = session.get(TrackerKey, row.sender_id)
        if key_row is not None:
            _opened(self._unwrap(row.sender_id, key_row.wrapped_key), row)

    def _new_key(self, sender_id: str) -> str:
        return _seal(self._engine_key, os.urandom(KEY_BYTES), _bound_to(sender_id, "key"))

    def _unwrap(self, sender_id: str, wrapped_key: str) -> AESGCM:
        return AESGCM(_open(self._engine_key, wrapped_key, _bound_to(sender_id, "key")))


def open_database(url: str) -> sa.engine.Engine:
    """An engine on the database; a SQLite file is its owner's alone and overwrites what it deletes."""
    parsed = sa.engine.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed, pool_pre_ping=True)
    _owner_only(parsed.database)
    engine = sa.create_engine(parsed, poolclass=QueuePool, connect_args={"check_same_thread": False})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _owner_only(database: str | None) -> None:
    if not database or database == ":memory:":
        raise Unusable("CARE_TRACKER_URL names no file: give sqlite:////path/engine.db.")
    path = Path(database)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDONLY, OWNER_ONLY))
    if path.stat().st_mode & 0o077:
        path.chmod(OWNER_ONLY)


def _prepare_sqlite(connection: Any, _: object) -> None:
    for pragma in (f"busy_timeout = {SQLITE_WAIT_MS}", "journal_mode = WAL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _lock_key(session: Session, sender_id: str, wrapped_key: str) -> bool:
    """Whether this very key still stands; if so an erasure from outside waits until our commit."""
    rows = session.query(TrackerKey).filter_by(sender_id=sender_id, wrapped_key=wrapped_key)
    return bool(rows.update({"wrapped_key": wrapped_key}, synchronize_session=False))


def _last_session(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    starts = [i for i, event in enumerate(events) if event["event"] == SessionStarted.type_name]
    return events[starts[-1] :] if starts else events


def _bound_to(sender_id: str, what: str) -> bytes:
    return f"{what}\0{sender_id}".encode()


def _seal(key: AESGCM, plain: bytes, bound_to: bytes) -> str:
    nonce = os.urandom(NONCE_BYTES)
    return base64.b64encode(nonce + key.encrypt(nonce, plain, bound_to)).decode()


def _open(key: AESGCM, sealed: str, bound_to: bytes) -> bytes:
    try:
        raw = base64.b64decode(sealed, validate=True)
        return key.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise TrackerUnreadable("a row of the conversation store does not decrypt") from error


def _opened(key: AESGCM, row: Any) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_open(key, row.data, _bound_to(row.sender_id, row.type_name)))
    return data
