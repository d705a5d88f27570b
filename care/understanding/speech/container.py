"""Tells from its first bytes what kind of file a sound is, and whether it is what it claims to be."""

from __future__ import annotations

from care.understanding.speech.refusal import Reason, SoundRefused

# Claimed type or file ending -> the kinds of file that it may be.
_CLAIMS = {
    "ogg": {"ogg"},
    "oga": {"ogg"},
    "opus": {"ogg"},
    "mp3": {"mp3"},
    "mpeg": {"mp3", "aac"},
    "m4a": {"mov"},
    "x-m4a": {"mov"},
    "mp4": {"mov"},
    "aac": {"aac", "mov"},
    "wav": {"wav"},
    "wave": {"wav"},
    "x-wav": {"wav"},
}


def kind_of(data: bytes) -> str:
    """The demuxer for these bytes: ``ogg``, ``wav``, ``mov``, ``mp3`` or ``aac``; raises SoundRefused."""
    if data[:4] == b"OggS":
        return "ogg"
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav"
    if data[4:8] == b"ftyp":
        return "mov"
    if data[:3] == b"ID3":
        return "mp3"
    return _stream_kind(data)


def check_claim(kind: str, claimed: str | None) -> None:
    """Raises SoundRefused when ``claimed`` (a MIME type or a file ending) is not a sound of this kind.

    None claims nothing.
    """
    if claimed is None:
        return
    name = claimed.split(";")[0].strip().lower().rpartition("/")[2].removeprefix(".")
    if kind not in _CLAIMS.get(name, set()):
        raise SoundRefused(Reason.OTHER_TYPE)


def _stream_kind(data: bytes) -> str:
    """MP3 and AAC may start with a frame at once: eleven bits of sync, then two that name the layer."""
    if len(data) < 2 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:  # noqa: PLR2004 -- the frame header
        raise SoundRefused(Reason.NOT_SOUND)
    return "mp3" if data[1] & 0x06 else "aac"
