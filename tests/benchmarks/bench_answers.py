"""How soon the window answers while 100 000 parcels are loaded, checked and exported, and what it all holds.

The window is the program's, without a screen; the rules judge in their process, the export is written in one.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from gis_app.project_file import ProjectFile
from tests.benchmarks.bench_canvas import LIMIT_S, Probe
from tests.benchmarks.figure import REFERENCE_S, Figure, calibration_s

LAYER = "supply_parcel"
COUNT, COLUMNS = 100_000, 12
MOST_BYTES = 1.2e9
MOST_S = 300.0
BEATS = 40
"""At least so many turns are asked for, however soon the work is done."""


def figures() -> Iterator[Figure]:
    """Measure opening a project file, judging it as the window does after a step, exporting its layer."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"QT_QPA_PLATFORM": "offscreen", "PARKPLAN_HOME": folder}
        path = Path(folder) / "park.gpkg"
        made = f"from tests.benchmarks.bench_answers import make; make({str(path)!r})"
        subprocess.run(
            [sys.executable, "-c", made], check=True
        )  # elsewhere, so that its memory is not counted
        from gis_app.ui import app

        gc.disable()  # as the program does, until it collects in its main thread
        _look, _reporter, window = app.start()
        window.show()
        window.complete()
        _until(lambda: window._seen)
        app.collect(window)
        desk = window.desk
        try:
            yield _answered("loaded", lambda: desk.open(path), lambda: _is_painted(window))
            _until(lambda: desk.park.standing == "judged" and not desk.workers.jobs)
            yield _answered("checked by all rules", desk.rejudge, lambda: desk.park.standing == "judged")
            _until(lambda: not desk.workers.jobs)
            yield _held()
            for target in ("parcels.shp", "parcels.gpkg"):
                job = lambda target=target: _export(desk, Path(folder) / target)  # noqa: E731
                yield _answered(f"exported as {target[-4:]}", job, lambda: not desk.workers.jobs)
        finally:
            window.close()


def make(path: str) -> None:
    """Make a project file of one layer."""
    from tests.benchmarks.bench_edit import park
    from tests.benchmarks.coverage import geometry

    ProjectFile.create(Path(path), park(geometry(COUNT)[:COUNT], COLUMNS), actor="bench").close()


def waits_s(pauses_s: np.ndarray[Any, Any], whole_s: float, share: float) -> float:
    """Give the seconds that no more than a share of all moments has to wait for the end of a pause."""
    longest = np.sort(pauses_s)[::-1]
    low, high = 0.0, float(longest[0])
    for _ in range(40):
        middle = (low + high) / 2
        waiting_s = float(np.maximum(longest - middle, 0.0).sum())
        low, high = (middle, high) if waiting_s > share * whole_s else (low, middle)
    return high


def _answered(done: str, act: Callable[[], object], is_over: Callable[[], bool]) -> Figure:
    """How late a click or a key is answered while something is done, 95 % of them."""
    probe = Probe()
    act()
    began_s = time.perf_counter()
    _until(is_over)
    took_s = time.perf_counter() - began_s
    _until(lambda: len(probe.late_s) >= BEATS)
    late = probe.end()
    machine_s = calibration_s()
    p95 = waits_s(late, time.perf_counter() - began_s, 0.05)
    name = f"a click or key at any moment while {COUNT} parcels are {done}, 95 %"
    name += f" (longest {late.max() * 1000:.0f} ms; it took {took_s:.1f} s)"
    return Figure(name, p95, "calibration", p95 / machine_s, LIMIT_S / REFERENCE_S)


def _is_painted(window: Any) -> bool:
    park = window.desk.park
    return park is not None and LAYER in park.project.layers and not window.desk._unseen.isActive()


def _export(desk: Any, target: Path) -> None:
    from gis_app.session.export import export_layer

    park = desk.park
    stored, still = park.stored, park.project.still()
    desk.workers.start(lambda _job: export_layer(stored, still, LAYER, target), lambda _w: None, desk.fail)


def _held() -> Figure:
    """Memory of the window and every process that it has started, shared pages counted once."""
    own = psutil.Process()
    tree = [own, *own.children(recursive=True)]
    held = {process.pid: process.memory_full_info().pss for process in tree}
    parts = " + ".join(f"{size / 1e6:.0f}" for size in held.values())
    name = f"memory of the window and its processes with {COUNT} parcels: {parts} MB, as seconds read GB"
    total = sum(held.values())
    return Figure(name, total / 1e9, "1.2 GB", total / MOST_BYTES, 1.0)


def _until(is_so: Callable[[], bool]) -> None:
    """Let the window work until something is so."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, began_s = QEventLoop(), time.perf_counter()
    timer = QTimer(interval=5)

    def look() -> None:
        if is_so():
            loop.quit()
        elif time.perf_counter() - began_s > MOST_S:
            loop.exit(1)

    timer.timeout.connect(look)
    timer.start()
    if loop.exec():
        raise SystemExit("what was waited for did not come")
