#!/bin/sh
# Tests what needs PyTorch, in .venv-models: the app's packages, and torch and transformers on top.
set -eu
cd "$(dirname "$0")/.."

if [ ! -e .venv-models/.ready ]; then
    echo "Setting up PyTorch in .venv-models (2 GB, a few minutes) ..."
    "$(scripts/find_python.sh)" -m venv .venv-models
    echo "$PWD/.venv/lib/python3.11/site-packages" > .venv-models/lib/python3.11/site-packages/app.pth
    .venv-models/bin/python -m pip install --quiet --disable-pip-version-check 'torch==2.13.0' 'transformers>=5,<6'
    touch .venv-models/.ready
fi
exec .venv-models/bin/python -m pytest tests/models/check_*.py "$@"
