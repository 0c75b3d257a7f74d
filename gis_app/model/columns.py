"""A layer's columns as they were read: answers what a map and a card ask, and makes the frame when asked."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # a map is shown before tables are imported
    import pandas as pd
    from pyproj import CRS

GEOMETRY = "geometry"
"""The column that holds shapely geometries in the project's reference system."""


class Columns:
    """What a frame is made of.

    Parameters
    ----------
    fids : array of int64, shape (n,)
    values : Mapping[str, NDArray]
        Column id → values (n,). Numbers stay as they are, everything else becomes objects with None for
        missing.
    geometry : array of shapely geometries, shape (n,), or None
        In ``crs``; None for a type without geometry.
    """

    def __init__(
        self,
        fids: NDArray[np.int64],
        values: Mapping[str, Sequence[Any] | NDArray[Any]],
        geometry: NDArray[Any] | None,
        crs: CRS | None,
    ) -> None:
        self.fids = np.asarray(fids, dtype=np.int64)
        self.crs = crs
        self._values = {name: _plain(column) for name, column in values.items()}
        self._spatial = geometry is not None
        if geometry is not None:
            self._values[GEOMETRY] = np.asarray(geometry, dtype=object)
        self._frame: pd.DataFrame | None = None
        self._making = threading.Lock()

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.fids)

    @cached_property
    def ascending(self) -> bool:
        """Whether the ids are sorted."""
        return bool((self.fids[1:] > self.fids[:-1]).all())

    @property
    def names(self) -> list[str]:
        """Names of the columns, geometry last."""
        return list(self._values)

    def column(self, name: str) -> NDArray[Any]:
        """One column of all rows; KeyError where there is none of the name."""
        return self._values[name]

    def frame(self) -> pd.DataFrame:
        """The same as a frame, made once."""
        with self._making:
            if self._frame is None:
                from gis_app.model.layer import feature_frame

                own = {name: column for name, column in self._values.items() if name != GEOMETRY}
                self._frame = feature_frame(self.fids, own, self._values.get(GEOMETRY), self.crs)
            return self._frame


def _plain(values: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
    array = np.asarray(values) if isinstance(values, np.ndarray) else np.asarray(values, dtype=object)
    if array.dtype.kind in "iuf":
        return array
    objects = array.astype(object)
    missing = np.array([value is None or value != value for value in objects.tolist()], dtype=bool)
    objects[missing] = None
    return objects
