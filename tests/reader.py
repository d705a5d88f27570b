"""The reader of feelings that tests share: it takes a second to load."""

from functools import cache
from pathlib import Path

from care.settings import Settings
from care.understanding.feelings import Reader, load_reader

CONTENT = Path(__file__).resolve().parents[1] / "data"
EMOTION = Settings().emotion_dir


@cache
def reader() -> Reader:
    return load_reader(CONTENT, EMOTION, Settings().emotion_checkpoint)
