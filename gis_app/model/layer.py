"""A layer: a feature type and a table of features by fid, with what is known about where they came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gis_app.catalogue.feature_type import FeatureType
from gis_app.model.completeness import Completeness

GEOMETRY = "geometry"
"""The column that holds shapely geometries in the project's reference system."""


@dataclass(frozen=True)
class Source:
    """One delivered file behind a layer, and what was decided about it.

    ``sha256`` is of the main file, ``crs`` what the file was taken to be in and ``operation`` how it came
    from there to the project's reference system; ``unreadable`` counts, by field id, values that are there
    and could not be read.
    """

    path: str
    sha256: str
    layer_name: str = ""
    encoding: str = ""
    encoding_basis: str = ""
    crs: str = ""
    crs_basis: str = ""
    operation: str = ""
    scheme: str = ""
    scheme_basis: str = ""
    source: str = ""
    source_date: date | None = None
    period: str = ""
    declared_count: int = 0
    used_count: int = 0
    unreadable: tuple[tuple[str, int], ...] = ()
    cgcs2000: bool | None = None


@dataclass
class Layer:
    """Features of one type.

    ``frame`` is a GeoDataFrame indexed by ``fid`` (int64, ours, never reused), its column ``geometry`` in
    the project's reference system; a plain DataFrame where the type has no geometry (``feature_frame``
    makes both). ``scheme`` is the id of the code list in which the type's class field is written, None
    while undecided.
    """

    id: str
    feature_type: FeatureType
    frame: pd.DataFrame
    completeness: Completeness = field(default_factory=Completeness)
    scheme: str | None = None
    sources: tuple[Source, ...] = ()
    _tree: shapely.STRtree | None = field(default=None, repr=False, compare=False)
    _tree_fids: NDArray[np.int64] | None = field(default=None, repr=False, compare=False)
    _changed: set[int] = field(default_factory=set, repr=False, compare=False)

    @property
    def fids(self) -> NDArray[np.int64]:
        """All feature ids, in the order of the table."""
        return self.frame.index.to_numpy(dtype=np.int64)

    @property
    def geometry(self) -> NDArray[Any]:
        """All geometries (n,), in the order of ``fids``; empty array for a table without geometry."""
        if GEOMETRY not in self.frame:
            return np.empty(0, dtype=object)
        return np.asarray(self.frame[GEOMETRY].to_numpy(dtype=object))

    def has(self, column: str) -> bool:
        """Whether the delivery brought this column."""
        return column in self.frame.columns

    def rows(self, fids: Iterable[int] | None, columns: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Columns of some features as plain arrays, None where nothing is entered.

        ``fids`` None means all. A column that the layer does not have raises KeyError.
        """
        frame = self.frame if fids is None else self.frame.loc[list(fids)]
        return {column: _plain(frame[column]) for column in columns}

    def near(self, bounds: tuple[float, float, float, float]) -> NDArray[np.int64]:
        """Ids of features whose bounds meet ``bounds`` (xmin, ymin, xmax, ymax in project coordinates)."""
        if GEOMETRY not in self.frame:
            return np.empty(0, dtype=np.int64)
        box = shapely.box(*bounds)
        tree, tree_fids = self._index()
        found = {int(fid) for fid in tree_fids[tree.query(box)]} - self._changed
        alive = [fid for fid in self._changed if fid in self.frame.index]
        if alive:
            geometry = self.frame.loc[alive, GEOMETRY].to_numpy(dtype=object)
            hits = np.flatnonzero(shapely.intersects(shapely.box(*shapely.bounds(geometry).T), box))
            found.update(alive[int(position)] for position in hits)
        return np.fromiter(sorted(found), dtype=np.int64)

    def mark_changed(self, fids: Iterable[int]) -> None:
        """Rows that the index of the layer as loaded no longer knows rightly."""
        self._changed.update(fids)
        if len(self._changed) > max(1000, len(self.frame) // 10):
            self._tree = None

    def _index(self) -> tuple[shapely.STRtree, NDArray[np.int64]]:
        if self._tree is None or self._tree_fids is None:
            self._tree_fids = self.fids
            self._tree = shapely.STRtree(self.geometry)
            self._changed.clear()
        return self._tree, self._tree_fids


def feature_frame(
    fids: Sequence[int] | NDArray[np.int64],
    columns: Mapping[str, Sequence[Any] | NDArray[Any]],
    geometry: Sequence[Any] | NDArray[Any] | None,
    crs: CRS | None,
) -> pd.DataFrame:
    """A layer's table: indexed by ``fid``, numbers as numpy types.

    Everything else as objects with None for missing.

    Parameters
    ----------
    fids
        Feature ids (n,).
    columns
        Column id → values (n,).
    geometry
        Shapely geometries (n,) in ``crs``; None for a type without geometry, which gives a plain DataFrame.
    """
    index = pd.Index(np.asarray(fids, dtype=np.int64), name="fid")
    data = {column: _series(values, index) for column, values in columns.items()}
    if geometry is None:
        return pd.DataFrame(data, index=index)
    shapes = gpd.GeoSeries(np.asarray(geometry, dtype=object), index=index, crs=crs)
    return gpd.GeoDataFrame({**data, GEOMETRY: shapes}, index=index, geometry=GEOMETRY, crs=crs)


def _series(values: Sequence[Any] | NDArray[Any], index: pd.Index[Any]) -> pd.Series[Any]:
    array = np.asarray(values) if isinstance(values, np.ndarray) else np.asarray(values, dtype=object)
    if array.dtype.kind in "iuf":
        return pd.Series(array, index=index)
    return pd.Series(array.astype(object), index=index, dtype=object)


def _plain(column: pd.Series[Any]) -> NDArray[Any]:
    """The column as an array; missing values of text, dates and booleans are None, of floats NaN."""
    if column.dtype.kind in "iuf" and isinstance(column.dtype, np.dtype):
        return column.to_numpy()
    values = column.to_numpy(dtype=object)
    missing = column.isna().to_numpy()
    if missing.any():
        values = values.copy()
        values[missing] = None
    return np.asarray(values)
