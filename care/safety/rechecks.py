"""What an operator found when checking help lines again: JSON lines, laid over the shipped rows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from care.errors import ContentError, StorageUnavailable

_MARKS = re.compile(r"\s*\[(?:SINGLE SOURCE|SOURCES DISAGREE)\]")
_HOURS_MARK = re.compile(r"\s*\(hours not confirmed[^)]*\)")


@dataclass(frozen=True)
class Recheck:
    """One row, looked at by a person with its provider. None means as it was."""

    id: str
    by: str
    on: str
    number: str | None = None
    hours: str | None = None
    closed: bool = False


def apply(recheck: Recheck, row: Mapping[str, str]) -> dict[str, str] | None:
    """The row as it was found, its marks of doubt taken away; None when the line is closed."""
    if recheck.closed:
        return None
    return dict(row) | {
        "contact": recheck.number or row["contact"],
        "hours": recheck.hours or _HOURS_MARK.sub("", row["hours"]),
        "source": f"{_MARKS.sub('', row['source'])};{recheck.by}(recheck)@{recheck.on}",
        "as_of": recheck.on,
    }


def load_rechecks(path: Path) -> dict[str, Recheck]:
    """The newest recheck of each row; empty without a file.

    Raises ContentError naming the line that is wrong.
    """
    if not path.exists():
        return {}
    found: dict[str, Recheck] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path} cannot be read.", "Let this user read it.") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            recheck = _read(line, f"{path}, line {number}")
            found[recheck.id] = recheck
    return found


def record(path: Path, recheck: Recheck) -> None:
    """Add one at the end; earlier ones stay as the record of what was done. Raises StorageUnavailable."""
    try:
        path.touch(mode=0o600)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(recheck), ensure_ascii=False) + "\n")
    except OSError as error:
        raise StorageUnavailable(
            f"{path} cannot be written: {error.strerror}.", "Let this user write it."
        ) from error


def _read(line: str, where: str) -> Recheck:
    try:
        recheck = Recheck(**json.loads(line))
        date.fromisoformat(recheck.on)
    except (ValueError, TypeError) as error:
        raise ContentError(f"{where} is no recheck.", "Mend the line or take it away.") from error
    return recheck
