"""Layers whose features tile the ground: overlaps among them, gaps between them, who touches whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.geometry.overlap import NOISE_M2, difference_from_union, greatest_width_m
from gis_app.geometry.polygons import Floats, Indices, Objects, parts_of, robust, union


@dataclass(frozen=True)
class Overlaps:
    """Pairs of features of one layer that share ground.

    Attributes
    ----------
    pairs : array of int, shape (n, 2)
        Positions, the lower first, sorted.
    areas_m2 : array of float64, shape (n,)
    geometries : array of polygons and multipolygons
    skipped : array of int
        Invalid, empty or missing features, which were not judged.
    """

    pairs: Indices
    areas_m2: Floats
    geometries: Objects
    skipped: Indices


def overlaps(geometry: Objects, tolerance_m2: float = NOISE_M2) -> Overlaps:
    """Find every pair that shares more ground than the tolerance.

    GEOS's coverage check names every feature with an edge that crosses, enters or lies on a neighbour
    without matching it, among them duplicates and features inside another; of two that overlap it names at
    least one. So pairs need be cut only around what it names. It wants valid polygons, therefore invalid
    ones are left out and said so.

    Parameters
    ----------
    geometry : array of polygons and multipolygons, shape (n,)
        In a metre grid.
    tolerance_m2 : float
        Overlaps of this size or less are not reported.
    """
    shapes = np.asarray(geometry, dtype=object)
    usable = shapely.is_valid(shapes) & ~shapely.is_empty(shapes) & ~shapely.is_missing(shapes)
    usable &= np.isin(shapely.get_type_id(shapes), (3, 6))
    positions = np.flatnonzero(usable)
    judged = shapes[positions]
    first, second = _suspects(judged)
    shared = robust(shapely.intersection, judged[first], judged[second])
    areas = np.asarray(shapely.area(shared), dtype=np.float64)
    kept = areas > tolerance_m2
    pairs = positions[np.column_stack((first, second))[kept]].astype(np.int64)
    return Overlaps(pairs, areas[kept], shared[kept], np.flatnonzero(~usable).astype(np.int64))


def _suspects(shapes: Objects) -> tuple[Indices, Indices]:
    """Give candidate pairs, lower position first, sorted, with at least one of each named by GEOS."""
    if len(shapes) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    named = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes)))
    asked, met = shapely.STRtree(shapes).query(shapes[named], predicate="intersects")
    pairs = np.sort(np.column_stack((named[asked], met)), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def gaps(
    geometry: Objects,
    within: BaseGeometry | None = None,
    tolerance_m2: float = NOISE_M2,
    max_width_m: float | None = None,
) -> Objects:
    """Find ground that the features leave open.

    Parameters
    ----------
    geometry : array of valid polygons and multipolygons
        In a metre grid; missing ones are passed over.
    within : shapely polygon, optional
        What should be covered, such as the park: every open part of it is a gap, closed in or not.
        Without it only ground that the features close in is a gap; a cleft that opens to the outside, as
        beside a parcel of the outer edge that was moved, is then not found.
    tolerance_m2 : float
        Gaps of this size or less are not reported.
    max_width_m : float, optional
        Report only gaps whose largest inscribed circle is at most this wide: what may be a slip of drawing,
        not a courtyard or land that was left out on purpose.

    Returns
    -------
    array of shapely Polygons
        Largest first.

    Raises
    ------
    Refused
        A feature is invalid, so that no union can be made.
    """
    shapes, _ = parts_of(geometry)
    found = _holes(union(shapes)) if within is None else parts_of(difference_from_union(within, shapes))[0]
    areas = np.asarray(shapely.area(found), dtype=np.float64)
    found = found[np.argsort(-areas, kind="stable")][: int((areas > tolerance_m2).sum())]
    return found if max_width_m is None else found[greatest_width_m(found) <= max_width_m]


def _holes(whole: BaseGeometry) -> Objects:
    """Give what a union closes in; also ground between shapes that touch in points."""
    if whole.is_empty:
        return parts_of(None)[0]
    xmin, ymin, xmax, ymax = whole.bounds
    frame = shapely.box(xmin - 1, ymin - 1, xmax + 1, ymax + 1)
    around, _ = parts_of(difference_from_union(frame, parts_of(whole)[0]))
    return around[~shapely.intersects(around, frame.exterior)]


def neighbours(geometry: Objects) -> Indices:
    """Give the pairs of features that touch or share ground.

    Returns
    -------
    array of int, shape (n, 2)
        Lower position first, sorted; a common point is enough.
    """
    shapes = np.asarray(geometry, dtype=object)
    asked, met = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = np.column_stack((asked, met))
    return np.unique(pairs[asked < met], axis=0).reshape(-1, 2).astype(np.int64)
