"""Finds telephone numbers and help-line addresses in texts that the help-line data do not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from care.content import read_yaml
from care.safety.hotlines import load_hotlines

_TEXTS = ("messages", "practices", "dialogue/responses")
_NUMBER = re.compile(r"[+(]?\d[\d ()/-]*\d{2}(?!\d)|\d{3,}")
_ADDRESS = re.compile(r"(?:https?://)?(?:[\w-]+\.)+(?:com|org|net|info|[a-z]{2})(?:/[\w./-]*)?\b")
_DIRECTORY = "findahelpline.com"  # stands beside every line


def stray_numbers(content_dir: Path) -> list[str]:
    """One line each: the file, the key, and the number or address that is not in the data."""
    rows = load_hotlines(content_dir).rows
    known = {_digits(part) for row in rows for part in re.split(r"[;/]", row.contact)}
    addresses = {_host(row.contact) for row in rows if row.kind in {"chat", "web"}} | {_DIRECTORY}
    return [
        f"{path}: {key}: {found!r} is not in data/hotlines/hotlines.csv."
        for folder in _TEXTS
        for path in sorted((content_dir / folder).rglob("*.yml"))
        for key, text in _texts(read_yaml(path))
        for found in _found(text)
        if (_digits(found) not in known if found[0] in "+(0123456789" else _host(found) not in addresses)
    ]


def _found(text: str) -> Iterator[str]:
    yield from (found for found in _NUMBER.findall(text) if len(_digits(found)) >= 3)  # noqa: PLR2004 -- 112
    yield from _ADDRESS.findall(text)


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every string that stands under a key; ids and file names among them hold no number of three digits."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in {"id", "source", "sources", "evidence", "image", "audio", "file"}:
                yield from _texts(inner, f"{key}.{name}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _host(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://").removeprefix("www.").split("/")[0]
