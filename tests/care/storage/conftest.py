from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from care.storage.database import Database, open_database
from care.storage.keys import MasterKey
from tests.postgres import empty_postgres, postgres

__all__ = ["database", "empty_postgres", "master", "postgres", "url"]

MASTER = MasterKey(b"m" * 32)


@pytest.fixture
def master() -> MasterKey:
    return MASTER


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'care.db'}"
    found: str = request.getfixturevalue("empty_postgres")
    return found


@pytest.fixture
def database(url: str, master: MasterKey) -> Iterator[Database]:
    opened = open_database(url, master, wait_ms=1000)
    opened.migrate()
    yield opened
    opened.close()
