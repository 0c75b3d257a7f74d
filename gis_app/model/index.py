"""Where features are: the bounds of the rows as loaded, in blocks, and of those changed since."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Fids = NDArray[np.int64]

_FIRST_ROOM = 64
_MOST_CHANGED = 2_000
"""With more features beside the blocks each look would notice them."""
_EACH = 32
"""Features in a block."""


class FeatureIndex:
    """Finds features by their bounds; a changed row costs one entry in a short list, never a new index.

    Parameters
    ----------
    fids : array of int64, shape (n,)
    bounds : array, shape (n, 4)
        xmin, ymin, xmax, ymax in the project's reference system; rows that are not finite are never found.
    """

    def __init__(self, fids: Fids, bounds: Floats) -> None:
        self._blocks = _Blocks(fids, bounds)
        self._places: dict[int, int] = {}
        self._bounds: Floats = np.full((_FIRST_ROOM, 4), np.nan)
        self._changed: Fids = np.zeros(_FIRST_ROOM, dtype=np.int64)

    @property
    def worn(self) -> bool:
        """Whether so much has changed that a new index is worth its time."""
        return len(self._places) > max(_MOST_CHANGED, len(self._blocks.fids) // 50)

    def renewed(self) -> FeatureIndex:
        """The same with all of it in blocks; of no geometry are the bounds looked for again."""
        blocks, count = self._blocks, len(self._places)
        stays = ~np.isin(blocks.fids, self._changed[:count])
        fids = np.concatenate((blocks.fids[stays], self._changed[:count]))
        return FeatureIndex(fids, np.concatenate((blocks.bounds[stays], self._bounds[:count])))

    def branch(self) -> FeatureIndex:
        """Another index that starts from this one: the blocks are shared, the short list its own."""
        other = FeatureIndex.__new__(FeatureIndex)
        other._blocks = self._blocks
        other._places = dict(self._places)
        other._bounds, other._changed = self._bounds.copy(), self._changed.copy()
        return other

    def near(self, bounds: tuple[float, float, float, float]) -> Fids:
        """Ids of features whose bounds meet ``bounds``, ascending."""
        found = self._blocks.near(bounds)
        count = len(self._places)
        if not count:
            return np.sort(found)
        if len(found):
            found = found[[fid not in self._places for fid in found.tolist()]]
        late = self._changed[:count][_meet(self._bounds[:count], bounds)]
        return np.sort(np.concatenate((found, late)))

    def put(self, fids: Iterable[int], geometry: NDArray[np.object_]) -> None:
        """Features that came or moved, with their geometries (k,)."""
        for fid, bounds in zip(fids, shapely.bounds(geometry), strict=True):
            place = self._place(fid)
            self._bounds[place] = bounds

    def drop(self, fids: Iterable[int]) -> None:
        """Features that are gone."""
        for fid in fids:
            place = self._place(fid)
            self._bounds[place] = np.nan

    def _place(self, fid: int) -> int:
        place = self._places.setdefault(fid, len(self._places))
        if place == len(self._changed):
            self._bounds = np.concatenate((self._bounds, np.full_like(self._bounds, np.nan)))
            self._changed = np.concatenate((self._changed, np.zeros_like(self._changed)))
        self._changed[place] = fid
        return place


class _Blocks:
    """Features that lie together, a few in a block: most blocks are passed over by their own bounds."""

    def __init__(self, fids: Fids, bounds: Floats) -> None:
        full = np.isfinite(bounds).all(axis=1)
        fids, bounds = (fids, bounds) if full.all() else (fids[full], bounds[full])
        order = np.argsort(_cells(bounds), kind="stable")
        self.fids, self.bounds = fids[order], bounds[order]
        starts = np.arange(0, len(fids), _EACH)
        self._around = np.empty((len(starts), 4))
        if len(starts):
            for axis, furthest in enumerate((np.minimum, np.minimum, np.maximum, np.maximum)):
                self._around[:, axis] = furthest.reduceat(self.bounds[:, axis], starts)

    def near(self, bounds: tuple[float, float, float, float]) -> Fids:
        blocks = np.flatnonzero(_meet(self._around, bounds))
        places = (blocks[:, None] * _EACH + np.arange(_EACH)).ravel()
        if len(places) and places[-1] >= len(self.fids):
            places = places[places < len(self.fids)]
        return np.asarray(self.fids[places[_meet(self.bounds[places], bounds)]])


def _cells(bounds: Floats) -> NDArray[np.int64]:
    """The number of the cell in which the middle of each lies, row after row."""
    if not len(bounds):
        return np.empty(0, dtype=np.int64)
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2.0
    corner, far = middle.min(axis=0), middle.max(axis=0)
    side = max(1, round((len(bounds) / _EACH) ** 0.5))
    cell = ((middle - corner) / np.maximum(far - corner, 1e-9) * (side - 1e-9)).astype(np.int64)
    return np.asarray(cell[:, 1] * side + cell[:, 0])


def _meet(own: Floats, bounds: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    x0, y0, x1, y1 = bounds
    return np.asarray((own[:, 0] <= x1) & (own[:, 2] >= x0) & (own[:, 1] <= y1) & (own[:, 3] >= y0))
