"""Moments that call for warmth before anything else: a loss, strong distress, a body that protests."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """What a message tells; the names are those of the engine's intents."""

    LOSS = "loss"
    DISTRESS = "distress"


class Harm(StrEnum):
    """How a practice does somebody no good: it makes things worse, or the body protests."""

    WORSE = "worse"
    UNWELL = "unwell"


@dataclass(frozen=True)
class MomentWords:
    """One language's phrases, see ``data/lexicons/<language>/moments.yml``; plain words, no apostrophes."""

    who: tuple[str, ...]
    gone: tuple[str, ...]
    losses: tuple[str, ...]
    distress: tuple[str, ...]
    worse: tuple[str, ...]
    unwell: tuple[str, ...]
    denials: tuple[str, ...]


def read_moment(text: str, words: MomentWords, *, distressed: bool) -> Moment | None:
    """What a message tells. ``distressed`` is the crisis screen's finding: strong words are not enough."""
    plain = _plain(text)
    if _tells_a_loss(plain, words):
        return Moment.LOSS
    return Moment.DISTRESS if distressed and _holds(plain, words.distress) else None


def read_harm(text: str, words: MomentWords) -> Harm | None:
    """What a remark in the middle of a practice says against it; None when it says nothing of the kind."""
    plain = re.sub(
        rf"\b(?:{_either(words.denials)}) (?:\w+ )?(?:{_either((*words.worse, *words.unwell))})\b",
        "",
        _plain(text),
    )
    if _holds(plain, words.unwell):
        return Harm.UNWELL
    return Harm.WORSE if _holds(plain, words.worse) else None


def _tells_a_loss(plain: str, words: MomentWords) -> bool:
    who, gone = _either(words.who), _either(words.gone)
    died = rf"\b(?:my|our|his|her|the) (?:\w+ )?(?:{who}) (?:\w+ ){{0,3}}?(?:{gone})\b"
    lost = rf"\blost (?:my|our|the) (?:\w+ )?(?:{who})\b"
    return _holds(plain, words.losses) or re.search(f"{died}|{lost}", plain) is not None


def _plain(text: str) -> str:
    bare = re.sub(r"['\u2019]", "", text.lower())
    return " ".join(re.sub(r"[^\w\s]", " ", bare).split())


def _holds(plain: str, phrases: Collection[str]) -> bool:
    return re.search(rf"\b(?:{_either(phrases)})\b", plain) is not None


def _either(phrases: Collection[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in phrases)
