"""Brings a database to the tables of this version, by Alembic from code."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, column, inspect, select, table, text

from care.storage.connection import READING

HEAD = "0007"
"""The newest of our migrations; a test holds it to their files."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x6361_7265  # "care"; any number that no other program takes as an advisory lock
_VERSION = table("alembic_version", column("version_num"))


def migrate(engine: Engine) -> None:
    """Upgrades in one transaction; two processes at once take turns. Raises StorageUnavailable."""
    with engine.execution_options(**READING).connect() as connection:
        if _revision(connection) == HEAD:
            return  # the usual start: Alembic alone would take a third of a second to load
    _go(engine, "upgrade", HEAD)


def downgrade(engine: Engine, revision: str) -> None:
    """Goes back to a revision (``base`` drops everything). Raises StorageUnavailable."""
    _go(engine, "downgrade", revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.scalar(select(_VERSION.c.version_num))


def _go(engine: Engine, way: str, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 -- slow, and seldom needed
    from alembic.config import Config  # noqa: PLC0415 -- the same

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        {"upgrade": command.upgrade, "downgrade": command.downgrade}[way](config, revision)
