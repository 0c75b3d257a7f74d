#!/bin/sh
# The virtual environment .venv, from the lock and nothing else. PYTHON=… names the interpreter to use.
set -eu
cd "$(dirname "$0")/.."

fit() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; }
new() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# Versions above 3.13 come last: not every pinned package has wheels for them.
find_python() {
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if fit "$name"; then echo "$name"; return; fi
    done
    for name in ${PYTHON:-python3 python3.14}; do
        if new "$name"; then echo "$name"; return; fi
    done
    return 1
}

if ! [ -x .venv/bin/python ] || ! new .venv/bin/python; then
    python=$(find_python) || {
        echo "ParkPlan needs Python 3.11 or newer, and ${PYTHON:-python3 and python3.11 to python3.14} are not." \
            "Install it (Debian: python3 and python3-venv), or name one: make PYTHON=/path/to/python3.11" >&2
        exit 1
    }
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        sh setup/apt.sh "$version" || {
            echo "Python's venv module is missing. Install it: apt-get install $version" >&2
            exit 1
        }
    fi
    rm -rf .venv
    "$python" -m venv .venv
fi

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
echo "Installing the locked packages into .venv" >&2
.venv/bin/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements.lock || {
    echo "The locked packages could not be installed (see above); is the package index reachable?" >&2
    exit 1
}
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .
