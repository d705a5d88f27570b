"""Packages that only some installations have."""

from __future__ import annotations

import importlib
from typing import Any

from care.understanding.speech.refusal import SpeechUnavailable


def bring(module: str, extra: str) -> Any:
    """The module, imported; raises SpeechUnavailable that names the extra to install when it is missing."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        remedy = f"Run: .venv/bin/python -m pip install -e '.[{extra}]', or unset CARE_SPEECH_MODEL."
        raise SpeechUnavailable(f"CARE_SPEECH_MODEL needs the package {module}.", remedy) from error
