"""Reads the pattern files of one language and refuses, by file and key, what is not as it must be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from care.content import read_yaml
from care.errors import ContentError
from care.understanding.patterns import Line, Notation


def word_lists(folder: Path) -> dict[str, list[str]]:
    """The lists that lines name with @, by name.

    Raises ContentError when the file is missing or a list is none.
    """
    path = folder / "word_lists.yml"
    lists = mapping(path)
    return {name: texts(lists, name, path) for name in lists}


def groups(path: Path, notation: Notation, names: Sequence[str]) -> dict[str, list[Line]]:
    """The compiled lines that stand under each of ``names``, which are the file's only keys.

    Raises ContentError when a key is missing or unknown, or a line is not in the notation.
    """
    content = mapping(path)
    unknown = [key for key in content if key not in names]
    if unknown:
        raise ContentError(f"{path} has unknown keys: {unknown}.", f"Keep to these: {list(names)}.")
    return {name: lines(content, name, path, notation) for name in names}


def lines(content: Mapping[str, Any], name: str, path: Path, notation: Notation) -> list[Line]:
    """The compiled lines under one key of a file.

    Raises ContentError when the key is missing or a line is not in the notation.
    """
    return [notation.compile(line, f"{path}, {name}") for line in texts(content, name, path)]


def texts(content: Mapping[str, Any], name: str, path: Path) -> list[str]:
    """The texts under one key of a file.

    Raises ContentError when the key is missing or holds something else; "no" and numbers need quotes in YAML.
    """
    found = content.get(name)
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise ContentError(
            f"{path} needs a list of texts under {name}.", "Put numbers, yes and no in quotes."
        )
    return found


def mapping(path: Path) -> dict[str, Any]:
    """What stands in a file that holds keys.

    Raises ContentError when the file is missing, is not YAML or holds no keys.
    """
    content = read_yaml(path)
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise ContentError(f"{path} does not hold keys.", "Restore it from the repository.")
    return content


def mapping_in(content: Mapping[str, Any], name: str, path: Path) -> dict[str, Any]:
    """The keys and values under one key of a file.

    Raises ContentError when there are none.
    """
    found = content.get(name)
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
        raise ContentError(f"{path} needs keys under {name}.", "Restore that part from the repository.")
    return found


def numbers(content: Mapping[str, Any], name: str, path: Path) -> dict[str, float]:
    """The numbers by word under one key of a file.

    Raises ContentError when there are none.
    """
    found = mapping_in(content, name, path)
    if not all(isinstance(number, int | float) for number in found.values()):
        raise ContentError(f"{path} needs a number for each word of {name}.", "Mend that part.")
    return {word: float(number) for word, number in found.items()}
