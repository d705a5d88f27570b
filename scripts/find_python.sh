#!/bin/sh
# Prints a Python 3.11 for the app; says what to install when there is none.
set -eu

for python in python3.11 python3; do
    if "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
        command -v "$python"
        exit 0
    fi
done
echo "Python 3.11 is not on the PATH: install it from your system's packages." >&2
exit 1
