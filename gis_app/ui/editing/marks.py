"""What the tools draw over the map: sketches, vertices, a mark of its own for each kind of snapping."""

from __future__ import annotations

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from shapely.geometry.base import BaseGeometry

from gis_app.geometry.snap import EDGE, EXTENSION, INTERSECTION, MIDPOINT, RIGHT_ANGLE, VERTEX
from gis_app.render.view import View
from gis_app.ui.editing.sketch import Point

SKETCH = QColor("#D6006E")
SNAP = QColor("#E65100")
HALO = QColor(255, 255, 255, 220)
HALF = 6.0
FAR = 12.0
"""No mark reaches farther from its point."""


def to_widget(points: list[Point], view: View) -> list[QPointF]:
    """Give places in the widget."""
    if not points:
        return []
    return [QPointF(x, y) for x, y in view.to_px(np.asarray(points, dtype=np.float64)).tolist()]


def paint_line(
    painter: QPainter, points: list[Point], view: View, closed: bool, is_sure: bool = True
) -> None:
    """Draw a sketch: its lines, dashed where nothing is settled, and its points."""
    at = to_widget(points, view)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(214, 0, 110, 28) if closed and len(at) > 2 else Qt.BrushStyle.NoBrush)
    style = Qt.PenStyle.SolidLine if is_sure else Qt.PenStyle.DashLine
    for colour, width in ((HALO, 4.0), (SKETCH, 2.0)):
        painter.setPen(QPen(colour, width, style))
        if closed and len(at) > 2:
            painter.drawPolygon(QPolygonF(at))
        else:
            painter.drawPolyline(QPolygonF(at))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(SKETCH, 1.5))
    painter.setBrush(HALO)
    for point in at:
        painter.drawRect(QRectF(point.x() - 3, point.y() - 3, 6, 6))


def paint_shapes(painter: QPainter, shapes: list[BaseGeometry], view: View) -> None:
    """Draw the outlines of shapes as they would be."""
    _outline(painter, shapes, view, ((HALO, 4.0), (SKETCH, 1.6)))


def _outline(
    painter: QPainter, shapes: list[BaseGeometry], view: View, pens: tuple[tuple[QColor, float], ...]
) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for part in shapely.get_parts(shapes):
        for line in shapely.get_rings(part) if part.geom_type == "Polygon" else [part]:
            at = QPolygonF([QPointF(x, y) for x, y in view.to_px(shapely.get_coordinates(line)).tolist()])
            for colour, width in pens:
                painter.setPen(QPen(colour, width))
                painter.drawPolyline(at)


def paint_target(painter: QPainter, shape: BaseGeometry, view: View) -> None:
    """Draw thinly what is snapped to."""
    painter.save()
    painter.setOpacity(0.55)
    _outline(painter, [shape], view, ((SNAP, 1.2),))
    painter.restore()


def paint_vertices(painter: QPainter, points: list[Point], view: View) -> None:
    """Draw the vertices that can be taken hold of."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(SKETCH, 1.2))
    painter.setBrush(HALO)
    for at in to_widget(points, view):
        painter.drawEllipse(at, 3.2, 3.2)


def paint_middles(painter: QPainter, points: list[Point], view: View) -> None:
    """Draw where an edge can be taken hold of for a new vertex."""
    painter.setPen(QPen(SKETCH, 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for at in to_widget(points, view):
        painter.drawEllipse(at, 3.0, 3.0)


def paint_snap(painter: QPainter, kind: str, point: Point, view: View, name: str) -> QRectF:
    """Draw the mark of a kind of snapping, and what is snapped to; give where that is written."""
    at = to_widget([point], view)[0]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((HALO, 4.5), (SNAP, 2.2)):
        painter.setPen(QPen(colour, width))
        _mark(painter, kind, at)
    if not name:
        return QRectF()
    text_at = at + QPointF(HALF + 6, -HALF - 4)
    box = QFontMetricsF(painter.font()).boundingRect(name).translated(text_at).adjusted(-4, -2, 4, 2)
    painter.fillRect(box, HALO)
    painter.setPen(SNAP)
    painter.drawText(text_at, name)
    return box


def _mark(painter: QPainter, kind: str, at: QPointF) -> None:
    x, y = at.x(), at.y()
    if kind == VERTEX:
        painter.drawRect(QRectF(x - HALF, y - HALF, 2 * HALF, 2 * HALF))
    elif kind == MIDPOINT:
        painter.drawPolygon(
            QPolygonF([QPointF(x, y - HALF), QPointF(x + HALF, y + HALF), QPointF(x - HALF, y + HALF)])
        )
    elif kind == INTERSECTION:
        painter.drawLine(QPointF(x - HALF, y - HALF), QPointF(x + HALF, y + HALF))
        painter.drawLine(QPointF(x - HALF, y + HALF), QPointF(x + HALF, y - HALF))
    elif kind == EDGE:
        glass = ((-HALF, -HALF), (HALF, -HALF), (-HALF, HALF), (HALF, HALF))
        painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in glass]))
    elif kind == RIGHT_ANGLE:
        painter.drawPolyline(
            QPolygonF([QPointF(x - HALF, y - HALF), QPointF(x - HALF, y + HALF), QPointF(x + HALF, y + HALF)])
        )
        painter.drawPolyline(QPolygonF([QPointF(x - HALF, y), QPointF(x, y), QPointF(x, y + HALF)]))
    elif kind == EXTENSION:
        for shift in (-HALF, 0.0, HALF):
            painter.drawEllipse(QPointF(x + shift, y), 1.4, 1.4)


def around(points: list[Point], view: View) -> QRectF:
    """Give where marks of some points, and lines between them, may be drawn."""
    if not points:
        return QRectF()
    at = view.to_px(np.asarray(points, dtype=np.float64))
    (left, top), (right, bottom) = at.min(axis=0).tolist(), at.max(axis=0).tolist()
    return QRectF(left - FAR, top - FAR, right - left + 2 * FAR, bottom - top + 2 * FAR)


def paint_strip(painter: QPainter, lines: list[str], at: QPointF, view: View) -> QRectF:
    """Draw a strip of text beside the pointer, within the map; give where it stands."""
    if not lines:
        return QRectF()
    metrics = QFontMetricsF(painter.font())
    width = max(metrics.horizontalAdvance(text) for text in lines) + 16
    height = metrics.lineSpacing() * len(lines) + 10
    left = min(at.x() + 18, view.size_px[0] - width - 4)
    top = min(at.y() + 18, view.size_px[1] - height - 4)
    box = QRectF(left, top, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(0, 0, 0, 60), 1))
    painter.setBrush(QColor(20, 26, 36, 225))
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(QColor("#FFFFFF"))
    for number, text in enumerate(lines):
        painter.drawText(QPointF(left + 8, top + 5 + metrics.ascent() + number * metrics.lineSpacing()), text)
    return box.adjusted(-1.0, -1.0, 1.0, 1.0)
