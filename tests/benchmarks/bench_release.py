"""One vertex dragged in the window, 100 000 parcels with 60 columns: from the release to the new picture."""

from __future__ import annotations

import gc
import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gis_app.project_file import ProjectFile
from tests.benchmarks.bench_edit import COLUMNS, LAYER, PARCELS, park
from tests.benchmarks.coverage import geometry
from tests.benchmarks.figure import REFERENCE_S, Figure, calibration_s

MEDIAN_S, P95_S = 0.016, 0.033
TIMES = 30
AROUND_M = 150.0
MOST_S = 300.0


def figures() -> Iterator[Figure]:
    """Measure releases whose step is stored, applied and painted; rules ran while it moved."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.gpkg"
        ProjectFile.create(path, park(geometry(PARCELS), COLUMNS), actor="bench").close()
        window = _window(path)
        taken = sorted(_release_s(window, n) for n in range(TIMES + 3))[:-1]
        stored = len(window.desk.park.session.history.steps)
        machine_s = calibration_s()
        p95_s = taken[min(len(taken) - 1, math.ceil(0.95 * len(taken)) - 1)]
        for name, seconds, limit_s in (
            ("median", statistics.median(taken), MEDIAN_S),
            ("95 %", p95_s, P95_S),
        ):
            said = f"release of a vertex to the new picture, {PARCELS} parcels, {COLUMNS} columns, {name}"
            said += f" ({stored} steps stored)"
            yield Figure(said, seconds, "calibration", seconds / machine_s, limit_s / REFERENCE_S)
        window.close()


def _window(path: Path) -> Any:
    from gis_app.ui import app

    gc.disable()  # as the program does, until it collects in its main thread
    _look, _reporter, window = app.start()
    window.resize(1920, 1080)
    window.show()
    window.complete()
    app.collect(window)
    painted: list[float] = []
    window.map.painted.connect(painted.append)
    window.desk.open(path)
    _until(lambda: window.desk.park is not None and bool(painted))
    _until(lambda: not window.desk.workers.jobs)
    window.map.canvas.wait_for_kernels()
    window.show_task("edit")
    window.desk.choose_layer(LAYER)
    window.toolbox.bench._rejudging.setInterval(10_000_000)  # judging all is another figure
    window.take_tool("tool_vertex")
    return window


def _release_s(window: Any, n: int) -> float:
    """Drag a vertex by two metres, and give the seconds from the release to the picture with it."""
    from PySide6.QtCore import QEvent, Qt

    canvas, layer = window.map.canvas, window.desk.park.project.layers[LAYER]
    fids = layer.fids
    shape = layer.shapes([int(fids[(n * 7919 + 1) % len(fids)])])[0]
    start = shapely.get_coordinates(shape)[1]
    end = start + np.array([1.8, 1.2])
    x, y = start.tolist()
    canvas.zoom_to((x - AROUND_M, y - AROUND_M, x + AROUND_M, y + AROUND_M), 0.0)
    _quiet(window)
    none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    _mouse(canvas, QEvent.Type.MouseMove, start, none, none)
    _mouse(canvas, QEvent.Type.MouseButtonPress, start, left, left)
    _mouse(canvas, QEvent.Type.MouseMove, end, none, left)
    _quiet(window)
    steps = window.desk.park.session.history
    before = len(steps.steps)
    ready: list[float] = []
    note = lambda _s: ready.append(time.perf_counter())  # noqa: E731
    canvas.picture_ready.connect(note)
    began_s = time.perf_counter()
    _mouse(canvas, QEvent.Type.MouseButtonRelease, end, left, none)
    _until(lambda: len(steps.steps) > before and bool(ready), pause_s=0.0)
    canvas.picture_ready.disconnect(note)
    return ready[-1] - began_s


def _mouse(canvas: Any, kind: Any, place: np.ndarray, button: Any, held: Any) -> None:
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    at = QPointF(*canvas.view.to_px(np.array([place]))[0].tolist())
    alt = Qt.KeyboardModifier.AltModifier
    QApplication.sendEvent(canvas, QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, alt))


def _quiet(window: Any) -> None:
    """Let everything that is under way come to its end."""
    end = time.monotonic() + 0.4
    _until(lambda: time.monotonic() > end)


def _until(met: Callable[[], bool], pause_s: float = 0.002) -> None:
    from PySide6.QtWidgets import QApplication

    end = time.monotonic() + MOST_S
    while not met():
        QApplication.processEvents()
        time.sleep(pause_s)
        if time.monotonic() > end:
            raise SystemExit("the window did not answer")
