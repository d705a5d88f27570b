"""``python -m care`` is the ``care`` command."""

from __future__ import annotations

from care.cli import main

if __name__ == "__main__":
    main()
