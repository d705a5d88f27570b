"""Rewrites a text so that its labels stay: whom it is about and how it is typed changes no reading."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import emoji
import numpy as np
import yaml

_WORDS = yaml.safe_load((Path(__file__).parent / "rewordings.yml").read_text(encoding="utf-8"))
_STRETCHED = re.compile(r"(.)\1{2,}")
# How often each rewording is tried, of all texts; chosen by what the bias test asks for, not tuned on scores.
_GENDER, _NAME, _WHO, _DIALECT, _TYPING = 0.3, 0.5, 0.06, 0.12, 0.06


def spelt_out(text: str) -> str:
    """Emoji as words, stretched letters cut to two, straight quotes: what the tokeniser knows.

    ``care.understanding.emotion_model`` does the same to what it reads; the two must stay equal.
    """
    worded = emoji.demojize(text.replace("\u2019", "'"), delimiters=(" ", " ")).replace("_", " ")
    return _STRETCHED.sub(r"\1\1", worded)


def reworded(text: str, rng: np.random.Generator) -> str:
    """An English text with genders, names, speaker, dialect or typing changed, each now and then."""
    if rng.random() < _GENDER:
        text = _replaced(text, _GENDERS)
    if rng.random() < _NAME:
        text = _NAMED.sub(lambda _: str(rng.choice(_NAMES)), text)
    if rng.random() < _WHO:
        text = f"{_speaker(rng)} {text}"
    if rng.random() < _DIALECT:
        text = _replaced(text, _DIALECTS[int(rng.integers(len(_DIALECTS)))])
    return mistyped(text, rng) if rng.random() < _TYPING else text


def _pairs(pairs: Sequence[str]) -> dict[str, str]:
    both = (pair.split() for pair in pairs)
    return {word: other for one, two in both for word, other in ((one, two), (two, one))}


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(
        r"\b(" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + r")\b", re.IGNORECASE
    )


def _replaced(text: str, words: tuple[re.Pattern[str], Mapping[str, str]]) -> str:
    pattern, other = words

    def exchanged(found: re.Match[str]) -> str:
        new = other[found.group(0).lower()]
        return new.capitalize() if found.group(0)[0].isupper() and found.group(0) != "I" else new

    return pattern.sub(exchanged, text)


def _speaker(rng: np.random.Generator) -> str:
    who = str(rng.choice(_WORDS["who"]))
    article = "an" if who[0].lower() in "aeiou" else "a"
    return f"I'm {article} {who} {rng.choice(_WORDS['person'])}."


def mistyped(text: str, rng: np.random.Generator) -> str:
    """A letter in forty dropped or exchanged with the next."""
    letters = list(text)
    for at in rng.integers(0, max(1, len(letters) - 1), max(1, len(letters) // 40)):
        if letters[at].isalpha() and at + 1 < len(letters):
            swap = bool(rng.integers(2))
            letters[at : at + 2] = [letters[at + 1], letters[at]] if swap else ["", letters[at + 1]]
    return "".join(letters)


_GENDERED = _pairs(_WORDS["genders"]) | _WORDS["one_way"]
_GENDERS = (_pattern(list(_GENDERED)), _GENDERED)
_NAMES = [name for names in _WORDS["names"].values() for name in names]
_NAMED = re.compile(r"\b(" + "|".join(_NAMES) + r")\b")
_DIALECTS = [
    (_pattern(list(words)), {key.lower(): value for key, value in words.items()})
    for words in _WORDS["dialects"].values()
]
