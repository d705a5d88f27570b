"""What `care doctor` sees of the dialogue engine: its environment and its model."""

from __future__ import annotations

from care.commands.findings import Found, Look, broken, ok, to_do
from care.commands.parts import engine_python
from care.commands.prepare import model_is_fresh
from care.settings import Settings

_VERSION = "3.6.21"


def looks(settings: Settings) -> list[Look]:
    """Each check with its name; none of our own when the settings name an engine that runs elsewhere."""
    if settings.engine_url is not None:
        return [("dialogue engine", lambda: ok(f"CARE_ENGINE_URL names one at {settings.engine_url}."))]
    return [
        ("dialogue engine", lambda: _environment(settings)),
        ("dialogue model", lambda: _model(settings)),
    ]


def _environment(settings: Settings) -> Found:
    if not engine_python(settings).exists():
        return broken(f"{engine_python(settings)} is missing.", "Run: make setup")
    installed = sorted((settings.engine_dir / ".venv").glob("lib/python3*/site-packages/rasa-*.dist-info"))
    versions = [path.name.removeprefix("rasa-").removesuffix(".dist-info") for path in installed]
    if versions != [_VERSION]:
        seen = (
            f"It holds Rasa {', '.join(versions)}, not {_VERSION}." if versions else "It does not hold Rasa."
        )
        return broken(seen, "Remove rasa/.venv, then run: make setup")
    return ok(f"Rasa {_VERSION} in an environment of its own.")


def _model(settings: Settings) -> Found:
    if model_is_fresh(settings):
        return ok("Trained on the dialogue data as it stands.")
    older = any(settings.model_dir.glob("*.tar.gz"))
    seen = "It is older than the dialogue data." if older else "It is not trained yet."
    return to_do(seen, "Nothing to do: the next `care chat` trains it; or run: make model")
