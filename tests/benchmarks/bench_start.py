"""How long the command takes to say its version, and that it loads nothing heavy for it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.figure import Figure, median_s

LIMIT = 4.0
HEAVY = ("PySide6", "numpy", "pandas", "shapely", "geopandas", "pyproj")
COMMAND = "from gis_app.cli import main; import sys; sys.exit(main())"


def loaded(code: str, *arguments: str) -> set[str]:
    """Name the top-level modules that some code imports."""
    command = [sys.executable, "-X", "importtime", "-c", code, *arguments]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return {name.split(".")[0] for name in re.findall(r"\|\s+([\w.]+)\s*$", said, re.MULTILINE)}


def figures() -> list[Figure]:
    """Measure the installed command against an interpreter that imports argparse."""
    if heavy := loaded(COMMAND, "--version") & set(HEAVY):
        raise SystemExit(f"parkplan --version imports {', '.join(sorted(heavy))}")
    script = Path(sys.executable).with_name("parkplan")
    own_s = median_s(lambda: subprocess.run([script, "--version"], check=True, capture_output=True), 11)
    bare = [sys.executable, "-c", "import argparse"]
    bare_s = median_s(lambda: subprocess.run(bare, check=True, capture_output=True), 11)
    return [Figure("parkplan --version", own_s, "python -c 'import argparse'", own_s / bare_s, LIMIT)]
