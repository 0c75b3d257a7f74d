"""The shortest way along boundaries, from one place on them to another: what tracing takes over."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis_app.geometry.weave import NEAR_M

Point = tuple[float, float]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Network:
    """The vertices of outlines and lines, each once, and the edges between them.

    Vertices within 1 mm of each other are one, with the bytes of the one that comes first.

    Parameters
    ----------
    shapes : sequence of shapely geometry
        Polygons and lines in one projected reference system, metres.
    """

    def __init__(self, shapes: Sequence[BaseGeometry]) -> None:
        array = np.empty(len(shapes), dtype=object)
        array[:] = shapes
        parts = shapely.get_parts(shapely.force_2d(array))
        kinds = shapely.get_dimensions(parts)
        lines = np.concatenate([parts[kinds == 1], shapely.get_rings(parts[kinds == 2])])
        given, line = shapely.get_coordinates(lines, return_index=True)
        places, node = np.unique(given[:, 0] + 1j * given[:, 1], return_inverse=True)
        self.points: Floats = np.column_stack((places.real, places.imag))
        node = _as_one(self.points)[node]
        goes_on = (line[1:] == line[:-1]) & (node[1:] != node[:-1])
        pairs = np.sort(np.column_stack((node[:-1][goes_on], node[1:][goes_on])), axis=1)
        self.edges: Ints = np.unique(pairs, axis=0).astype(np.int64).reshape(-1, 2)
        lines = np.asarray(shapely.linestrings(self.points[self.edges]), dtype=object)
        self._tree = shapely.STRtree(lines)
        both = np.concatenate((self.edges, self.edges[:, ::-1]))
        both = both[np.argsort(both[:, 0], kind="stable")]
        self._to = both[:, 1].tolist()
        self._first = np.searchsorted(both[:, 0], np.arange(len(self.points) + 1)).tolist()
        self._x, self._y = self.points[:, 0].tolist(), self.points[:, 1].tolist()

    def way(self, start: Point, end: Point) -> list[Point] | None:
        """Give the vertices of the shortest way, without ``start`` and with ``end``.

        None where one of both is not within 1 mm of a boundary, or no way leads from one to the other.
        """
        begins, ends = self._entries(start), dict(self._entries(end))
        if not begins or not ends:
            return None
        shared = set(self._beside(start)) & set(self._beside(end))
        if shared:  # on one edge: straight
            return [end]
        found = self._search(begins, ends, end)
        if found is None:
            return None
        points = [(self._x[node], self._y[node]) for node in found]
        points = points[1:] if math.dist(points[0], start) <= NEAR_M else points
        return points if points and math.dist(points[-1], end) <= NEAR_M else [*points, end]

    def _beside(self, at: Point) -> list[int]:
        found = self._tree.query(shapely.Point(at), predicate="dwithin", distance=NEAR_M)
        return [int(edge) for edge in found]

    def _entries(self, at: Point) -> list[tuple[int, float]]:
        """Nodes from which one gets on, with the way to them, metres: the vertex, or an edge's ends."""
        nodes = [int(node) for edge in self._beside(at) for node in self.edges[edge]]
        away = {node: math.dist(at, (self._x[node], self._y[node])) for node in nodes}
        here = [(node, 0.0) for node, away_m in away.items() if away_m <= NEAR_M]
        return here[:1] or list(away.items())

    def _search(
        self, begins: Sequence[tuple[int, float]], ends: dict[int, float], end: Point
    ) -> list[int] | None:
        """Nodes of the shortest way (A*: what lies towards the end is looked at first)."""
        x, y = self._x, self._y
        best = dict(begins)
        before: dict[int, int] = {}
        queue = [(so_far + math.dist((x[n], y[n]), end), n) for n, so_far in begins]
        heapq.heapify(queue)
        done: set[int] = set()
        last, least = None, math.inf
        while queue and queue[0][0] < least:
            _, node = heapq.heappop(queue)
            if node in done:
                continue
            done.add(node)
            if node in ends and best[node] + ends[node] < least:
                last, least = node, best[node] + ends[node]
            for other in self._to[self._first[node] : self._first[node + 1]]:
                so_far = best[node] + math.hypot(x[other] - x[node], y[other] - y[node])
                if so_far < best.get(other, math.inf):
                    best[other], before[other] = so_far, node
                    heapq.heappush(queue, (so_far + math.dist((x[other], y[other]), end), other))
        if last is None:
            return None
        nodes = [last]
        while nodes[-1] in before:
            nodes.append(before[nodes[-1]])
        return nodes[::-1]


def _as_one(points: Floats) -> Ints:
    """For each place the first one within 1 mm of it, itself where there is none before."""
    same = np.arange(len(points))
    if len(points):
        marks = np.asarray(shapely.points(points), dtype=object)
        one, other = shapely.STRtree(marks).query(marks, predicate="dwithin", distance=NEAR_M)
        np.minimum.at(same, one, other)
    return same.astype(np.int64)
