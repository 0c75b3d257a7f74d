"""Picture tiles of several zooms, one twice as fine as the one before: any window from the nearest."""

from __future__ import annotations

import math

import numpy as np

from gis_app.formats.grid import Pixels, Window, overlap

MOST_TILES = 100
"""A picture that needs more tiles than that is left empty: there is no coarser zoom."""


class Pyramid:
    """What MBTiles and tile services have in common; its pixels are those of its finest zoom."""

    _side: int
    _zooms: tuple[int, int]

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of the whole world at the finest zoom."""
        raise NotImplementedError

    def _tile(self, zoom: int, column: int, row: int) -> Pixels | None:
        """Give one tile, rows counted from the north; None where there is none."""
        raise NotImplementedError

    def _expect(self, zoom: int, first: tuple[int, int], last: tuple[int, int]) -> None:
        """Be told which tiles will be asked for."""

    def picture(self, window: Window, shape: tuple[int, int]) -> Pixels:
        """Give a window in any size, from the zoom that comes nearest; transparent where there is nothing."""
        out: Pixels = np.zeros((*shape, 4), dtype=np.uint8)
        found = overlap(window, shape, self.size)
        if found is None:
            return out
        own, rows, columns = found
        step = (own[2] - own[0]) / max(1, columns.stop - columns.start)
        zoom = self._zooms[1] - max(0, math.floor(math.log2(max(step, 1.0)) + 0.4))
        zoom = max(zoom, self._zooms[0])
        less = 2.0 ** (self._zooms[1] - zoom)
        there = tuple(each / less for each in own)
        first = int(there[0] // self._side), int(there[1] // self._side)
        last = math.ceil(there[2] / self._side), math.ceil(there[3] / self._side)
        if (last[0] - first[0]) * (last[1] - first[1]) > MOST_TILES:
            return out
        self._expect(zoom, first, last)
        whole = self._together(zoom, first, last)
        corner = first[0] * self._side, first[1] * self._side
        size = rows.stop - rows.start, columns.stop - columns.start
        out[rows, columns] = _resized(whole, tuple(e - corner[i % 2] for i, e in enumerate(there)), size)
        return out

    def _together(self, zoom: int, first: tuple[int, int], last: tuple[int, int]) -> Pixels:
        side = self._side
        whole: Pixels = np.zeros(
            ((last[1] - first[1]) * side, (last[0] - first[0]) * side, 4), dtype=np.uint8
        )
        for column in range(*sorted((first[0], last[0]))):
            for row in range(first[1], last[1]):
                tile = self._tile(zoom, column, row)
                if tile is not None:
                    left, top = (column - first[0]) * side, (row - first[1]) * side
                    whole[top : top + side, left : left + side] = tile
        return whole


def _resized(whole: Pixels, window: tuple[float, ...], shape: tuple[int, int]) -> Pixels:
    """Give the nearest pixels of a window, each the mean of four where it is made smaller."""
    parts = []
    for shift in (0.25, 0.75):
        columns = window[0] + (np.arange(shape[1]) + shift) * (window[2] - window[0]) / shape[1]
        rows = window[1] + (np.arange(shape[0]) + shift) * (window[3] - window[1]) / shape[0]
        parts.append(
            (
                np.clip(columns.astype(int), 0, whole.shape[1] - 1),
                np.clip(rows.astype(int), 0, whole.shape[0] - 1),
            )
        )
    total = sum(whole[rows][:, columns].astype(np.uint16) for columns, _ in parts for _, rows in parts)
    return np.asarray((np.asarray(total) + 2) // 4, dtype=np.uint8)
