"""Tracing along boundaries that are there: from the vertex drawn last to what the pointer snaps to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gis_app.geometry.trace import Network
from gis_app.ui.editing.sketch import Point

if TYPE_CHECKING:
    from gis_app.ui.editing.bench import Bench

MOST_TRACED = 8_000
"""Among more features than these nothing is traced: one draws nearer."""
LEAST_REACH_M = 100.0
Box = tuple[float, float, float, float]


class Tracing:
    """Boundaries around the sketch, looked up once and kept until the pointer leaves their ground."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.is_on = False
        self._box: Box | None = None
        self._network: Network | None = None
        self._asked: tuple[Point, Point] | None = None
        self._way: list[Point] | None = None
        self._free_at = 0.0
        bench.changed.connect(self.forget)

    def forget(self) -> None:
        """Look the boundaries up anew: something was changed."""
        self._box, self._network, self._asked = None, None, None

    def way(self, start: Point | None, end: Point, *, now: bool = False) -> list[Point]:
        """Give the vertices from ``start`` to ``end`` along boundaries, ``end`` too; ``end`` alone for none.

        A moving pointer is answered with the way before where the last one took long; ``now`` waits.
        """
        if not self.is_on or start is None:
            return [end]
        if self._asked != (start, end) and (now or time.monotonic() >= self._free_at):
            began = time.monotonic()
            network = self._around(start, end)
            self._asked = (start, end)
            self._way = None if network is None else network.way(start, end)
            self._free_at = time.monotonic() + 2.0 * (time.monotonic() - began)
        return self._way if self._way is not None and self._asked == (start, end) else [end]

    def _around(self, start: Point, end: Point) -> Network | None:
        (x0, x1), (y0, y1) = sorted((start[0], end[0])), sorted((start[1], end[1]))
        box = self._box
        if box is None or not (box[0] <= x0 and box[1] <= y0 and x1 <= box[2] and y1 <= box[3]):
            reach = max(LEAST_REACH_M, x1 - x0, y1 - y0)
            self._box = (x0 - reach, y0 - reach, x1 + reach, y1 + reach)
            shapes, _ = self.bench.around(self._box, MOST_TRACED)
            self._network = Network(shapes) if len(shapes) < MOST_TRACED else None
        return self._network
