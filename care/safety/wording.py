"""Turns what a person typed into plain lower-case words, with disguises and misspellings undone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

BREAK = ","
END = "."
QUOTE = '"'

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏєкмтвнαορυικενтІΙ‘’ʼ´`“”„«»ıℓ",  # noqa: RUF001 -- look-alikes are the point
    "aeopcyxijsdhlekmtbhaopuikevtii'''''\"\"\"\"\"il",
)
_JOINED = {"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o"}
_LEET = str.maketrans("013457@$!|", "oieastasil")
_LEET_L = str.maketrans("013457@$!|", "oleastasll")
_WORD = re.compile(r"[^\W_][\w'*@$!|]*|[.!?;:\n\"]|,|[()]", re.ASCII)
_SPELT_OUT = re.compile(r"(?<![a-z0-9'])(?:[a-z][ .\-_]){2,}[a-z](?![a-z0-9'])")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_INNER_JUNK = re.compile(r"(?<=[a-z])[.\-_](?=[a-z])")
_DISTANCE = re.compile(r"(\d) ?kms\b")
_KEPT_CONTROLS = "\n\t\r"
_FUZZY_LENGTH = 6


def plain(text: str) -> str:
    """Lower case, no accents, no invisible characters, look-alike letters turned into the Latin ones."""
    if text.isascii():
        kept = text.lower()
    else:
        split = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text))
        kept = "".join(
            c for c in split if unicodedata.category(c) not in {"Mn", "Me", "Cf", "Cs", "Co"}
        ).lower()
        kept = kept.translate(_LOOKALIKES)
        for joined, letters in _JOINED.items():
            kept = kept.replace(joined, letters)
    kept = "".join(c for c in kept if c >= " " or c in _KEPT_CONTROLS) if not kept.isprintable() else kept
    return kept.replace("\x7f", "")


class Speller:
    """Reads words the way the lexicon writes them.

    ``same`` maps what people type (one or several words) to how the rules write it; ``known`` holds every
    word of the rules; ``elisions`` what is cut off before an apostrophe and stands for itself ("j'ai" is
    "j ai"); ``guarded`` the words that are also recognised with one letter wrong or starred out.
    """

    def __init__(
        self,
        same: Mapping[str, str],
        known: Collection[str],
        guarded: Iterable[str],
        elisions: Collection[str] = (),
    ) -> None:
        cut = "|".join(map(re.escape, elisions)) or r"(?!)"
        self._elided = re.compile(rf"(?<![\w'])({cut})'(?=\w)")
        self._single = {key: tuple(value.split()) for key, value in same.items() if " " not in key}
        self._phrases: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
        for key, value in same.items():
            words = tuple(key.split())
            if len(words) > 1:
                self._phrases.setdefault(words[0], []).append((words, tuple(value.split())))
        for entries in self._phrases.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        self._known = frozenset(known) | self._single.keys() | {w for k in same for w in k.split()}
        self._guarded = tuple(guarded)

    def words(self, text: str) -> list[str]:
        """The words of a text, with ``,`` between clauses, ``.`` between sentences and quote marks kept."""
        read_as_km = _DISTANCE.sub(r"\1 km", plain(text))
        whole = self._elided.sub(r"\1 ", read_as_km)
        spelt = _SPELT_OUT.sub(lambda m: re.sub(r"[ .\-_]", "", m[0]), whole)
        cache: dict[str, tuple[str, ...]] = {}
        result: list[str] = []
        for raw in _WORD.findall(_INNER_JUNK.sub(" ", spelt)):
            read = cache.get(raw)
            if read is None:
                read = cache[raw] = self._read(raw)
            result.extend(read)
        return self._join(result)

    def _read(self, raw: str) -> tuple[str, ...]:
        if raw in ".!?;:\n":
            return (END,)
        if raw in ",()":
            return (BREAK,)
        if raw == QUOTE:
            return (QUOTE,)
        ends = (END,) if raw[-1] in "!|" and raw.rstrip("!|").isalpha() else ()
        word = raw.rstrip("!|'*") or raw
        if (spaced := self._single.get(word)) is not None:
            return spaced + ends
        if word.endswith("'s"):
            return (*self._read(word[:-2]), "s", *ends)
        found = self._recover(word.replace("'", ""))
        return (self._single.get(found) or (found,)) + ends

    def _recover(self, word: str) -> str:
        if word in self._known:
            return word
        if not word.isalpha():
            return self._undisguise(word)
        short = _STRETCHED.sub(r"\1\1", word)
        if short != word:
            single = _STRETCHED.sub(r"\1", word)
            word = next((w for w in (short, single) if w in self._known), single)
        return self._one_letter_off.get(word) or self._nearest(word)

    def _undisguise(self, word: str) -> str:
        if "*" in word:
            shape = re.compile(re.sub(r"\*+", lambda m: f"[a-z]{{1,{len(m[0])}}}", word))
            return next((w for w in self._guarded if shape.fullmatch(w)), word)
        tries = (word.translate(_LEET), word.translate(_LEET_L))
        return next((t for t in tries if t in self._known and not word.isdigit()), word)

    def _nearest(self, word: str) -> str:
        if len(word) < _FUZZY_LENGTH:
            return word
        for shorter in (word[:i] + word[i + 1 :] for i in range(1, len(word))):
            if shorter in self._one_letter_off:
                return self._one_letter_off[shorter]
        return word

    @cached_property
    def _one_letter_off(self) -> dict[str, str]:
        return {
            word[:i] + word[i + 1 :]: word
            for word in self._guarded
            if len(word) >= _FUZZY_LENGTH
            for i in range(1, len(word))
            if word[:i] + word[i + 1 :] not in self._known
        }

    def _join(self, words: list[str]) -> list[str]:
        result: list[str] = []
        at = 0
        while at < len(words):
            for phrase, canonical in self._phrases.get(words[at], ()):
                if tuple(words[at : at + len(phrase)]) == phrase:
                    result.extend(canonical)
                    at += len(phrase)
                    break
            else:
                result.append(words[at])
                at += 1
        return result
