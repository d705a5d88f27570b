"""Reads JSON lines and writes, for each, what the crisis screen or the reading of feelings finds in it."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TextIO

from care.commands.prepare import load_settings
from care.errors import CareError
from care.settings import CRISIS_LANGUAGES

Judge = Callable[[str, str | None], dict[str, Any]]

_AHEAD = 4  # lines for each thread, so that none waits for work
_MOST_THREADS = 4  # the part that only one thread may do at a time makes more of them useless
_UNDERSTOOD = (
    "feelings",
    "probabilities",
    "emotions",
    "present",
    "sentiment",
    "sentiment5",
    "arousal",
    "mixed",
    "areas",
    "sure",
    "language",
)


class _BadLine(Exception):
    """A line that is not ``{"text", "lang"?}``; says which part is wrong, never what it holds."""


def screen() -> Judge:
    """Says ``label`` and ``score`` (0 to 1). Raises ContentError when the lexicons are broken."""
    from care.safety.detector import load_detector  # noqa: PLC0415 -- `care feelings` does without it

    settings = load_settings()
    languages = dict.fromkeys((*settings.languages, *CRISIS_LANGUAGES))
    loaded = load_detector(settings.content_dir, tuple(languages), settings.crisis_dir)

    def judge(text: str, _language: str | None) -> dict[str, Any]:
        found = loaded.screen(text)
        return {"label": found.label.value, "score": found.score}

    return judge


def feelings() -> Judge:
    """Says what the reader understands. Raises ContentError when the lexicons are broken."""
    from care.understanding.feelings import load_reader  # noqa: PLC0415 -- `care screen` does without it

    settings = load_settings()
    reader = load_reader(settings.content_dir, settings.emotion_dir, settings.emotion_checkpoint)

    def judge(text: str, language: str | None) -> dict[str, Any]:
        found = reader.read(text, language)
        return {name: _plain(getattr(found, name)) for name in _UNDERSTOOD}

    return judge


def run(judge: Judge, lines: Iterable[bytes], out: TextIO, threads: int = 1) -> int:
    """Answer each line as it comes; for one that cannot be read ``{"error", "line"}``, and 1 in the end.

    Answers keep the order of the lines. So many ``threads`` judge at once, which the judge must bear, and
    lines are read only a little ahead of them.
    """
    status, waiting = 0, deque[Future[int]]()
    with ThreadPoolExecutor(threads) as judges, ThreadPoolExecutor(1) as writer:
        for number, line in enumerate(lines, start=1):
            answer = judges.submit(_answer, judge, number, line)
            waiting.append(writer.submit(_write, answer, out))
            if len(waiting) >= _AHEAD * threads:
                status |= waiting.popleft().result()
        return max((each.result() for each in waiting), default=0) | status


def usable_cores() -> int:
    """How many threads are worth it: the cores this process may use, four at most."""
    may_use = getattr(os, "sched_getaffinity", None)  # not on macOS
    return min(_MOST_THREADS, len(may_use(0)) if may_use else os.cpu_count() or 1)


def _answer(judge: Judge, number: int, line: bytes) -> tuple[str, int]:
    """The answer to one line, and its status."""
    try:
        return json.dumps(_judged(judge, line)), 0
    except (_BadLine, CareError) as error:
        return json.dumps({"error": str(error), "line": number}), 1


def _write(answer: Future[tuple[str, int]], out: TextIO) -> int:
    shown, status = answer.result()
    out.write(shown + "\n")
    out.flush()
    return status


def _judged(judge: Judge, line: bytes) -> dict[str, Any]:
    item = _item(line)
    return item | judge(item["text"], item.get("lang"))


def _item(line: bytes) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError):
        raise _BadLine("The line is not JSON in UTF-8.") from None  # the cause would quote it
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        raise _BadLine('The line is not an object with a "text" that is a string.')
    if not isinstance(item.get("lang"), str | None):
        raise _BadLine('The "lang" is not a string.')
    return item


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value
