"""Reads which of several things a person picked, by place, name or a word for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

_CLOSE_ENOUGH = 0.75


@dataclass(frozen=True)
class ChoiceWords:
    """One language's words for picking; see ``data/lexicons/<language>/choices.yml``."""

    ordinals: Mapping[str, int]
    avoid: Mapping[str, tuple[str, ...]]
    nothing: tuple[str, ...]
    all: tuple[str, ...]
    off: tuple[str, ...]
    hedges: tuple[str, ...]
    sure: tuple[str, ...]
    settings: Mapping[str, tuple[str, ...]]
    unclear_codes: frozenset[str]


def names(text: str, phrases: Sequence[str]) -> bool:
    """Whether a text holds one of the phrases as whole words."""
    lowered = text.lower().replace("\u2019", "'")
    return any(re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", lowered) for phrase in phrases)


def is_just(text: str, phrases: Sequence[str]) -> bool:
    """Whether a text says one of the phrases and no more."""
    return re.sub(r"[^\w\s']", "", text.lower()).strip() in phrases


def read_place(text: str, length: int, words: ChoiceWords) -> int | None:
    """The index (from 0) of a list of ``length`` that ``2``, ``the second one`` or ``last`` points at."""
    lowered = text.lower().strip(" .!)")
    place = int(lowered) if lowered.isdecimal() and len(lowered) < 3 else None  # noqa: PLR2004 -- two digits
    if place is None:
        found = next((word for word in words.ordinals if re.search(rf"\b{word}\b", lowered)), None)
        place = words.ordinals[found] if found else None
    if place == -1:
        return length - 1 if length else None
    return place - 1 if place is not None and 1 <= place <= length else None


def read_name(text: str, titles: Mapping[str, str]) -> str | None:
    """The id whose title a text names, also with small misspellings; None when none is near."""
    lowered = re.sub(r"[^\w\s-]", "", text.lower()).strip()
    if not lowered:
        return None
    by_title = {title.lower(): id_ for id_, title in titles.items()}
    inside = [title for title in by_title if re.search(rf"\b{re.escape(title)}\b", lowered)]
    if inside:
        return by_title[max(inside, key=len)]
    close = get_close_matches(lowered, by_title, n=1, cutoff=_CLOSE_ENOUGH)
    if close:
        return by_title[close[0]]
    parts = [title for title in by_title if len(lowered) > 3 and lowered in title]  # noqa: PLR2004 -- a real word
    return by_title[parts[0]] if len(parts) == 1 else None


def read_avoid(text: str, words: ChoiceWords) -> frozenset[str] | None:
    """What a person wants left out; empty for nothing, None when the text names neither."""
    found = frozenset(kind for kind, phrases in words.avoid.items() if names(text, phrases))
    if "breath_hold" in found and not _all_breathing(text, words):
        found -= {"breath_focus"}
    if found:
        return found
    return frozenset() if is_just(text, words.nothing) else None


def _all_breathing(text: str, words: ChoiceWords) -> bool:
    without_holds = text.lower()
    for phrase in sorted(words.avoid["breath_hold"], key=len, reverse=True):
        without_holds = without_holds.replace(phrase, " ")
    return names(without_holds, words.avoid["breath_focus"])
