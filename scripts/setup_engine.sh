#!/bin/sh
# Makes rasa/.venv, the dialogue engine's own environment on Python 3.10, pinned by hash.
set -eu
cd "$(dirname "$0")/../rasa"
. ../scripts/pip_settings.sh
pass_pip_settings_to_uv ../.venv/bin/python
uv=../.venv/bin/uv

find_python() {
    if python3.10 -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; then
        command -v python3.10
    else
        "$uv" python find --no-project 3.10 2>/dev/null
    fi
}

if ! python=$(find_python); then
    echo "Fetching Python 3.10 for the dialogue engine ..."
    if ! "$uv" python install 3.10 || ! python=$(find_python); then
        echo "There is no Python 3.10 for the dialogue engine: install it so that python3.10 is on the PATH." >&2
        exit 1
    fi
fi
echo "Setting up the dialogue engine's environment in rasa/.venv (2 GB, a few minutes) ..."
if [ ! -x .venv/bin/python ]; then
    "$uv" venv --no-project --python "$python" .venv
fi
"$uv" pip install --python .venv/bin/python --require-hashes --no-deps -r requirements.txt
