"""Chooses the features that a line drawn by hand encloses."""

from __future__ import annotations

import shapely
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from gis_app.render.view import View
from gis_app.ui.editing import marks
from gis_app.ui.editing.bench import Bench
from gis_app.ui.editing.sketch import Point
from gis_app.ui.map_tool import GroundEvent, Tool


class Lasso(Tool):
    """Draw around features of the layer in hand; with Shift they are added to what is chosen."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self._points: list[Point] = []

    def press(self, event: GroundEvent) -> bool:
        """Begin."""
        if event.button != Qt.MouseButton.LeftButton:
            return False
        self._points = [(event.x, event.y)]
        return True

    def move(self, event: GroundEvent) -> bool:
        """Draw on."""
        if self._points:
            self._points.append((event.x, event.y))
        return bool(self._points)

    def release(self, event: GroundEvent) -> bool:
        """Choose what lies inside."""
        points, self._points = self._points, []
        layer = self.bench.target
        if layer is None or len(points) < 4:
            return True
        ring = shapely.make_valid(shapely.Polygon(points))
        fids = layer.near(ring.bounds)
        shapes = layer.rows(fids, ["geometry"])["geometry"] if len(fids) else ()
        inside = [(layer.id, int(fid)) for fid, shape in zip(fids, shapes, strict=True)
                  if shape is not None and shapely.covers(ring, shape)]  # fmt: skip
        before = self.bench.area.chosen if event.shift else []
        self.bench.area.choose([*before, *(one for one in inside if one not in before)])
        return True

    def cancel(self) -> bool:
        """Drop the line."""
        under_way, self._points = bool(self._points), []
        return under_way

    def paint(self, painter: QPainter, view: View) -> None:
        """Draw the line."""
        if self._points:
            marks.paint_line(painter, self._points, view, closed=True, is_sure=False)
