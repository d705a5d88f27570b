"""Tells the language of a text, so that none is read by rules or a model made for another."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder
from spacy.util import get_lang_class

LANGUAGES = ("en", "es", "fr", "de", "pt", "it")
OTHER = "other"
_FAIR, _SURE, _VERY_SURE = 0.4, 0.6, 0.8
_CLEAR, _VERY_CLEAR = 0.4, 0.98  # of the coarse look, by how sure the close one is
_FEW_WORDS = 4
_WORD = re.compile(r"[^\W\d_]+")
_SHOWN = 400  # characters: the language shows in the first words, and the rest costs time


def language_of(text: str, expected: str = "en") -> str:
    """One of LANGUAGES, or ``other``; ``expected``, the person's own, where too little is said to tell.

    lingua compares n-grams of letters: closely for the six languages, coarsely for all it knows. A text is of
    one of the six when the close look is sure of it and the coarse look does not name one outside them;
    small frequent words of the expected language settle a doubt ("my zebrafish boss").
    """
    shown = text[:_SHOWN]
    letters = [letter for letter in shown if letter.isalpha()]
    if not letters:
        return expected
    if not all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters[:_FEW_WORDS]):
        return OTHER
    found, trust = _best(_six(), shown)
    if trust >= _SURE and found == expected:
        return found
    return _doubted(shown, found, trust, expected)


def _doubted(shown: str, found: str, trust: float, expected: str) -> str:
    coarse, clear = _best(_all(), shown)
    others = {found, coarse} - {expected}
    if _own_words(shown, expected) > max((_own_words(shown, other) for other in others), default=0):
        return expected
    if coarse == found and trust >= _FAIR:
        return found
    if len(shown.split()) < _FEW_WORDS and trust < _VERY_SURE:
        return expected
    if coarse == expected:
        return expected
    if coarse not in LANGUAGES and clear >= (_CLEAR if trust < _SURE else _VERY_CLEAR):
        return OTHER
    return found if trust >= _SURE else expected


def _own_words(text: str, language: str) -> int:
    """How many of the words are the small frequent ones of a language ("my", "and")."""
    frequent = _frequent(language)
    return sum(word in frequent for word in _WORD.findall(text.lower()))


def _best(detector: LanguageDetector, text: str) -> tuple[str, float]:
    best = detector.compute_language_confidence_values(text)[0]
    return best.language.iso_code_639_1.name.lower(), best.value


@cache
def _frequent(language: str) -> frozenset[str]:
    """Stop words (by spaCy) of a language; none where it has no such list."""
    try:
        return frozenset(get_lang_class(language).Defaults.stop_words)
    except ImportError:
        return frozenset()


@cache
def _six() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(
        *(language for language in Language.all() if language.iso_code_639_1.name.lower() in LANGUAGES)
    ).build()


@cache
def _all() -> LanguageDetector:
    return LanguageDetectorBuilder.from_all_languages().with_low_accuracy_mode().build()
