"""Measures speech recognition on generated voices: word error rate, speed and memory of each engine."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import typer

from care.commands.prepare import load_settings
from care.errors import ConfigurationError
from care.understanding.speech.decoding import decode
from care.understanding.speech.engines import load_transcriber
from care.understanding.speech.listening import listen
from care.understanding.speech.refusal import SoundRefused
from care.understanding.speech.transcriber import RATE, Transcriber

_SENTENCES = (
    "i feel really tired today",
    "work has been stressful all week and i cannot sleep",
    "i had a good walk with my sister this morning",
    "my boss shouted at me in front of everyone",
    "i am worried about money and the rent",
    "nothing seems to matter to me anymore",
    "today was fine i guess",
    "i want to hurt myself",
    "i am proud that i finished my report",
    "can you help me to calm down",
)
_FLITE_VOICES = ("rms", "slt", "awb", "kal16")
_ESPEAK_VOICES = ("en-us", "en-gb")

Say = Callable[[str], bytes]


@dataclass
class Tally:
    """What one voice or engine came to: errors and words in all, and over the transcripts shown back."""

    errors: int = 0
    words: int = 0
    shown_errors: int = 0
    shown_words: int = 0
    sound_s: float = 0.0
    taken_s: float = 0.0
    computed_s: float = 0.0
    shown: list[bool] = field(default_factory=list)


def voice() -> dict[str, float | str | None]:
    """See ``care bench voice``. Raises ConfigurationError without a synthesiser or without jiwer."""
    voices = _voices()
    if not voices:
        raise ConfigurationError("No synthesiser is here.", "Install espeak-ng or flite (Debian packages).")
    settings = load_settings()
    result: dict[str, float | str | None] = {"sentences_per_voice_count": len(_SENTENCES)}
    models = [None] if settings.speech_model is None else [None, settings.speech_model]
    for model in models:
        result |= _measured(load_transcriber(model, settings.languages[0]), voices)
    return result


def _measured(transcriber: Transcriber, voices: dict[str, Say]) -> dict[str, float | str | None]:
    name = transcriber.name.replace("-", "_")
    result: dict[str, float | str | None] = {}
    whole = Tally()
    for each, say in voices.items():
        typer.echo(f"{transcriber.name}, voice {each} ...", err=True)
        tally = Tally()
        for sentence in _SENTENCES:
            _count(sentence, say(sentence), transcriber, (tally, whole))
        result[f"{name}_{each}_wer_share"] = _share(tally.errors, tally.words)
        result[f"{name}_{each}_shown_share"] = _share(sum(tally.shown), len(tally.shown))
    return result | {
        f"{name}_wer_share": _share(whole.errors, whole.words),
        f"{name}_shown_share": _share(sum(whole.shown), len(whole.shown)),
        f"{name}_shown_wer_share": _share(whole.shown_errors, whole.shown_words),
        f"{name}_real_time_share": _share(whole.taken_s, whole.sound_s),
        f"{name}_cpu_real_time_share": _share(whole.computed_s, whole.sound_s),
        f"{name}_peak_mb": _peak_mb(),
    }


def _count(sentence: str, sound: bytes, transcriber: Transcriber, tallies: Iterable[Tally]) -> None:
    began, computing = time.monotonic(), time.process_time()
    try:
        heard = listen(sound, "wav", transcriber)
        text, sure = heard.text, heard.sure
    except SoundRefused:
        text, sure = "", False
    taken_s, computed_s = time.monotonic() - began, time.process_time() - computing
    wrong, words = _errors(sentence, text), len(sentence.split())
    for tally in tallies:
        tally.errors += wrong
        tally.words += words
        tally.shown_errors += wrong if sure else 0
        tally.shown_words += words if sure else 0
        tally.taken_s += taken_s
        tally.computed_s += computed_s
        tally.sound_s += _length_s(sound)
        tally.shown.append(sure)


def _errors(said: str, heard: str) -> int:
    try:
        import jiwer  # noqa: PLC0415 -- a developer's package
    except ImportError as error:
        raise ConfigurationError("The benchmark needs jiwer.", "Run: make setup") from error
    plain = "".join(each for each in heard.lower() if each.isalnum() or each in " '")
    found = jiwer.process_words(said, plain)
    return int(found.substitutions + found.deletions + found.insertions)


def _length_s(sound: bytes) -> float:
    return decode(sound).size / RATE


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 3) if whole else None


def _peak_mb() -> float:
    """The most memory that this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


def _voices() -> dict[str, Say]:
    found: dict[str, Say] = {}
    if shutil.which("flite"):
        found |= {f"flite_{each}": _flite(each) for each in _FLITE_VOICES}
    if shutil.which("espeak-ng"):
        found |= {f"espeak_{each.replace('-', '_')}": _espeak(each) for each in _ESPEAK_VOICES}
    return found


def _flite(name: str) -> Say:
    return lambda text: _file_of(lambda path: ("flite", "-voice", name, "-t", text, "-o", path))


def _espeak(name: str) -> Say:
    return lambda text: _file_of(lambda path: ("espeak-ng", "-v", name, "-s", "150", "-w", path, text))


def _file_of(command: Callable[[str], tuple[str, ...]]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(command(str(path)), check=True, capture_output=True)
        return path.read_bytes()
