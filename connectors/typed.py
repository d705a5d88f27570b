"""What a typed message is: a command (words may follow it), a choice on offer, plain words, or unreadable."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from care.content import read_yaml
from care.domain.reply import Button
from care.settings import CRISIS_LANGUAGES
from connectors.plan_words import load_plan_commands

LONGEST = 4_000
_CODE = re.compile(
    r"^\s*(?:[{<]|\[\s*[\"{\[]|select\s.+\sfrom\s+\w+\s*(?:;|where\b|--|$)|insert\s+into\s"
    r"|drop\s+table\s|delete\s+from\s+\w+\s*(?:;|where\b)|update\s+\w+\s+set\s)",
    re.IGNORECASE | re.DOTALL,
)


class Trouble(StrEnum):
    """Why a message cannot be passed on; the names are those of messages in ``system``."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NO_WORDS = "no_words"
    NOT_LANGUAGE = "not_language"


@dataclass(frozen=True)
class Meant:
    """Either ``payload`` (an intent of ours), or ``text`` to be understood, or ``trouble``."""

    text: str = field(default="", repr=False)
    payload: str | None = field(default=None, repr=False)
    trouble: Trouble | None = None


def load_commands(content_dir: Path, language: str) -> dict[str, str]:
    """Every command word of a language, and of the safety plan in any, to its intent; raises ContentError."""
    listed: dict[str, list[str]] = read_yaml(content_dir / "lexicons" / language / "commands.yml")
    own = {word: intent for intent, words in listed.items() for word in words}
    return {**load_plan_commands(content_dir, (language, *CRISIS_LANGUAGES)), **own}


def load_openers(content_dir: Path, language: str) -> dict[str, str]:
    """Every beginning after which a message carries words for an intent; the longest first."""
    listed: dict[str, list[str]] = read_yaml(content_dir / "lexicons" / language / "openers.yml")
    found = {opener: intent for intent, openers in listed.items() for opener in openers}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def read_typed(
    text: str,
    offered: Sequence[Button],
    commands: Mapping[str, str],
    openers: Mapping[str, str] = MappingProxyType({}),
) -> Meant:
    """What a typed text means. A typed slash is never an intent, unless it is one of our own commands."""
    cleaned = clean(text)
    if not cleaned:
        return Meant(trouble=Trouble.EMPTY)
    plain = cleaned.lower().strip(" .!?")
    chosen = _chosen(plain, offered)
    if chosen:
        return Meant(payload=chosen)
    command = commands.get(plain.removeprefix("/").replace("_", " "))
    if command:
        return Meant(payload=f"/{command}")
    trouble = _trouble(cleaned)
    if trouble:
        return Meant(trouble=trouble)
    return _opened(cleaned, openers) or Meant(text=cleaned.lstrip("/ "))


def _opened(cleaned: str, openers: Mapping[str, str]) -> Meant | None:
    """An intent of ours with the words that follow its opener, as a value that no one can break out of."""
    for opener, intent in openers.items():
        rest = cleaned[len(opener) :]
        if cleaned.lower().startswith(opener) and (opener.endswith(":") or re.match(r"[\s:,]", rest)):
            words = rest.strip(" \n:,")
            if any(character.isalnum() for character in words):
                return Meant(payload=f"/{intent}{json.dumps({'answer': words})}")
    return None


def _trouble(cleaned: str) -> Trouble | None:
    if len(cleaned) > LONGEST:
        return Trouble.TOO_LONG
    if _CODE.match(cleaned) or re.match(r"^/\w+\s*[{\[]", cleaned):
        return Trouble.NOT_LANGUAGE
    return None if any(character.isalnum() for character in cleaned) else Trouble.NO_WORDS


def clean(text: str) -> str:
    """A text without control and invisible characters, and without blanks around it."""
    spaced = re.sub(r"[\t\r\x00-\x08\x0b-\x1f\x7f-\x9f]", " ", text)
    kept = "".join(
        character for character in spaced if unicodedata.category(character) not in ("Cf", "Cs", "Co")
    )
    return re.sub(r" {2,}", " ", kept).strip()


def _chosen(plain: str, offered: Sequence[Button]) -> str | None:
    for button in offered:
        if plain == button.title.lower().strip(" .!?"):
            return button.payload
    if any(button.title.isdecimal() for button in offered):
        return (
            None  # the titles are numbers themselves: a typed number is the answer, not a place in the list
        )
    if plain.isdecimal() and len(plain) < 3 and 1 <= int(plain) <= len(offered):  # noqa: PLR2004 -- two digits
        return offered[int(plain) - 1].payload
    return None
