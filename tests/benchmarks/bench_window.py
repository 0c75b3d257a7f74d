"""How long until the window is there, and until the sample park in it can be worked with, beside bare Qt."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure

LIMIT = 2.0
TIMES = 7
MOST_S = 60.0
ROOT = Path(__file__).parents[2]


def ready_s(window: str, home: str) -> float:
    """Give the seconds from the start of a process until its window (a function of ``windows``) is ready."""
    command = [sys.executable, "-c", f"from tests.benchmarks.windows import {window}; {window}()"]
    own = surroundings(home)
    started_s = time.time()
    said = subprocess.check_output(command, cwd=ROOT, env=own, text=True, timeout=MOST_S)
    return float(said) - started_s


def surroundings(home: str) -> dict[str, str]:
    """Give the environment of both sides: no screen, no settings, and byte code, as an installation has."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    own = {"QT_QPA_PLATFORM": "offscreen", "PARKPLAN_HOME": home, "PYTHONPYCACHEPREFIX": f"{home}/bytecode"}
    return kept | own


def compared(name: str, window: str, other: str, versus: str) -> Figure:
    """Measure two windows in turn, after one run of each that does not count."""
    with tempfile.TemporaryDirectory() as home:
        runs = [(ready_s(window, home), ready_s(other, home)) for _ in range(TIMES + 1)][1:]
    own_s, other_s = (statistics.median(side) for side in zip(*runs, strict=True))
    return Figure(name, own_s, f"{versus}, {other_s:.4f} s", own_s / other_s, LIMIT)


def figures() -> Iterator[Figure]:
    """Measure from the start of the process: the window, and the sample park after a click on a parcel."""
    yield compared("window visible", "program", "bare", "bare PySide6 window")
    name = "sample park interactive: first full picture, attributes of a clicked parcel"
    yield compared(name, "program_with_park", "bare_with_tables", "bare PySide6 window and import geopandas")
