"""What the canvas draws itself over the finished picture: evidence, selection, the zoom box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen
from shapely.geometry.base import BaseGeometry

from gis_app.render.path import path
from gis_app.render.shape import columns, split_kinds
from gis_app.render.view import View

POINT_PX, MARK_PX = 7.0, 11.0
FAR = 3.0
"""A geometry that reaches so many pictures beyond the view is cut: dashes of what is far away take long."""


@dataclass(frozen=True)
class Stroke:
    """One line of a highlight, in pixels at 96 dpi; ``dash`` in pixels too."""

    colour: str
    width: float
    opacity: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Highlight:
    """Lines one over the other, the lowest first, under them a tint for areas."""

    strokes: tuple[Stroke, ...]
    tint: str = ""
    tint_opacity: float = 0.0


EVIDENCE = Highlight(
    (
        Stroke("#FFFFFF", 11.0, 0.75),
        Stroke("#000000", 7.5),
        Stroke("#FFE600", 4.5, dash=(9.0, 6.0)),
    ),
    "#FFE600",
    0.55,
)
SELECTION = Highlight((Stroke("#FFFFFF", 5.5), Stroke("#00A3FF", 3.0)))


class Overlay:
    """Geometries that are highlighted, and their paths for the view in which they were last drawn."""

    def __init__(self, highlight: Highlight) -> None:
        self.highlight = highlight
        self._geometry: tuple[BaseGeometry, ...] = ()
        self._view: View | None = None
        self._paths: list[tuple[QPainterPath, bool]] = []

    def set(self, geometry: Sequence[BaseGeometry]) -> None:
        """Highlight these instead (project coordinates); missing and empty ones are left out."""
        self._geometry = tuple(one for one in geometry if one is not None and not one.is_empty)
        self._view = None

    def paint(self, painter: QPainter, view: View) -> None:
        """Draw at the painter's origin, one unit a pixel of the view."""
        if not self._geometry:
            return
        if view != self._view:
            self._view, self._paths = view, _paths(self._geometry, view)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for drawn, is_area in self._paths:
            if is_area and self.highlight.tint:
                painter.fillPath(drawn, QBrush(_colour(self.highlight.tint, self.highlight.tint_opacity)))
        for stroke in self.highlight.strokes:
            for drawn, _ in self._paths:
                painter.strokePath(drawn, _pen(stroke))


def paint_box(painter: QPainter, box: QRectF) -> None:
    """Draw the rubber band of a zoom."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(box, _colour("#00A3FF", 0.12))
    painter.setPen(QPen(QColor("#00A3FF"), 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)


def paint_mark(painter: QPainter, x: float, y: float) -> None:
    """Draw the mark of a place that was gone to: a ring with four hairs, no ground covered."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for stroke in SELECTION.strokes:
        painter.setPen(_pen(stroke))
        painter.drawEllipse(QPointF(x, y), MARK_PX, MARK_PX)
        for across, down in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            inner, outer = 0.45 * MARK_PX, 1.7 * MARK_PX
            painter.drawLine(
                QPointF(x + across * inner, y + down * inner), QPointF(x + across * outer, y + down * outer)
            )


def _paths(geometry: Sequence[BaseGeometry], view: View) -> list[tuple[QPainterPath, bool]]:
    """One path for each kind of geometry in it, and whether it is an area."""
    every = shapely.get_parts(np.asarray(geometry, dtype=object))
    every = np.asarray([one for one in every if not one.is_empty], dtype=object)
    made: list[tuple[QPainterPath, bool]] = []
    for kind, chosen in split_kinds(every).items() if len(every) else ():
        if kind == "point":
            made.append((_rings(view.to_px(shapely.get_coordinates(every[chosen]))), False))
            continue
        near = _near(every[chosen], view)
        if len(near):
            shapes = columns(kind, near)
            made.append((path(view.to_px(shapes.coords), shapes.rings[:-1]), kind == "polygon"))
    return made


def _near(geometry: Any, view: View) -> Any:
    """What lies near the view, without detail that no pixel shows."""
    width, height = (size / view.scale for size in view.size_px)
    x, y = view.centre
    box = shapely.box(x - FAR * width, y - FAR * height, x + FAR * width, y + FAR * height)
    geometry = geometry[shapely.intersects(shapely.envelope(geometry), box)]
    simple = shapely.simplify(geometry, 0.5 / view.scale)
    simple = np.where(shapely.is_empty(simple), geometry, simple)
    far = ~shapely.contains(box, shapely.envelope(simple))
    if far.any():
        simple[far] = shapely.clip_by_rect(shapely.make_valid(simple[far]), *box.bounds)
    parts = shapely.get_parts(shapely.get_parts(simple))
    dimension = shapely.get_dimensions(geometry).max(initial=0)
    return parts[~shapely.is_empty(parts) & (shapely.get_dimensions(parts) == dimension)]


def _rings(points: Any) -> QPainterPath:
    made = QPainterPath()
    for x, y in points.tolist():
        made.addEllipse(QPointF(x, y), POINT_PX, POINT_PX)
    return made


def _colour(name: str, opacity: float) -> QColor:
    colour = QColor(name)
    colour.setAlphaF(opacity)
    return colour


def _pen(stroke: Stroke) -> QPen:
    pen = QPen(_colour(stroke.colour, stroke.opacity), stroke.width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if stroke.dash:
        pen.setDashPattern([part / stroke.width for part in stroke.dash])
    return pen
