"""One language's words for short answers, from ``data/lexicons/<language>/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from care.content import read_yaml
from care.domain.choices import ChoiceWords
from care.domain.rating import RatingWords


@dataclass(frozen=True)
class Words:
    """Words for ratings, days and choices."""

    ratings: RatingWords
    days: Mapping[str, int]
    choices: ChoiceWords
    ages: Mapping[str, int]
    minors: tuple[str, ...]


def load_words(content_dir: Path, language: str) -> Words:
    """The words of a language; raises ContentError when a file is missing or broken."""
    folder = content_dir / "lexicons" / language
    ratings = read_yaml(folder / "ratings.yml")
    choices = read_yaml(folder / "choices.yml")
    ages = read_yaml(folder / "ages.yml")
    return Words(
        ratings=RatingWords(
            ratings["numbers"],
            ratings["levels"],
            {name: tuple(words) for name, words in ratings["scales"].items()},
        ),
        days=read_yaml(folder / "days.yml"),
        ages=ages["numbers"],
        minors=tuple(ages["minors"]),
        choices=ChoiceWords(
            ordinals=choices["ordinals"],
            avoid={name: tuple(words) for name, words in choices["avoid"].items()},
            nothing=tuple(choices["nothing"]),
            all=tuple(choices["all"]),
            off=tuple(choices["off"]),
            hedges=tuple(choices["hedges"]),
            sure=tuple(choices["sure"]),
            settings={name: tuple(words) for name, words in choices["settings"].items()},
        ),
    )
