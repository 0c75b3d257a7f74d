"""Moves, inserts and deletes vertices; on a coverage the neighbours that share one go along."""

from __future__ import annotations

import math
import time

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from shapely.geometry.base import BaseGeometry

from gis_app.geometry.snap import EDGE, MIDPOINT, VERTEX, snap
from gis_app.geometry.weave import on_grid
from gis_app.render.view import View
from gis_app.ui.editing import marks
from gis_app.ui.editing.bench import REACH_PX, Bench
from gis_app.ui.editing.sketch import Point
from gis_app.ui.editing.sketch_tool import would_lines
from gis_app.ui.map_tool import GroundEvent, Tool

LIVE_S = 0.05
"""What a move would do is worked out at most so often, so that the pointer stays free."""
MOST_VERTICES = 2000
CLICK_PX = 3.0
"""A shorter drag is a click."""
NUDGE_M, FAR = 0.1, 10.0
ARROWS: dict[int, Point] = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}
DELETES = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class VertexTool(Tool):
    """Drag a vertex to move it; the ring in the middle of an edge, or a double click on it, is a new one.

    A click chooses a vertex: arrow keys move it by ``NUDGE_M``, ten times as far with Shift, and Ctrl+Delete
    deletes it, as does Ctrl and a click.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.chosen: Point | None = None
        self._near: list[Point] = []
        self._middles: list[Point] = []
        self._shapes: list[BaseGeometry] = []
        self._held: Point | None = None
        self._to: Point | None = None
        self._pointer = self._pressed = QPointF()
        self._kind = ""
        self._is_new = False
        self._strip: list[str] = []
        self._told_s = 0.0

    def move(self, event: GroundEvent) -> bool:
        """Show what can be taken hold of; move what is held."""
        self._pointer = event.at
        place = (event.x, event.y)
        if self._held is None:
            before = self._near, self._middles
            self._look(place, event.metres_per_pixel)
            return before != (self._near, self._middles)
        found = None if event.alt else self.bench.snap(place, event.metres_per_pixel, None)
        is_itself = found is not None and math.dist(found[0].point, self._held) < 1e-3
        self._kind = found[0].kind if found is not None and not is_itself else ""
        self._to = found[0].point if self._kind and found is not None else place
        if time.monotonic() - self._told_s >= LIVE_S:
            self._tell()
        return True

    def _tell(self) -> None:
        if self._held is None or self._to is None:
            return
        started_s = time.monotonic()
        self._strip = would_lines(self.bench, *self._edit(self._held, self._to))
        # where it takes long it is asked for less often
        self._told_s = time.monotonic() + 3.0 * (time.monotonic() - started_s)

    def _look(self, place: Point, metres_per_pixel: float) -> None:
        """Find the vertices around the pointer."""
        layer = self.bench.target
        self._near, self._middles, self._shapes, self._kind = [], [], [], ""
        if layer is None or not len(layer.geometry):
            return
        reach = REACH_PX * metres_per_pixel
        x, y = place
        fids = layer.near((x - reach, y - reach, x + reach, y + reach))[:200]
        found = layer.rows(fids, ["geometry"])["geometry"] if len(fids) else ()
        self._shapes = [shape for shape in found if shape is not None]
        points = shapely.get_coordinates(self._shapes)
        away = np.hypot(*(points - np.array(place)).T) if len(points) else np.empty(0)
        self._near = [tuple(point) for point in points[away <= 12 * reach][:MOST_VERTICES].tolist()]
        found_middle = snap(place, self._shapes, 2 * reach, kinds=(MIDPOINT,))
        self._middles = [] if found_middle is None else [found_middle.point]

    def press(self, event: GroundEvent) -> bool:
        """Take hold of a vertex; with Ctrl delete it."""
        if event.button != Qt.MouseButton.LeftButton:
            return False
        self.move(event)
        reach = REACH_PX * event.metres_per_pixel
        found = snap((event.x, event.y), self._shapes, reach, kinds=(VERTEX, MIDPOINT))
        if found is None:
            self.chosen = None
            return False
        if event.control and found.kind == VERTEX:
            self.bench.perform("delete_vertex", {"layer": self.bench.layer, "at": list(found.point)})
            return True
        self.chosen = found.point if found.kind == VERTEX else None
        self._held, self._to, self._strip = found.point, None, []
        self._pressed, self._is_new = event.at, found.kind == MIDPOINT
        return True

    def release(self, event: GroundEvent) -> bool:
        """Move it there; a click alone chooses it.

        What it was dragged to stays on the screen until the picture with it is there.
        """
        held, to = self._held, self._to
        if (event.at - self._pressed).manhattanLength() < CLICK_PX:
            to = None
        self._held, self._to, self._strip = None, None, []
        if held is not None and to is not None and math.dist(held, to) > 0.0:
            return not self._carry(held, to)
        return True

    def _edit(self, start: Point, end: Point) -> tuple[str, dict[str, object]]:
        """Give the edit that brings what is held, a vertex or the middle of an edge, to a place."""
        given: dict[str, object] = {"layer": self.bench.layer, "to": list(end)}
        if self._is_new:
            return "insert_vertex", {**given, "at": list(start)}
        return "move_vertex", {**given, "from": list(start)}

    def _carry(self, start: Point, end: Point) -> bool:
        """Whether it could be asked for."""
        is_asked = self.bench.perform(*self._edit(start, end))
        if is_asked:
            self._is_new = False
            x, y = on_grid(np.array([end]))[0].tolist()
            self.chosen = (x, y)
        return is_asked

    def wants(self, event: QKeyEvent) -> bool:
        """Keys that belong to the chosen vertex."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        return self.chosen is not None and (event.key() in DELETES if control else event.key() in ARROWS)

    def key(self, event: QKeyEvent) -> bool:
        """Move the chosen vertex a little, or delete it."""
        if self.chosen is None or not self.wants(event):
            return False
        if event.key() in DELETES:
            self.bench.perform("delete_vertex", {"layer": self.bench.layer, "at": list(self.chosen)})
            self.chosen = None
            return True
        far = FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        (x, y), (dx, dy) = self.chosen, ARROWS[event.key()]
        self._carry((x, y), (x + dx * far * NUDGE_M, y + dy * far * NUDGE_M))
        return True

    def double(self, event: GroundEvent) -> bool:
        """Insert a vertex into the edge under the pointer."""
        reach = REACH_PX * event.metres_per_pixel
        found = snap((event.x, event.y), self._shapes, reach, kinds=(EDGE,))
        if found is None:
            return False
        self.bench.perform("insert_vertex", {"layer": self.bench.layer, "at": list(found.point)})
        return True

    def cancel(self) -> bool:
        """Let go of a vertex where it was."""
        held = self._held is not None
        self._held, self._to, self._strip = None, None, []
        return held

    def paint(self, painter: QPainter, view: View) -> None:
        """Draw the vertices, the edges that go along, and what the move would do."""
        marks.paint_vertices(painter, self._near, view)
        marks.paint_middles(painter, self._middles, view)
        places = [*self._near, *self._middles]
        if self.chosen is not None:
            marks.paint_snap(painter, VERTEX, self.chosen, view, "")
            places.append(self.chosen)
        strip = QRectF()
        if self._held is not None and self._to is not None:
            strip = self._paint_held(painter, self._held, self._to, view)
            places += [self._held, self._to]
        self.drawn = marks.around(places, view) | strip

    def _paint_held(self, painter: QPainter, held: Point, to: Point, view: View) -> QRectF:
        """Draw what goes along with a vertex; give where something is written."""
        for shape in self._shapes:
            for beside in _beside(shape, held):
                marks.paint_line(painter, [beside, to], view, closed=False, is_sure=False)
        named = QRectF()
        if self._kind:
            name = self.bench.desk.look.text(f"snap_{self._kind}")
            named = marks.paint_snap(painter, self._kind, to, view, name)
        return named | marks.paint_strip(painter, self._strip, self._pointer, view)


def _beside(shape: BaseGeometry, at: Point) -> list[Point]:
    """Give the vertices before and after one, in each ring or line that has it."""
    found: list[Point] = []
    for part in shapely.get_parts(shape):
        for ring in shapely.get_rings(part) if part.geom_type == "Polygon" else [part]:
            points = shapely.get_coordinates(ring)
            is_closed = len(points) > 2 and bool((points[0] == points[-1]).all())
            points = points[:-1] if is_closed else points
            for place in np.flatnonzero(np.hypot(*(points - np.array(at)).T) <= 1e-3).tolist():
                beside = (place - 1, place + 1)
                if is_closed:
                    beside = (beside[0] % len(points), beside[1] % len(points))
                found += [tuple(points[one].tolist()) for one in beside if 0 <= one < len(points)]
    return found
