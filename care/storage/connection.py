"""Connects to a database the way privacy and concurrency need it, and names what failed."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import ArgumentError, OperationalError

from care.errors import ConfigurationError, StorageUnavailable

WAIT_MS = 5_000
READING = {"sqlite_begin": "BEGIN"}
"""Options of a connection that only reads: on SQLite it then waits for no writer."""

_OWNER_ONLY = 0o600

_LOCKED = ("The database is locked.", "Try again; if it lasts, end the other process that uses it.")
_READ_ONLY = ("The database is read-only.", "Let this user write the database and its folder.")
_FULL = ("The disk of the database is full.", "Free some space there.")
_CLOSED = ("The database file cannot be opened.", "Check its folder (CARE_DATA_DIR), its owner and the disk.")
_GONE = (
    "The database server cannot be used.",
    "Check that it runs; check the URL, user and password.",
)
_BROKEN = ("The database file is damaged or is no database.", "Restore it from a backup.")
_UNPREPARED = ("The database lacks our tables or has older ones.", "Start with `care`, which prepares it.")

_BY_SQLITE_CODE = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_CANTOPEN: _CLOSED,
    sqlite3.SQLITE_IOERR: _CLOSED,
    sqlite3.SQLITE_CORRUPT: _BROKEN,
    sqlite3.SQLITE_NOTADB: _BROKEN,
}
# Codes of PostgreSQL, whole or by their class of two: postgresql.org/docs/current/errcodes-appendix.html
_BY_SQLSTATE = {
    "55P03": _LOCKED,
    "57014": _LOCKED,
    "40": _LOCKED,
    "25006": _READ_ONLY,
    "42501": _READ_ONLY,
    "53100": _FULL,
    "53": _GONE,
    "57": _GONE,
    "08": _GONE,
    "3D": _GONE,
    "28": _GONE,
    "42P01": _UNPREPARED,
    "42703": _UNPREPARED,
}


def connect(url: str, *, wait_ms: int = WAIT_MS) -> Engine:
    """An engine on a SQLite file or PostgreSQL whose errors are ours.

    It waits up to ``wait_ms`` for a lock. A SQLite file is made when it is missing, for its owner alone.
    Raises ConfigurationError for a URL of another kind, StorageUnavailable when the file cannot be made.
    """
    parsed = _parse(url)
    engine = _postgresql(parsed, wait_ms) if _is_postgresql(parsed) else _sqlite(parsed, wait_ms)
    event.listen(engine, "handle_error", _translate)
    return engine


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite URL; None for PostgreSQL. Raises ConfigurationError as ``connect`` does."""
    parsed = _parse(url)
    return None if _is_postgresql(parsed) else _file_of(parsed)


def overwrite_what_was_deleted(engine: Engine) -> None:
    """Empties SQLite's write-ahead log, where deleted rows would live on; nothing to do elsewhere.

    Raises StorageUnavailable when others hold on to it for longer than the wait for a lock.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.connect().execution_options(sqlite_begin="") as connection:
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
    if busy:
        raise StorageUnavailable(
            "The data is deleted, but its encrypted bytes still stand in a file that others hold open.",
            "Erase once more.",
        )


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # the cause could show a password
        raise ConfigurationError(
            "The database URL is malformed.", "Write it like postgresql://user:password@host:5432/name."
        ) from None
    kind = parsed.drivername.partition("+")[0]
    if kind in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        raise ConfigurationError(f"A database of kind {kind} is not served.", "Use sqlite or postgresql.")
    return parsed


def _file_of(url: URL) -> Path:
    name = (url.database or "").removeprefix("file:")
    if not name or ":memory:" in name:
        raise ConfigurationError("The database URL names no file.", "Give sqlite:////path/care.db.")
    return Path(name)


def _is_postgresql(url: URL) -> bool:
    return url.get_backend_name() == "postgresql"


def _postgresql(url: URL, wait_ms: int) -> Engine:
    limits = {"connect_timeout": max(2, wait_ms // 1000), "options": f"-c lock_timeout={wait_ms}"}
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=limits)


def _sqlite(url: URL, wait_ms: int) -> Engine:
    path = _file_of(url)
    if "uri" not in url.query:  # a URI says itself whether a file is made
        _make_for_owner_alone(path)
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, _: object) -> None:
        connection.isolation_level = None  # or Python starts transactions of its own, too late to lock
        # The wait comes first: the others may meet a lock.
        for pragma in (
            f"busy_timeout = {wait_ms}",
            "foreign_keys = ON",
            "secure_delete = ON",
            "journal_mode = WAL",
        ):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    """Takes the write lock first: a read that turns into a write is refused without a wait."""
    statement = connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE")
    if statement:
        connection.exec_driver_sql(statement)


def _make_for_owner_alone(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, _OWNER_ONLY))
        if path.stat().st_mode & 0o077:
            path.chmod(_OWNER_ONLY)
    except OSError as error:
        raise StorageUnavailable(
            f"{path} cannot be made: {error.strerror}.", "Check CARE_DATA_DIR."
        ) from error


def _translate(context: ExceptionContext) -> StorageUnavailable | None:
    reason = _reason(context.original_exception, context.sqlalchemy_exception)
    return StorageUnavailable(*reason) if reason else None


def _reason(error: BaseException, wrapped: BaseException | None) -> tuple[str, str] | None:
    if isinstance(error, sqlite3.Error):
        if str(error).startswith(("no such table", "no such column")):
            return _UNPREPARED
        return _BY_SQLITE_CODE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    # PostgreSQL gives no code to a connection that failed.
    state = getattr(error, "sqlstate", None) or ("08" if isinstance(wrapped, OperationalError) else "")
    return _BY_SQLSTATE.get(state) or _BY_SQLSTATE.get(state[:2])
