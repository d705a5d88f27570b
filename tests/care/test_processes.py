from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from care.errors import ConfigurationError
from care.processes import Part, Processes, free_ports, refusals

LINUX_ONLY = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a child of its parent's death"
)
DEADLINE_S = 20.0
WAITS = "import sys; sys.stderr.write('up\\n'); sys.stderr.flush(); import signal; signal.pause()"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAITS}"
LISTENS = (
    "import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1);"
    "s.bind(('127.0.0.1', int(sys.argv[1]))); s.listen();\nwhile True: s.accept()[0].close()"
)
HAS_A_CHILD = (
    "import os, signal, subprocess, sys\n"
    "child = subprocess.Popen([sys.executable, '-I', '-S', '-c', 'import signal; signal.pause()'])\n"
    "open(sys.argv[1] + '.new', 'w').write(str(child.pid)); os.rename(sys.argv[1] + '.new', sys.argv[1])\n"
    "signal.pause()"
)
REFUSES = "import sys; sys.stderr.write('loading\\nthe key is wrong: restore it\\n'); sys.exit(2)"


def python(name: str, code: str, *arguments: str) -> Part:
    return Part(name, (sys.executable, "-I", "-S", "-c", code, *arguments), dict(os.environ))


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    with Processes(tmp_path) as running:
        yield running


def until(holds: Callable[[], bool], tend: Callable[[], object] = lambda: None) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        tend()
        time.sleep(0.005)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def log_of(tmp_path: Path, name: str) -> str:
    return (tmp_path / "logs" / f"{name}.log").read_text(encoding="utf-8")


def test_leaving_ends_background_processes_even_those_that_ignore_sigterm(tmp_path, monkeypatch):
    monkeypatch.setattr("care.processes.STOP_S", 0.2)
    with Processes(tmp_path) as processes:
        for name, code in (("gentle", WAITS), ("stubborn", STUBBORN)):
            processes.start(python(name, code))
        until(lambda: "up" in log_of(tmp_path, "gentle") and "up" in log_of(tmp_path, "stubborn"))
        pids = [processes.pid("gentle"), processes.pid("stubborn")]

    assert [is_running(pid) for pid in pids] == [False, False]
    assert list((tmp_path / "run").iterdir()) == []


def test_processes_are_ended_when_the_work_in_front_of_them_fails(tmp_path):
    def fail() -> None:
        with Processes(tmp_path) as processes:
            processes.start(python("one", WAITS))
            pids.append(processes.pid("one"))
            raise ZeroDivisionError

    pids: list[int | None] = []
    with pytest.raises(ZeroDivisionError):
        fail()

    assert not is_running(pids[0])


def test_a_killed_process_comes_back_on_the_same_port(processes, tmp_path):
    (port,) = free_ports(1)
    processes.start(python("listener", LISTENS, str(port)))
    until(lambda: answers(port))
    first = int((tmp_path / "run" / "listener.pid").read_text(encoding="ascii"))

    os.kill(first, signal.SIGKILL)
    until(lambda: processes.pid("listener") not in (first, None), lambda: processes.wait(0.05))
    until(lambda: answers(port))

    assert int((tmp_path / "run" / "listener.pid").read_text(encoding="ascii")) == processes.pid("listener")


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_pause_before_a_new_start_doubles_up_to_ten_seconds(tmp_path):
    now = [0.0]
    with Processes(tmp_path, clock=lambda: now[0]) as processes:
        processes.start(python("broken", "raise SystemExit(1)"))
        pauses = []
        for _ in range(8):
            until(lambda: processes._watched["broken"].due is not None, processes.tend)
            pauses.append(round(processes._watched["broken"].due - now[0], 3))
            now[0] = processes._watched["broken"].due
            processes.tend()

    assert pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]


