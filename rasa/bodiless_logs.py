"""Log lines that say where something happened and what kind of error it was, never the text of it.

Rasa writes messages, slots and answers into its log texts, so the texts are dropped as a whole.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import traceback
import warnings
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

OUR_LOGGERS = ("guarded_channel", "launch")  # their texts are constants
EVENT_NAME = re.compile(r"[a-z_]+(\.[a-z_]+)*")
ErrorInfo = tuple[type[BaseException], BaseException, "TracebackType | None"]


class Bodiless(logging.Formatter):
    """`time LEVEL logger:line [error type at file:line]`, and the text only of our own loggers."""

    def format(self, record: logging.LogRecord) -> str:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        parts = [stamp, record.levelname, f"{record.name}:{record.lineno}"]
        if record.name in OUR_LOGGERS:
            parts.append(str(record.msg))
        if record.exc_info and record.exc_info[0]:
            parts.append(where(record.exc_info))
        return " ".join(parts)


def where(error: Any) -> str:
    """`KeyError at store.py:12` for what `sys.exc_info()` gave."""
    kind, _, trace = error
    frames = traceback.extract_tb(trace)
    place = f" at {frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    return f"{kind.__name__}{place}"


def event_name(_: object, level: str, event: MutableMapping[str, Any]) -> str:
    """The constant name of a structlog event, without its fields."""
    name = str(event.get("event", ""))
    known = name if EVENT_NAME.fullmatch(name) else "(text dropped)"
    error = f" {where(sys.exc_info())}" if sys.exc_info()[0] else ""
    return f"{level.upper()} {known}{error}"


def set_up(level: int = logging.WARNING) -> None:
    """To be called after Rasa and sanic are imported: both set handlers and warning filters of their own."""
    import structlog  # noqa: PLC0415  only where Rasa is loaded anyway

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Bodiless())
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate, logger.disabled = [], True, False
        logger.setLevel(logging.NOTSET)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    structlog.configure(
        processors=[event_name],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    drop_warnings()


def drop_warnings() -> None:
    """Warnings of Rasa quote what was parsed; sanic switches warnings on again when it is imported."""
    warnings.simplefilter("ignore")
    warnings.showwarning = _drop


def _drop(*_: object, **__: object) -> None:
    pass
