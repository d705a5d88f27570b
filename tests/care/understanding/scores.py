"""How well check-ins are read: the figures of docs/feelings.md, by the scheme of data/feelings."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_TESTS.parent), str(_TESTS)]  # for a run as a command

from reader import reader

from care.domain.choose import FEELINGS

HERE = Path(__file__).parent
FILES = {
    "check-ins": "check_in_cases.jsonl",
    "terse scenes": "terse_check_in_cases.jsonl",
    "hard kinds": "hard_check_in_cases.jsonl",
    "other languages": "other_language_cases.jsonl",
}


def cases(name: str) -> list[dict]:
    return [json.loads(line) for line in (HERE / FILES[name]).read_text(encoding="utf-8").splitlines()]


def scores(rows: Sequence[Mapping]) -> dict[str, float]:
    """F1 over the 24, quadratic-weighted kappa of sentiment, share of wrong signs, F1 of mixed."""
    found = [reader().read(row["text"], row["lang"]) for row in rows]
    wrong = sum(row["sentiment"] * read.sentiment5 < 0 for row, read in zip(rows, found, strict=True))
    return {
        "micro_f1": _f1(rows, found, FEELINGS),
        "macro_f1": sum(_f1(rows, found, {name}) for name in FEELINGS) / len(FEELINGS),
        "kappa": _kappa([row["sentiment"] for row in rows], [read.sentiment5 for read in found]),
        "wrong_sign": wrong / len(rows),
        "mixed_f1": _binary_f1([row["mixed"] for row in rows], [read.mixed for read in found]),
        "arousal": sum(row["arousal"] == read.arousal for row, read in zip(rows, found, strict=True))
        / len(rows),
    }


def by_feeling(rows: Sequence[Mapping]) -> dict[str, float]:
    found = [reader().read(row["text"], row["lang"]) for row in rows]
    return {name: _f1(rows, found, {name}) for name in sorted(FEELINGS)}


def when_sure(rows: Sequence[Mapping]) -> tuple[float, float]:
    """The share of readings that are sure, and how often their first feeling, or none, is right."""
    found = [reader().read(row["text"], row["lang"]) for row in rows]
    sure = [(row, read) for row, read in zip(rows, found, strict=True) if read.sure]
    right = sum(
        read.feelings[0] in row["feelings"] if read.feelings else not row["feelings"] for row, read in sure
    )
    return len(sure) / len(rows), right / max(1, len(sure))


def _f1(rows, found, names) -> float:
    pairs = [
        (set(row["feelings"]) & names, set(read.feelings) & names)
        for row, read in zip(rows, found, strict=True)
    ]
    hits = sum(len(true & read) for true, read in pairs)
    total = sum(len(true) + len(read) for true, read in pairs)
    return 2 * hits / total if total else 1.0


def _binary_f1(true: Sequence[bool], read: Sequence[bool]) -> float:
    hits = sum(a and b for a, b in zip(true, read, strict=True))
    return 2 * hits / max(1, sum(true) + sum(read))


def _kappa(true: Sequence[int], read: Sequence[int]) -> float:
    """Quadratic-weighted kappa (Cohen, Psychological Bulletin 1968)."""
    n = len(true)
    observed = sum((a - b) ** 2 for a, b in zip(true, read, strict=True)) / n
    expected = sum((a - b) ** 2 for a in true for b in read) / n**2
    return 1 - observed / expected


if __name__ == "__main__":
    for name in FILES:
        every = cases(name)
        print(name, len(every), {key: round(value, 3) for key, value in scores(every).items()})
        print("  sure, right when sure:", [round(value, 3) for value in when_sure(every)])
        for kind in dict.fromkeys(row.get("kind") or row["lang"] for row in every):
            part = [row for row in every if (row.get("kind") or row["lang"]) == kind]
            print("  ", kind, len(part), {key: round(value, 3) for key, value in scores(part).items()})
        if name == "check-ins":
            print("  ", {key: round(value, 2) for key, value in by_feeling(every).items()})
