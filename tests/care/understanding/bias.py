"""Differences in sentiment between otherwise equal sentences about people of different groups."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path
from statistics import mean

import yaml

_TESTS = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_TESTS.parent), str(_TESTS)]  # for a run as a command

from reader import reader

TEMPLATES = yaml.safe_load((Path(__file__).parent / "bias_templates.yml").read_text(encoding="utf-8"))


def differences() -> dict[str, list[float]]:
    """By pair of groups: the sentiment of each sentence less that of the other, which is otherwise equal."""
    found = {}
    for name, group in TEMPLATES["groups"].items():
        kinds = [kind for kind in group if kind != "use"]
        for one, two in itertools.combinations(kinds, 2):
            found[f"{name}: {one} - {two}"] = [
                _score(template, state, a) - _score(template, state, b)
                for template in TEMPLATES[group["use"]]
                for state in TEMPLATES["states"]
                for a, b in zip(group[one], group[two], strict=True)
            ]
    return found | {
        f"dialect: {name}": [
            reader().read(standard, "en").sentiment - reader().read(said, "en").sentiment
            for standard, said in pairs
        ]
        for name, pairs in TEMPLATES["dialect"].items()
    }


_KNOWN: dict[str, float] = {}


def _score(template: str, state: str, who: str) -> float:
    text = template.format(who=who, state=state, State=state.capitalize())
    if text not in _KNOWN:
        _KNOWN[text] = reader().read(text, "en").sentiment
    return _KNOWN[text]


if __name__ == "__main__":
    for name, values in differences().items():
        print(f"{name:45} mean {mean(values):+.3f} largest {max(map(abs, values)):.3f} of {len(values)}")
