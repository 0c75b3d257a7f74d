"""Cutting shapes: by lines, and by parallel lines that give areas, widths or ratios."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from shapely.ops import split as split_line

from gis_app.geometry.polygons import parts_of, polygon_of

Objects = NDArray[np.object_]

OFFSET_M = 1e-5
"""How near to its place a parallel cut is found."""


def faces(shape: BaseGeometry, lines: Sequence[BaseGeometry]) -> Objects:
    """Everything that the outline of a polygon and some lines close in, inside the polygon and outside.

    Vertices are those of the outline, of the lines, and where they cross; not yet on any grid.
    """
    linework = shapely.union_all(np.array([shapely.boundary(shape), *lines], dtype=object))
    return np.asarray(shapely.get_parts(shapely.polygonize([linework])), dtype=object)


def inner_faces(shape: BaseGeometry, lines: Sequence[BaseGeometry]) -> Objects:
    """The pieces of a polygon between some lines, largest first; one where the lines do not cut it."""
    found = faces(shape, lines)
    inside = found[shapely.intersects(shape, shapely.point_on_surface(found))]
    return inside[np.lexsort((shapely.get_x(shapely.centroid(inside)), -shapely.area(inside)))]


def pieces_by_line(shape: BaseGeometry, line: BaseGeometry) -> list[BaseGeometry]:
    """The pieces into which a line cuts a polygon or a line, largest first.

    Parts of a multipolygon that the line does not cut stay with the largest piece.
    """
    if shape.geom_type in ("LineString", "MultiLineString"):
        parts = [part for one in shapely.get_parts(shape) for part in split_line(one, line).geoms]
        return sorted(parts, key=lambda part: -part.length)
    found = [inner_faces(part, [line]) for part in parts_of(shape)[0]]
    whole = [part[0] for part in found if len(part) == 1]
    cut = sorted((face for part in found if len(part) > 1 for face in part), key=lambda face: -face.area)
    if whole and cut:
        cut[0] = shapely.multipolygons([cut[0], *whole])
    return cut or [shape]


def strips(shape: BaseGeometry, lines: Sequence[BaseGeometry], angle_deg: float) -> list[BaseGeometry]:
    """The pieces of a polygon between parallel lines, in their order; several parts may be one piece.

    Parameters
    ----------
    lines
        As ``parallel_cuts`` gives them, in ascending order.
    angle_deg
        Direction of the lines, counter-clockwise from east.
    """
    found = inner_faces(shape, lines)
    across = _across(shapely.get_coordinates(shapely.point_on_surface(found)), angle_deg)
    places = [float(_across(shapely.get_coordinates(line)[:1], angle_deg)[0]) for line in lines]
    which = np.searchsorted(places, across)
    groups = [found[which == n] for n in range(len(lines) + 1)]
    return [
        group[0] if len(group) == 1 else shapely.multipolygons([p for g in group for p in parts_of(g)[0]])
        for group in groups
        if len(group)
    ]


def cuts_at_widths(
    shape: BaseGeometry, widths_m: Sequence[float], angle_deg: float
) -> list[shapely.LineString]:
    """Parallel lines at widths from where the shape begins, seen across the direction of the lines."""
    start = _across(shapely.get_coordinates(shape), angle_deg).min()
    return [_line(shape, start + place, angle_deg) for place in np.cumsum(widths_m)]


def cuts_at_areas(
    shape: BaseGeometry, areas_m2: Sequence[float], angle_deg: float
) -> list[shapely.LineString]:
    """Parallel lines that cut off areas one after the other, found by halving to 0.01 mm.

    Areas must be positive and together less than the shape's.
    """
    across = _across(shapely.get_coordinates(shape), angle_deg)
    lines, low = [], float(across.min())
    for wanted in np.cumsum(areas_m2):
        high = float(across.max())
        while high - low > OFFSET_M:
            middle = (low + high) / 2
            low, high = (middle, high) if _area_below(shape, middle, angle_deg) < wanted else (low, middle)
        lines.append(_line(shape, low, angle_deg))
    return lines


def _across(points: NDArray[np.float64], angle_deg: float) -> NDArray[np.float64]:
    """How far to the left of a line through the origin points lie."""
    angle = np.radians(angle_deg)
    return np.asarray(points[:, 1] * np.cos(angle) - points[:, 0] * np.sin(angle), dtype=np.float64)


def _ends(
    shape: BaseGeometry, offset: float, angle_deg: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    angle = np.radians(angle_deg)
    along, left = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    reach = shapely.get_coordinates(shape) @ along
    return left * offset + along * (reach.min() - 1.0), left * offset + along * (reach.max() + 1.0)


def _line(shape: BaseGeometry, offset: float, angle_deg: float) -> shapely.LineString:
    return shapely.LineString(_ends(shape, offset, angle_deg))


def _area_below(shape: BaseGeometry, offset: float, angle_deg: float) -> float:
    start, end = _ends(shape, offset, angle_deg)
    far = _ends(shape, float(_across(shapely.get_coordinates(shape), angle_deg).min()) - 1.0, angle_deg)
    half = shapely.Polygon([start, end, far[1], far[0]])
    return float(polygon_of(shapely.intersection(shape, half)).area)
