"""Where features are: one tree of the rows as loaded, and the bounds of those changed since."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Fids = NDArray[np.int64]

_FIRST_ROOM = 64


class FeatureIndex:
    """Finds features by their bounds; a changed row costs one entry in a short list, never a new tree.

    Parameters
    ----------
    fids : array of int64, shape (n,)
    geometry : array of shapely geometries, shape (n,)
        In the project's reference system; missing ones are never found.
    """

    def __init__(self, fids: Fids, geometry: NDArray[np.object_]) -> None:
        self._fids = fids
        self._tree = shapely.STRtree(geometry)
        self._places: dict[int, int] = {}
        self._bounds: Floats = np.full((_FIRST_ROOM, 4), np.nan)
        self._changed: Fids = np.zeros(_FIRST_ROOM, dtype=np.int64)

    @property
    def worn(self) -> bool:
        """Whether so much has changed that a new tree is worth its time."""
        return len(self._places) > max(20_000, len(self._fids) // 2)

    def branch(self) -> FeatureIndex:
        """Another index that starts from this one: the tree is shared, the short list its own."""
        other = FeatureIndex.__new__(FeatureIndex)
        other._fids, other._tree = self._fids, self._tree
        other._places = dict(self._places)
        other._bounds, other._changed = self._bounds.copy(), self._changed.copy()
        return other

    def near(self, bounds: tuple[float, float, float, float]) -> Fids:
        """Ids of features whose bounds meet ``bounds``, ascending."""
        found = self._fids[self._tree.query(shapely.box(*bounds))]
        count = len(self._places)
        if not count:
            return np.sort(found)
        if len(found):
            found = found[[fid not in self._places for fid in found.tolist()]]
        late = self._bounds[:count]
        x0, y0, x1, y1 = bounds
        meets = (late[:, 0] <= x1) & (late[:, 2] >= x0) & (late[:, 1] <= y1) & (late[:, 3] >= y0)
        return np.sort(np.concatenate((found, self._changed[:count][meets])))

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
