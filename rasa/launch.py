"""Starts the dialogue engine on loopback, or says in one line why not and exits with 2."""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bodiless_logs
import light_start
from dialogue_model import ENGINE, REPOSITORY, model_path
from environment import Secrets, Unusable, read

if TYPE_CHECKING:
    from encrypted_tracker_store import EncryptedTrackerStore

STARTED = time.monotonic()
LOOPBACK = "127.0.0.1"
REFUSED = 2
PR_SET_PDEATHSIG = 1
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "SANIC_WORKERS": "1",
    "OPENBLAS_NUM_THREADS": "1",  # a message is too small to share out; two threads wait for each other
}


def main() -> int:
    """2 when the engine must not start, with the reason and the remedy on standard error."""
    arguments = _arguments()
    bodiless_logs.drop_warnings()
    try:
        _die_with_parent()
        secrets = read(os.environ)
        model = _model(arguments.root.resolve(), arguments.models)
        door = _bind(arguments.port)
        os.environ.update(QUIET, CARE_ACTIONS_URL=arguments.actions_url)
        conversation = _load(secrets, model)
        with _PidFile(arguments.pid_file):
            _serve(conversation, secrets.token, door)
    except Unusable as error:
        sys.stderr.write(f"The dialogue engine does not start: {error}\n")
        return REFUSED
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--actions-url", required=True, help="webhook of the action server")
    parser.add_argument("--pid-file", type=Path, default=None)
    parser.add_argument("--root", type=Path, default=REPOSITORY, help="the project whose model is served")
    parser.add_argument("--models", type=Path, default=None, help="the folder of trained models")
    return parser.parse_args()


def _die_with_parent() -> None:
    """On Linux, be killed when the process CARE_DIE_WITH_PARENT names is gone, however it went."""
    parent = os.environ.get("CARE_DIE_WITH_PARENT", "")
    if not parent:
        return
    if not parent.isdecimal():
        raise Unusable("CARE_DIE_WITH_PARENT is not a process id: unset it, or start the engine with `care`.")
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != int(parent):
            raise Unusable("the process that started it is gone: start the engine with `care`.")


def _model(root: Path, models: Path | None) -> Path:
    path = model_path(root, models)
    if path.exists():
        return path
    others = any(path.parent.glob("*.tar.gz"))
    problem = (
        "the dialogue data changed since the model was trained" if others else "no dialogue model is trained"
    )
    raise Unusable(f"{problem}: run `make chat`, or rasa/.venv/bin/python rasa/train.py.")


def _bind(port: int) -> socket.socket:
    """Taken at once, listened on when ready: until then connections are refused."""
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((LOOPBACK, port))
    except (OSError, OverflowError) as error:
        raise Unusable(f"port {port} on {LOOPBACK} cannot be used ({error}): choose another one.") from error
    door.set_inheritable(True)
    return door


def _load(secrets: Secrets, model: Path) -> Any:
    try:
        if not light_start.model_needs_tensorflow(model):
            light_start.leave_out_tensorflow()
    except Exception as error:
        raise _unreadable(model, error) from error
    store = _opened_store(secrets)
    return _conversation(store, model)


def _opened_store(secrets: Secrets) -> EncryptedTrackerStore:
    import encrypted_tracker_store as stores  # noqa: PLC0415  takes seconds: not before the settings are checked

    try:
        store = stores.EncryptedTrackerStore(url=secrets.tracker_url, key=secrets.key)
        store.verify()
    except stores.TrackerUnreadable as error:
        raise Unusable(
            "CARE_ENGINE_KEY is not the key that the conversation store was written with: "
            "restore the master key, or move the store away to start with an empty one."
        ) from error
    except Unusable:
        raise
    except Exception as error:
        reason = type(getattr(error, "orig", error)).__name__
        detail = " ".join(str(getattr(error, "orig", "")).split())
        raise Unusable(
            f"the conversation store cannot be opened and written ({reason} {detail}): "
            "check that CARE_TRACKER_URL is right, the disk is not full and no other process locks it."
        ) from error
    return store


def _conversation(store: EncryptedTrackerStore, model: Path) -> Any:
    from conversation import Conversation  # noqa: PLC0415  takes seconds
    from rasa.core.utils import AvailableEndpoints  # noqa: PLC0415  takes seconds

    endpoints = AvailableEndpoints.read_endpoints(str(ENGINE / "endpoints.yml"))
    conversation = Conversation(
        tracker_store=store, generator=endpoints.nlg, action_endpoint=endpoints.action
    )
    try:
        conversation.load_model(model)
    except Exception as error:
        raise _unreadable(model, error) from error
    return conversation


def _unreadable(model: Path, error: Exception) -> Unusable:
    return Unusable(
        f"the dialogue model {model.name} cannot be read ({type(error).__name__}): "
        "delete it and run `make chat`."
    )


def _serve(conversation: Any, token: str, door: socket.socket) -> None:
    from rasa.core import run  # noqa: PLC0415  takes seconds

    channels = run.create_http_input_channels(None, str(ENGINE / "credentials.yml"))
    app = run.configure_app(channels, cors=None, auth_token=token, port=door.getsockname()[1])
    app.ctx.agent = conversation
    app.register_listener(_say_ready, "after_server_start")
    bodiless_logs.set_up()
    try:
        app.run(sock=door, workers=1, access_log=False, motd=False, debug=False)
    except OSError as error:  # another process listens on the port since it was bound
        raise Unusable(f"it cannot listen on {LOOPBACK} ({error}): choose another port.") from error


async def _say_ready(*_: object) -> None:
    sys.stderr.write(f"The dialogue engine is ready after {time.monotonic() - STARTED:.1f} s.\n")
    sys.stderr.flush()


class _PidFile:
    """Holds the process id while the engine runs."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def __enter__(self) -> None:
        if self._path:
            self._path.write_text(f"{os.getpid()}\n", encoding="ascii")

    def __exit__(self, *_: object) -> None:
        if self._path:
            self._path.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
