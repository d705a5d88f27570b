"""Measures a conversation: how long the engine takes to answer, alone and under load."""

from __future__ import annotations

import asyncio
import math
import re
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import typer

from care.commands import engine, parts, prepare
from care.errors import EngineUnavailable
from care.processes import Processes
from care.settings import Settings
from care.storage.keys import engine_secrets, load_master_key

_TURNS = (
    "hi",
    "what can you do",
    "7",
    "who are you",
    "i feel tired today",
    "thanks",
    "help",
    "4",
    "not now",
    "ok",
)
_ANSWER_S = 30.0


@dataclass
class Timings:
    """What one round took: seconds by answer, seconds in all, answers that failed or held nothing."""

    answers: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    errors: int = 0

    def milliseconds(self, share: float) -> float | None:
        """The time within which this share of the answers came; None without answers."""
        ordered = sorted(self.answers)
        return round(1000 * ordered[math.ceil(share * len(ordered)) - 1], 1) if ordered else None


def conversation(turns: int, concurrencies: list[int]) -> dict[str, float | None]:
    """Play ``turns`` messages from each of so many people at once, for each concurrency; see ``care bench``.

    Raises EngineUnavailable when the engine does not come up.
    """
    with _running() as (settings, token, processes, ready_s):
        rounds = {}
        for people in concurrencies:
            typer.echo(f"{people} at a time, {turns} turns each ...", err=True)
            rounds[people] = asyncio.run(
                _round(
                    str(settings.engine_url), token, people, turns, lambda: processes.asked_to_end is not None
                )
            )
        peak_mb = _peak_mb(processes)
    return _report(rounds) | {"engine_peak_mb": peak_mb, "ready_s": ready_s}


def _report(rounds: dict[int, Timings]) -> dict[str, float | None]:
    result: dict[str, float | None] = {}
    for people, timings in rounds.items():
        result[f"c{people}_p50_ms"] = timings.milliseconds(0.50)
        result[f"c{people}_p95_ms"] = timings.milliseconds(0.95)
        if people > 1:
            result[f"c{people}_per_second"] = round(len(timings.answers) / timings.elapsed, 1)
    return result | {"errors_count": sum(timings.errors for timings in rounds.values())}


@contextmanager
def _running() -> Iterator[tuple[Settings, str, Processes, float]]:
    """The configured engine or one of our own, in a folder that goes away; how many seconds it took."""
    given = prepare.load_settings()
    with tempfile.TemporaryDirectory(prefix="care-bench-") as folder:
        if given.engine_url is None:
            elsewhere = dict.fromkeys(("database_url", "tracker_url", "master_key", "master_key_file"))
            given = given.model_copy(update={"data_dir": Path(folder), **elsewhere})
        settings = parts.addressed(given)
        with Processes(Path(folder)) as processes:
            secrets = _prepared(given, processes)
            typer.echo("Waiting for the engine ...", err=True)
            began = time.monotonic()
            engine.start(given, settings, secrets, processes)
            if not engine.wait_until_ready(settings, secrets[1], processes, _asked_to_end(processes)):
                raise EngineUnavailable("The benchmark was stopped.")
            yield settings, secrets[1], processes, round(time.monotonic() - began, 1)


def _prepared(given: Settings, processes: Processes) -> tuple[str, str]:
    if given.engine_url is None:
        prepare.key_and_database(given)
        prepare.ensure_engine(given, processes)
    return engine_secrets(load_master_key(given))


def _asked_to_end(processes: Processes) -> Callable[[float], bool]:
    def asked(seconds: float) -> bool:
        processes.wait(seconds)
        return processes.asked_to_end is not None

    return asked


async def _round(url: str, token: str, people: int, turns: int, stopped: Callable[[], bool]) -> Timings:
    timings = Timings()
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=_ANSWER_S, trust_env=False) as client:
        await _say(
            client, f"bench-{uuid.uuid4().hex}", "hi", Timings()
        )  # the first answer of all loads things
        began = time.monotonic()
        await asyncio.gather(*(_talk(client, turns, timings, stopped) for _ in range(people)))
        timings.elapsed = time.monotonic() - began
    return timings


async def _talk(client: httpx.AsyncClient, turns: int, timings: Timings, stopped: Callable[[], bool]) -> None:
    sender = f"bench-{uuid.uuid4().hex}"
    for turn in range(turns):
        if stopped():
            return
        await _say(client, sender, _TURNS[turn % len(_TURNS)], timings)


async def _say(client: httpx.AsyncClient, sender: str, text: str, timings: Timings) -> None:
    metadata = {"message_id": uuid.uuid4().hex, "at": datetime.now(UTC).isoformat()}
    body = {"sender": sender, "message": text, "metadata": metadata}
    began = time.monotonic()
    try:
        response = await client.post("/webhooks/care/webhook", json=body)
        answered = response.status_code == httpx.codes.OK and bool(response.json())
    except (httpx.HTTPError, ValueError):
        answered = False
    if answered:
        timings.answers.append(time.monotonic() - began)
    else:
        timings.errors += 1


def _peak_mb(processes: Processes) -> float | None:
    """The most memory that our engine held; None for an engine of others, or where /proc does not tell."""
    status = Path(f"/proc/{processes.pid('engine')}/status")
    if not status.exists():
        return None
    peak = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
    return round(int(peak[1]) / 1024, 1) if peak else None
