"""Gestures as a person might make them on a coverage: each a verb and its arguments, drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.model import Layer, Project

Gesture = tuple[str, dict[str, Any]]


@dataclass
class Hand:
    """Draws gestures on one layer of a project."""

    project: Project
    layer_id: str
    random: np.random.Generator

    @property
    def layer(self) -> Layer:
        return self.project.layers[self.layer_id]

    def fid(self) -> int:
        return int(self.random.choice(self.layer.fids))

    def shape(self, fid: int) -> Any:
        return self.layer.shapes([fid])[0]

    def size(self, shape: Any) -> float:
        """A length that is small beside the shape: its greatest width, more or less."""
        return float(2 * shape.area / shape.length)

    def vertex(self, fid: int) -> list[float]:
        return self.random.choice(shapely.get_coordinates(self.shape(fid))[:-1]).tolist()

    def across(self, shape: Any) -> list[list[float]]:
        """A line right through a shape."""
        middle = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
        angle = self.random.uniform(0, np.pi)
        reach = np.array([np.cos(angle), np.sin(angle)]) * 2 * shapely.minimum_bounding_radius(shape)
        return [(middle - reach).tolist(), (middle + reach).tolist()]

    def neighbour(self, fid: int) -> int:
        shape = self.shape(fid)
        near = [int(other) for other in self.layer.near(shape.bounds) if other != fid]
        if not near:
            return fid
        shared = [shapely.length(shapely.intersection(shape.boundary, self.shape(n).boundary)) for n in near]
        return near[int(np.argmax(shared))]


def move_vertex(hand: Hand) -> Gesture:
    fid = hand.fid()
    start = np.array(hand.vertex(fid))
    step = hand.random.normal(0, hand.size(hand.shape(fid)) / 20, 2)
    return "move_vertex", {"from": start.tolist(), "to": (start + step).tolist()}


def insert_vertex(hand: Hand) -> Gesture:
    ring = shapely.get_coordinates(hand.shape(hand.fid()))
    edge = int(hand.random.integers(0, len(ring) - 1))
    part = hand.random.uniform(0.2, 0.8)
    return "insert_vertex", {"at": (ring[edge] * (1 - part) + ring[edge + 1] * part).tolist()}


def delete_vertex(hand: Hand) -> Gesture:
    """One that lies on no junction, as a person sees."""
    fid = hand.fid()
    around = [hand.shape(int(n)) for n in hand.layer.near(hand.shape(fid).bounds)]
    for point in hand.random.permutation(shapely.get_coordinates(hand.shape(fid))[:-1]).tolist():
        ends = set()
        for shape in around:
            for part in shapely.get_parts(shape):
                for ring in shapely.get_rings(part):
                    points = [tuple(p) for p in shapely.get_coordinates(ring)[:-1].tolist()]
                    if tuple(point) in points and len(points) > 3:
                        n = points.index(tuple(point))
                        ends |= {points[n - 1], points[(n + 1) % len(points)]}
        if len(ends) == 2:
            return "delete_vertex", {"at": point}
    return insert_vertex(hand)


def split(hand: Hand) -> Gesture:
    fid = hand.fid()
    return "split", {"fid": fid, "line": hand.across(hand.shape(fid))}


def split_by_ratio(hand: Hand) -> Gesture:
    angle = hand.random.uniform(0, 180)
    return "split_by_ratio", {"fid": hand.fid(), "ratios": [1, 2], "angle_deg": angle}


def merge(hand: Hand) -> Gesture:
    fid = hand.fid()
    return "merge", {"fids": [fid, hand.neighbour(fid)], "keep": fid}


def reshape(hand: Hand) -> Gesture:
    """A line that leaves a shape over one of its edges and comes back over the same edge."""
    fid = hand.fid()
    ring = shapely.get_coordinates(shapely.get_geometry(hand.shape(fid), 0).exterior)
    edge = int(np.argmax(np.hypot(*np.diff(ring, axis=0).T)))
    a, b = ring[edge], ring[edge + 1]
    away = np.array([b[1] - a[1], a[0] - b[0]]) * hand.random.uniform(-0.15, 0.15)
    start, end = a + (b - a) * 0.25, a + (b - a) * 0.75
    return "reshape", {"fid": fid, "line": [(start - away * 0.2).tolist(), (start + away).tolist(),
                                            (end + away).tolist(), (end - away * 0.2).tolist()]}  # fmt: skip


def draw(hand: Hand) -> Gesture:
    """A block over a junction, that its neighbours make room for."""
    fid = hand.fid()
    x, y = hand.vertex(fid)
    half = hand.size(hand.shape(fid)) * hand.random.uniform(0.1, 0.3)
    turned = shapely.affinity.rotate(shapely.box(x - half, y - half, x + half, y + half),
                                     hand.random.uniform(0, 90))  # fmt: skip
    return "draw_feature", {"geometry": turned, "cut": "neighbours"}


def draw_in_gap(hand: Hand) -> Gesture:
    """A block at the edge of all, that gives way to what is there."""
    bounds = shapely.total_bounds(hand.layer.geometry)
    outline = shapely.boundary(shapely.union_all(hand.layer.geometry))
    x, y = shapely.get_coordinates(outline)[hand.random.integers(0, shapely.get_num_coordinates(outline))]
    half = float(np.hypot(*(bounds[2:] - bounds[:2]))) / 60
    return "draw_feature", {"geometry": shapely.box(x - half, y - half, x + half, y + half)}


def move(hand: Hand) -> Gesture:
    fid = hand.fid()
    return "move", {"fids": [fid], "by": hand.random.normal(0, hand.size(hand.shape(fid)) / 40, 2).tolist()}


def rotate(hand: Hand) -> Gesture:
    return "rotate", {"fids": [hand.fid()], "angle_deg": hand.random.normal(0, 0.5)}


def scale(hand: Hand) -> Gesture:
    return "scale", {"fids": [hand.fid()], "factor": hand.random.normal(1, 0.01)}


def add_hole(hand: Hand) -> Gesture:
    fid = hand.fid()
    middle = shapely.point_on_surface(hand.shape(fid))
    reach = float(shapely.distance(middle, hand.shape(fid).boundary)) / 2
    return "add_hole", {"fid": fid, "ring": shapely.buffer(middle, reach, quad_segs=2)}


def delete(hand: Hand) -> Gesture:
    return "delete_features", {"fids": [hand.fid()]}


GESTURES: tuple[Callable[[Hand], Gesture], ...] = (
    move_vertex, insert_vertex, delete_vertex, split, split_by_ratio, merge, reshape, draw, draw_in_gap, move,
    rotate, scale, add_hole, delete,
)  # fmt: skip


def areas(shapes: NDArray[Any]) -> float:
    return float(shapely.area(shapes).sum())
