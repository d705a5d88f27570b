"""Opens the product's database and hands out units of work."""

from __future__ import annotations

from sqlalchemy import Engine, delete, false, select
from sqlalchemy.orm import sessionmaker

from care.errors import DataUnreadable, KeyUnusable
from care.storage.connection import READING, WAIT_MS, connect
from care.storage.keys import MasterKey
from care.storage.migrate import migrate
from care.storage.tables import PersonRow, ReceiptRow
from care.storage.unit_of_work import UnitOfWork
from care.storage.vault import Vault


class Database:
    """The product's database; every method raises StorageUnavailable when it cannot be used now."""

    def __init__(self, engine: Engine, master: MasterKey) -> None:
        self.engine = engine
        self._master = master
        self._vault = Vault(master)
        self._writing = sessionmaker(engine)
        self._reading = sessionmaker(engine.execution_options(**READING))

    def begin(self, *, reading: bool = False) -> UnitOfWork:
        """A unit of work to use with ``with``; ``reading`` ones wait for nobody and must not write."""
        sessions = self._reading if reading else self._writing
        return UnitOfWork(sessions, self._vault, self._master, reading=reading)

    def migrate(self) -> None:
        """Makes or renews the tables."""
        migrate(self.engine)

    def verify(self) -> None:
        """Checks that the database can be written and that the master key is the one it was written with.

        Raises KeyUnusable when it is another one.
        """
        with self._writing() as session:
            session.execute(delete(ReceiptRow).where(false()))  # touches nothing, but needs leave to write
            row = session.execute(select(PersonRow.key, PersonRow.wrapped_key).limit(1)).first()
        try:
            if row is not None:
                self._vault.unwrap(row.key, row.wrapped_key)
        except DataUnreadable as error:
            raise KeyUnusable(
                "The master key is not the one that the database was written with.",
                "Restore that key; to start anew, move the database away.",
            ) from error

    def close(self) -> None:
        """Lets go of every connection."""
        self.engine.dispose()


def open_database(url: str, master: MasterKey, *, wait_ms: int = WAIT_MS) -> Database:
    """A database that waits up to ``wait_ms`` for a lock; call ``migrate`` before its first use.

    Raises ConfigurationError for a URL that is neither SQLite nor PostgreSQL.
    """
    return Database(connect(url, wait_ms=wait_ms), master)
