"""Two things that SQL statements need everywhere."""

from __future__ import annotations

from sqlalchemy import CursorResult, Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from care.storage.tables import Base


def insert(session: Session, row: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT, in the dialect of the session, that can say what to do when the row is already there."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(row)
    return sqlite.insert(row)


def changed(session: Session, statement: Executable) -> int:
    """Runs an INSERT, UPDATE or DELETE and returns how many rows it touched."""
    result = session.execute(statement, execution_options={"preserve_rowcount": True})
    return result.rowcount if isinstance(result, CursorResult) else 0
