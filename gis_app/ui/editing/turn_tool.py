"""Turns or scales the chosen features about a pivot, by hand or by a figure that is typed."""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from shapely.geometry.base import BaseGeometry

from gis_app.geometry.snap import INTERSECTION
from gis_app.language import Message
from gis_app.render.view import View
from gis_app.ui.editing import marks
from gis_app.ui.editing.bench import Bench
from gis_app.ui.editing.sketch import ROUND, Point
from gis_app.ui.map_tool import GroundEvent, Tool

TYPED = "0123456789.-"
ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class AboutTool(Tool):
    """Drag to turn or scale about the pivot: the middle of what is chosen, until a Ctrl click sets it.

    Digits and Enter do it by a figure. Shift keeps to round figures, Alt leaves snapping out.
    """

    cursor = Qt.CursorShape.CrossCursor
    edit = argument = text = ""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.pivot: Point | None = None
        self.typed = ""
        self._chosen: list[int] = []
        self._shapes: list[BaseGeometry] = []
        self._start: Point | None = None
        self._figure: float | None = None
        self._pointer = QPointF()

    # --- what each of both is

    def figure(self, start: Point, to: Point, is_round: bool) -> float:
        """Give the angle or factor that leads from one place to another about the pivot."""
        raise NotImplementedError

    def matrix(self, figure: float) -> NDArray[np.float64]:
        """Give the matrix (2, 2) that rows of points are multiplied by."""
        raise NotImplementedError

    # --- the hand

    def _take(self) -> bool:
        """Take what is chosen, and its middle where no pivot was set for it."""
        fids = self.bench.chosen_of(self.bench.layer)
        layer = self.bench.target
        if not fids or layer is None:
            return False
        if fids != self._chosen or not self._shapes:
            self._chosen, self.pivot = fids, None
        rows = layer.rows(fids, ["geometry"])["geometry"]
        self._shapes = [shape for shape in rows if shape is not None]
        if self.pivot is None and self._shapes:
            x0, y0, x1, y1 = shapely.total_bounds(self._shapes).tolist()
            self.pivot = ((x0 + x1) / 2.0, (y0 + y1) / 2.0)
        return bool(self._shapes)

    def _place(self, event: GroundEvent) -> Point:
        found = None if event.alt else self.bench.snap((event.x, event.y), event.metres_per_pixel)
        return (event.x, event.y) if found is None else found[0].point

    def press(self, event: GroundEvent) -> bool:
        """Begin, or set the pivot."""
        if event.button != Qt.MouseButton.LeftButton:
            return False
        if not self._take():
            self.bench.desk.noticed.emit("cannot_tell", Message("ui.edit_choose_some"))
            return False
        if event.control:
            self.pivot = self._place(event)
            return True
        self._start, self._figure = (event.x, event.y), None
        return True

    def move(self, event: GroundEvent) -> bool:
        """Turn along."""
        self._pointer = event.at
        if self._start is None or self.pivot is None:
            return False
        self._figure = self.figure(self._start, self._place(event), event.shift)
        return True

    def release(self, event: GroundEvent) -> bool:
        """Do it."""
        start, figure, self._start, self._figure = self._start, self._figure, None, None
        if start is not None and figure is not None:
            self._do(figure)
        return True

    def _do(self, figure: float) -> None:
        if not self._take() or self.pivot is None:
            self.bench.desk.noticed.emit("cannot_tell", Message("ui.edit_choose_some"))
            return
        self.bench.perform(
            self.edit,
            {
                "layer": self.bench.layer,
                "fids": self._chosen,
                self.argument: figure,
                "about": list(self.pivot),
            },
        )

    def wants(self, event: QKeyEvent) -> bool:
        """Digits, and Enter after them."""
        return (bool(event.text()) and event.text() in TYPED) or (
            bool(self.typed) and event.key() in (*ENDS, Qt.Key.Key_Backspace)
        )

    def key(self, event: QKeyEvent) -> bool:
        """Type a figure; Enter does it."""
        if not self.wants(event):
            return False
        if event.key() in ENDS:
            typed, self.typed = self.typed, ""
            try:
                self._do(float(typed))
            except ValueError:
                self.bench.desk.noticed.emit("cannot_tell", Message("ui.sketch_typed", {"text": typed}))
        elif event.key() == Qt.Key.Key_Backspace:
            self.typed = self.typed[:-1]
        else:
            self.typed += event.text()
        return True

    def cancel(self) -> bool:
        """Leave it as it was."""
        held = self._start is not None or bool(self.typed)
        self._start, self._figure, self.typed = None, None, ""
        return held

    def paint(self, painter: QPainter, view: View) -> None:
        """Draw the pivot, and what is chosen as it would be."""
        if self._start is None and not self._take():
            return
        pivot = self.pivot
        if pivot is None:
            return
        marks.paint_snap(painter, INTERSECTION, pivot, view, "")
        told = [f"› {self.typed}"] if self.typed else []
        if self._figure is not None:
            matrix, middle = self.matrix(self._figure), np.array(pivot)
            turned = [shapely.transform(s, lambda xy: (xy - middle) @ matrix + middle) for s in self._shapes]
            marks.paint_shapes(painter, turned, view)
            told.append(self.bench.desk.look.text(self.text, figure=self._figure))
        marks.paint_strip(painter, told, self._pointer, view)


class TurnTool(AboutTool):
    """Turns, counter-clockwise for more than 0; degrees."""

    edit, argument, text = "rotate", "angle_deg", "turn_by"

    def figure(self, start: Point, to: Point, is_round: bool) -> float:
        """Give the angle, degrees between -180 and 180; in steps of 15 where it is to be round."""
        assert self.pivot is not None
        x, y = self.pivot
        turn = math.atan2(to[1] - y, to[0] - x) - math.atan2(start[1] - y, start[0] - x)
        turn = ROUND * round(turn / ROUND) if is_round else turn
        return (math.degrees(turn) + 180.0) % 360.0 - 180.0

    def matrix(self, figure: float) -> NDArray[np.float64]:
        """Give the turn."""
        cos, sin = math.cos(math.radians(figure)), math.sin(math.radians(figure))
        return np.array([[cos, sin], [-sin, cos]])


class ScaleTool(AboutTool):
    """Scales alike in both directions."""

    edit, argument, text = "scale", "factor", "scale_by"

    def figure(self, start: Point, to: Point, is_round: bool) -> float:
        """Give the factor; in tenths where it is to be round."""
        assert self.pivot is not None
        factor = math.dist(to, self.pivot) / max(math.dist(start, self.pivot), 1e-9)
        return max(0.1, round(factor, 1)) if is_round else factor

    def matrix(self, figure: float) -> NDArray[np.float64]:
        """Give the stretch."""
        return np.eye(2) * figure