def test_a_process_that_ran_for_a_minute_is_started_again_at_once(tmp_path):
    now = [0.0]
    with Processes(tmp_path, clock=lambda: now[0]) as processes:
        processes.start(python("broken", "raise SystemExit(1)"))
        until(lambda: processes._watched["broken"].due is not None, processes.tend)
        now[0] = 1.0
        processes.tend()
        now[0] = 61.0
        until(lambda: processes._watched["broken"].due is not None, processes.tend)

        assert processes._watched["broken"].due == pytest.approx(61.2)


def test_five_refusals_end_the_attempts_and_the_reason_is_kept(tmp_path):
    now = [0.0]
    with Processes(tmp_path, clock=lambda: now[0]) as processes:
        processes.start(python("engine", REFUSES))
        for _ in range(4):
            until(lambda: processes._watched["engine"].due is not None, processes.tend)
            assert processes.gave_up() == {}
            now[0] = processes._watched["engine"].due
            processes.tend()
        until(lambda: bool(processes.gave_up()), processes.tend)

        assert processes.gave_up() == {"engine": "the key is wrong: restore it"}
        assert processes.pid("engine") is None
    assert refusals(tmp_path) == {"engine": "the key is wrong: restore it"}


def test_a_new_start_forgets_an_old_refusal(processes, tmp_path):
    (tmp_path / "run" / "engine.error").write_text("the key is wrong", encoding="utf-8")

    processes.start(python("engine", WAITS))

    assert refusals(tmp_path) == {}


def test_logs_are_for_the_owner_alone_and_begin_anew_with_each_start(processes, tmp_path):
    log = tmp_path / "logs" / "one.log"
    log.write_text("of yesterday\n", encoding="utf-8")

    processes.start(python("one", WAITS))
    until(lambda: "up" in log_of(tmp_path, "one"))

    assert (log_of(tmp_path, "one"), log.stat().st_mode & 0o777) == ("up\n", 0o600)


def test_a_long_log_is_set_aside_while_the_process_goes_on_writing(processes, tmp_path, monkeypatch):
    monkeypatch.setattr("care.processes.LOG_BYTES", 10)
    code = (
        "import signal, sys\nprint('a long first line', file=sys.stderr, flush=True)\n"
        "for line in open(sys.argv[1]): print(line, file=sys.stderr, flush=True)\nsignal.pause()"
    )
    os.mkfifo(tmp_path / "words")
    processes.start(python("one", code, str(tmp_path / "words")))
    until(lambda: "long" in log_of(tmp_path, "one"))

    processes.tend()
    (tmp_path / "words").write_text("later", encoding="utf-8")
    until(lambda: "later" in log_of(tmp_path, "one"))

    assert "long" not in log_of(tmp_path, "one")
    older = tmp_path / "logs" / "one.log.1"
    assert (older.read_text(encoding="utf-8"), older.stat().st_mode & 0o777) == ("a long first line\n", 0o600)


def test_ctrl_c_reaches_the_process_in_front_and_not_those_behind(processes):
    processes.start(python("behind", WAITS))
    front = processes.open(python("front", WAITS))

    assert os.getpgid(front.pid) == os.getpgrp()
    assert os.getpgid(processes.pid("behind")) == processes.pid("behind")


