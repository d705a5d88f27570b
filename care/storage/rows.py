"""Whether a database holds anything yet; looks without making one."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, inspect, literal, select, table

from care.storage.connection import READING, connect, sqlite_file

_TABLES_OF_KEYS = ("people", "tracker_keys")


def holds_rows(url: str) -> bool:
    """Whether a database exists and somebody's key, ours or the dialogue engine's, stands in it.

    Raises StorageUnavailable when the database cannot be asked.
    """
    path = sqlite_file(url)
    if path is not None and not path.exists():
        return False
    engine = connect(url)
    try:
        with engine.execution_options(**READING).connect() as connection:
            return any(_has_rows(connection, name) for name in _TABLES_OF_KEYS)
    finally:
        engine.dispose()


def has_table(engine: Engine, name: str) -> bool:
    """Whether the database has a table; raises StorageUnavailable when it cannot be asked."""
    with engine.execution_options(**READING).connect() as connection:
        return inspect(connection).has_table(name)


def _has_rows(connection: Connection, name: str) -> bool:
    if not inspect(connection).has_table(name):
        return False
    return connection.scalar(select(literal(1)).select_from(table(name)).limit(1)) is not None
