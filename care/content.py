"""Reads files under data/ and says which one is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from care.errors import ContentError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def practice_title(content_dir: Path, language: str, practice_id: str) -> str:
    """What a practice is called, without reading the whole catalogue; its id when it is gone from there."""
    path = content_dir / "practices" / practice_id / f"{language}.yml"
    return str(read_yaml(path)["title"]) if path.exists() else practice_id


def read_yaml(path: Path) -> Any:
    """What stands in a YAML file.

    Raises ContentError when the file is missing or is not YAML.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 -- a safe loader
    except OSError as error:
        raise ContentError(f"{path} cannot be read.", "Restore it from the repository.") from error
    except yaml.YAMLError as error:
        raise ContentError(f"{path} is not valid YAML: {error}", "Mend the line it names.") from error
