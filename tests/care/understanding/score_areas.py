"""Prints how well each area of life is read, by the words alone and by words and model together.

.venv/bin/python tests/care/understanding/score_areas.py [FILE of cases]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_TESTS.parent), str(_TESTS)]  # for a run as a command

from reader import reader

from care.understanding.areas import AREAS, load_areas

CASES = Path(__file__).with_name("areas_cases.jsonl")
CONTENT = Path(__file__).resolve().parents[3] / "data"

Pair = tuple[frozenset[str], frozenset[str]]


def pairs(path: Path = CASES, *, together: bool = False) -> list[Pair]:
    """For each sentence of a file the areas that are right, and those read by words (and the model)."""
    words = load_areas(CONTENT)

    def read(text: str) -> tuple[str, ...]:
        return reader().read(text, "en").areas if together else words.read(text).areas

    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(frozenset(case["areas"]), frozenset(read(case["text"]))) for case in cases]


def score(found: Sequence[Pair], areas: Iterable[str] = AREAS) -> tuple[int, float, float, float]:
    """How often the areas are right to name, then precision, recall and F1 (micro, over all of them)."""
    areas = frozenset(areas)
    due = sum(len(right & areas) for right, _ in found)
    named = sum(len(read & areas) for _, read in found)
    hits = sum(len(right & read & areas) for right, read in found)
    return due, hits / max(named, 1), hits / max(due, 1), 2 * hits / max(due + named, 1)


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else CASES
    for together in (False, True):
        found = pairs(path, together=together)
        lines = ["| area | cases | precision | recall | F1 |", "|---|---|---|---|---|"]
        for title, areas in [*((area, [area]) for area in AREAS), ("all", AREAS)]:
            due, *figures = score(found, areas)
            lines.append(f"| {title} | {due} | " + " | ".join(f"{figure:.2f}" for figure in figures) + " |")
        sys.stdout.write("words and model\n" if together else "words alone\n")
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
