"""The geometries of a table: objects where they were asked for or written, bytes as read where not."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.geometry.packed import Packed

Places = NDArray[np.int64]


class Geometries:
    """Geometries (n,) by place.

    Parameters
    ----------
    given : array of shapely geometries, shape (n,), or Packed
        Of packed ones only those that are asked for become objects.
    """

    def __init__(self, given: NDArray[Any] | Packed) -> None:
        self._read = given if isinstance(given, Packed) else None
        self._waiting: NDArray[np.bool_] | None = None
        """Which are not objects yet; None when all are."""
        if isinstance(given, Packed):
            self._waiting = np.ones(len(given), dtype=bool)
            given = np.full(len(given), None, dtype=object)
        self._objects = np.asarray(given, dtype=object)
        self._moved: set[int] = set()
        """Places of those that are no more what was read."""
        self._lent = False
        self._making = threading.RLock()

    def __len__(self) -> int:
        """How many there are."""
        return len(self._objects)

    def whole(self) -> NDArray[Any]:
        """All of them as objects."""
        with self._making:
            if self._waiting is not None:
                self._make(np.flatnonzero(self._waiting))
                self._waiting = None
            return self._objects

    def some(self, places: Places) -> NDArray[Any]:
        """Those at ``places`` as objects."""
        with self._making:
            if self._waiting is not None:
                self._make(places[self._waiting[places]])
            return self._objects[places]

    @property
    def packed(self) -> Packed | None:
        """All of them as bytes; None where they came as objects."""
        with self._making:
            if self._read is not None and self._moved:
                places = np.array(sorted(self._moved), dtype=np.int64)
                self._read = self._read.replaced(places, _wkb(self._objects[places]))
                self._moved = set()
            return self._read

    def bounds(self) -> NDArray[np.float64]:
        """Bounds of all (n, 4), NaN where there is none."""
        packed = self.packed
        return np.asarray(shapely.bounds(self._objects)).reshape(-1, 4) if packed is None else packed.bounds

    def put(self, places: Places, shapes: NDArray[Any]) -> None:
        """Replace those at ``places``."""
        with self._making:
            if self._lent:
                self._objects = self._objects.copy()
                self._waiting = None if self._waiting is None else self._waiting.copy()
                self._lent = False
            self._objects[places] = shapes
            if self._waiting is not None:
                self._waiting[places] = False
            if self._read is not None:
                self._moved.update(places.tolist())

    def branch(self) -> Geometries:
        """Others that start from these; nothing is copied before one of the two is written."""
        with self._making:
            other = Geometries.__new__(Geometries)
            other._read, other._waiting, other._objects = self._read, self._waiting, self._objects
            other._moved, other._making = set(self._moved), threading.RLock()
            self._lent = other._lent = True
            return other

    def taken(self, kept: Places, late: NDArray[Any], order: Places | None) -> Geometries:
        """Those at ``kept`` and ``late`` behind them, in an order."""
        packed = self.packed
        if packed is None:
            whole = np.concatenate((self._objects[kept], late))
            return Geometries(whole if order is None else whole[order])
        with self._making:
            waiting = np.zeros(len(self), dtype=bool) if self._waiting is None else self._waiting
            made = Geometries(packed[kept].followed_by(_wkb(late)))
            made._objects = np.concatenate((self._objects[kept], late))
            made._waiting = np.concatenate((waiting[kept], np.zeros(len(late), dtype=bool)))
        if order is not None and made._read is not None:
            made._read, made._objects = made._read[order], made._objects[order]
            made._waiting = made._waiting[order]
        return made

    def _make(self, places: Places) -> None:
        if not len(places) or self._read is None or self._waiting is None:
            return
        if self._lent:  # a branch makes its own when it needs them
            self._objects, self._waiting, self._lent = self._objects.copy(), self._waiting.copy(), False
        self._objects[places] = self._read.shapes(places)
        self._waiting[places] = False


def _wkb(shapes: NDArray[Any]) -> list[bytes | None]:
    return list(shapely.to_wkb(shapes, flavor="iso", byte_order=1)) if len(shapes) else []
