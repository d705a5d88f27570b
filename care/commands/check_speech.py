"""What `care doctor` sees of speech recognition: which engine is used, and whether its package is there."""

from __future__ import annotations

from importlib.util import find_spec

from care.commands.findings import Found, Look, broken, ok
from care.settings import Settings
from care.understanding.speech.engines import Engine, engine_for

_PACKAGES = {
    Engine.FASTER_WHISPER: ("faster_whisper", "whisper"),
    Engine.TRANSFORMERS: ("torch", "transformers"),
}


def looks(settings: Settings) -> list[Look]:
    """The one check, with its name."""
    return [("speech", lambda: _engine(settings))]


def _engine(settings: Settings) -> Found:
    engine = engine_for(settings.speech_model)
    if engine is Engine.EMBEDDED:
        return ok("pocketsphinx, the embedded engine, English only. CARE_SPEECH_MODEL can name a better one.")
    package, extra = _PACKAGES[engine]
    if find_spec(package) is None:
        return broken(
            f"{engine} needs the package {package}.", f"Run: .venv/bin/python -m pip install -e '.[{extra}]'"
        )
    return ok(f"{engine}, with the model in {settings.speech_model}.")
