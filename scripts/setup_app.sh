#!/bin/sh
# Makes .venv with what the app and its tests need, pinned by hash.
set -eu
cd "$(dirname "$0")/.."
. scripts/pip_settings.sh

python=$(scripts/find_python.sh)
echo "Setting up the app's environment in .venv (a minute or two) ..."
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    if ! "$python" -m venv .venv; then
        echo "Python 3.11 cannot make environments: install its venv package (Debian, Ubuntu: python3.11-venv)." >&2
        exit 1
    fi
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-setup.txt
pass_pip_settings_to_uv .venv/bin/python
.venv/bin/uv pip install --python .venv/bin/python --require-hashes --no-deps -r requirements-dev.txt
.venv/bin/uv pip install --python .venv/bin/python --no-deps --no-build-isolation --editable .
