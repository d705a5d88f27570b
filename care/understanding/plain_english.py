"""Puts a text in the words that the emotion model reads evenly, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from care.content import read_yaml
from care.errors import ContentError

Rewrite = Callable[[str], str]
_SPACE = re.compile(r"\s+")


class PlainEnglish:
    """Blinds a text to who its writer is, as the lists of a content folder say.

    Other Englishes are spelt as the standard one, gendered words and known names become one word each, and
    "I'm a young Muslim woman" becomes "I'm a person". A model that never sees the difference cannot make
    one: texts that differ in these alone get the same reading. What is on no list stays as it is.
    """

    def __init__(self, dialects: Mapping[str, str], blinding: Mapping[str, Any]) -> None:
        names = {name: str(blinding["one_name"]) for name in _words(blinding["names"])}
        genders = {word: one for one, others in blinding["genders"].items() for word in str(others).split()}
        endings = {ending[1:]: new[1:] for ending, new in dialects.items() if ending.startswith("-")}
        words = {word: standard for word, standard in dialects.items() if not word.startswith("-")}
        self._rewrites: tuple[Rewrite, ...] = (
            _exchange(words, keep_case=True),
            _ended(endings),
            _identity(blinding),
            _exchange(names, keep_case=False),
            _exchange(genders, keep_case=True),
        )

    def __call__(self, text: str) -> str:
        """The text as the model shall see it."""
        for rewrite in self._rewrites:
            text = rewrite(text)
        return text


def load_plain_english(content_dir: Path) -> PlainEnglish:
    """From ``lexicons/en``; raises ContentError when a list is missing or incomplete."""
    folder = content_dir / "lexicons" / "en"
    try:
        dialects = {
            str(word): str(standard)
            for words in read_yaml(folder / "dialects.yml").values()
            for word, standard in words.items()
        }
        return PlainEnglish(dialects, read_yaml(folder / "blinding.yml"))
    except (KeyError, AttributeError, TypeError) as error:
        raise ContentError(f"A list of {folder} lacks a part ({error}).", "Restore it.") from error


def _words(lines: Iterable[str]) -> list[str]:
    return [word for line in lines for word in str(line).split()]


def _either(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(_SPACE.sub(r"\\s+", re.escape(word).replace(r"\ ", " ")) for word in longest_first)


def _exchange(words: Mapping[str, str], *, keep_case: bool) -> Rewrite:
    """Puts for each of some words what stands for it; ``keep_case`` reads and keeps capitals."""
    flags = re.IGNORECASE if keep_case else re.NOFLAG
    pattern = re.compile(rf"(?<![\w'])(?:{_either(words)})(?![\w'])", flags)

    def exchanged(found: re.Match[str]) -> str:
        said = found.group(0)
        if not keep_case:
            return words[said]
        new = words[_SPACE.sub(" ", said.lower())]
        return new.capitalize() if said[0].isupper() else new

    return lambda text: pattern.sub(exchanged, text.replace("\u2019", "'"))


def _ended(endings: Mapping[str, str]) -> Rewrite:
    """Puts for each ending of a word what stands for it."""
    pattern = re.compile(rf"(?<=\w\w)(?:{_either(endings)})(?!\w)", re.IGNORECASE)
    return lambda text: pattern.sub(lambda found: endings[found.group(0).lower()], text)


def _identity(blinding: Mapping[str, Any]) -> Rewrite:
    """An article, traits and a noun that say who somebody is, after words that open such a saying."""
    openings, articles = (_either(map(str, blinding[name])) for name in ("openings", "articles"))
    traits, nouns = (_either(_words(blinding[name])) for name in ("traits", "nouns"))
    aged = r"\d{2}[-\s](?:years?|yrs?|yo)(?:[-\s]old)?"
    pattern = re.compile(
        rf"(?<![\w'])(?P<opening>(?:{openings})\s+)(?:(?:{articles})\s+)"
        rf"(?:(?:{aged}|{traits}),?\s+)*(?:{nouns}|{aged})(?![\w'-])",
        re.IGNORECASE,
    )
    article, noun = blinding["articles"][0], blinding["stands_for"]
    return lambda text: pattern.sub(lambda found: f"{found['opening']}{article} {noun}", text)
