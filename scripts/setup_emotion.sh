#!/bin/sh
# Makes models/emotion/.venv for training: pinned by hash, and PyTorch beside it, of which pip chooses the build.
set -eu
cd "$(dirname "$0")/../models/emotion"
. ../../scripts/pip_settings.sh
pass_pip_settings_to_uv ../../.venv/bin/python

if [ ! -x .venv/bin/python ]; then
    "$(../../scripts/find_python.sh)" -m venv .venv
fi
../../.venv/bin/uv pip install --python .venv/bin/python --require-hashes --no-deps -r requirements.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check "torch==2.13.0"
# Training asks care for the letters model's features, so that both read alike.
echo "$PWD/../.." > .venv/lib/python3.11/site-packages/app.pth
