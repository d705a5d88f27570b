"""Serves the custom actions on loopback, in one process: ``python -m actions --port N``."""

from __future__ import annotations

import argparse
import hmac
import logging
import sys
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.response import empty

from actions import quiet, wiring
from care import logs
from care.errors import CareError
from care.storage.keys import engine_secrets, load_master_key


def main() -> int:
    """Serve until ended; 2, with one line saying why, when something the actions need is missing."""
    parser = argparse.ArgumentParser(prog="python -m actions", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    try:
        wiring.check()
        _, token = engine_secrets(load_master_key(wiring.settings()))
    except CareError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    logs.write_to(sys.stderr)
    app = guarded(token)
    quiet.logs(logging.getLogger())
    # Sanic's manager would start a process of its own, which would outlive a killed parent.
    app.run(host="127.0.0.1", port=port, single_process=True, access_log=False, motd=False)
    return 0


def guarded(token: str) -> Sanic[Any, Any]:
    """The action server, which answers only an engine that knows the token."""
    from rasa_sdk.endpoint import create_app  # noqa: PLC0415 -- it sets warning filters on import
    from rasa_sdk.executor import ActionExecutor  # noqa: PLC0415 -- as above

    executor = ActionExecutor()
    executor.register_package("actions")
    app: Sanic[Any, Any] = create_app(executor, cors_origins=[])

    @app.on_request
    async def refuse_strangers(request: Request) -> HTTPResponse | None:
        known = request.path == "/health" or hmac.compare_digest(str(request.args.get("token")), token)
        return None if known else empty(status=401)

    return app


if __name__ == "__main__":
    raise SystemExit(main())
