"""Shapes that an edit writes, woven into their neighbours: one vertex where two meet, in both of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis_app.geometry.polygons import Floats, Objects, array_of

Shapes = Mapping[int, BaseGeometry]

GRID_DECIMALS = 4
"""Written coordinates lie on a grid of 0.0001 m, so that neighbours agree after an export to 0.001 m."""

NEAR_M = 0.001
"""Two vertices this near are one; a vertex this near to an edge is on it."""


def on_grid(points: Floats) -> Floats:
    """Coordinates (n, 2) rounded, point by point, to 0.0001 m."""
    return np.round(points, GRID_DECIMALS) + 0.0


def weave(changed: Shapes, around: Shapes, before: Shapes) -> dict[int, BaseGeometry]:
    """Settle what is written and insert it where a neighbour has only an edge.

    Vertices of ``changed`` that were not there before go to a vertex within 1 mm if there is one, and onto
    the grid otherwise, each by its coordinates alone, so that it stays one vertex in all shapes that have
    it. Then every written vertex is inserted into the edges within 1 mm of it, and every vertex within 1 mm
    of a new edge into that edge. All else keeps its bytes.

    Parameters
    ----------
    changed : mapping of int to shapely geometry
        Shapes as an operation made them, in metres.
    around : mapping of int to shapely geometry
        Shapes beside them that were not changed.
    before : mapping of int to shapely geometry
        What the changed ones were made of.

    Returns
    -------
    dict of int to shapely geometry
        All of ``changed``, and those of ``around`` that took a vertex.
    """
    held = _vertices([*changed.values()])
    kept = np.concatenate((_common(_vertices([*before.values()]), held), _vertices([*around.values()])))
    written = np.setdiff1d(held, kept)
    settled = _settled(written, np.unique(kept))
    made = {fid: _moved(shape, written, settled) for fid, shape in changed.items()}
    local = {**around, **made}
    _insert(local, np.setdiff1d(settled, kept), None, tuple(local))
    old_edges = edges_of([*before.values(), *around.values()])
    vertices = np.unique(np.concatenate((kept, settled)))
    _insert(local, vertices, old_edges, tuple(made))
    return {fid: shape for fid, shape in local.items() if fid in made or shape is not around[fid]}


def _settled(written: NDArray[np.complex128], kept: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Where written vertices go."""
    if not len(written):
        return written
    places = _complex(on_grid(_pairs(written)))
    if len(places) > 1:
        places = _gathered(places)
    if len(kept):
        tree = shapely.STRtree(points_of(kept))
        asked, met = tree.query_nearest(points_of(written), max_distance=NEAR_M, all_matches=False)
        places[asked] = kept[met]
    return places


