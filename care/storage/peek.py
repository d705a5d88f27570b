"""Whether somebody is stored, told at a glance: the first words need not wait for the whole storage."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from care.settings import Settings


def is_known(settings: Settings, person_key: str) -> bool | None:
    """Whether the person is stored; None when that cannot be told without opening the database properly."""
    path = settings.data_dir / "care.db"
    if settings.database_url is not None:
        return None
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=0)) as connection:
            row = connection.execute("SELECT 1 FROM people WHERE key = ?", (person_key,)).fetchone()
    except sqlite3.Error:
        return None
    return row is not None
