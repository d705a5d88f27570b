"""What `care doctor` sees of the data folder, the disk, the master key and the databases."""

from __future__ import annotations

import shutil
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from care.commands.findings import Found, Look, broken, ok, to_do
from care.commands.prepare import newest_version
from care.settings import Settings
from care.storage.connection import connect, sqlite_file
from care.storage.database import open_database
from care.storage.keys import load_master_key
from care.storage.rows import holds_rows

_MADE_LATER = "Nothing to do: the first `care chat` makes it."
_OTHERS = 0o077
_SCARCE_MB, _TOO_LITTLE_MB = 500, 50
_WAIT_MS = 1_000


def looks(settings: Settings) -> list[Look]:
    """Each check with its name."""
    return [
        ("data folder", lambda: _data_folder(settings.data_dir)),
        ("free disk space", lambda: _disk(settings.data_dir)),
        ("master key", lambda: _master_key(settings)),
        ("database", lambda: _database(settings)),
        ("conversation store", lambda: _conversation_store(settings)),
    ]


def _data_folder(folder: Path) -> Found:
    if not folder.exists():
        return to_do(f"{folder} is not there yet.", _MADE_LATER)
    if not folder.is_dir():
        return broken(f"{folder} is not a folder.", "Move it away, or set CARE_DATA_DIR.")
    if folder.stat().st_mode & _OTHERS:
        return broken(f"Others may enter {folder}.", f"Run: chmod 700 {folder}")
    exposed = [path for path in folder.rglob("*") if path.stat().st_mode & _OTHERS]
    if exposed:
        return broken(f"Others may read {exposed[0]}.", f"Run: chmod -R go= {folder}")
    return ok(f"{folder}, for its owner alone.")


def _disk(folder: Path) -> Found:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free_mb = shutil.disk_usage(there).free // 1_000_000
    seen = f"{free_mb} MB free at {there}."
    if free_mb < _TOO_LITTLE_MB:
        return broken(seen, "Make room, or set CARE_DATA_DIR to another disk.")
    return to_do(seen, "Make room soon.") if free_mb < _SCARCE_MB else ok(seen)


def _master_key(settings: Settings) -> Found:
    if settings.master_key is not None:
        load_master_key(settings)
        return ok("In CARE_MASTER_KEY. Keep a copy: without it all data is lost.")
    if not settings.key_file.exists():
        return _missing_key(settings)
    load_master_key(settings)
    return ok(f"In {settings.key_file}. Keep a copy: without it all data is lost.")


def _missing_key(settings: Settings) -> Found:
    if any(holds_rows(url) for url in (settings.database, settings.tracker_database)):
        return broken(f"{settings.key_file} is missing, but there is data.", "Restore the key from a backup.")
    return to_do(f"It will stand in {settings.key_file}.", _MADE_LATER)


def _has_key(settings: Settings) -> bool:
    return settings.master_key is not None or settings.key_file.exists()


def _database(settings: Settings) -> Found:
    path = sqlite_file(settings.database)
    if not _has_key(settings) or (path is not None and not path.exists()):
        return to_do("It is not there yet." if path else "It was not opened without a key.", _MADE_LATER)
    database = open_database(settings.database, load_master_key(settings), wait_ms=_WAIT_MS)
    try:
        with database.engine.connect() as connection:  # takes the write lock
            version = MigrationContext.configure(connection).get_current_revision()
            _write_and_take_back(connection)
            damage = _damage(connection)
        if damage:
            return broken(f"It is damaged: {damage}.", "Restore it from a backup.")
        if version != newest_version():
            seen = f"Its tables are of version {version}, not {newest_version()}."
            return to_do(seen, "Nothing to do: the next `care chat` renews them.")
        database.verify()
    finally:
        database.close()
    return ok(f"It can be read and written, and is whole; tables of version {version}.")


def _conversation_store(settings: Settings) -> Found:
    path = sqlite_file(settings.tracker_database)
    if path is not None and not path.exists():
        return to_do("It is not there yet.", "Nothing to do: the dialogue engine makes it.")
    engine = connect(settings.tracker_database, wait_ms=_WAIT_MS)
    try:
        with engine.connect() as connection:
            _write_and_take_back(connection)
            damage = _damage(connection)
    finally:
        engine.dispose()
    if damage:
        return broken(f"It is damaged: {damage}.", "Restore it from a backup, or move it away.")
    return ok("It can be read and written, and is whole.")


def _write_and_take_back(connection: Connection) -> None:
    """Raises StorageUnavailable when nothing can be written."""
    connection.execute(text("CREATE TABLE care_doctor_probe (id INTEGER)"))
    connection.rollback()


def _damage(connection: Connection) -> str:
    if connection.dialect.name != "sqlite":
        return ""
    said = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
    connection.rollback()
    return "" if said == "ok" else said.splitlines()[0]
