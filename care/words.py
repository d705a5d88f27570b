"""One language's words for short answers, from ``data/lexicons/<language>/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from care.content import read_yaml
from care.domain.choices import ChoiceWords
from care.domain.days import DayWords
from care.domain.journal_search import SearchWords
from care.domain.moments import MomentWords
from care.domain.periods import PeriodWords
from care.domain.rating import RatingWords
from care.errors import ContentError


@dataclass(frozen=True)
class Words:
    """Words for ratings, days, choices, the journal and moments that call for warmth."""

    ratings: RatingWords
    days: DayWords
    choices: ChoiceWords
    ages: Mapping[str, int]
    minors: tuple[str, ...]
    moments: MomentWords
    journal: SearchWords


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
            frozenset(ratings["around"]),
        ),
        days=DayWords(**read_yaml(folder / "days.yml")),
        ages=ages["numbers"],
        minors=tuple(ages["minors"]),
        moments=load_moments(content_dir, language),
        journal=_journal(folder / "journal.yml"),
        choices=ChoiceWords(
            ordinals=choices["ordinals"],
            avoid={name: tuple(words) for name, words in choices["avoid"].items()},
            nothing=tuple(choices["nothing"]),
            all=tuple(choices["all"]),
            off=tuple(choices["off"]),
            hedges=tuple(choices["hedges"]),
            sure=tuple(choices["sure"]),
            unclear_codes=frozenset(choices["unclear_codes"]),
            settings={name: tuple(words) for name, words in choices["settings"].items()},
        ),
    )


def load_moments(content_dir: Path, language: str) -> MomentWords:
    """The phrases of a language for moments that call for warmth; raises ContentError."""
    path = content_dir / "lexicons" / language / "moments.yml"
    try:
        return MomentWords(**{name: tuple(phrases) for name, phrases in read_yaml(path).items()})
    except TypeError as error:
        raise ContentError(f"{path} lacks a part or has one too many.", "Restore that part.") from error


def _journal(path: Path) -> SearchWords:
    found = read_yaml(path)
    try:
        return SearchWords(
            periods=PeriodWords(
                named={phrase: (unit, back) for phrase, (unit, back) in found["named"].items()},
                recent=tuple(found["recent"]),
                few=found["few"],
                within=tuple(found["within"]),
                since=tuple(found["since"]),
                before=tuple(found["before"]),
            ),
            filler=frozenset(found["filler"]),
            areas={area: tuple(names) for area, names in found["areas"].items()},
            endings=found["endings"],
            everything=frozenset(found["everything"]),
            hunting=tuple(found["hunting"]),
        )
    except KeyError as error:
        raise ContentError(f"{path} lacks {error}.", "Restore that part.") from error
