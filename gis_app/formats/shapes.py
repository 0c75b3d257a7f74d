"""Geometry objects of GeoJSON: RFC 7946 section 3.1, checked strictly, made into shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import shapely

Ring = list[list[float]]


class Wrong(Exception):
    """A feature that breaks the standard.

    Parameters
    ----------
    reason : str
        The message id without its domain.
    detail : str
        What was found instead.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def shape_of(geometry: Any, notes: Counter[str], depth: int = 0) -> Any:
    """Make a shape of a geometry object.

    Parameters
    ----------
    geometry : object
        As parsed.
    notes : Counter[str]
        Counts what is put up with: rings wound the other way, positions of more than three numbers.
    depth : int
        How many collections it lies in.

    Returns
    -------
    shapely.Geometry
        With Z where every position has it; empty for empty coordinates.

    Raises
    ------
    Wrong
        It breaks the standard.
    """
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(kind, str) or kind not in GEOMETRY_TYPES:
        raise Wrong("json_geometry_type", str(kind)[:40])
    if kind == "GeometryCollection":
        return _collection(geometry, notes, depth)
    if "coordinates" not in geometry:
        raise Wrong("json_no_coordinates", kind)
    if any(member in geometry for member in ("geometry", "properties", "features")):
        notes["foreign_member"] += 1
    return GEOMETRY_TYPES[kind](_listed(geometry["coordinates"]), notes)


def _collection(geometry: dict[str, Any], notes: Counter[str], depth: int) -> Any:
    parts = geometry.get("geometries")
    if not isinstance(parts, list):
        raise Wrong("json_no_coordinates", "GeometryCollection")
    if depth > 20:
        raise Wrong("json_nested")
    notes["nested_collection"] += depth > 0
    notes += Counter()  # a note counted zero times is none
    return shapely.GeometryCollection([shape_of(part, notes, depth + 1) for part in parts])


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Wrong("json_coordinates_nesting")
    return value


def _position(value: Any, notes: Counter[str]) -> list[float]:
    if not isinstance(value, list) or any(isinstance(each, list) for each in value):
        raise Wrong("json_coordinates_nesting")
    if not all(type(each) in (int, float) for each in value):
        raise Wrong("json_coordinates_no_numbers")
    if len(value) < 2:
        raise Wrong("json_position_short")
    if len(value) > 3:
        notes["position_long"] += 1
    try:
        return [float(each) for each in value[:3]]
    except OverflowError:
        raise Wrong("not_finite") from None


def _positions(value: Any, least: int, notes: Counter[str]) -> Ring:
    found = [_position(each, notes) for each in _listed(value)]
    if len(found) < least:
        raise Wrong("json_too_few_positions", str(len(found)))
    if len({len(each) for each in found}) > 1:  # Z here and there
        return [each[:2] for each in found]
    return found


def _point(value: list[Any], notes: Counter[str]) -> Any:
    return shapely.Point(_position(value, notes)) if value else shapely.Point()


def _multi_point(value: list[Any], notes: Counter[str]) -> Any:
    return shapely.MultiPoint(_positions(value, 0, notes))


def _line(value: list[Any], notes: Counter[str]) -> Any:
    return shapely.LineString(_positions(value, 2, notes)) if value else shapely.LineString()


def _multi_line(value: list[Any], notes: Counter[str]) -> Any:
    return shapely.MultiLineString([_positions(each, 2, notes) for each in value])


def _polygon(value: list[Any], notes: Counter[str]) -> Any:
    rings = [_ring(each, place, notes) for place, each in enumerate(value)]
    return shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon()


def _multi_polygon(value: list[Any], notes: Counter[str]) -> Any:
    return shapely.MultiPolygon([_polygon(_listed(each), notes) for each in value])


def _ring(value: Any, place: int, notes: Counter[str]) -> Ring:
    ring = _positions(value, 4, notes)
    if value[0] != value[-1]:
        raise Wrong("json_ring_open")
    if _is_wound_left(ring) != (place == 0):
        notes["winding"] += 1
    return ring


def _is_wound_left(ring: Ring) -> bool:
    x0, y0 = ring[0][0], ring[0][1]
    doubled = sum((a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0) for a, b in pairwise(ring))
    return doubled > 0


GEOMETRY_TYPES: dict[str, Callable[[list[Any], Counter[str]], Any]] = {
    "Point": _point,
    "MultiPoint": _multi_point,
    "LineString": _line,
    "MultiLineString": _multi_line,
    "Polygon": _polygon,
    "MultiPolygon": _multi_polygon,
    "GeometryCollection": lambda value, notes: shapely.GeometryCollection(),
}
