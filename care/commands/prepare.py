"""Makes ready what a start needs: settings, the data folder, the engine's environment, the dialogue model."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

from pydantic import ValidationError
from pydantic_settings import SettingsError

from care.commands import parts
from care.errors import ConfigurationError, StorageUnavailable
from care.processes import Processes, private_folder
from care.settings import REPOSITORY, Settings

MIGRATIONS = REPOSITORY / "care" / "storage" / "migrations" / "versions"
_OTHERS = 0o077


def load_settings() -> Settings:
    """The settings of the environment, with an absolute data folder.

    Raises ConfigurationError naming the variable that is wrong, never its value.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False, include_context=False)[0]
        name = f"CARE_{wrong['loc'][0]}".upper()
        raise ConfigurationError(f"{name} is wrong: {wrong['msg']}.", "Mend or unset it.") from None
    except SettingsError as error:
        field = str(error).partition('"')[2].partition('"')[0]
        problem = f"CARE_{field.upper()} is not written as JSON."
        raise ConfigurationError(problem, 'A list looks like ["en"].') from None
    return settings.model_copy(update={"data_dir": settings.data_dir.expanduser().absolute()})


def data_folder(settings: Settings) -> None:
    """Make the data folder when it is missing.

    Raises ConfigurationError when others may enter it, StorageUnavailable when it cannot be made.
    """
    folder = settings.data_dir
    try:
        private_folder(folder)
        open_to_others = folder.stat().st_mode & _OTHERS
    except OSError as error:
        problem = f"The data folder {folder} cannot be used: {error.strerror}."
        raise StorageUnavailable(problem, "Let this user write there, or set CARE_DATA_DIR.") from error
    if open_to_others:
        raise ConfigurationError(f"Others may enter {folder}.", f"Run: chmod 700 {folder}")


def key_and_database(settings: Settings) -> None:
    """Make the master key and the tables when they are missing or old, at little cost when they are not.

    Raises KeyUnusable, StorageUnavailable or ConfigurationError.
    """
    there = settings.master_key is not None or settings.key_file.exists()
    if there and stored_version(settings) == newest_version():
        return
    from care.storage.database import open_database  # noqa: PLC0415 -- slow, and seldom needed
    from care.storage.keys import load_master_key  # noqa: PLC0415 -- the same

    database = open_database(settings.database, load_master_key(settings))
    database.migrate()
    database.close()


def newest_version() -> str:
    """The number of the newest migration, from the name of its file (``r0001_first_tables.py``)."""
    return max(path.stem.removeprefix("r").partition("_")[0] for path in MIGRATIONS.glob("r*.py"))


def stored_version(settings: Settings) -> str | None:
    """The migration that the default SQLite database stands at; None when that cannot be told at a glance."""
    path = settings.data_dir / "care.db"
    if settings.database_url is not None or not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=0)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return None
    return None if row is None else str(row[0])


def model_is_fresh(settings: Settings) -> bool:
    """Whether there is a dialogue model trained on the dialogue data as it stands."""
    script = str(settings.engine_dir / "dialogue_model.py")
    command = (sys.executable, "-I", "-S", script, "--models", str(settings.model_dir))
    asked = subprocess.run(command, check=False, capture_output=True, text=True)
    if not asked.stdout:
        raise ConfigurationError(f"{script} does not run.", "Restore it from the repository.")
    return asked.returncode == 0


def ensure_engine(settings: Settings, processes: Processes) -> None:
    """Train the dialogue model, in the foreground, when it is missing or older than its data.

    Raises ConfigurationError when it cannot be trained or the engine's environment is missing.
    """
    if not parts.engine_python(settings).exists():
        raise ConfigurationError(f"{settings.engine_dir} has no environment.", "Run: make setup")
    if model_is_fresh(settings):
        return
    status = processes.follow(processes.open(parts.training(settings), stdout=sys.__stderr__))
    if processes.asked_to_end is not None:
        raise SystemExit(128 + processes.asked_to_end)
    if status != 0:
        raise ConfigurationError("The dialogue model was not trained.", "Mend what is named above.")
