"""The catalogue of practices in ``data/practices``; it refuses one that is incomplete."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from care.content import read_yaml
from care.domain.choose import FEELINGS
from care.domain.practice import Practice
from care.errors import ContentError

Catalogue: TypeAlias = Mapping[str, Practice]
Part = TypeVar("Part", bound=BaseModel)


def _known(feeling: str) -> str:
    if feeling not in FEELINGS:
        raise ValueError(f"{feeling!r} is not a check-in feeling")
    return feeling


def _ordered(span: tuple[int, int]) -> tuple[int, int]:
    if span[0] > span[1]:
        raise ValueError("the lower end stands first")
    return span


_Strain = Annotated[int, Field(ge=0, le=10)]
_Line = Annotated[str, Field(min_length=1)]


class _Facts(BaseModel):
    """``practice.yml``: the same in every language. ``reviewed_by`` is null until a clinician signs."""

    model_config = ConfigDict(extra="forbid")

    family: Literal[
        "breathing",
        "grounding",
        "relaxation",
        "mindfulness",
        "activation",
        "thinking",
        "gratitude",
        "savouring",
        "compassion",
        "sleep",
    ]
    minutes: Annotated[int, Field(ge=1, le=10)]
    arousal: Annotated[tuple[_Strain, _Strain], AfterValidator(_ordered)]
    helps_with: Annotated[frozenset[Annotated[str, AfterValidator(_known)]], Field(min_length=1)]
    involves: frozenset[Literal["breath_hold", "breath_focus", "body_focus"]]
    grade: Literal["A", "B", "C"]
    source: _Line
    reviewed_by: str | None
    review_by: date


class _Words(BaseModel):
    """``<language>.yml``: what a person reads. ``caution`` may be empty."""

    model_config = ConfigDict(extra="forbid")

    title: _Line
    about: _Line
    caution: str
    steps: Annotated[tuple[_Line, ...], Field(min_length=4, max_length=8)]


def load_practices(content_dir: Path, language: str) -> Catalogue:
    """Every practice in one language by its id, in the order of the ids.

    Raises ContentError, naming the file, when one is missing, incomplete or holds something unknown.
    """
    root = content_dir / "practices"
    folders = sorted(path for path in root.glob("*") if path.is_dir())
    if not folders:
        raise ContentError(f"{root} holds no practice.", "Restore it from the repository.")
    return MappingProxyType({folder.name: _load(folder, language) for folder in folders})


def _load(folder: Path, language: str) -> Practice:
    facts = _read(folder / "practice.yml", _Facts)
    words = _read(folder / f"{language}.yml", _Words)
    return Practice(id=folder.name, **facts.model_dump(exclude={"reviewed_by", "review_by"}), **dict(words))


def _read(path: Path, part: type[Part]) -> Part:
    try:
        return part.model_validate(read_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "the file"
        raise ContentError(f"{path}: {place}: {first['msg']}.", "Mend that entry.") from error


def titles(catalogue: Catalogue) -> dict[str, str]:
    """What each practice is called, by id."""
    return {practice.id: practice.title for practice in catalogue.values()}
