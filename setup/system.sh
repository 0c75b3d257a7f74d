#!/bin/sh
# What Qt and the map text need from the system: libraries and a Chinese font. Installed through apt where
# missing and permitted; otherwise one sentence names the packages, and the set-up goes on: all that does not
# draw works without them.
set -eu
cd "$(dirname "$0")/.."
[ "$(uname -s)" = Linux ] || exit 0

# shared library, and the Debian package that has it
libraries='
libGL.so.1               libgl1
libEGL.so.1              libegl1
libfontconfig.so.1       libfontconfig1
libfreetype.so.6         libfreetype6
libglib-2.0.so.0         libglib2.0-0
libdbus-1.so.3           libdbus-1-3
libxkbcommon.so.0        libxkbcommon0
libxkbcommon-x11.so.0    libxkbcommon-x11-0
libX11-xcb.so.1          libx11-xcb1
libxcb-cursor.so.0       libxcb-cursor0
libxcb-icccm.so.4        libxcb-icccm4
libxcb-image.so.0        libxcb-image0
libxcb-keysyms.so.1      libxcb-keysyms1
libxcb-randr.so.0        libxcb-randr0
libxcb-render-util.so.0  libxcb-render-util0
libxcb-shape.so.0        libxcb-shape0
libxcb-xkb.so.1          libxcb-xkb1
'

# The interpreter's own loader is asked: it knows every place where a library may lie.
missing() {
    echo "$libraries" | .venv/bin/python -c '
import ctypes, sys
for line in filter(str.strip, sys.stdin):
    library, package = line.split()
    try:
        ctypes.CDLL(library)
    except OSError:
        print(package, end=" ")
'
    has_font || printf 'fonts-noto-cjk'
}

has_font() {
    if command -v fc-list >/dev/null 2>&1; then
        [ -n "$(fc-list :lang=zh file)" ]
    else
        find /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts" 2>/dev/null |
            grep -qiE 'cjk|sourcehan|wqy|simsun|simhei|droidsansfallback|arphic|/u(ming|kai)\.'
    fi
}

lacking=$(missing)
if [ -n "$lacking" ]; then
    # shellcheck disable=SC2086 # a list of packages
    sh setup/apt.sh $lacking || true
    lacking=$(missing)
fi
if [ -n "$lacking" ]; then
    echo "Missing on this system: $lacking. Maps and windows need them; install them as root:" \
        "apt-get install $lacking" >&2
    exit 3
fi
