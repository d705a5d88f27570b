from __future__ import annotations

import base64
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from traceback import format_exception

import pytest
from sqlalchemy import event

from care.errors import ConfigurationError, StorageUnavailable
from care.storage.connection import connect
from care.storage.database import Database, open_database
from tests.care.storage.samples import AYLA, BREATHING, HELLO, HELP, HOME, LOW, NOON


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "care.db"


@pytest.fixture
def sqlite(path: Path, master) -> Iterator[Database]:
    database = open_database(f"sqlite:///{path}", master, wait_ms=50)
    database.migrate()
    yield database
    database.close()


def _fill(database: Database) -> None:
    with database.begin() as uow:
        uow.people.add(AYLA)
        uow.addresses.set(AYLA.key, HOME)
        uow.check_ins.put(AYLA.key, LOW)
        uow.sessions.put(AYLA.key, BREATHING)
        uow.help_shown.put(AYLA.key, HELP)
        uow.outbox.add(AYLA.key, "dedupe-zebra", NOON, HELLO)
        uow.receipts.claim("telegram", "update-zebra", NOON)
        uow.commit()


def _claim_many(database: Database) -> None:
    with database.begin() as uow:
        for number in range(200):
            uow.receipts.claim("telegram", str(number), NOON)


def _looks_of(word: str) -> list[bytes]:
    """How a word may stand in a file: UTF-8, UTF-16 and base64 at its three offsets."""
    raw = word.encode()
    encoded = [base64.b64encode(b"\0" * pad + raw)[pad and 4 : -4] for pad in range(3)]
    return [
        raw,
        raw.upper(),
        word.encode("utf-16-le"),
        word.encode("utf-16-be"),
        raw.hex().encode(),
        *encoded,
    ]


def _bytes_of(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in path.parent.iterdir()}


def test_the_search_for_words_finds_them_in_every_look():
    said = "so note-zebra it is"
    encoded = [base64.b64encode(b"x" * pad + said.encode()) for pad in range(3)]
    for stored in (said.encode(), said.encode("utf-16-le"), said.encode("utf-16-be"), *encoded):
        assert any(look in stored for look in _looks_of("note-zebra"))


def test_no_word_that_a_person_said_stands_in_a_file_of_the_database(sqlite, path):
    _fill(sqlite)

    files = _bytes_of(path)
    assert set(files) == {"care.db", "care.db-wal", "care.db-shm"}
    assert AYLA.key.encode() in files["care.db-wal"]  # the row is there
    kinds = "note feeling area practice family label contact other channel user hello button dedupe update"
    profile = "consent language country zone nickname avoid stopped"
    for word in [f"{kind}-zebra" for kind in f"{kinds} {profile}".split()]:
        found = [name for name, raw in files.items() for look in _looks_of(word) if look in raw]
        assert found == [], word


def test_the_files_of_the_database_are_readable_by_the_owner_alone(sqlite, path):
    _fill(sqlite)

    assert {each.stat().st_mode & 0o777 for each in path.parent.iterdir()} == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path, master):
    loose = tmp_path / "care.db"
    loose.touch(0o644)

    open_database(f"sqlite:///{loose}", master).close()

    assert loose.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("foreign_keys", 1), ("secure_delete", 1), ("busy_timeout", 50)],
)
def test_every_connection_is_safe_and_patient(sqlite, pragma, value):
    with sqlite.engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_a_locked_database_is_named_and_works_again_when_the_lock_is_gone(sqlite, path):
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(StorageUnavailable, match=r"is locked\. Try again") as refused:
        _fill(sqlite)
    with sqlite.begin(reading=True) as uow:
        assert uow.people.get(AYLA.key) is None  # who only reads does not wait
    holder.close()
    _fill(sqlite)

    assert "zebra" not in str(refused.value)
    with sqlite.begin() as uow:
        assert uow.people.get(AYLA.key) == AYLA


