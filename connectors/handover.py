"""Hands a person the copy of their data as a file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any


def hand_over_page(folder: Path) -> Callable[[str, datetime], Path]:
    """Writes a page that only its owner can read, under a name that tells nothing; raises OSError."""

    def write(page: str, at: datetime) -> Path:
        path = folder / f"page-{at:%Y-%m-%d-%H%M%S}.html"
        with os.fdopen(_own_file(path), "w", encoding="utf-8") as file:
            file.write(page)
        return path

    return write


def _own_file(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


def hand_over(folder: Path) -> Callable[[dict[str, Any], datetime], Path]:
    """Writes a person's copy as a file that only they can read; raises OSError."""

    def write(data: dict[str, Any], at: datetime) -> Path:
        path = folder / f"mental-health-care-{at:%Y-%m-%d-%H%M%S}.json"
        with os.fdopen(_own_file(path), "w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False, indent=2)
        return path

    return write