def _gathered(places: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Written vertices within 1 mm of each other become the first of them."""
    points = points_of(places)
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=NEAR_M)
    made = places.copy()
    for low, high in zip(one.tolist(), other.tolist(), strict=True):
        if low < high:
            made[high] = made[low]
    return made


def _moved(
    shape: BaseGeometry, written: NDArray[np.complex128], settled: NDArray[np.complex128]
) -> BaseGeometry:
    if not len(written) or np.array_equal(written, settled):
        return shape

    def place(points: Floats) -> Floats:
        given = _complex(points)
        at = np.minimum(np.searchsorted(written, given), len(written) - 1)
        return _pairs(np.where(written[at] == given, settled[at], given))

    return without_repeats(shapely.transform(shape, place))


def without_repeats(shape: BaseGeometry) -> BaseGeometry:
    """The shape without a vertex that follows itself; parts that collapse to a point or a line are left out.

    An empty geometry where nothing is left.
    """
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        return shapely.remove_repeated_points(shape)
    polygons = [made for part in shapely.get_parts(shape) if (made := _polygon(part)) is not None]
    if shape.geom_type == "Polygon" and len(polygons) == 1:
        return polygons[0]
    return shapely.MultiPolygon(polygons) if polygons else shapely.Polygon()


def _polygon(part: BaseGeometry) -> shapely.Polygon | None:
    rings = [_distinct(shapely.get_coordinates(ring)) for ring in shapely.get_rings(part)]
    if len(rings[0]) < 4:
        return None
    return shapely.Polygon(rings[0], [ring for ring in rings[1:] if len(ring) >= 4])


def _distinct(points: Floats) -> Floats:
    keep = np.ones(len(points), dtype=bool)
    keep[1:] = (points[1:] != points[:-1]).any(axis=1)
    return points[keep]


def _insert(
    local: dict[int, BaseGeometry],
    vertices: NDArray[np.complex128],
    old_edges: tuple[NDArray[np.complex128], NDArray[np.complex128]] | None,
    into: Sequence[int],
) -> None:
    """Insert vertices into the edges of some shapes that pass within 1 mm; old edges stay as they are."""
    if not len(vertices) or not into:
        return
    shapes = array_of(local[fid] for fid in into)
    reach = np.asarray(shapely.box(*shapely.bounds(shapes).T), dtype=object)
    points = points_of(vertices)
    at, owner = shapely.STRtree(reach).query(points, predicate="dwithin", distance=NEAR_M)
    for position in np.unique(owner).tolist():
        candidates = vertices[at[owner == position]]
        made = with_vertices(shapes[position], candidates, old_edges)
        if made is not shapes[position]:
            local[into[position]] = made


def with_vertices(
    shape: BaseGeometry,
    vertices: NDArray[np.complex128],
    old_edges: tuple[NDArray[np.complex128], NDArray[np.complex128]] | None = None,
    near_m: float = NEAR_M,
) -> BaseGeometry:
    """The shape with vertices (x + iy) inserted into its edges near them; the same object where none is."""
    if shape.geom_type in ("Point", "MultiPoint"):
        return shape
    changed = False

    def each(points: Floats) -> Floats:
        nonlocal changed
        made = _ring_with(_complex(points), vertices, old_edges, near_m)
        changed = changed or made is not None
        return points if made is None else _pairs(made)

    made = remade(shape, each)
    return made if changed else shape


def _ring_with(
    ring: NDArray[np.complex128],
    vertices: NDArray[np.complex128],
    old_edges: tuple[NDArray[np.complex128], NDArray[np.complex128]] | None,
    near_m: float,
) -> NDArray[np.complex128] | None:
    """The ring with the vertices inserted that lie on its edges; None where none does."""
    missing = vertices[~np.isin(vertices, ring)]
    if not len(missing):
        return None
    start, along = ring[:-1], np.diff(ring)
    length = np.abs(along)
    found: list[tuple[int, float, complex]] = []
    chunk = max(1, 2_000_000 // max(1, len(start)))
    for first in range(0, len(missing), chunk):
        part = missing[first : first + chunk]
        with np.errstate(divide="ignore", invalid="ignore"):
            place = (part[:, None] - start[None, :]) / along[None, :]
        across, run = np.abs(place.imag) * length, place.real * length
        near = (across <= near_m) & (run > near_m) & (run < length - near_m)
        for point, edge in zip(*np.nonzero(near), strict=True):
            if old_edges is None or not _is_old(ring[edge], ring[edge + 1], old_edges):
                found.append((int(edge), float(run[point, edge]), complex(part[point])))
    if not found:
        return None
    found.sort(key=lambda item: item[:2])
    return np.insert(ring, [edge + 1 for edge, _, _ in found], [point for _, _, point in found])


def _is_old(a: complex, b: complex, old: tuple[NDArray[np.complex128], NDArray[np.complex128]]) -> bool:
    starts, ends = old
    return bool((((starts == a) & (ends == b)) | ((starts == b) & (ends == a))).any())


def remade(shape: BaseGeometry, each: Callable[[Floats], Floats]) -> BaseGeometry:
    """The shape with every ring or line replaced by ``each`` of its coordinates (n, 2)."""
    kind = shape.geom_type
    if kind == "Polygon":
        rings = [each(shapely.get_coordinates(ring)) for ring in shapely.get_rings(shape)]
        return shapely.Polygon(rings[0], rings[1:])
    if kind in ("LineString", "LinearRing"):
        return shapely.LineString(each(shapely.get_coordinates(shape)))
    if kind in ("MultiPolygon", "MultiLineString"):
        parts: list[Any] = [remade(part, each) for part in shapely.get_parts(shape)]
        return shapely.MultiPolygon(parts) if kind == "MultiPolygon" else shapely.MultiLineString(parts)
    return shape


def misfits(shapes: Shapes) -> frozenset[int]:
    """Ids of the valid polygons that have an edge which crosses, enters or lies on another without matching.

    Or that leaves a gap narrower than 1 mm. The rest is not judged. Wants all neighbours of what is asked.
    """
    usable = {fid: shape for fid, shape in shapes.items() if shape is not None and shape.is_valid}
    if len(usable) < 2:
        return frozenset()
    array = array_of(usable.values())
    wrong = ~shapely.is_empty(shapely.coverage_invalid_edges(array, gap_width=NEAR_M))
    return frozenset(fid for fid, is_wrong in zip(usable, wrong.tolist(), strict=True) if is_wrong)


def oriented_like(shape: BaseGeometry, model: BaseGeometry | None) -> BaseGeometry:
    """The polygon with its shells running the way in which the model's first shell runs, else clockwise."""
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        return shape
    ring = (
        None if model is None or model.is_empty else shapely.get_exterior_ring(shapely.get_geometry(model, 0))
    )
    clockwise = ring is None or not bool(shapely.is_ccw(ring))
    return shapely.orient_polygons(shape, exterior_cw=clockwise)


def _vertices(shapes: Iterable[BaseGeometry]) -> NDArray[np.complex128]:
    """All different vertices, sorted, as x + iy."""
    return np.unique(_complex(shapely.get_coordinates(array_of(shapes))))


def _common(one: NDArray[np.complex128], other: NDArray[np.complex128]) -> NDArray[np.complex128]:
    return one[np.isin(one, other)]


def edges_of(shapes: Sequence[BaseGeometry]) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """Starts and ends (x + iy) of all edges."""
    parts = shapely.get_parts(array_of(shapes))
    polygons = shapely.get_type_id(parts) == 3
    lines = np.concatenate((shapely.get_rings(parts[polygons]), parts[~polygons]))
    points, owner = shapely.get_coordinates(lines, return_index=True)
    flat = _complex(points)
    inner = owner[1:] == owner[:-1]
    return flat[:-1][inner], flat[1:][inner]


def _complex(points: Floats) -> NDArray[np.complex128]:
    return np.asarray(points[:, 0] + 1j * points[:, 1], dtype=np.complex128)


def points_of(flat: NDArray[np.complex128]) -> Objects:
    """Places given as x + iy, as points."""
    return np.asarray(shapely.points(_pairs(flat)), dtype=object)


def _pairs(flat: NDArray[np.complex128]) -> Floats:
    return np.column_stack((flat.real, flat.imag))