def test_a_read_only_database_is_named(sqlite, path, master):
    _fill(sqlite)
    frozen = open_database(f"sqlite:///file:{path}?mode=ro&uri=true", master)

    with frozen.begin(reading=True) as uow:
        assert uow.people.get(AYLA.key) == AYLA
    with pytest.raises(StorageUnavailable, match="read-only"):
        _fill(frozen)
    with pytest.raises(StorageUnavailable, match="read-only"):
        frozen.verify()
    frozen.close()


def test_a_full_disk_is_named_and_what_was_there_stays(sqlite):
    _fill(sqlite)

    @event.listens_for(sqlite.engine, "checkout")
    def _no_more_pages(connection, *_):
        connection.execute("PRAGMA max_page_count = 1")  # SQLite answers as on a full disk

    with pytest.raises(StorageUnavailable, match="disk of the database is full"):
        _claim_many(sqlite)

    with sqlite.begin() as uow:
        assert uow.people.get(AYLA.key) == AYLA


def test_a_damaged_file_is_named(tmp_path, master):
    (tmp_path / "care.db").write_bytes(b"no database at all " * 100)
    database = open_database(f"sqlite:///{tmp_path / 'care.db'}", master)

    with pytest.raises(StorageUnavailable, match="damaged"):
        database.migrate()
    database.close()


def test_a_file_that_went_away_is_named(sqlite, path):
    sqlite.close()
    for each in path.parent.iterdir():
        each.unlink()
    path.parent.rmdir()

    with pytest.raises(StorageUnavailable, match="file cannot be opened"):
        _fill(sqlite)


def test_a_place_where_no_file_can_be_made_is_named(tmp_path, master):
    (tmp_path / "file").touch()

    with pytest.raises(StorageUnavailable, match=r"file/care\.db cannot be made"):
        open_database(f"sqlite:///{tmp_path}/file/care.db", master)


def test_a_database_that_nobody_prepared_is_named(url, master):
    database = open_database(url, master)

    with pytest.raises(StorageUnavailable, match="lacks our tables"), database.begin() as uow:
        uow.people.get(AYLA.key)
    database.close()


def test_a_server_that_is_not_there_is_named_without_the_password(tmp_path, master):
    database = open_database(f"postgresql://care:hunter2@/care?host={tmp_path}", master)

    with pytest.raises(StorageUnavailable, match="server cannot be used") as refused:
        database.verify()
    assert "hunter2" not in str(refused.value)
    database.close()


def test_a_server_that_refuses_the_user_is_named(postgres, master):
    database = open_database(postgres.replace("care@", "stranger@"), master)

    with pytest.raises(StorageUnavailable, match="user and password"):
        database.verify()
    database.close()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_read_only_server_is_named(database):
    with database.engine.begin() as connection:
        connection.exec_driver_sql("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")

    with pytest.raises(StorageUnavailable, match="read-only"):
        _fill(database)


@pytest.mark.parametrize(
    "url",
    ["mysql://a:zebra@b/c", "sqlite://", "sqlite:///:memory:", "care.db", "", "postgresql://a:b@c:zebra/d"],
)
def test_a_url_that_is_no_database_of_ours_is_refused_without_its_password(url):
    with pytest.raises(ConfigurationError) as refused:
        connect(url)

    assert "zebra" not in "".join(format_exception(refused.value.with_traceback(None)))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_name_of_postgresql_is_understood(scheme):
    assert connect(f"{scheme}://localhost/care").url.drivername == "postgresql+psycopg"


def test_no_error_or_log_shows_what_was_to_be_stored(database, caplog):
    caplog.set_level(logging.DEBUG)
    _fill(database)
    with database.engine.connect() as connection, pytest.raises(Exception, match="syntax") as refused:
        connection.exec_driver_sql(
            "SELECT nonsense FRM people WHERE key = ?"
            if database.engine.dialect.name == "sqlite"
            else "SELECT nonsense FRM people WHERE key = %s",
            ("zebra",),
        )

    assert "zebra" not in str(refused.value)
    assert "zebra" not in caplog.text
