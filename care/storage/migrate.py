"""Brings a database to the tables of this version, by Alembic from code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x6361_7265  # "care"; any number that no other program takes as an advisory lock


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrades in one transaction; two processes at once take turns. Raises StorageUnavailable."""
    _run(engine, command.upgrade, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Goes back to a revision (``base`` drops everything). Raises StorageUnavailable."""
    _run(engine, command.downgrade, revision)


def _run(engine: Engine, step: Callable[[Config, str], None], revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        step(config, revision)
