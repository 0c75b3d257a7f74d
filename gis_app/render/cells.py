"""Which features lie where: found without looking at all of them; no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_app.render.view import Bounds

EACH = 16
"""Features in a cell, on average."""
LARGE = 4.0
"""What is larger than so many cells is looked at every time."""


@dataclass(frozen=True)
class Cells:
    """Features by the cell of a grid that their middle lies in.

    Attributes
    ----------
    corner, size
        South-west corner of the grid and the length of a cell, metres.
    shape
        Rows and columns.
    order, starts
        Features by cell, row after row from the south; (cells + 1,) where each cell begins.
    large
        Features that reach beyond the cells around their own.
    around_m
        How far the others reach from their middle.
    """

    corner: tuple[float, float]
    size: float
    shape: tuple[int, int]
    order: NDArray[np.int32]
    starts: NDArray[np.int64]
    large: NDArray[np.int32]
    around_m: float

    def near(self, bounds: Bounds) -> NDArray[np.int64]:
        """Give the features, ascending, whose bounds may meet ``bounds`` (metres), and perhaps a few more."""
        rows, columns = self.shape
        west, south = (int(np.floor(v)) for v in self._cell(bounds[0], bounds[1], -self.around_m))
        east, north = (int(np.floor(v)) for v in self._cell(bounds[2], bounds[3], self.around_m))
        west, south = max(0, west), max(0, south)
        east, north = min(columns - 1, east), min(rows - 1, north)
        if west == 0 and south == 0 and east == columns - 1 and north == rows - 1:
            return np.arange(len(self.order) + len(self.large), dtype=np.int64)
        found = [self.large]
        if west <= east:
            for row in range(south, north + 1):
                first = row * columns
                found.append(self.order[self.starts[first + west] : self.starts[first + east + 1]])
        return np.sort(np.concatenate(found)).astype(np.int64)

    def _cell(self, x: float, y: float, away: float) -> tuple[float, float]:
        return (x + away - self.corner[0]) / self.size, (y + away - self.corner[1]) / self.size


def cells(bounds: NDArray[np.float64]) -> Cells:
    """Sort features by their bounds (f, 4), metres."""
    count = len(bounds)
    west, south = bounds[:, :2].min(axis=0).tolist() if count else (0.0, 0.0)
    east, north = bounds[:, 2:].max(axis=0).tolist() if count else (1.0, 1.0)
    wide, high = max(east - west, 1e-6), max(north - south, 1e-6)
    size = max(np.sqrt(wide * high * EACH / max(count, 1)), max(wide, high) / 2048.0)
    rows, columns = int(high / size) + 1, int(wide / size) + 1
    extent = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    is_large = extent > LARGE * size
    column = (((bounds[:, 0] + bounds[:, 2]) / 2.0 - west) / size).astype(np.int32)
    row = (((bounds[:, 1] + bounds[:, 3]) / 2.0 - south) / size).astype(np.int32)
    number = np.where(is_large, rows * columns, row * columns + column)
    order = np.argsort(number, kind="stable").astype(np.int32)
    small = count - int(is_large.sum())
    starts = np.concatenate([[0], np.cumsum(np.bincount(number, minlength=rows * columns + 1)[:-1])])
    around_m = float(extent[~is_large].max() / 2.0) if small else 0.0
    return Cells(
        (west, south),
        float(size),
        (rows, columns),
        order[:small],
        starts.astype(np.int64),
        order[small:],
        around_m,
    )
