"""Countries by the names that people type."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from care.content import read_yaml
from care.errors import ContentError

_LEAD = re.compile(
    r"^(?:(?:i am|i'm|im|i live|i stay|i reside|living|live|currently|we are|it's|its|it is|my country is|"
    r"in|from|at|the|country|of|here|now|based)\b[\s:,]*)+"
)
_TAIL = re.compile(r"\b(?:please|right now|now|at the moment|currently|thanks|thank you)$")
_ARTICLE = re.compile(r"\b(?:[dl]|dell|nell|dall|all)'")  # d'Espagne, nell'Uruguay
_LIKE_ENOUGH = 0.84
_SHORTEST_TYPO = 5
_LONGEST = 120
_CODE = 2
_ALSO_WORDS = frozenset(
    "no me so it is my be am at to do in as id by ma pa la mr "  # noqa: SIM905 -- shorter than a list
    "ms ai pm hm tv bs ad ph et al va".split()
)


@dataclass(frozen=True)
class Countries:
    """``names`` gives the English name of each ISO 3166 code, ``codes`` the code of each plain typed name.

    ``translated`` holds by language what to call a country; English where a language lacks it.
    """

    names: dict[str, str]
    codes: dict[str, str]
    translated: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def name(self, code: str | None, language: str) -> str | None:
        """What the country is called in a language; None for one that is unknown."""
        english = self.names.get(code or "")
        if english is None or language == "en":
            return english
        return self.translated.get(language, {}).get(code or "", english)


def load_countries(content_dir: Path) -> Countries:
    """All countries, from ``hotlines/countries.yml`` and, in other languages, ``country_names.yml``.

    Raises ContentError for a key that is no two-letter code and for a name that two countries share.
    """
    path = content_dir / "hotlines" / "countries.yml"
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for code, known in read_yaml(path).items():
        if not isinstance(code, str) or not re.fullmatch("[A-Z]{2}", code) or not known:
            raise ContentError(f"{path}: {code!r} is no country code with names.", 'Quote it: "NO".')
        names[code] = known[0]
        for name in known:
            if codes.setdefault(_plain(name), code) != code:
                raise ContentError(f"{path}: {name!r} stands under two codes.", "Keep it under one.")
    translated = read_yaml(path.with_name("country_names.yml"))
    for each in translated.values():
        for code, name in each.items():
            codes.setdefault(_plain(name), code)  # names given by hand count first
    return Countries(names, codes, translated)


def find_country(text: str, countries: Countries) -> str | None:
    """ISO code of the country a person named (name, other name, code, small typo), or None."""
    said = _TAIL.sub("", _plain(text[:_LONGEST])).strip()
    bare = _LEAD.sub("", said).strip()
    for form in (said, bare):
        if form in countries.codes:
            return countries.codes[form]
    code = text.strip().strip(".").upper()
    if len(code) == _CODE and code in countries.names:
        return None if _is_a_word(text.strip().strip(".")) else code
    unbound = _ARTICLE.sub("", bare)
    return (
        _named_within(bare, countries) or _named_within(unbound, countries) or _misspelt(unbound, countries)
    )


def _is_a_word(code: str) -> bool:
    return code.lower() in _ALSO_WORDS and (code != code.upper() or code == "NO")


def _named_within(said: str, countries: Countries) -> str | None:
    """The one country that a sentence names; None when it names none or several."""
    words = said.split()
    found: set[str] = set()
    at = 0
    while at < len(words):
        for length in range(min(6, len(words) - at), 0, -1):
            name = " ".join(words[at : at + length])
            if name in countries.codes and len(name) > _CODE:
                found.add(countries.codes[name])
                at += length
                break
        else:
            at += 1
    return found.pop() if len(found) == 1 else None


def _misspelt(said: str, countries: Countries) -> str | None:
    if len(said) < _SHORTEST_TYPO:
        return None
    close = difflib.get_close_matches(said, countries.codes, n=3, cutoff=_LIKE_ENOUGH)
    codes = [countries.codes[name] for name in close if name[0] == said[0]]
    return codes[0] if codes and len(set(codes)) == 1 else None


def _plain(text: str) -> str:
    split = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in split if unicodedata.category(c) not in {"Mn", "Cf"}).casefold()
    words = re.sub(r"[^\w\s']", " ", bare.replace(".", "").replace("&", " and ").replace("\u2019", "'"))
    return " ".join(words.split())
