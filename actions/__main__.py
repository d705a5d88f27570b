"""Serves the custom actions on loopback: ``python -m actions --port N``."""

from __future__ import annotations

import argparse
import logging
import os
import sys

from actions import quiet
from care.errors import CareError


def main() -> int:
    """Serve until ended; 2 when something the actions need is missing."""
    parser = argparse.ArgumentParser(prog="python -m actions", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    os.environ["SANIC_HOST"] = "127.0.0.1"  # rasa-sdk would listen on every address
    try:
        from actions import wiring  # noqa: PLC0415 -- what it reads may be missing, and that has an answer

        wiring.check()
    except CareError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    from rasa_sdk.endpoint import run  # noqa: PLC0415 -- it sets warning filters on import

    quiet.logs(logging.getLogger())
    run("actions", port=port)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
