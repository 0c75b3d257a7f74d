"""How long the canvas takes for one complete frame of many parcels that it never drew before."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from tests.benchmarks import coverage
from tests.benchmarks.figure import REFERENCE_S, Figure, calibration_s
from tests.benchmarks.shown import canvas, complete_s

QGIS_S = {
    100_000: {1.0: 0.80, 0.3: 0.19, 0.05: 0.028},
    1_000_000: {1.0: 7.2, 0.3: 1.7, 0.05: 0.086},
}
"""QGIS 3.22, two cores, parcels and picture of the same kind: measured elsewhere, not in this run."""
LIMIT = {100_000: 1.0, 1_000_000: None}
VIEWS = {100_000: 7, 1_000_000: 3}


def figures() -> Iterator[Figure]:
    """Measure at three extents, each at views drawn from a seed."""
    machine = calibration_s() / REFERENCE_S
    for count, shares in QGIS_S.items():
        layer = coverage.layer(count)
        assert layer.bounds is not None  # found when a layer is read
        with canvas() as shown:
            complete_s(shown, lambda: shown.zoom_to((0.0, 0.0, 1.0, 1.0)))  # empty: the window is there
            first_s = complete_s(shown, partial(_open, shown, layer))
            yield Figure(f"{count} parcels, from layer to first picture", first_s, "1 s", first_s)
            for share, qgis_s in shares.items():
                seconds = statistics.median(_cold(shown, share, VIEWS[count]))
                ratio = seconds / (qgis_s * machine)
                versus = "QGIS 3.22 in another run, scaled by the calibration"
                yield Figure(f"{count} parcels, {share:.0%}, cold", seconds, versus, ratio, LIMIT[count])


def _open(shown: Any, layer: Any) -> None:
    shown.set_layers([layer])
    shown.zoom_to(layer.bounds, 0.03)


def _cold(shown: Any, share: float, views: int) -> list[float]:
    """Seconds of frames at a share of the full extent; no two have one scale, so nothing is cached."""
    from PySide6.QtCore import QCoreApplication

    random = np.random.default_rng(11)
    taken = []
    for _ in range(views):
        shown.zoom_full()
        full = shown.view
        QCoreApplication.processEvents()
        free = (1.0 - share) / 2.0 / full.scale
        away = random.uniform(-free, free, 2) * full.size_px * 0.9
        centre = (full.centre[0] + away[0], full.centre[1] + away[1])
        view = replace(full, centre=centre, scale=full.scale / share * random.uniform(0.98, 1.02))
        taken.append(complete_s(shown, partial(shown.zoom_to, view.bounds, 0.0)))
    return taken
