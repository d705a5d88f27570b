"""How well danger is noticed on messages written apart: the tables of docs/safety.md.

.venv/bin/python tests/care/safety/score_crisis.py [misses]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(_ROOT))  # for a run as a command

from care.safety.detector import Detector, load_detector
from care.safety.label import Label
from care.settings import CRISIS_LANGUAGES, Settings

CASES = Path(__file__).with_name("crisis_cases")
SUICIDAL = (Label.PASSIVE_IDEATION, Label.ACTIVE_IDEATION, Label.PLAN_INTENT)


@dataclass(frozen=True)
class Case:
    """A message, what it is, and what it was read as."""

    text: str
    language: str
    true: Label
    read: Label


@cache
def detector() -> Detector:
    settings = Settings()
    return load_detector(settings.content_dir, CRISIS_LANGUAGES, settings.crisis_dir)


@cache
def cases() -> tuple[Case, ...]:
    rows = [
        json.loads(line)
        for file in sorted(CASES.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    return tuple(
        Case(row["text"], row["lang"], Label(row["label"]), detector().screen(row["text"]).label)
        for row in rows
    )


def alarmed(label: Label, language: str | None = None) -> tuple[int, int]:
    """How many messages of a label (in a language) were read as danger, and how many there are."""
    some = [case for case in cases() if case.true is label and language in (None, case.language)]
    return sum(case.read.is_crisis for case in some), len(some)


def under_read() -> tuple[int, int]:
    """Plans that were read as something below thoughts of suicide, and all plans."""
    plans = [case for case in cases() if case.true is Label.PLAN_INTENT]
    return sum(case.read not in SUICIDAL[1:] for case in plans), len(plans)


def exact() -> float:
    return sum(case.read is case.true for case in cases()) / len(cases())


def interval(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, JASA 1927)."""
    z, p = 1.96, hits / n
    middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def suicidal_recall(language: str) -> tuple[int, int]:
    hits = [alarmed(label, language) for label in SUICIDAL]
    return sum(hit for hit, _ in hits), sum(n for _, n in hits)


def _row(name: str, hits: int, n: int) -> str:
    low, high = interval(hits, n)
    return f"| {name} | {n} | {hits / n:.1%} | {low:.1%} to {high:.1%} |"


def main(arguments: Sequence[str]) -> None:
    print("| label | messages | read as danger | 95 % interval |\n|---|---|---|---|")
    for label in Label:
        print(_row(label.value, *alarmed(label)))
    print("\n| language | messages of suicide | found | 95 % interval | false alarms |")
    print("|---|---|---|---|---|")
    for language in CRISIS_LANGUAGES:
        false = [alarmed(label, language) for label in (Label.NONE, Label.DISTRESS)]
        share = sum(hits for hits, _ in false) / sum(n for _, n in false)
        print(_row(language, *suicidal_recall(language)) + f" {share:.1%} |")
    print(f"\nplans read as less than thoughts of suicide: {under_read()}; exact label {exact():.1%}")
    if "misses" in arguments:
        for case in cases():
            if case.read.is_crisis != case.true.is_crisis:
                print(f"{case.language} {case.true.value:20} {case.read.value:20} {case.text[:150]}")


if __name__ == "__main__":
    main(sys.argv[1:])
