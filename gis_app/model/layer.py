"""A layer: a feature type and a table of features by fid, with what is known about where they came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Never, overload

import numpy as np
from numpy.typing import NDArray

from gis_app.catalogue.feature_type import FeatureType
from gis_app.model.columns import GEOMETRY, Columns, Later
from gis_app.model.completeness import Completeness
from gis_app.model.part import Part
from gis_app.model.table import Table

if TYPE_CHECKING:  # a map is shown before tables are imported
    import pandas as pd
    from pyproj import CRS


NUMBER_FORMS = {"number": "float64", "integer": "float64"}
"""Field type → dtype of its column; objects for everything else."""


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


class _Frame:
    """The layer's frame as an attribute; reading it makes the whole table, setting it replaces the table."""

    @overload
    def __get__(self, layer: None, kind: type) -> Never: ...
    @overload
    def __get__(self, layer: Layer, kind: type) -> pd.DataFrame: ...
    def __get__(self, layer: Layer | None, kind: type) -> pd.DataFrame:
        if layer is None:
            raise AttributeError  # a dataclass field without a default
        return layer.table.frame

    def __set__(self, layer: Layer, frame: pd.DataFrame | Columns) -> None:
        layer.table = Table(frame)


@dataclass
class Layer:
    """Features of one type.

    ``frame`` is a GeoDataFrame indexed by ``fid`` (int64, ours, never reused, ascending), its column
    ``geometry`` in the project's reference system; a plain DataFrame where the type has no geometry
    (``feature_frame`` makes both). It is for formats and whole-layer work; edits, tools, checks and the
    renderer ask ``rows``, ``fids``, ``geometry`` and ``near``, which copy nothing. ``scheme`` is the id of
    the code list in which the type's class field is written, None while undecided. ``unlocked`` is the
    reason for which a statutory layer may be changed, empty while it may not.
    """

    id: str
    feature_type: FeatureType
    frame: _Frame = _Frame()
    completeness: Completeness = field(default_factory=Completeness)
    scheme: str | None = None
    sources: tuple[Source, ...] = ()
    unlocked: str = ""
    table: Table = field(init=False, repr=False, compare=False)

    @property
    def locked(self) -> bool:
        """Whether it is a statutory result that nobody has unlocked."""
        return self.feature_type.locked and not self.unlocked

    @property
    def fids(self) -> NDArray[np.int64]:
        """All feature ids, in the order of the table."""
        return self.table.fids

    @property
    def geometry(self) -> NDArray[Any]:
        """All geometries (n,), in the order of ``fids``; empty array for a table without geometry."""
        return self.table.column(GEOMETRY) if self.table.spatial else np.empty(0, dtype=object)

    def __len__(self) -> int:
        """Number of features."""
        return len(self.table)

    def __bool__(self) -> bool:
        """A layer is, however many features it has."""
        return True

    def has(self, column: str) -> bool:
        """Whether the delivery brought this column."""
        return column in self.table.columns

    def rows(self, fids: Iterable[int] | None, columns: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Columns of some features as plain arrays, None where nothing is entered.

        ``fids`` None means all. A column that the layer does not have raises KeyError.
        """
        chosen = None if fids is None else list(fids)
        return {column: self.table.column(column, chosen) for column in columns}

    def later(self, column: str) -> Later:
        """A whole column as it is now, made when it is asked for, whatever becomes of the layer."""
        return self.table.later(column)

    def shapes(self, fids: Iterable[int]) -> NDArray[Any]:
        """Geometries of some features (k,); KeyError where there is none of an id."""
        return self.table.column(GEOMETRY, fids)

    def near(self, bounds: tuple[float, float, float, float]) -> NDArray[np.int64]:
        """Ids of features whose bounds meet ``bounds`` (xmin, ymin, xmax, ymax in project coordinates)."""
        return self.table.near(bounds)

    def retag(self, crs: CRS | None) -> None:
        """Say in which reference system the coordinates are; they stay what they are."""
        if crs is not None and self.table.spatial:
            self.table.retag(crs)

    def branch(self) -> Layer:
        """Another layer that starts from this one and takes changes of its own; no frame is copied."""
        other = copy(self)
        other.table = self.table.branch()
        return other

    def still(self) -> Layer:
        """The layer as it is now, whatever becomes of this one; nothing is copied before one changes."""
        other = copy(self)
        other.table = self.table.still()
        return other

    def part(self, fids: Iterable[int]) -> Layer:
        """A layer of some of the features, to be looked at; nothing is copied before it is asked for."""
        other = copy(self)
        other.table = Part(self.table, fids)
        return other


def empty_layer(kind: FeatureType, crs: CRS | None) -> Layer:
    """A layer of a feature type without features yet; every field of the type has its column."""
    columns = {
        declared.id: np.empty(0, dtype=NUMBER_FORMS.get(declared.type, "object")) for declared in kind.fields
    }
    shapes = None if kind.geometry == "none" else np.empty(0, dtype=object)
    return Layer(kind.id, kind, feature_frame([], columns, shapes, crs))


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
    import geopandas as gpd
    import pandas as pd

    index = pd.Index(np.asarray(fids, dtype=np.int64), name="fid")
    data = {column: _series(values, index) for column, values in columns.items()}
    if geometry is None:
        return pd.DataFrame(data, index=index)
    shapes = gpd.GeoSeries(np.asarray(geometry, dtype=object), index=index, crs=crs)
    return gpd.GeoDataFrame({**data, GEOMETRY: shapes}, index=index, geometry=GEOMETRY, crs=crs)


def _series(values: Sequence[Any] | NDArray[Any], index: pd.Index[Any]) -> pd.Series[Any]:
    import pandas as pd

    array = np.asarray(values) if isinstance(values, np.ndarray) else np.asarray(values, dtype=object)
    if array.dtype.kind in "iuf":
        return pd.Series(array, index=index)
    return pd.Series(array.astype(object), index=index, dtype=object)
