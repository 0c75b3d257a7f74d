"""Polygonal results of GEOS operations: parts, leftovers dropped, and one robust way to call them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from gis_app.language import Message, Refused

Objects = NDArray[np.object_]
Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Overlay = Callable[..., Any]

POLYGON, MULTIPOLYGON, COLLECTION = 3, 6, 7
GRID_M = 1e-6  # far above the rounding of grid coordinates (5e-10 m), far below any survey
EMPTY = shapely.MultiPolygon()


def array_of(shapes: Iterable[BaseGeometry | None]) -> Objects:
    """Give shapes as an array (n,) of objects, also where there are none."""
    return np.array([None, *shapes], dtype=object)[1:]


def parts_of(geometry: BaseGeometry | Objects | None) -> tuple[Objects, Indices]:
    """Give the single polygons of one or many geometries, points and lines dropped.

    Returns
    -------
    parts : array of shapely Polygons
    owners : array of int
        Position in `geometry` that each part comes from.
    """
    shapes = np.atleast_1d(np.asarray(geometry, dtype=object)).ravel()
    owners = np.arange(len(shapes))
    while (np.isin(types := shapely.get_type_id(shapes), (MULTIPOLYGON, COLLECTION))).any():
        shapes, inside = shapely.get_parts(shapes, return_index=True)
        owners = owners[inside]
    kept = (types == POLYGON) & ~shapely.is_empty(shapes)
    return np.asarray(shapes[kept], dtype=object), np.asarray(owners[kept], dtype=np.int64)


def polygons_of(geometry: Objects) -> Objects:
    """Drop points and lines from an array; what has no polygon becomes an empty MultiPolygon."""
    result = np.array(geometry, dtype=object)
    types = shapely.get_type_id(result)
    result[~np.isin(types, (POLYGON, MULTIPOLYGON, COLLECTION))] = EMPTY
    for position in np.flatnonzero(types == COLLECTION):
        result[position] = shapely.MultiPolygon(list(parts_of(result[position])[0]))
    return result


def polygon_of(geometry: BaseGeometry) -> BaseGeometry:
    """Drop points and lines from one geometry."""
    kept: BaseGeometry = polygons_of(np.array([geometry], dtype=object))[0]
    return kept


def robust(operation: Overlay, one: Objects, other: Objects) -> Objects:
    """Intersect or subtract arrays pair by pair; where GEOS fails, once more on a grid of 1e-6 m.

    GEOS fails in two ways: it gives up, or it silently returns nothing for two outlines that agree but for
    the last bit of some coordinates. The second is seen by asking whether a point inside each of the pair is
    in the result as it should be.

    Parameters
    ----------
    operation : ``shapely.intersection`` or ``shapely.difference``
    one, other : arrays of valid polygons and multipolygons, of one shape

    Returns
    -------
    array of polygons and multipolygons, leftovers of lower dimension dropped

    Raises
    ------
    Refused
        A pair cannot be overlaid on the grid either: one of the two is invalid.
    """
    try:
        result = np.array(operation(one, other), dtype=object)
    except GEOSException:
        pairs = zip(one.tolist(), other.tolist(), strict=True)
        result = np.array([None, *(_pair(operation, *pair) for pair in pairs)], dtype=object)[1:]
    result = polygons_of(result)
    for position in np.flatnonzero(_false(operation, one, other, result)):
        result[position] = polygon_of(_pair_on_grid(operation, one[position], other[position]))
    return result


def _false(operation: Overlay, one: Objects, other: Objects, result: Objects) -> NDArray[np.bool_]:
    """Say which results miss, or wrongly hold, a point inside one of their two shapes."""
    false = np.zeros(len(result), dtype=bool)
    for points in (shapely.point_on_surface(one), shapely.point_on_surface(other)):
        first, second = shapely.intersects(one, points), shapely.intersects(other, points)
        expected = first & ~second if operation is shapely.difference else first & second
        false |= (expected != shapely.intersects(result, points)) & ~shapely.is_missing(points)
    return false


def _pair(operation: Overlay, one: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    try:
        return cast(BaseGeometry, operation(one, other))
    except GEOSException:
        return _pair_on_grid(operation, one, other)


def _pair_on_grid(operation: Overlay, one: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    try:
        return cast(BaseGeometry, operation(one, other, grid_size=GRID_M))
    except GEOSException as error:
        first, second = (shapely.is_valid_reason(shape) for shape in (one, other))
        raise Refused(Message("geometry.overlay_failed", {"first": first, "second": second})) from error


def union(geometry: Objects) -> BaseGeometry:
    """Give the union of many polygons.

    Raises
    ------
    Refused
        GEOS gives up on one of them, which is then invalid.
    """
    shapes = np.asarray(geometry, dtype=object).ravel()
    try:
        whole = polygon_of(shapely.union_all(shapes))
    except GEOSException:
        return _union_on_grid(shapes)
    # A union smaller than one of its members is GEOS's silent failure, as in `robust`.
    largest = float(np.nan_to_num(shapely.area(shapes)).max(initial=0.0))
    return whole if whole.area >= largest * (1 - 1e-9) else _union_on_grid(shapes)


def _union_on_grid(shapes: Objects) -> BaseGeometry:
    try:
        return polygon_of(shapely.union_all(shapes, grid_size=GRID_M))
    except GEOSException as error:
        wrong = shapes[~shapely.is_valid(shapes)]
        reason = shapely.is_valid_reason(wrong[0]) if len(wrong) else str(error)
        raise Refused(Message("geometry.union_failed", {"reason": reason, "count": len(wrong)})) from error
