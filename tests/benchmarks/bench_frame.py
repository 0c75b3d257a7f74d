"""How long the canvas takes for one complete frame of many parcels that it never drew before."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.benchmarks import coverage
from tests.benchmarks.figure import REFERENCE_S, Figure, calibration_s
from tests.benchmarks.frame import build, frames
from tests.benchmarks.shown import canvas, complete_s

QGIS_S = {
    100_000: {1.0: 0.80, 0.3: 0.19, 0.05: 0.028},
    1_000_000: {1.0: 7.2, 0.3: 1.7, 0.05: 0.086},
}
"""QGIS 3.22, two cores, such parcels and such a picture: measured elsewhere; `peers` measures in one run."""
LIMIT = {
    100_000: {1.0: 1 / 5, 0.3: 1 / 4, 0.05: 1.0},
    1_000_000: {1.0: 1 / 10, 0.3: 1 / 5, 0.05: 1.0},
}
UNALIGNED = 1.2
"""Any view may take so many times the usual one."""


def figures() -> Iterator[Figure]:
    """Measure at three extents: cold, warm, at random views, after all classes changed their colour."""
    machine = calibration_s() / REFERENCE_S
    for count, shares in QGIS_S.items():
        layer = coverage.layer(count)
        build_s, kept_bytes = build(layer)
        memory = kept_bytes / layer.shapes.coords.nbytes
        yield Figure(
            f"{count} parcels, memory of the index beside coordinates", build_s, "coordinates", memory, 1.0
        )
        with canvas() as shown:
            complete_s(shown, lambda: shown.zoom_to((0.0, 0.0, 1.0, 1.0)))  # empty: the window is there
            shown.wait_for_kernels()
            first_s = complete_s(shown, partial(_open, shown, layer))
            yield Figure(f"{count} parcels, from layer to first picture", first_s, "1 s", first_s)
            for share, qgis_s in shares.items():
                own, said = frames(shown, layer, share), f"{count} parcels, {share:.0%}"
                versus = "QGIS 3.22 in another run, scaled by the calibration"
                ratio = own.cold_s / (qgis_s * machine)
                yield Figure(f"{said}, cold", own.cold_s, versus, ratio, LIMIT[count][share])
                yield Figure(f"{said}, warm", own.warm_s, "cold", own.warm_s / own.cold_s)
                ratio = own.random_s / own.cold_s
                yield Figure(f"{said}, ten random views", own.random_s, "cold", ratio, UNALIGNED)
                ratio = own.recoloured_s / own.cold_s
                yield Figure(f"{said}, other colours", own.recoloured_s, "cold", ratio, UNALIGNED)


def _open(shown: Any, layer: Any) -> None:
    shown.set_layers([layer])
    shown.zoom_to(layer.bounds, 0.03)
