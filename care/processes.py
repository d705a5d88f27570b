"""Our own processes: started on loopback ports, watched, started again when they die, ended when we end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self

from care.errors import CareError, ConfigurationError

STOP_S = 5.0
INTERRUPT_S = 2.0
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 10.0
STEADY_S = 60.0
REFUSED = 2
REFUSALS_BEFORE_GIVING_UP = 5
LOG_BYTES = 1_000_000
_REASON_BYTES = 4_000
_SILENT = "It did not say why."
_PR_SET_PDEATHSIG = 1
_GUARD = """
import os, signal, sys
groups = set()
for line in sys.stdin:
    (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
for group in groups:
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        pass
"""
_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True)
class Part:
    """A process to run: its name (of its log and its run files), command line and whole environment."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)


@dataclass
class _Watched:
    part: Part
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float | None = None
    pause_s: float = FIRST_PAUSE_S
    refusals: int = 0
    reason: str | None = None


def free_ports(count: int) -> list[int]:
    """Loopback ports on which nothing listens, all different."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def private_folder(path: Path) -> Path:
    """The folder, made for the owner alone when it was missing."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def end_with_parent(parent: int) -> None:
    """Have SIGTERM sent to us when ``parent`` dies (on Linux); exits at once when it is dead already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            raise SystemExit(128 + signal.SIGTERM)


def refusals(data_dir: Path) -> dict[str, str]:
    """Why a part refused to start when it was last tried, by its name."""
    files = sorted((data_dir / "run").glob("*.error"))
    return {path.stem: path.read_text(encoding="utf-8").strip() for path in files}


class Processes:
    """Keeps background processes running while a foreground one, or we ourselves, do the work.

    A context manager for the main thread: it takes SIGTERM, SIGINT, SIGHUP and SIGCHLD while it is open, and
    ends every process on leaving. On Linux the processes die with us even when we are killed outright.
    ``data_dir`` receives ``logs/<name>.log``, ``run/<name>.pid`` and ``run/<name>.error``.
    """

    def __init__(self, data_dir: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._logs = data_dir / "logs"
        self._run = data_dir / "run"
        self._clock = clock
        self._watched: dict[str, _Watched] = {}
        self._foreground: subprocess.Popen[bytes] | None = None
        self._guard = _Guard()
        self._handlers: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}
        self.asked_to_end: int | None = None

    def __enter__(self) -> Self:
        private_folder(self._logs)
        private_folder(self._run)
        self._wakes, wake = os.pipe()
        os.set_blocking(self._wakes, False)
        os.set_blocking(wake, False)
        self._wake_before = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self._wake = wake
        for number in (*_ENDING, signal.SIGCHLD):
            self._handlers[number] = signal.signal(number, self._signalled)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(self._wake_before)
            os.close(self._wake)
            os.close(self._wakes)

    def _signalled(self, number: int, _frame: FrameType | None) -> None:
        if number in _ENDING and self.asked_to_end is None:
            self.asked_to_end = number

    def start(self, part: Part) -> None:
        """Run a part in the background, in a session of its own, until ``stop``.

        Raises ConfigurationError when its program cannot be run.
        """
        for stale in (self._run / f"{part.name}.error", self._logs / f"{part.name}.log"):
            stale.unlink(missing_ok=True)
        watched = _Watched(part)
        self._launch(watched)
        self._watched[part.name] = watched

    def open(
        self, part: Part, stdout: IO[str] | None = None, handed: tuple[int, ...] = ()
    ) -> subprocess.Popen[bytes]:
        """Run a part in the foreground: it shares our terminal, and Ctrl-C reaches it.

        It gets the descriptors ``handed``; ``stdout`` takes what it prints, ours by default.
        Raises ConfigurationError when its program cannot be run.
        """
        self._foreground = _spawn(part, stdout=stdout, handed=handed)
        return self._foreground

    def follow(self, process: subprocess.Popen[bytes]) -> int:
        """Wait for a foreground process; its exit status, or 128 + n when signal n ended it.

        Asked to end, we end it: at once on SIGTERM and SIGHUP, after a moment on Ctrl-C, which it saw itself.
        """
        end_by = None
        while process.poll() is None:
            if end_by is None and self.asked_to_end is not None:
                end_by = self._clock() + (INTERRUPT_S if self.asked_to_end == signal.SIGINT else 0)
            if end_by is not None and end_by <= self._clock():
                _end([process], own_group=False)
                break
            self.wait(LONGEST_PAUSE_S if end_by is None else end_by - self._clock())
        return process.returncode if process.returncode >= 0 else 128 - process.returncode

    def wait(self, seconds: float, *readable: int) -> list[int]:
        """Tend the background for a while; back sooner on a signal, or with the descriptors to read from."""
        pauses = [each.due - self._clock() for each in self._watched.values() if each.due is not None]
        timeout = max(0.0, min([seconds, LONGEST_PAUSE_S, *pauses]))
        ready, _, _ = select.select([self._wakes, *readable], [], [], timeout)
        if self._wakes in ready:
            ready.remove(self._wakes)
            with contextlib.suppress(BlockingIOError):
                os.read(self._wakes, 512)
        self.tend()
        return ready

    def tend(self) -> None:
        """Notice the dead, start again those whose pause is over, keep the logs short."""
        for watched in self._watched.values():
            if watched.process is not None and watched.process.poll() is not None:
                self._died(watched, watched.process)
            if watched.due is not None and watched.due <= self._clock():
                self._launch_again(watched)
            _rotate(self._logs / f"{watched.part.name}.log")

    def pid(self, name: str) -> int | None:
        """The process of a background part, None while it is down."""
        watched = self._watched.get(name)
        return None if watched is None or watched.process is None else watched.process.pid

    def gave_up(self) -> dict[str, str]:
        """Why parts refused to start, by name, of those that are not tried again."""
        return {each.part.name: each.reason for each in self._watched.values() if each.reason is not None}

    def stop(self) -> None:
        """End every process: SIGTERM first, SIGKILL after 5 seconds."""
        if self._foreground is not None:
            _end([self._foreground], own_group=False)
        _end([each.process for each in self._watched.values() if each.process], own_group=True)
        for watched in self._watched.values():
            self._forget(watched)
        self._guard.dismiss()
        self._watched.clear()
        self._foreground = None

    def _launch(self, watched: _Watched) -> None:
        name = watched.part.name
        log = _open_log(self._logs / f"{name}.log")
        try:
            watched.process = _spawn(watched.part, log=log)
        finally:
            os.close(log)
        self._guard.tell("+", watched.process.pid)
        watched.started, watched.due = self._clock(), None
        _write(self._run / f"{name}.pid", str(watched.process.pid))

    def _launch_again(self, watched: _Watched) -> None:
        try:
            self._launch(watched)
        except CareError:  # no memory, no room for a process: it may come back
            watched.due = self._clock() + LONGEST_PAUSE_S

    def _died(self, watched: _Watched, process: subprocess.Popen[bytes]) -> None:
        _signal_group(process, signal.SIGKILL)  # what it started may still hold its port
        self._forget(watched)
        watched.refusals = watched.refusals + 1 if process.returncode == REFUSED else 0
        if watched.refusals >= REFUSALS_BEFORE_GIVING_UP:
            self._give_up(watched)
            return
        if self._clock() - watched.started >= STEADY_S:
            watched.pause_s = FIRST_PAUSE_S
        watched.due = self._clock() + watched.pause_s
        watched.pause_s = min(2 * watched.pause_s, LONGEST_PAUSE_S)

    def _give_up(self, watched: _Watched) -> None:
        name = watched.part.name
        watched.reason = _last_line(self._logs / f"{name}.log")
        _write(self._run / f"{name}.error", watched.reason)

    def _forget(self, watched: _Watched) -> None:
        if watched.process is None:
            return
        self._guard.tell("-", watched.process.pid)
        path = self._run / f"{watched.part.name}.pid"
        ours, watched.process = str(watched.process.pid), None
        with contextlib.suppress(FileNotFoundError):
            if path.read_text(encoding="utf-8") == ours:  # another `care` may share the folder
                path.unlink()


class _Guard:
    """A process that outlives us by a moment, to end what our background processes started themselves."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def tell(self, sign: str, group: int) -> None:
        """``+`` for a group that must not outlive us, ``-`` for one that is gone."""
        with contextlib.suppress(OSError):  # without it, the kernel still ends our own children
            if self._process is None:
                self._process = _start_guard()
            if self._process.stdin is not None:
                self._process.stdin.write(f"{sign}{group}\n".encode())

    def dismiss(self) -> None:
        """Let it end; every group that it was told of is gone."""
        if self._process is not None:
            self._process.communicate()
            self._process = None


def _start_guard() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        (sys.executable, "-I", "-S", "-c", _GUARD),
        bufsize=0,
        env={},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _spawn(
    part: Part, log: int | None = None, stdout: IO[str] | None = None, handed: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("Start processes from the main thread: on Linux they die with the thread.")
    background = log is not None
    try:
        return subprocess.Popen(
            part.command,
            env=dict(part.env),
            stdin=subprocess.DEVNULL if background else None,
            stdout=subprocess.DEVNULL if background else stdout,
            stderr=log,
            start_new_session=background,
            pass_fds=handed,
            preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 -- one system call, and no lock is taken
        )
    except OSError as error:
        problem = f"{part.command[0]} cannot be run: {error.strerror}."
        raise ConfigurationError(problem, "Run `make setup`.") from error


def _open_log(path: Path) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:  # a full disk must not keep the process from running
        return os.open(os.devnull, os.O_WRONLY)


def _rotate(log: Path) -> None:
    with contextlib.suppress(OSError):  # a full disk: the next round tries again
        if log.stat().st_size > LOG_BYTES:
            shutil.copy(log, log.with_suffix(".log.1"))  # the mode too
            os.truncate(log, 0)  # not a new file: the process keeps writing to this one


def _die_with(parent: int) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def before_exec() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the call above
            os.kill(os.getpid(), signal.SIGKILL)

    return before_exec


def _end(processes: Iterable[subprocess.Popen[bytes]], *, own_group: bool) -> None:
    send = _signal_group if own_group else _signal_one
    ending = list(processes)
    for process in ending:
        send(process, signal.SIGTERM)
    deadline = time.monotonic() + STOP_S
    for process in ending:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
    for process in ending:
        send(process, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):  # stuck in a dead disk: do not get stuck with it
            process.wait(STOP_S)


def _signal_one(process: subprocess.Popen[bytes], number: int) -> None:
    process.send_signal(number)


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says so of a group of zombies
        os.killpg(process.pid, number)


def _write(path: Path, text: str) -> None:
    with contextlib.suppress(OSError):  # these files tell, nothing depends on them
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)


def _last_line(log: Path) -> str:
    with contextlib.suppress(OSError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _REASON_BYTES))
        lines = file.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), _SILENT)
    return _SILENT
