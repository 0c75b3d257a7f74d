"""What lies under the pointer, and what it snaps to, among 1 000 000 parcels; how soon after opening."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import shapely

from gis_app.geometry.snap import snap
from gis_app.geometry.trace import Network
from gis_app.model import Layer
from tests.benchmarks.bench_edit import LAYER, park
from tests.benchmarks.coverage import geometry
from tests.benchmarks.figure import REFERENCE_S, Figure, calibration_s, median_s

MANY, VIEW = 1_000_000, 100_000
HIT_S, READY_S, TRACE_S = 0.002, 0.2, 0.05
REACH_M = 3.0
TIMES = 200


def figures() -> Iterator[Figure]:
    """Measure one place each, as the pointer asks for it while it moves."""
    machine_s = calibration_s()
    side = int(MANY**0.5)
    x, y = (axis.ravel() * 20.0 for axis in np.meshgrid(np.arange(side), np.arange(side)))
    many = park(shapely.box(x, y, x + 20.0, y + 20.0), 2).layers[LAYER]
    many.near((0.0, 0.0, 1.0, 1.0))
    places = np.random.default_rng(3).uniform(0.0, side * 20.0, (TIMES, 2))
    for name, look in (("what is under the pointer", _hit), ("what it snaps to", _snapped)):
        taken = median_s(lambda look=look: [look(many, *place) for place in places]) / TIMES  # type: ignore[misc]
        yield _figure(f"{name}, among {MANY} parcels", taken, machine_s, HIT_S)
    shapes = geometry(VIEW)
    view = park(shapes, 2).layers[LAYER]
    place = shapely.get_coordinates(shapes[len(shapes) // 2])[0]
    start = time.perf_counter()
    _snapped(view, *place)
    taken = time.perf_counter() - start
    yield _figure(f"first snapping in a view of {VIEW} parcels", taken, machine_s, READY_S)
    middle = shapely.points(place)
    near = shapes[np.argsort(shapely.distance(shapes, middle))[:2_000]]
    network = Network(near.tolist())
    ends = network.points[np.random.default_rng(4).integers(0, len(network.points), (40, 2))]
    taken = median_s(lambda: [network.way(tuple(one), tuple(other)) for one, other in ends]) / len(ends)
    yield _figure("a way traced among 2 000 neighbours", taken, machine_s, TRACE_S)


def _figure(name: str, seconds: float, machine_s: float, limit_s: float) -> Figure:
    return Figure(name, seconds, "calibration", seconds / machine_s, limit_s / REFERENCE_S)


def _hit(layer: Layer, x: float, y: float) -> int:
    fids = layer.near((x - REACH_M, y - REACH_M, x + REACH_M, y + REACH_M))
    return int(shapely.dwithin(layer.shapes(fids.tolist()), shapely.Point(x, y), REACH_M).sum())


def _snapped(layer: Layer, x: float, y: float) -> object:
    far = 4.0 * REACH_M
    fids = layer.near((x - far, y - far, x + far, y + far))
    return snap((x, y), [*layer.shapes(fids.tolist())], REACH_M, (x + 40.0, y))
