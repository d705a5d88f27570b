"""Keeps what people wrote out of the action server's logs."""

from __future__ import annotations

import logging


def logs(root: logging.Logger) -> None:
    """Let only errors through, and of those only where they happened: no message, no arguments."""
    root.setLevel(logging.ERROR)
    for name in ("rasa_sdk", "sanic.root", "sanic.error", "sanic.access", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)
    for handler in root.handlers:
        handler.addFilter(_without_words)


def _without_words(record: logging.LogRecord) -> bool:
    record.msg = f"{record.name} reported an error at {record.pathname}:{record.lineno}"
    record.args = ()
    record.exc_info = None
    record.exc_text = None
    return True
