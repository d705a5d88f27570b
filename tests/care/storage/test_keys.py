from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from pathlib import Path

import pytest
from pydantic import SecretStr

from care.errors import KeyUnusable
from care.settings import Settings
from care.storage.database import open_database
from care.storage.keys import MasterKey, engine_secrets, load_master_key, pseudonym
from tests.care.storage.samples import AYLA


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "home")


def test_the_first_use_makes_a_key_that_only_the_owner_can_read_and_the_next_finds_it(settings):
    first = load_master_key(settings)

    assert len(first.secret) == 32
    assert settings.key_file.stat().st_mode & 0o777 == 0o600
    assert settings.data_dir.stat().st_mode & 0o777 == 0o700
    assert load_master_key(settings) == first


def test_processes_that_start_at_once_agree_on_one_key_and_leave_no_draft(settings):
    together = threading.Barrier(8)
    found: list[MasterKey] = []

    def start() -> None:
        together.wait()
        found.append(load_master_key(settings))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len({key.secret for key in found}) == 1
    assert [path.name for path in settings.data_dir.iterdir()] == ["master.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused_with_the_command_that_mends_it(settings, mode):
    load_master_key(settings)
    settings.key_file.chmod(mode)

    with pytest.raises(KeyUnusable, match=r"chmod 600 .*master\.key"):
        load_master_key(settings)


@pytest.mark.parametrize("text", ["", "short", "ä" * 43, "!" * 43, "A" * 42, "A" * 50])
def test_a_malformed_key_is_refused_without_being_shown(settings, text):
    settings.data_dir.mkdir(mode=0o700)
    settings.key_file.touch(0o600)
    settings.key_file.write_text(text, encoding="utf-8")

    with pytest.raises(KeyUnusable) as refused:
        load_master_key(settings)

    assert "32 bytes" in str(refused.value)
    assert not text or text not in str(refused.value)


def test_a_key_in_the_environment_comes_first_and_makes_no_file(settings):
    secret = bytes(range(32))
    given = settings.model_copy(update={"master_key": SecretStr(base64.urlsafe_b64encode(secret).decode())})

    assert load_master_key(given).secret == secret
    assert not settings.key_file.exists()


def test_no_new_key_is_made_when_somebody_is_stored_under_the_lost_one(settings):
    database = open_database(settings.database, load_master_key(settings))
    database.migrate()
    with database.begin() as uow:
        uow.people.add(AYLA)
        uow.commit()
    database.close()
    settings.key_file.unlink()

    with pytest.raises(KeyUnusable, match="Restore the key"):
        load_master_key(settings)

    assert not settings.key_file.exists()


def test_a_database_without_people_does_not_stand_in_the_way_of_a_new_key(settings):
    database = open_database(settings.database, load_master_key(settings))
    database.migrate()
    database.close()
    settings.key_file.unlink()

    load_master_key(settings)

    assert settings.key_file.exists()


def test_a_place_where_no_key_can_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    settings = Settings(data_dir=tmp_path / "home", master_key_file=tmp_path / "file" / "master.key")

    with pytest.raises(KeyUnusable, match=r"cannot be written to .*file/master\.key"):
        load_master_key(settings)


def test_a_pseudonym_is_the_keyed_hash_of_channel_and_user(master):
    digest = hmac.digest(master.derive("pseudonym"), b"telegram:42", hashlib.sha256)

    assert pseudonym(master, "telegram", "42") == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert pseudonym(MasterKey(b"x" * 32), "telegram", "42") != pseudonym(master, "telegram", "42")


def test_the_engine_gets_two_secrets_that_tell_nothing_of_each_other_or_of_the_master(master):
    key, token = engine_secrets(master)

    assert base64.urlsafe_b64decode(key + "=") == master.derive("engine")
    assert len({key, token, base64.urlsafe_b64encode(master.secret).decode().rstrip("=")}) == 3
    assert "m" * 8 not in repr(master)
