"""Reads the age that a person states about themselves."""

from __future__ import annotations

import re

ADULT = 18
_YOUNGEST, _OLDEST = 5, 120
_STATED = re.compile(
    r"\b(?:i'?\s?a?m|im|i am|i just turned|i turned|my age is|me)\s+(?:only\s+|just\s+|still\s+|actually\s+)?"
    r"(\d{1,3})\b(?!\s*(?:%|/|min|hour|hr|day|week|month|km|kg|lb|mile|metre|meter|step|cm|people|pound|dollar"
    r"|euro|percent|times|out of|weeks|th|st|nd|rd|p\.?m|a\.?m|:|o'?clock|feet|foot|in line|and a half h))"
)
_IN_YEARS = re.compile(
    r"\b(?:i'?\s?a?m|im|i am)\b[^.!?\n]{0,20}?\b(\d{1,3})\s*(?:years?[\s-]+old|yrs?\b|y/?o\b)"
)
_BARE = re.compile(r"\s*(\d{1,3})\s*(?:years?(?:\s+old)?|yrs?(?:\s+old)?|y/?o)?\s*[.!]?\s*")

_AT_LEAST = re.compile(r"\b(?:over|above|older than|at least)\s+(\d{2})\b|^\s*(\d{2})\s*\+")


def stated_age(text: str) -> int | None:
    """The age in years (5 to 120) that a person states about themselves in a sentence, else None.

    ``I'm 16``, ``im 15 yo`` and ``I just turned 17`` count; ``I'm 15 minutes late`` does not.
    """
    lowered = text.lower().replace("\u2019", "'")
    match = _IN_YEARS.search(lowered) or _STATED.search(lowered)
    return _plausible(match)


def answered_age(text: str) -> int | None:
    """The age in an answer to a question about age, where a bare number or ``over 18`` counts too."""
    lowered = text.lower()
    return stated_age(text) or _plausible(_BARE.fullmatch(lowered) or _AT_LEAST.search(lowered))


def _plausible(match: re.Match[str] | None) -> int | None:
    found = next((int(group) for group in match.groups() if group), None) if match else None
    return found if found is not None and _YOUNGEST <= found <= _OLDEST else None