@pytest.mark.parametrize(
    ("code", "status"), [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", 137)]
)
def test_following_gives_the_exit_status_of_the_process_in_front(processes, code, status):
    assert processes.follow(processes.open(python("front", code))) == status


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_end_is_passed_on_to_the_process_in_front(processes, number):
    front = processes.open(python("front", "import signal; signal.pause()"))

    os.kill(os.getpid(), number)

    assert processes.follow(front) == 128 + signal.SIGTERM
    assert processes.asked_to_end == number


def test_after_ctrl_c_the_process_in_front_may_say_goodbye(processes, tmp_path):
    goodbye = (
        "import signal, sys\nsignal.signal(signal.SIGINT, lambda *_: sys.exit(5))\n"
        "open(sys.argv[1], 'w').close()\nwhile True: signal.pause()"
    )
    front = processes.open(python("front", goodbye, str(tmp_path / "ready")))
    until((tmp_path / "ready").exists)

    os.kill(os.getpid(), signal.SIGINT)
    front.send_signal(signal.SIGINT)

    assert processes.follow(front) == 5


def test_signal_handlers_are_given_back(tmp_path):
    before = signal.getsignal(signal.SIGTERM)

    with Processes(tmp_path):
        assert signal.getsignal(signal.SIGTERM) != before

    assert signal.getsignal(signal.SIGTERM) == before


def test_waiting_ends_as_soon_as_there_is_something_to_read(processes):
    reading, writing = os.pipe()
    os.write(writing, b"x")

    assert processes.wait(DEADLINE_S, reading) == [reading]
    os.close(reading)
    os.close(writing)


def test_a_program_that_is_not_there_is_named(processes, tmp_path):
    with pytest.raises(ConfigurationError, match=r"nowhere cannot be run.*make setup"):
        processes.start(Part("engine", (str(tmp_path / "nowhere"),), {}))


def test_a_start_from_another_thread_is_refused(processes):
    errors: list[BaseException] = []

    def start() -> None:
        try:
            processes.start(python("one", WAITS))
        except RuntimeError as error:
            errors.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    assert len(errors) == 1


def test_a_part_never_shows_its_environment():
    assert "hidden" not in repr(Part("engine", ("true",), {"CARE_ENGINE_KEY": "hidden"}))


def test_free_ports_are_all_different():
    assert len(set(free_ports(20))) == 20


PARENT = """
import json, sys
from pathlib import Path
from care.processes import Part, Processes
import os
with Processes(Path(sys.argv[1])) as processes:
    part = Part("behind", (sys.executable, "-I", "-S", "-c", *sys.argv[2:]), dict(os.environ))
    processes.start(part)
    pause = (sys.executable, "-I", "-S", "-c", "import signal; signal.pause()")
    front = processes.open(Part("front", pause, part.env))
    print(json.dumps([processes.pid("behind"), front.pid]), flush=True)
    processes.follow(front)
"""


@LINUX_ONLY
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_outlives_us_even_when_we_are_killed(tmp_path, number):
    command = [sys.executable, "-c", PARENT, str(tmp_path), "import signal; signal.pause()"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        pids = json.loads(parent.stdout.readline())
        assert all(map(is_running, pids))

        parent.send_signal(number)
        parent.wait(DEADLINE_S)

    until(lambda: not any(map(is_running, pids)))


def test_no_process_that_a_background_process_started_outlives_us(tmp_path):
    command = [sys.executable, "-c", PARENT, str(tmp_path), HAS_A_CHILD, str(tmp_path / "child")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        until((tmp_path / "child").exists)

        parent.kill()

    grandchild = int((tmp_path / "child").read_text(encoding="ascii"))
    until(lambda: not is_running(grandchild))


def test_what_a_killed_process_started_is_gone_before_it_is_started_again(tmp_path):
    with Processes(tmp_path, clock=lambda: 0.0) as processes:
        processes.start(python("one", HAS_A_CHILD, str(tmp_path / "child")))
        until((tmp_path / "child").exists)

        os.kill(processes.pid("one"), signal.SIGKILL)
        until(lambda: processes.pid("one") is None, processes.tend)

        grandchild = int((tmp_path / "child").read_text(encoding="ascii"))
        until(lambda: not is_running(grandchild))


@LINUX_ONLY
def test_we_end_with_the_process_that_we_were_told_to_end_with(tmp_path):
    child = (
        "import os, signal; from care.processes import end_with_parent;"
        "end_with_parent(os.getppid()); print(os.getpid(), flush=True); signal.pause()"
    )
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())

        parent.kill()
        until(lambda: not is_running(pid))


@LINUX_ONLY
def test_we_do_not_start_when_that_process_is_gone_already():
    code = "from care.processes import end_with_parent; end_with_parent(1 << 22)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 128 + signal.SIGTERM
