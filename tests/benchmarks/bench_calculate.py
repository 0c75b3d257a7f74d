"""The field calculator on 600 000 rows: computed, stored, applied."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely

from gis_app.edits.calculate_field import calculate_field
from gis_app.project_file import ProjectFile
from tests.benchmarks.bench_edit import LAYER, park
from tests.benchmarks.figure import REFERENCE_S, Figure, calibration_s

ROWS, COLUMNS = 600_000, 4
LIMIT_S = 15.0
EXPRESSION = "round(area_m2() * 1.2 + coalesce(contract_area_m2, 5), 2)"


def figures() -> Iterator[Figure]:
    """One step of all rows."""
    machine_s = calibration_s()
    gc.disable()  # as the window does, which looks for garbage when it rests
    x = np.arange(ROWS) * 10.0
    made = park(shapely.box(x, 0, x + 9, 9), COLUMNS)
    with (
        tempfile.TemporaryDirectory() as folder,
        ProjectFile.create(Path(folder) / "p.gpkg", made, actor="bench") as stored,
    ):
        began_s = time.perf_counter()
        step = calculate_field(made, made.layers[LAYER], "due_area_m2", EXPRESSION)
        computed_s = time.perf_counter() - began_s
        stored.commit(step, actor="bench")
        stored_s = time.perf_counter() - began_s - computed_s
        made.apply(step)
        taken_s = time.perf_counter() - began_s
    name = f"field calculator, {ROWS} rows, computed ({computed_s:.1f} s), stored ({stored_s:.1f} s), applied"
    yield Figure(name, taken_s, "calibration", taken_s / machine_s, LIMIT_S / REFERENCE_S)
