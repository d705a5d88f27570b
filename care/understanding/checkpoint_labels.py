"""What the labels of an operator's classifier say about a check-in, from a file of ours and one of theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from care.content import read_yaml
from care.domain.choose import FEELINGS
from care.errors import ModelError

OURS, THEIRS = Path("lexicons", "checkpoint_labels.yml"), "care_labels.yml"
_AROUSAL = ("low", "mid", "high", None)
_NUMBERED = re.compile(r"label \d+")
_FORM = "Write it as in data/lexicons/checkpoint_labels.yml."


@dataclass(frozen=True)
class Meaning:
    """What one label says: check-in feelings, sentiment from -2 to 2, and arousal where it tells."""

    feelings: tuple[str, ...]
    sentiment: float
    arousal: str | None


@dataclass(frozen=True)
class Labels:
    """A checkpoint's labels in their order.

    ``names`` are those by which they were looked up, ``guessed`` says that they stand for mere numbers.
    ``several`` says whether more than one may hold at once, None where the files leave that open.
    From ``present_from`` on a feeling counts as present, from ``sure_from`` on it may be stated.
    """

    names: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    guessed: bool
    several: bool | None
    present_from: float
    sure_from: float


def load_labels(content_dir: Path, folder: Path, names: Sequence[str]) -> Labels:
    """The meanings of a checkpoint's labels; ``care_labels.yml`` in its folder comes first.

    Raises ContentError when a file cannot be read, ModelError when it has a mistake or a label is unknown.
    """
    given = read_yaml(folder / THEIRS) if (folder / THEIRS).exists() else {}
    said = _Said(content_dir / OURS, folder / THEIRS, read_yaml(content_dir / OURS), given)
    looked_up = [_plain(name) for name in names]
    guessed = all(_NUMBERED.fullmatch(name) and name not in said.known for name in looked_up)
    if guessed:
        looked_up = said.numbered(names)
    return Labels(
        names=tuple(looked_up),
        meanings=tuple(said.meaning(name, shown) for name, shown in zip(looked_up, names, strict=True)),
        guessed=guessed,
        several=said.several(),
        present_from=said.limit("present_from"),
        sure_from=said.limit("sure_from"),
    )


class _Said:
    """The two files, the second laid over the first."""

    def __init__(self, ours: Path, theirs: Path, by_us: Any, by_them: Any) -> None:
        for path, content in ((ours, by_us), (theirs, by_them)):
            if not isinstance(content, dict) or not isinstance(content.get("labels", {}), dict):
                raise ModelError(f"{path} holds no labels by name.", _FORM)
        self._theirs, self._content = theirs, {**by_us, **by_them}
        self.known = _by_name(by_us.get("labels", {})) | _by_name(by_them.get("labels", {}))

    def numbered(self, names: Sequence[str]) -> list[str]:
        """What labels that are mere numbers are by custom."""
        table = self._content.get("numbered", {})
        if len(names) not in table:
            raise self._unknown(names[0])
        return [_plain(name) for name in table[len(names)]]

    def meaning(self, name: str, shown: str) -> Meaning:
        """What a label means, through the names that stand for it; ``shown`` is the checkpoint's own word."""
        seen: set[str] = set()
        while isinstance(facts := self.known.get(name), str) and name not in seen:
            seen.add(name)
            name = _plain(facts)
        if facts is None or isinstance(facts, str):
            raise self._unknown(shown)
        return _meaning(facts, name)

    def several(self) -> bool | None:
        """Whether more than one label may hold, where a file says so."""
        found = self._content.get("several")
        if found is not None and not isinstance(found, bool):
            raise ModelError(f"{self._theirs}, several: {found!r} is neither true nor false.", _FORM)
        return found

    def limit(self, key: str) -> float:
        """A probability under one key."""
        found = self._content.get(key)
        if not isinstance(found, int | float) or not 0 < found <= 1:
            raise ModelError(f"{self._theirs}, {key}: {found!r} is no number over 0, at most 1.", _FORM)
        return float(found)

    def _unknown(self, shown: str) -> ModelError:
        return ModelError(
            f"CARE_EMOTION_CHECKPOINT: nothing says what its label {shown!r} means.",
            f"Say it in {self._theirs} (docs/feelings.md), or name another checkpoint.",
        )


def _meaning(facts: Any, name: str) -> Meaning:
    read = facts if isinstance(facts, dict) else {}
    feelings, sentiment, arousal = (read.get(key) for key in ("feelings", "sentiment", "arousal"))
    mistakes = (
        (not _are_feelings(feelings), "feelings", feelings),
        (not isinstance(sentiment, int | float) or not -2 <= sentiment <= 2, "sentiment", sentiment),  # noqa: PLR2004 -- the scale
        (arousal not in _AROUSAL, "arousal", arousal),
    )
    for wrong, key, value in mistakes:
        if wrong:
            raise ModelError(f"The label {name!r} cannot mean {key} {value!r}.", _FORM)
    return Meaning(tuple(feelings or ()), float(sentiment or 0), arousal)


def _are_feelings(names: Any) -> bool:
    return isinstance(names, list) and all(isinstance(name, str) and name in FEELINGS for name in names)


def _by_name(labels: Mapping[Any, Any]) -> dict[str, Any]:
    return {_plain(name): facts for name, facts in labels.items()}


def _plain(name: object) -> str:
    """A label's name without capitals, underscores, hyphens and double spaces."""
    return " ".join(re.sub(r"[_-]", " ", str(name).lower()).split())


def told(meanings: Iterable[Meaning]) -> frozenset[str]:
    """The feelings that at least one label stands for."""
    return frozenset(name for meaning in meanings for name in meaning.feelings)
