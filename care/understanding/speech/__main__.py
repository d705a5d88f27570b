"""One voice message in a process of its own: sound on standard input, one JSON object on standard output.

``{"text", "confidence", "engine", "sure"}``, or ``{"refused"}`` with a reason, or ``{"unavailable",
"remedy"}``.
With the process go the sound and all that a broken file did to it.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import resource
import sys
from pathlib import Path

from care.processes import end_with_parent
from care.understanding.speech.bounds import MOST_BYTES
from care.understanding.speech.engines import load_transcriber
from care.understanding.speech.listening import listen
from care.understanding.speech.refusal import SoundRefused, SpeechUnavailable


def main() -> int:
    """Answer in JSON; always 0."""
    parser = argparse.ArgumentParser(prog="python -m care.understanding.speech", description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--language", default="en")
    parser.add_argument("--claimed")
    parser.add_argument("--parent", type=int)
    options = parser.parse_args()
    if options.parent is not None:
        end_with_parent(options.parent)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no voice in a core file
    sys.stdout.write(json.dumps(_answer(options)))
    return 0


def _answer(options: argparse.Namespace) -> dict[str, object]:
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        transcriber = load_transcriber(options.model, options.language)
        return dataclasses.asdict(listen(data, options.claimed, transcriber))
    except SoundRefused as error:
        return {"refused": error.reason.value}
    except SpeechUnavailable as error:
        return {"unavailable": error.problem, "remedy": error.remedy}


if __name__ == "__main__":
    raise SystemExit(main())
