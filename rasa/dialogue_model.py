"""Which trained model belongs to the data as it stands; prints its path, exits 1 when it must be trained."""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ENGINE = Path(__file__).resolve().parent
REPOSITORY = ENGINE.parent
COMPONENT = re.compile(rb"^\s*-?\s*name:\s*[\"']?([a-z_]+)\.[A-Za-z]", re.MULTILINE)
NAME_LENGTH = 16


def fingerprint(root: Path = REPOSITORY) -> str:
    """SHA-256 over all that training reads below `root`, as 64 hex digits; the same on every machine."""
    digest = hashlib.sha256()
    for name, path in sorted(_sources(root)):
        digest.update(f"{name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def model_path(root: Path = REPOSITORY, models: Path | None = None) -> Path:
    """Where the model of the data below `root` stands once it is trained."""
    return (models or root / "models" / "dialogue") / f"{fingerprint(root)[:NAME_LENGTH]}.tar.gz"


def _sources(root: Path) -> Iterator[tuple[str, Path]]:
    for folder in (root / "data" / "dialogue", root / "rasa" / "domain"):
        for path in folder.rglob("*.yml"):
            yield path.relative_to(root).as_posix(), path
    config = root / "rasa" / "config.yml"
    if config.exists():
        yield "rasa/config.yml", config
        for path in _components(config.read_bytes()):
            yield f"rasa/{path.name}", path
    yield "rasa/requirements.txt", ENGINE / "requirements.txt"


def _components(config: bytes) -> Iterator[Path]:
    """Our own modules that the configuration names; what they import of ours is named there too."""
    for module in sorted(set(COMPONENT.findall(config))):
        path = ENGINE / f"{module.decode()}.py"
        if path.exists():
            yield path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=REPOSITORY)
    parser.add_argument("--models", type=Path, default=None)
    arguments = parser.parse_args()
    path = model_path(arguments.root.resolve(), arguments.models)
    sys.stdout.write(f"{path}\n")
    return 0 if path.exists() else 1


if __name__ == "__main__":
    sys.exit(main())
