"""Renders a message roughly word by word in English, so that the network, which knows English, can sense it.

Far from a translation: word order stays, and the commonest sense of a word is taken. ``gloss.tsv`` of a
language holds the words and phrases; the longest phrase that fits wins, and an unknown word takes the gloss
of the one that begins most alike, since endings differ more than meanings do.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path

from care.errors import ContentError
from care.safety.wording import plain

FILE = "gloss.tsv"
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|\d+|[^\w\s]")
_PARTS = re.compile(r"(?<=')|-")
_ALIKE, _SHARED = 4, 0.65  # letters that both begin with: so many, and this share of the longer word


class Gloss:
    """``entries`` maps plain words and phrases to English. Threads may share it."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._entries = entries
        self._longest = max((key.count(" ") + 1 for key in entries), default=1)
        self._sorted = sorted(key for key in entries if " " not in key)

    def __call__(self, text: str) -> str:
        """English for each word that is known or nearly so; the rest as it stands."""
        words, said, at = _WORD.findall(plain(text)), [], 0
        while at < len(words):
            taken, english = self._phrase(words[at : at + self._longest])
            said.append(english)
            at += taken
        return " ".join(filter(None, said))

    def _phrase(self, words: list[str]) -> tuple[int, str]:
        for size in range(len(words), 0, -1):
            english = self._entries.get(" ".join(words[:size]))
            if english is not None:
                return size, english
        return 1, self._unknown(words[0])

    def _unknown(self, word: str) -> str:
        parts = [part for part in _PARTS.split(word) if part]
        if len(parts) > 1:
            return " ".join(filter(None, (self._entries.get(part, self._alike(part)) for part in parts)))
        return self._alike(word)

    def _alike(self, word: str) -> str:
        """The gloss of the word that begins most alike, or the word itself."""
        at = bisect(self._sorted, word)
        near = self._sorted[max(at - 1, 0) : at + 1]
        if not near or not word.isalpha():
            return word
        best = max(near, key=lambda other: _shared(word, other))
        shared = _shared(word, best)
        if shared < max(_ALIKE, _SHARED * max(len(word), len(best))):
            return word
        return self._entries[best]


def _shared(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def load_gloss(content_dir: Path, language: str) -> Gloss:
    """The gloss of ``lexicons/<language>/gloss.tsv``: a line for each entry, a tab before its English.

    Raises ContentError when the file cannot be read or a line holds no tab or two.
    """
    file = content_dir / "lexicons" / language / FILE
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{file} cannot be read.", "Restore it from the repository.") from error
    keys = plain("\n".join(line.partition("\t")[0] for line in lines)).split("\n")
    entries: dict[str, str] = {}
    for at, (key, line) in enumerate(zip(keys, lines, strict=True), 1):
        english = line.partition("\t")[2]
        if line.count("\t") != 1 or not key.strip():
            raise ContentError(
                f"{file}, line {at}: not one word or phrase, a tab and its English.", "Mend the line."
            )
        entries.setdefault(key, english)  # of two words that differ in accents alone the first counts
    return Gloss(entries)
