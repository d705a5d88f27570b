"""The operator's master key: where it comes from, what derives from it, and when it is refused."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from care.errors import KeyUnusable
from care.settings import Settings

KEY_BYTES = 32
_HOW_TO_RESTORE = "Restore the key from a backup"


@dataclass(frozen=True)
class MasterKey:
    """32 secret bytes from which every other key derives; whoever has them can read all data."""

    secret: bytes = field(repr=False)

    def derive(self, label: str) -> bytes:
        """The 32-byte key for one purpose, by HKDF-SHA256 with ``label`` as its info."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=label.encode()).derive(self.secret)

    def keyed_hash(self, label: str, *parts: str) -> str:
        """43 URL-safe characters that tell nothing about the parts to who lacks the key."""
        return _encoded(hmac.digest(self.derive(label), ":".join(parts).encode(), hashlib.sha256))


def pseudonym(master: MasterKey, channel: str, user_id: str) -> str:
    """The key by which a person is known outside the address book: 43 URL-safe characters."""
    return master.keyed_hash("pseudonym", channel, user_id)


def engine_secrets(master: MasterKey) -> tuple[str, str]:
    """What the dialogue engine gets: its own key and the bearer token, both URL-safe base64."""
    return _encoded(master.derive("engine")), _encoded(master.derive("token"))


def load_master_key(settings: Settings) -> MasterKey:
    """The master key of the settings or of its file, which is made on first use.

    Raises KeyUnusable when the key is malformed, can be read by other users, or is missing although data
    written under it exists; StorageUnavailable when a database cannot be asked whether it holds data.
    """
    if settings.master_key is not None:
        return _parsed(settings.master_key.get_secret_value(), "CARE_MASTER_KEY")
    path = settings.key_file
    if not path.exists():
        _refuse_if_data_would_be_lost(settings)
        _make(path)
    return _read(path)


def _refuse_if_data_would_be_lost(settings: Settings) -> None:
    from care.storage.rows import holds_rows  # noqa: PLC0415 -- slow to import, and seldom needed

    for url in (settings.database, settings.tracker_database):
        if holds_rows(url):
            raise KeyUnusable(
                f"The master key {settings.key_file} is missing, but there is data that only it can open.",
                f"{_HOW_TO_RESTORE} or set CARE_MASTER_KEY; to start anew, move the old databases away.",
            )


def _make(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path)
    except OSError as error:
        raise KeyUnusable(
            f"The master key cannot be written to {path}: {error.strerror}.",
            "Let this user write that folder, or set CARE_MASTER_KEY.",
        ) from error


def _write_once(path: Path) -> None:
    """Writes a new key beside its place and links it there: nobody ever sees half a key, or a second one."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with open(handle, "w", encoding="ascii") as file:  # noqa: PTH123 -- a Path cannot be owner-only at once
            file.write(_encoded(secrets.token_bytes(KEY_BYTES)) + "\n")
            file.flush()
            os.fsync(handle)
        with suppress(FileExistsError):  # another process was first: its key counts
            path.hardlink_to(draft)
    finally:
        draft.unlink()


def _read(path: Path) -> MasterKey:
    try:
        if path.stat().st_mode & 0o077:
            raise KeyUnusable(f"The master key {path} can be read by others.", f"Run: chmod 600 {path}")
        return _parsed(path.read_text(encoding="ascii"), str(path))
    except UnicodeDecodeError:
        raise _malformed(str(path)) from None
    except OSError as error:
        raise KeyUnusable(
            f"The master key {path} cannot be read: {error.strerror}.", "Give the file to this user."
        ) from error


def _parsed(text: str, place: str) -> MasterKey:
    bare = text.strip().rstrip("=")
    try:
        secret = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _malformed(place) from None  # the cause would show the key
    if len(secret) != KEY_BYTES:
        raise _malformed(place)
    return MasterKey(secret)


def _malformed(place: str) -> KeyUnusable:
    return KeyUnusable(
        f"The master key in {place} is not {KEY_BYTES} bytes of URL-safe base64.", f"{_HOW_TO_RESTORE}."
    )


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
