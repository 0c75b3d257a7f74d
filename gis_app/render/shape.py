"""Geometries as columns: coordinates and offsets instead of one object per feature; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.geometry.packed import Packed, Ragged
from gis_app.render.cells import Cells, cells
from gis_app.render.seams import Seams, find
from gis_app.render.view import Bounds, View

Kind = Literal["point", "line", "polygon"]
KINDS: tuple[Kind, ...] = ("polygon", "line", "point")
_DIMENSION: dict[Kind, int] = {"point": 0, "line": 1, "polygon": 2}
_OF_DIMENSION: dict[int, Kind] = {dimension: kind for kind, dimension in _DIMENSION.items()}

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Shapes:
    """Features of one kind.

    Attributes
    ----------
    kind
        What all of them are.
    coords
        (n, 2), metres in the project's reference system.
    rings
        (r + 1,): ring (line, point) i has the coordinates ``rings[i]:rings[i + 1]``.
    parts
        (p + 1,): part (polygon with its holes) i has the rings ``parts[i]:parts[i + 1]``.
    features
        (f + 1,): feature i has the parts ``features[i]:features[i + 1]``.
    """

    kind: Kind
    coords: NDArray[np.float64]
    rings: Ids
    parts: Ids
    features: Ids

    def __len__(self) -> int:
        return len(self.features) - 1

    @cached_property
    def bounds(self) -> NDArray[np.float64]:
        """Bounds of each feature (f, 4), found once, stored by column."""
        found = np.empty((len(self), 4), order="F")
        if len(self):
            starts = self.rings[self.parts[self.features[:-1]]]
            for axis in (0, 1):
                values = np.ascontiguousarray(self.coords[:, axis])
                found[:, axis] = np.minimum.reduceat(values, starts)
                found[:, axis + 2] = np.maximum.reduceat(values, starts)
        return found

    @cached_property
    def shells(self) -> Ids:
        """(f + 1,): feature i has the rings ``shells[i]:shells[i + 1]``."""
        return np.ascontiguousarray(self.parts[self.features])

    @cached_property
    def longest(self) -> int:
        """Points of the longest ring."""
        return int(np.diff(self.rings).max(initial=2))

    @cached_property
    def cells(self) -> Cells:
        """Where the features lie."""
        return cells(self.bounds)

    @cached_property
    def seams(self) -> Seams:
        """Where its features meet, found once; only for polygons, and not while somebody waits."""
        return find(self)

    @property
    def known_seams(self) -> Seams | None:
        """The seams, where somebody has looked for them."""
        return self.__dict__.get("seams")

    def ring_spans(self, feature: int) -> tuple[int, int]:
        """Rings of a feature: first, and first no longer."""
        return (int(self.parts[self.features[feature]]), int(self.parts[self.features[feature + 1]]))

    def seen(self, bounds: Bounds, around_m: float = 0.0) -> NDArray[np.bool_]:
        """Whether each feature's bounds meet ``bounds`` widened by ``around_m`` (f,)."""
        own = self.bounds
        west, south, east, north = bounds
        seen = (own[:, 0] <= east + around_m) & (own[:, 2] >= west - around_m)
        return np.asarray(seen & (own[:, 1] <= north + around_m) & (own[:, 3] >= south - around_m))

    def geometry(self, chosen: NDArray[np.bool_], view: View | None = None) -> NDArray[Any]:
        """Shapely geometries of the chosen features, in pixels of a view when one is given."""
        coords = self.coords if view is None else view.to_px(self.coords)
        offsets = {
            "polygon": (self.rings, self.parts, self.features),
            "line": (self.rings, self.features),
            "point": (self.features,),
        }
        types = {
            "polygon": shapely.GeometryType.MULTIPOLYGON,
            "line": shapely.GeometryType.MULTILINESTRING,
            "point": shapely.GeometryType.MULTIPOINT,
        }
        every = shapely.from_ragged_array(types[self.kind], coords, offsets[self.kind])
        return np.asarray(every)[chosen]


def columns(kind: Kind, geometry: NDArray[Any] | Packed) -> Shapes:
    """Turn geometries of one kind (points, lines or polygons, single or multi) into columns.

    Rings are turned so that holes run against their shells: a fill by winding then leaves holes open and,
    other than odd-even, does not leave overlapping neighbours open. Of bytes no objects are made.
    """
    if isinstance(geometry, Packed):
        if geometry.ragged is not None:
            return _of_ragged(kind, geometry.ragged)
        geometry = geometry.shapes()
    flat = shapely.force_2d(geometry)
    if kind == "polygon":
        flat = shapely.orient_polygons(flat)
    type_, coords, offsets = shapely.to_ragged_array(np.append(flat, _multi(kind)))
    named = [np.asarray(offset, dtype=np.int64) for offset in offsets]
    count = len(geometry)
    features = named[-1][: count + 1]
    parts = named[-2] if kind == "polygon" else np.arange(features[-1] + 1, dtype=np.int64)
    rings = named[0] if kind != "point" else np.arange(features[-1] + 1, dtype=np.int64)
    assert type_ is not None
    parts = parts[: features[-1] + 1]
    rings = rings[: parts[-1] + 1]
    made = Shapes(kind, np.ascontiguousarray(coords[: rings[-1]], dtype=np.float64), rings, parts, features)
    _ = made.bounds  # found here, where things may take time, and not where they are drawn
    return made


def _of_ragged(kind: Kind, ragged: Ragged) -> Shapes:
    made = Shapes(kind, ragged.coords, ragged.rings, ragged.parts, ragged.features)
    made.__dict__["bounds"] = np.asfortranarray(ragged.bounds)  # found already
    return made


def split_kinds(geometry: NDArray[Any] | Packed) -> dict[Kind, NDArray[np.bool_]]:
    """Which geometries (n,) are of which kind; missing, empty, not finite and mixed ones are of none."""
    if isinstance(geometry, Packed):
        if geometry.ragged is not None:
            drawn = geometry.ragged.kind
            each = {kind: drawn == dimension for kind, dimension in _DIMENSION.items()}
            return {kind: each[kind] for kind in KINDS if each[kind].any()}
        geometry = geometry.shapes()
    usable = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    usable &= np.isfinite(shapely.bounds(geometry)).all(axis=1)
    mixture = shapely.get_type_id(geometry) == shapely.GeometryType.GEOMETRYCOLLECTION
    dimension = shapely.get_dimensions(geometry)
    found = {kind: usable & ~mixture & (dimension == _DIMENSION[kind]) for kind in KINDS}
    return {kind: chosen for kind, chosen in found.items() if chosen.any()}


def _multi(kind: Kind) -> Any:
    """A multi-part geometry, so that the columns have the same depth whether or not the data has one."""
    points = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]
    if kind == "polygon":
        return shapely.MultiPolygon([shapely.Polygon(points)])
    return shapely.MultiLineString([points]) if kind == "line" else shapely.MultiPoint(points)
