"""Moves the chosen features as they are."""

from __future__ import annotations

import math

import shapely
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter
from shapely.geometry.base import BaseGeometry

from gis_app.language import Message
from gis_app.render.view import View
from gis_app.ui.editing import marks
from gis_app.ui.editing.bench import Bench
from gis_app.ui.editing.sketch import Point
from gis_app.ui.map_tool import GroundEvent, Tool


class MoveTool(Tool):
    """Drag the chosen features of the layer in hand."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self._from: Point | None = None
        self._by: Point = (0.0, 0.0)
        self._fids: list[int] = []
        self._shapes: list[BaseGeometry] = []
        self._pointer = QPointF()

    def press(self, event: GroundEvent) -> bool:
        """Take hold."""
        if event.button != Qt.MouseButton.LeftButton or self.bench.target is None:
            return False
        self._fids = [fid for id, fid in self.bench.area.chosen if id == self.bench.layer]
        if not self._fids:
            self.bench.desk.noticed.emit("cannot_tell", Message("ui.edit_choose_some"))
            return False
        rows = self.bench.target.rows(self._fids, ["geometry"])["geometry"]
        self._shapes = [shape for shape in rows if shape is not None]
        self._from, self._by = (event.x, event.y), (0.0, 0.0)
        return True

    def move(self, event: GroundEvent) -> bool:
        """Move them along."""
        self._pointer = event.at
        if self._from is None:
            return False
        found = None if event.alt else self.bench.snap((event.x, event.y), event.metres_per_pixel)
        to = (event.x, event.y) if found is None else found[0].point
        self._by = (to[0] - self._from[0], to[1] - self._from[1])
        return True

    def release(self, event: GroundEvent) -> bool:
        """Put them down."""
        held, by = self._from is not None, self._by
        self._from = None
        if held and math.hypot(*by) > 0.0:
            self.bench.perform("move", {"layer": self.bench.layer, "fids": self._fids, "by": list(by)})
        return True

    def cancel(self) -> bool:
        """Leave them where they were."""
        held, self._from = self._from is not None, None
        return held

    def paint(self, painter: QPainter, view: View) -> None:
        """Draw them where they would be."""
        if self._from is None:
            return
        moved = [shapely.transform(shape, lambda xy: xy + self._by) for shape in self._shapes]
        marks.paint_shapes(painter, moved, view)
        text = self.bench.desk.look.text("move_by", east_m=self._by[0], north_m=self._by[1])
        marks.paint_strip(painter, [text], self._pointer, view)
