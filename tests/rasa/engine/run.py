"""Runs the checks of this folder in the engine's environment; prints one JSON object, check to outcome."""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[2] / "rasa")]

import light_start

light_start.leave_out_tensorflow()


def outcome(check: Callable[[Path], None]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        try:
            check(Path(folder))
        except Exception:  # noqa: BLE001  a check may fail in any way
            return traceback.format_exc()
    return "ok"


def main() -> None:
    results = {}
    for path in sorted(HERE.glob("check_*.py")):
        module = importlib.import_module(path.stem)
        names = [name for name in vars(module) if name.startswith("test_")]
        results |= {f"{path.stem}.{name}": outcome(getattr(module, name)) for name in names}
    sys.stdout.write(json.dumps(results))


if __name__ == "__main__":
    main()
