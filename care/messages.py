"""The sentences that we say without the dialogue engine, from ``data/messages/<language>/``."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from care.content import read_yaml
from care.errors import ContentError


class Messages:
    """One language's sentences: each key holds one wording or several, which take turns."""

    def __init__(self, wordings: dict[str, tuple[str, ...]]) -> None:
        self._wordings = wordings

    def say(self, key: str, /, *, avoid: Collection[str] = (), **values: object) -> str:
        """The sentence of a key with its ``{blanks}`` filled, another wording than those in ``avoid`` if any.

        Raises ContentError for a key that no file holds or a blank that was not filled.
        """
        try:
            filled = [wording.format(**values) for wording in self._wordings[key]]
        except KeyError as error:
            raise ContentError(f"Message {key!r} lacks {error}.", "Add it to data/messages.") from error
        return next((text for text in filled if text not in avoid), filled[0])

    def wordings(self, key: str) -> tuple[str, ...]:
        """Every wording of a key, blanks unfilled; empty for one that no file holds."""
        return self._wordings.get(key, ())

    def keys(self) -> frozenset[str]:
        """Every key, to compare languages."""
        return frozenset(self._wordings)


def load_messages(content_dir: Path, language: str) -> Messages:
    """The sentences of one language, keyed ``<file>.<key>``.

    Raises ContentError when the folder is empty or a wording is not a sentence.
    """
    wordings: dict[str, tuple[str, ...]] = {}
    for path in sorted((content_dir / "messages" / language).glob("*.yml")):
        for key, value in read_yaml(path).items():
            variants = (value,) if isinstance(value, str) else tuple(value)
            if not variants or not all(isinstance(text, str) and text for text in variants):
                raise ContentError(f"{path}: {key} is not a sentence or a list of them.", "Mend it.")
            wordings[f"{path.stem}.{key}"] = variants
    if not wordings:
        raise ContentError(f"No messages in {language!r}.", f"Add data/messages/{language}/*.yml.")
    return Messages(wordings)
