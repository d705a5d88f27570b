"""Reads the age that a person states about themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping

ADULT = 18
_YOUNGEST, _OLDEST = 5, 120
_I_AM = r"\b(?:i'?m|i am)\s+(?:only\s+|just\s+|still\s+|actually\s+)?"
_STATED = re.compile(
    rf"{_I_AM}(1[1-9]|[2-9]\d)(?=\s*(?:$|[.!?,;]|and\b|but\b))|\bi (?:just )?turned (1[1-9]|[2-9]\d)\b"
    r"|\bmy age is (1[1-9]|[2-9]\d)\b"
)
_IN_YEARS = re.compile(rf"{_I_AM}(?:an?\s+)?(\d{{1,3}})[\s-]*(?:years?[\s-]+old|yrs?(?:[\s-]+old)?\b|y/?o\b)")
_BARE = re.compile(r"\s*(\d{1,3})\s*(?:years?(?:\s+old)?|yrs?(?:\s+old)?|y/?o)?\s*[.!]?\s*")

_AT_LEAST = re.compile(r"\b(?:over|above|older than|at least)\s+(\d{2})\b|^\s*(\d{2})\s*\+")


def stated_age(text: str) -> int | None:
    """The age in years (5 to 120) that a person states about themselves in a sentence, else None.

    ``I'm 16``, ``im 15 yo`` and ``I just turned 17`` count; ``I'm 15 minutes late``, ``I'm 7`` (a mood) and
    the age of somebody's child do not.
    """
    lowered = text.lower().replace("\u2019", "'")
    match = _IN_YEARS.search(lowered) or _STATED.search(lowered)
    return _plausible(match)


def spelled_age(text: str, numbers: Mapping[str, int]) -> int | None:
    """The age in words in an answer to a question about age; of ``twenty nine`` the tens are enough."""
    found = [numbers[word] for word in re.findall(r"[a-z]+", text.lower()) if word in numbers]
    return found[0] if found else None


def answered_age(text: str) -> int | None:
    """The age in an answer to a question about age, where a bare number or ``over 18`` counts too."""
    lowered = text.lower()
    return stated_age(text) or _plausible(_BARE.fullmatch(lowered) or _AT_LEAST.search(lowered))


def _plausible(match: re.Match[str] | None) -> int | None:
    found = next((int(group) for group in match.groups() if group), None) if match else None
    return found if found is not None and _YOUNGEST <= found <= _OLDEST else None
