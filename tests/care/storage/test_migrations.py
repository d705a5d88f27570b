from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from care.storage.database import Database, open_database
from care.storage.migrate import _MIGRATIONS, HEAD, downgrade, migrate
from care.storage.tables import Base
from tests.care.storage.samples import AYLA, LOW


def _fill(database: Database) -> None:
    with database.begin() as uow:
        uow.people.add(AYLA)
        uow.check_ins.put(AYLA.key, LOW)
        uow.commit()


def _tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_the_migrations_lead_to_the_tables_of_the_code(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_the_newest_migration_is_the_one_that_a_start_looks_for():
    assert ScriptDirectory(str(_MIGRATIONS)).get_current_head() == HEAD


def test_migrating_again_changes_nothing_and_keeps_the_data(database):
    _fill(database)

    database.migrate()

    with database.begin() as uow:
        assert uow.check_ins.last(AYLA.key) == [LOW]


def test_a_full_database_goes_back_to_nothing_and_up_again(database):
    _fill(database)

    downgrade(database.engine, "base")
    assert _tables(database) == {"alembic_version"}
    migrate(database.engine)

    assert _tables(database) == {"alembic_version", *Base.metadata.tables}
    _fill(database)
    with database.begin() as uow:
        assert uow.check_ins.last(AYLA.key) == [LOW]


def test_the_references_are_enforced_by_both_databases(database):
    keys = {
        table: [key["referred_table"] for key in inspect(database.engine).get_foreign_keys(table)]
        for table in _tables(database) - {"alembic_version"}
    }

    assert keys.pop("people") == keys.pop("receipts") == keys.pop("crisis_counts") == keys.pop("alerts") == []
    assert set(map(tuple, keys.values())) == {("people",)}


def test_parts_that_start_at_once_take_turns_to_migrate(url, master):
    opened = [open_database(url, master) for _ in range(4)]
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(Database.migrate, opened))
        assert _tables(opened[0]) == {"alembic_version", *Base.metadata.tables}
    finally:
        for database in opened:
            database.close()


def test_a_step_that_fails_halfway_leaves_the_database_as_it_was(url, master):
    database = open_database(url, master)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE outbox (id INTEGER)")  # in the way of the last step

    with pytest.raises(DBAPIError, match="outbox"):
        database.migrate()

    assert _tables(database) == {"outbox"}
    database.close()
