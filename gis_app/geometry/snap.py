"""Places of other features near the pointer: vertices, edges and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Point = tuple[float, float]

VERTEX, INTERSECTION, MIDPOINT = "vertex", "intersection", "midpoint"
RIGHT_ANGLE, EDGE, EXTENSION = "right_angle", "edge", "extension"
KINDS = (VERTEX, INTERSECTION, MIDPOINT, RIGHT_ANGLE, EDGE, EXTENSION)
"""The one named first is taken where several are within reach."""

FAR = 12.0
"""An edge is extended by so many times the reach."""


@dataclass(frozen=True)
class Snap:
    """A place to go to.

    Parameters
    ----------
    kind : str
        One of ``KINDS``.
    point : (float, float)
        Where it is, metres; a vertex with the bytes it has in its feature.
    owner : int
        Which of the shapes it belongs to.
    distance_m : float
        How far from the place that was asked for.
    """

    kind: str
    point: Point
    owner: int
    distance_m: float


@dataclass(frozen=True)
class _Edges:
    """Straight pieces (n): where they start, where they end, and whose they are."""

    start: Floats
    end: Floats
    owner: NDArray[np.int64]

    def of(self, chosen: NDArray[np.bool_]) -> _Edges:
        return _Edges(self.start[chosen], self.end[chosen], self.owner[chosen])


def snap(
    place: Point,
    shapes: Sequence[BaseGeometry],
    reach_m: float,
    anchor: Point | None = None,
    kinds: Collection[str] = KINDS,
) -> Snap | None:
    """Give the best place within reach, None for none.

    Parameters
    ----------
    place : (float, float)
        Where the pointer is, metres in the project's reference system.
    shapes : sequence of shapely geometry
        Features near it, in the same system.
    reach_m : float
        How far it may be.
    anchor : (float, float), optional
        The vertex drawn last: an edge is met at a right angle from there.
    kinds : collection of str
        Which kinds are wanted.
    """
    at = np.array(place)
    points, edges = _pieces(shapes)
    near = edges.of(_distance(edges, at) <= reach_m)
    found = {
        VERTEX: lambda: points,
        INTERSECTION: lambda: _crossings(near),
        MIDPOINT: lambda: _with_owner((near.start + near.end) / 2.0, near.owner),
        RIGHT_ANGLE: lambda: _feet(near, np.array(anchor)) if anchor is not None else _nothing(),
        EDGE: lambda: _with_owner(_nearest(near, at), near.owner),
        EXTENSION: lambda: _extended(edges, at, reach_m),
    }
    for kind in KINDS:
        if kind in kinds:
            best = _best(kind, found[kind], at, reach_m)
            if best is not None:
                return best
    return None


def _best(
    kind: str, candidates: Callable[[], tuple[Floats, NDArray[np.int64]]], at: Floats, reach_m: float
) -> Snap | None:
    points, owner = candidates()
    if not len(points):
        return None
    distance = np.hypot(*(points - at).T)
    first = int(np.argmin(distance))
    if distance[first] > reach_m:
        return None
    x, y = points[first].tolist()
    return Snap(kind, (x, y), int(owner[first]), float(distance[first]))


def _pieces(shapes: Sequence[BaseGeometry]) -> tuple[tuple[Floats, NDArray[np.int64]], _Edges]:
    """All vertices with their owners, and all edges."""
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    flat = shapely.force_2d(array)
    parts, owner = shapely.get_parts(flat, return_index=True)
    areas = shapely.get_dimensions(parts) == 2
    rings, of_ring = shapely.get_rings(parts[areas], return_index=True)
    lines = np.concatenate([parts[~areas], rings])
    owners = np.concatenate([owner[~areas], owner[areas][of_ring]])
    points, line = shapely.get_coordinates(lines, return_index=True)
    same = line[1:] == line[:-1]
    whose = owners[line].astype(np.int64)
    return (points, whose), _Edges(points[:-1][same], points[1:][same], whose[1:][same])


def _along(edges: _Edges, at: Floats) -> tuple[Floats, Floats]:
    """Where the foot of a place lies on the line of each edge: 0 its start, 1 its end; lengths squared."""
    run = edges.end - edges.start
    length2 = np.maximum((run**2).sum(axis=1), 1e-30)
    return ((at - edges.start) * run).sum(axis=1) / length2, length2


def _nearest(edges: _Edges, at: Floats) -> Floats:
    share, _ = _along(edges, at)
    return np.asarray(edges.start + np.clip(share, 0.0, 1.0)[:, None] * (edges.end - edges.start))


def _distance(edges: _Edges, at: Floats) -> Floats:
    return np.asarray(np.hypot(*(_nearest(edges, at) - at).T))


def _crossings(edges: _Edges) -> tuple[Floats, NDArray[np.int64]]:
    """Where two edges cross that do not merely meet at their ends."""
    one, other = np.triu_indices(len(edges.start), 1)
    run, across = (edges.end - edges.start)[one], (edges.end - edges.start)[other]
    apart = edges.start[other] - edges.start[one]
    turn = run[:, 0] * across[:, 1] - run[:, 1] * across[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        on_one = (apart[:, 0] * across[:, 1] - apart[:, 1] * across[:, 0]) / turn
        on_other = (apart[:, 0] * run[:, 1] - apart[:, 1] * run[:, 0]) / turn
    meets = (on_one >= 0.0) & (on_one <= 1.0) & (on_other >= 0.0) & (on_other <= 1.0)
    at_ends = np.isin(np.round(on_one, 9), (0.0, 1.0)) & np.isin(np.round(on_other, 9), (0.0, 1.0))
    kept = meets & ~at_ends
    return edges.start[one][kept] + on_one[kept][:, None] * run[kept], edges.owner[one][kept]


def _feet(edges: _Edges, anchor: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Where the perpendicular from a vertex meets edges."""
    share, _ = _along(edges, anchor)
    kept = (share >= 0.0) & (share <= 1.0)
    feet = edges.start + share[:, None] * (edges.end - edges.start)
    return feet[kept], edges.owner[kept]


def _extended(edges: _Edges, at: Floats, reach_m: float) -> tuple[Floats, NDArray[np.int64]]:
    """Feet on the lines of edges, beyond their ends but not far from them."""
    share, length2 = _along(edges, at)
    beyond_m = np.maximum(-share, share - 1.0) * np.sqrt(length2)
    kept = (beyond_m > 0.0) & (beyond_m <= FAR * reach_m) & (length2 > reach_m**2)
    feet = edges.start + share[:, None] * (edges.end - edges.start)
    return feet[kept], edges.owner[kept]


def _with_owner(points: Floats, owner: NDArray[np.int64]) -> tuple[Floats, NDArray[np.int64]]:
    return points, owner


def _nothing() -> tuple[Floats, NDArray[np.int64]]:
    return np.empty((0, 2)), np.empty(0, dtype=np.int64)
