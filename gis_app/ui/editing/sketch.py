"""What is being drawn: points in their order, none of them lost but by taking it back."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]

ROUND = math.radians(15.0)
"""Angles that Shift keeps to."""
_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_POLAR = re.compile(rf"({_NUMBER})(?:\s*<\s*({_NUMBER}))?")
_PAIR = re.compile(rf"(@?)\s*({_NUMBER})\s*[,，\s]\s*({_NUMBER})")


@dataclass
class Sketch:
    """Points of a line or ring, metres; ``taken`` are those that were taken back and can come again."""

    points: list[Point] = field(default_factory=list)
    taken: list[Point] = field(default_factory=list)

    def add(self, point: Point) -> None:
        """Add a point, unless it is where the last one is."""
        if not self.points or math.dist(self.points[-1], point) > 1e-6:
            self.points.append(point)
            self.taken.clear()

    def back(self) -> bool:
        """Take the last point back; whether there was one."""
        if self.points:
            self.taken.append(self.points.pop())
        return bool(self.points) or bool(self.taken)

    def again(self) -> bool:
        """Bring the point that was taken back last; whether there was one."""
        if not self.taken:
            return False
        self.points.append(self.taken.pop())
        return True

    def clear(self) -> None:
        """Begin anew."""
        self.points, self.taken = [], []

    @property
    def last(self) -> Point | None:
        """The point drawn last."""
        return self.points[-1] if self.points else None

    def straightened(self, place: Point) -> Point:
        """Give the place nearest to one that lies at a round angle to the last piece, or to the east."""
        if not self.points:
            return place
        x, y = self.points[-1]
        base = 0.0
        if len(self.points) > 1:
            base = math.atan2(y - self.points[-2][1], x - self.points[-2][0])
        turn = math.atan2(place[1] - y, place[0] - x) - base
        round_turn = ROUND * round(turn / ROUND)
        length = math.dist((x, y), place) * math.cos(turn - round_turn)
        return (x + length * math.cos(base + round_turn), y + length * math.sin(base + round_turn))

    def line(self, to: Point | None = None) -> BaseGeometry | None:
        """Give the line through the points, and on to another; None for fewer than two."""
        points = self._with(to)
        return shapely.LineString(points) if len(points) > 1 else None

    def polygon(self, to: Point | None = None) -> BaseGeometry | None:
        """Give the polygon of the points, and another; None for fewer than three."""
        points = self._with(to)
        return shapely.Polygon(points) if len(points) > 2 else None

    def _with(self, to: Point | None) -> list[Point]:
        if to is None or (self.points and math.dist(self.points[-1], to) <= 1e-6):
            return self.points
        return [*self.points, to]

    def body(self) -> dict[str, object]:
        """Give it as data, to be kept."""
        return {"points": [list(point) for point in self.points]}

    @classmethod
    def of(cls, body: Mapping[str, object]) -> Sketch:
        """Read what ``body`` gave."""
        given = body.get("points", [])
        points = given if isinstance(given, Iterable) else []
        return cls([(float(x), float(y)) for x, y in points])


def typed_point(text: str, last: Point | None, toward: Point | None) -> Point | None:
    """Give the point that a person typed; None where the text says none.

    Parameters
    ----------
    text
        ``25.4`` goes so many metres towards the pointer; ``25.4<30`` so many at 30° counter-clockwise from
        the east; ``@3,4`` 3 m to the east and 4 m to the north of the last point; ``500123.4,3070456.7`` is a
        place in the project's reference system, easting first.
    last, toward
        The point drawn last, and where the pointer is.
    """
    text = text.strip()
    pair = _PAIR.fullmatch(text)
    if pair is not None:
        x, y = float(pair[2]), float(pair[3])
        if not pair[1]:
            return (x, y)
        return None if last is None else (last[0] + x, last[1] + y)
    polar = _POLAR.fullmatch(text)
    if polar is None or last is None:
        return None
    if polar[2] is not None:
        angle = math.radians(float(polar[2]))
    elif toward is not None and math.dist(last, toward) > 0:
        angle = math.atan2(toward[1] - last[1], toward[0] - last[0])
    else:
        return None
    length = float(polar[1])
    return (last[0] + length * math.cos(angle), last[1] + length * math.sin(angle))


def pasted_points(text: str) -> list[Point]:
    """Give the points of a pasted list, x and y the last two numbers of each line, or of WKT."""
    if text.strip().upper().startswith(("POLYGON", "LINESTRING", "MULTIPOINT")):
        shape = shapely.from_wkt(text.strip(), on_invalid="ignore")
        return (
            []
            if shape is None
            else [(float(x), float(y)) for x, y in np.asarray(shapely.get_coordinates(shape))]
        )
    found = []
    for row in text.strip().splitlines():
        numbers = re.findall(_NUMBER, row)
        if len(numbers) >= 2:
            found.append((float(numbers[-2]), float(numbers[-1])))
    return found
