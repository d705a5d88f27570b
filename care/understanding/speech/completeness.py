"""Notices that a file was cut off, by what its own header promises."""

from __future__ import annotations

import struct

_LAST_PAGE = 0x04
_WAV_HEADER = 12


def is_cut_off(kind: str, data: bytes) -> bool:
    """Whether an OGG lacks its last page, or a WAV its promised bytes; False for kinds that do not tell."""
    if kind == "ogg":
        return _ogg_is_cut_off(data)
    return _wav_is_cut_off(data) if kind == "wav" else False


def _ogg_is_cut_off(data: bytes) -> bool:
    start = data.rfind(b"OggS")
    header = data[start : start + 27]
    if len(header) < 27:  # noqa: PLR2004 -- the length of a page header
        return True
    sizes = data[start + 27 : start + 27 + header[26]]
    return not header[5] & _LAST_PAGE or start + 27 + header[26] + sum(sizes) > len(data)


def _wav_is_cut_off(data: bytes) -> bool:
    place = _WAV_HEADER
    while place + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, place)
        if name == b"data":
            return bool(place + 8 + size > len(data))
        place += 8 + size + size % 2
    return True
