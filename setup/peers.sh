#!/bin/sh
# QGIS and Mapnik for the system's Python, to measure ourselves against; through apt where they are missing.
set -eu
cd "$(dirname "$0")/.."
has() { /usr/bin/python3 -E -c "import $1" >/dev/null 2>&1; }

lacking=
has qgis.core || lacking="python3-qgis"
has mapnik || lacking="$lacking python3-mapnik"
# shellcheck disable=SC2086 # a list of packages
[ -z "$lacking" ] || sh setup/apt.sh $lacking || {
    echo "Missing on this system: $lacking. Install them as root: apt-get install $lacking" >&2
    exit 1
}
