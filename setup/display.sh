#!/bin/sh
# A screen in memory (Xvfb) for tests and pictures of the window. Installed through apt where missing and
# permitted; otherwise one sentence says that Qt's own offscreen platform is used, and all goes on.
set -eu
cd "$(dirname "$0")/.."
[ "$(uname -s)" = Linux ] || exit 0
command -v Xvfb >/dev/null 2>&1 || sh setup/apt.sh xvfb || true
command -v Xvfb >/dev/null 2>&1 ||
    echo "Xvfb is not here (apt-get install xvfb): the window is tested and drawn on Qt's offscreen platform" >&2
