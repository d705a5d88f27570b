"""Has a voice message transcribed in a process of its own, one at a time, within a time limit."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from care.settings import REPOSITORY
from care.understanding.speech.bounds import MOST_BYTES
from care.understanding.speech.refusal import Reason, SoundRefused, SpeechUnavailable
from care.understanding.speech.transcript import Transcript

_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
_KEPT = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "OMP_NUM_THREADS")


@dataclass
class SpeechApart:
    """``model`` is a folder, None for the embedded engine; ``wait_s`` the most seconds a message takes."""

    model: Path | None
    language: str
    wait_s: float
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1), repr=False)

    async def transcribe(self, data: bytes, claimed: str | None) -> Transcript:
        """What was said; waits while another message is being listened to.

        Raises SoundRefused, also when the time is up or the process dies, and SpeechUnavailable.
        """
        if len(data) > MOST_BYTES:
            raise SoundRefused(Reason.TOO_BIG)
        async with self._turn:
            answer = await self._answered(data, claimed)
        if "refused" in answer:
            raise SoundRefused(Reason(answer["refused"]))
        if "unavailable" in answer:
            raise SpeechUnavailable(answer["unavailable"], answer["remedy"])
        return Transcript(**answer)

    async def _answered(self, data: bytes, claimed: str | None) -> dict[str, Any]:
        process = await _started(self._command(claimed))
        try:
            said, _ = await asyncio.wait_for(process.communicate(data), self.wait_s)
            answer: dict[str, Any] = json.loads(said)
        except (TimeoutError, ValueError, OSError):
            raise SoundRefused(Reason.OUT_OF_ORDER) from None  # the cause would quote what was said
        finally:
            await _end(process)
        return answer

    def _command(self, claimed: str | None) -> list[str]:
        command = [sys.executable, "-P", "-m", "care.understanding.speech", "--parent", str(os.getpid())]
        command += ["--language", self.language]
        command += [f"--model={self.model}"] if self.model is not None else []
        return [*command, f"--claimed={claimed}"] if claimed is not None else command


async def _started(command: list[str]) -> Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_environment()
        )
    except OSError:  # no memory, no room for a process
        raise SoundRefused(Reason.OUT_OF_ORDER) from None


def _environment() -> dict[str, str]:
    """Without our own settings: it needs no key."""
    path = os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH"))))
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {"PYTHONPATH": path} | _OFFLINE


async def _end(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
