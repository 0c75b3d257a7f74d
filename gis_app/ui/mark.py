"""The mark of a state as a painter draws it, from the same shapes as map, sheet and documents."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from gis_app.render.state_mark import RING_DASH, SIZE, STATE_MARKS, STROKE
from gis_app.ui.theme import tokens


def paint_mark(painter: QPainter, state: str, box: QRectF, theme: str) -> None:
    """Draw a state's mark into a square (logical pixels)."""
    mark, colours = STATE_MARKS[state], tokens(theme)
    colour, inner = QColor(colours[state]), QColor(colours["panel"])
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.translate(box.topLeft())
    painter.scale(box.width() / SIZE, box.height() / SIZE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if mark.radius is None:
        painter.drawPolygon(QPolygonF([QPointF(*point) for point in mark.outline]))
    elif mark.filled:
        painter.drawEllipse(QPointF(SIZE / 2, SIZE / 2), mark.radius, mark.radius)
    else:
        pen = QPen(colour, 1.6)
        pen.setDashPattern(list(RING_DASH))
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(SIZE / 2, SIZE / 2), mark.radius, mark.radius)
    stroke = QPen(inner if mark.filled else colour, STROKE)
    stroke.setCapStyle(Qt.PenCapStyle.RoundCap)
    stroke.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(stroke)
    for line in mark.strokes:
        painter.drawPolyline(QPolygonF([QPointF(*point) for point in line]))
    painter.restore()


@cache
def mark_pixmap(state: str, theme: str, size: int, scale: float = 2.0) -> QPixmap:
    """Give a state's mark as a picture, ``size`` in logical pixels."""
    made = QPixmap(round(size * scale), round(size * scale))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    paint_mark(painter, state, QRectF(0, 0, made.width(), made.height()), theme)
    painter.end()
    made.setDevicePixelRatio(scale)
    return made


def mark_icon(state: str, theme: str, size: int = 14) -> QIcon:
    """Give a state's mark as an icon."""
    return QIcon(mark_pixmap(state, theme, size))
