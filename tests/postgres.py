"""A private PostgreSQL server for tests: its own folder, no port, gone with the process that asked for it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

_START_S = 30.0
_TRY_EVERY_S = 0.05
# The server ends when its standard input does, so also when the tests are killed.
_UNTIL_INPUT_ENDS = '"$@" & server=$!; read -r _; kill -INT "$server"; wait "$server"'
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "16MB",
    "max_connections": "20",
}


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The SQLAlchemy URL of a server that runs until the session ends; skips where none is installed."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("not tested on PostgreSQL: no initdb on PATH or in /usr/lib/postgresql")
    account = _account()
    if os.geteuid() == 0 and account is None:
        pytest.skip("not tested on PostgreSQL: it refuses root, and there is no user postgres or nobody")
    with (
        tempfile.TemporaryDirectory(prefix="care-pg-") as name,
        _running(binaries, Path(name), account) as url,
    ):
        yield url


@pytest.fixture
def empty_postgres(postgres: str) -> str:
    """The same server with nothing in it."""
    with psycopg.connect(_conninfo(postgres), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return postgres


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return installed[-1].parent if installed else None


def _account() -> pwd.struct_passwd | None:
    """Who runs the server when we are root."""
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    return accounts.get("postgres") or accounts.get("nobody") if os.geteuid() == 0 else None


@contextmanager
def _running(binaries: Path, folder: Path, account: pwd.struct_passwd | None) -> Iterator[str]:
    as_user: dict[str, Any] = {"cwd": folder}
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
        as_user |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    data = folder / "data"
    initdb = [binaries / "initdb", "-D", data, "-U", "care", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(initdb, check=True, capture_output=True, **as_user)
    server = [str(binaries / "postgres"), "-D", str(data), "-k", str(folder)]
    server += [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    log = folder / "log"
    with log.open("wb") as output:
        command = ["sh", "-c", _UNTIL_INPUT_ENDS, "sh", *server]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True, **as_user
        )
    url = f"postgresql+psycopg://care@/postgres?host={folder}"
    try:
        _wait(url, process, log)
        yield url
    finally:
        process.communicate(timeout=_START_S)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while True:
        try:
            psycopg.connect(_conninfo(url)).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(_TRY_EVERY_S)
        else:
            return


def _conninfo(url: str) -> str:
    return url.replace("postgresql+psycopg:", "postgresql:")
