"""A second opinion on areas, independent of the program and of GEOS, in exact rational arithmetic.

Shapes are GeoJSON-like mappings, objects with ``__geo_interface__``, or bare lists: a polygon is a list of
rings (shell first), a ring a list of (x, y). They must be valid. A float is taken as the binary fraction that
it is, so area, union, intersection and difference have no rounding and no tolerance whatever.

The plane is cut into horizontal slabs at every vertex and every crossing of two edges. Inside a slab edges do
not cross, so the area of a set is the slab's height times the set's width along the slab's middle line, and
touching, shared and doubled edges need no special case.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import hypot, isqrt, radians, tan
from typing import Any

Point = tuple[Fraction, Fraction]
Ring = list[Point]
Edge = tuple[Fraction, Fraction, Fraction, Fraction]  # x0, y0, x1, y1 with y0 < y1

SNAP = Fraction(1, 10**6)
ROOT_DIGITS = 30
LEAST_CORNER_DEG = 12.0


class Unsupported(ValueError):
    """The oracle has no honest answer for this shape."""


def rings(shape: Any) -> list[Ring]:
    """Give all rings of a polygon or multipolygon, open, as exact points."""
    shape = getattr(shape, "__geo_interface__", shape)
    if isinstance(shape, Mapping):
        kind = shape["type"]
        if kind == "GeometryCollection":
            return [ring for part in shape["geometries"] for ring in rings(part)]
        if kind not in ("Polygon", "MultiPolygon"):
            return []
        polygons = shape["coordinates"] if kind == "MultiPolygon" else [shape["coordinates"]]
    else:
        polygons = [shape]
    return [_ring(ring) for polygon in polygons for ring in polygon]


def _ring(points: Iterable[Sequence[Any]]) -> Ring:
    ring = [(Fraction(point[0]), Fraction(point[1])) for point in points]
    return ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring


def _closed(ring: Ring) -> Iterable[tuple[Point, Point]]:
    return pairwise([*ring, *ring[:1]])


def _shoelace(ring: Ring) -> Fraction:
    return sum((x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in _closed(ring)), Fraction(0)) / 2


def area(shape: Any) -> Fraction:
    """Give the area by the shoelace formula, each ring against those around it."""
    found = rings(shape)
    total = Fraction(0)
    for position, ring in enumerate(found):
        others = found[:position] + found[position + 1 :]
        depth = sum(_encloses(other, ring) for other in others)
        total += abs(_shoelace(ring)) * (1 if depth % 2 == 0 else -1)
    return total


def _encloses(outer: Ring, inner: Ring) -> bool:
    """Say whether a ring lies inside another; of valid rings that touch, some inner point is off it."""
    middles = [((ax + bx) / 2, (ay + by) / 2) for (ax, ay), (bx, by) in _closed(inner)]
    for point in (*inner, *middles):
        side = _side(outer, point)
        if side is not None:
            return side
    return False


def _side(ring: Ring, point: Point) -> bool | None:
    """Say whether a point is inside a ring; None on it."""
    x, y = point
    inside = False
    for (x0, y0), (x1, y1) in _closed(ring):
        turn = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)
        if turn == 0 and min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1):
            return None
        if (y0 <= y) != (y1 <= y) and (turn > 0) == (y1 > y0):
            inside = not inside
    return inside


def intersection_area(one: Any, other: Any) -> Fraction:
    """Give the area that two shapes share."""
    return area_where([one, other], all)


def union_area(shapes: Sequence[Any]) -> Fraction:
    """Give the area that any of the shapes covers."""
    return area_where(shapes, any)


def difference_area(shape: Any, covers: Sequence[Any]) -> Fraction:
    """Give the area of a shape that none of the covers takes."""
    return area_where([shape, *covers], lambda inside: inside[0] and not any(inside[1:]))


def area_where(shapes: Sequence[Any], wanted: Callable[[list[bool]], bool]) -> Fraction:
    """Give the area of all points whose being inside each of the shapes satisfies `wanted`."""
    edges = [(edge, owner) for owner, shape in enumerate(shapes) for edge in _edges(shape)]
    edges.sort(key=lambda item: item[0][1])
    levels = sorted({y for edge, _ in edges for y in (edge[1], edge[3])} | _crossings([e for e, _ in edges]))
    total = Fraction(0)
    active: list[tuple[Edge, int]] = []
    position = 0
    for low, high in pairwise(levels):
        while position < len(edges) and edges[position][0][1] <= low:
            active.append(edges[position])
            position += 1
        active = [item for item in active if item[0][3] > low]
        total += (high - low) * _width(active, (low + high) / 2, len(shapes), wanted)
    return total


def _edges(shape: Any) -> Iterable[Edge]:
    for ring in rings(shape):
        for (x0, y0), (x1, y1) in _closed(ring):
            if y0 != y1:
                yield (x0, y0, x1, y1) if y0 < y1 else (x1, y1, x0, y0)


def _crossings(edges: list[Edge]) -> set[Fraction]:
    """Give the heights at which two edges cross; `edges` are sorted by their lower end."""
    starts = [edge[1] for edge in edges]
    boxes = [(float(min(e[0], e[2])), float(max(e[0], e[2]))) for e in edges]  # monotone, so never misses
    found = set()
    for first, (x0, y0, x1, y1) in enumerate(edges):
        west, east = boxes[first]
        for second in range(first + 1, bisect_left(starts, y1)):
            if boxes[second][0] > east or boxes[second][1] < west:
                continue
            u0, v0, u1, v1 = edges[second]
            slope, other = (x1 - x0) * (v1 - v0), (u1 - u0) * (y1 - y0)
            if slope == other:
                continue
            y = ((u0 - x0) * (y1 - y0) * (v1 - v0) + y0 * slope - v0 * other) / (slope - other)
            if max(y0, v0) < y < min(y1, v1):
                found.add(y)
    return found


def _width(
    active: list[tuple[Edge, int]], y: Fraction, count: int, wanted: Callable[[list[bool]], bool]
) -> Fraction:
    crossed = sorted((x0 + (x1 - x0) * (y - y0) / (y1 - y0), owner) for (x0, y0, x1, y1), owner in active)
    inside = [False] * count
    width = Fraction(0)
    for (x, owner), (following, _) in pairwise(crossed):
        inside[owner] = not inside[owner]
        if following != x and wanted(inside):
            width += following - x
    return width


def core_area(parts: Iterable[Any], width: Any) -> Fraction:
    """Give the area of the parts that is at least `width` wide, by the meaning of mitred opening.

    Two kinds of part are handled, by another way than offsetting outlines:

    * edges in two perpendicular directions (unions of jointly rotated rectangles): the union of all squares
      of that side, in those directions, that fit into the part, found by exact compression of coordinates.
      The part is first turned upright and its coordinates are rounded to 1e-6 m, which is all that is not
      exact.
    * convex parts: the whole part where the half-planes of its edges, moved inwards by half the width, leave
      anything, else nothing; roots are taken to 30 digits. What is left must have no corner under 12 degrees,
      where mitred corners are cut short.

    Raises
    ------
    Unsupported
        A part is of another kind.
    """
    side = Fraction(str(width))
    return sum((_part_core(_tidy(rings(part)), side) for part in parts), Fraction(0))


def gap_area(parts: Sequence[Any], width: Any) -> Fraction:
    """Give the area of the parts that is narrower than `width`; parts as for `core_area`."""
    return sum((area(part) for part in parts), Fraction(0)) - core_area(parts, width)


def _tidy(part: list[Ring]) -> list[Ring]:
    """Drop vertices on a straight line between their neighbours, within 1e-6 m."""
    kept = []
    for ring in part:
        ring = list(ring)
        position = 0
        while position < len(ring) and len(ring) > 3:
            (ax, ay), (bx, by), (cx, cy) = (
                ring[position - 1],
                ring[position],
                ring[(position + 1) % len(ring)],
            )
            turn = (cx - ax) * (by - ay) - (cy - ay) * (bx - ax)
            if turn * turn <= SNAP**2 * ((cx - ax) ** 2 + (cy - ay) ** 2):
                del ring[position]
                position = max(position - 1, 0)
            else:
                position += 1
        kept.append(ring)
    return kept


def _part_core(part: list[Ring], side: Fraction) -> Fraction:
    upright = _upright(part)
    if upright is not None:
        return _opening_by_square(upright, side)
    if len(part) == 1 and _is_convex(part[0]):
        return _convex_core(part[0], side)
    raise Unsupported("neither convex nor made of jointly rotated rectangles")


def _upright(part: list[Ring]) -> list[Ring] | None:
    """Turn a part so that its longest edge lies flat; None unless every edge is then flat or upright."""
    ox, oy = part[0][0]
    edges = [(float(b[0] - a[0]), float(b[1] - a[1])) for ring in part for a, b in _closed(ring)]
    dx, dy = max(edges, key=lambda edge: hypot(*edge))
    length = hypot(dx, dy)
    cos, sin = Fraction(dx / length), Fraction(dy / length)
    turned = []
    for ring in part:
        points = [((x - ox) * cos + (y - oy) * sin, (y - oy) * cos - (x - ox) * sin) for x, y in ring]
        turned.append([(_snapped(x), _snapped(y)) for x, y in points])
    flat = all(
        abs(a[0] - b[0]) <= SNAP or abs(a[1] - b[1]) <= SNAP for ring in turned for a, b in _closed(ring)
    )
    return turned if flat else None


def _snapped(value: Fraction) -> Fraction:
    return round(value / SNAP) * SNAP


def _merged(values: Iterable[Fraction]) -> dict[Fraction, Fraction]:
    """Give each value the first of its cluster, values one unit of rounding apart being one."""
    chosen: dict[Fraction, Fraction] = {}
    last = None
    for value in sorted(set(values)):
        if last is None or value - last > 2 * SNAP:
            last = value
        chosen[value] = last
    return chosen


def _opening_by_square(part: list[Ring], side: Fraction) -> Fraction:
    """Give the area of the union of all upright squares inside an upright rectilinear part."""
    east = _merged(x for ring in part for x, _ in ring)
    north = _merged(y for ring in part for _, y in ring)
    part = [[(east[x], north[y]) for x, y in ring] for ring in part]
    xs, ys = sorted(set(east.values())), sorted(set(north.values()))
    outside = [
        [not _even_odd(part, (a + b) / 2, (c + d) / 2) for c, d in pairwise(ys)] for a, b in pairwise(xs)
    ]
    corners_x, corners_y = _places(xs, side), _places(ys, side)
    fits = [
        (cx, cy)
        for cx in corners_x
        for cy in corners_y
        if _clear(outside, xs, ys, (cx[2], cx[2] + side, cy[2], cy[2] + side))
    ]
    total = Fraction(0)
    lines_x, lines_y = _lines(xs, side), _lines(ys, side)
    for a, b in pairwise(lines_x):
        x = (a + b) / 2
        column = [(cy[0], cy[1]) for cx, cy in fits if cx[0] <= x and cx[1] >= x - side]
        for c, d in pairwise(lines_y):
            y = (c + d) / 2
            if any(low <= y and high >= y - side for low, high in column):
                total += (b - a) * (d - c)
    return total


def _lines(values: list[Fraction], side: Fraction) -> list[Fraction]:
    return sorted({v + shift for v in values for shift in (-side, Fraction(0), side)})


def _places(values: list[Fraction], side: Fraction) -> list[tuple[Fraction, Fraction, Fraction]]:
    """Give where a square's lower corner may stand, as (low, high, sample): each line, each interval between.

    A square that fits at one place of an interval fits all over it, since no line passes its edges meanwhile.
    """
    lines = sorted({v - shift for v in values for shift in (Fraction(0), side)})
    return [(v, v, v) for v in lines] + [(a, b, (a + b) / 2) for a, b in pairwise(lines)]


def _clear(
    outside: list[list[bool]],
    xs: list[Fraction],
    ys: list[Fraction],
    box: tuple[Fraction, Fraction, Fraction, Fraction],
) -> bool:
    west, east, south, north = box
    if west < xs[0] or east > xs[-1] or south < ys[0] or north > ys[-1]:
        return False
    columns = [i for i, (a, b) in enumerate(pairwise(xs)) if a < east and b > west]
    rows = [j for j, (c, d) in enumerate(pairwise(ys)) if c < north and d > south]
    return not any(outside[i][j] for i in columns for j in rows)


def _even_odd(part: list[Ring], x: Fraction, y: Fraction) -> bool:
    return sum(_side(ring, (x, y)) is True for ring in part) % 2 == 1


def _is_convex(ring: Ring) -> bool:
    turns = {
        (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]) > 0
        for a, b, c in zip(ring, ring[1:] + ring[:1], ring[2:] + ring[:2], strict=True)
    }
    return len(turns) == 1


def _convex_core(ring: Ring, side: Fraction) -> Fraction:
    ring = ring if _shoelace(ring) > 0 else ring[::-1]
    left = ring
    for (ax, ay), (bx, by) in _closed(ring):
        nx, ny = ay - by, bx - ax  # to the inside
        left = _half_plane(left, nx, ny, nx * ax + ny * ay + _root(nx * nx + ny * ny) * side / 2)
        if not left:
            return Fraction(0)
    for a, b, c in zip(left, left[1:] + left[:1], left[2:] + left[:2], strict=True):
        if _corner_is_sharp(a, b, c):
            raise Unsupported(f"a corner under {LEAST_CORNER_DEG} degrees is left")
    return abs(_shoelace(ring))


def _root(square: Fraction) -> Fraction:
    scale = 10**ROOT_DIGITS
    return Fraction(isqrt(square.numerator * square.denominator * scale**2), square.denominator * scale)


def _half_plane(ring: Ring, nx: Fraction, ny: Fraction, least: Fraction) -> Ring:
    """Keep the side of a convex ring where n·p ≥ least (Sutherland and Hodgman)."""
    kept: Ring = []
    for a, b in _closed(ring):
        da, db = (nx * p[0] + ny * p[1] - least for p in (a, b))
        if da >= 0:
            kept.append(a)
        if da * db < 0:
            share = da / (da - db)
            kept.append((a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share))
    return kept


def _corner_is_sharp(a: Point, b: Point, c: Point) -> bool:
    ux, uy, vx, vy = a[0] - b[0], a[1] - b[1], c[0] - b[0], c[1] - b[1]
    along, across = float(ux * vx + uy * vy), abs(float(ux * vy - uy * vx))
    return along > 0 and across < tan(radians(LEAST_CORNER_DEG)) * along
