"""A page in millimetres: texts that are never under a size and never cut, lines, boxes, marks of states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QPolygonF

from gis_app.catalogue.layout import MM_PER_PT
from gis_app.render.state_mark import SIZE, STATE_MARKS, STROKE, Points
from gis_app.render.writing import INK, Writing
from gis_app.sheets.recording import Recorder

CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
BOLDER = 1.07
"""A bold line is so much longer than the measure of the plain face at most."""
LEADING = 1.22
"""Distance of lines, as a multiple of the size of the letters."""
BLACK = "#000000"


@dataclass(frozen=True)
class Paper:
    """Draws on a page; boxes and lengths in mm from its top left corner, sizes of letters in pt."""

    painter: Recorder
    writing: Writing

    def px(self, box: QRectF) -> QRectF:
        """Give a box in the painter's units."""
        scale = self.writing.mm_px
        return QRectF(box.left() * scale, box.top() * scale, box.width() * scale, box.height() * scale)

    def text(
        self,
        box: QRectF,
        text: str,
        pt: float,
        *,
        bold: bool = False,
        colour: str = INK,
        align: Qt.AlignmentFlag = LEFT,
    ) -> None:
        """Write one line."""
        if text:
            self.writing.write(
                self.painter, self.px(box), text, pt * MM_PER_PT, bold=bold, colour=colour, align=align
            )

    def lines(
        self,
        box: QRectF,
        lines: Sequence[str],
        pt: float,
        *,
        bold: bool = False,
        colour: str = INK,
        align: Qt.AlignmentFlag = LEFT,
    ) -> None:
        """Write lines below each other, together in the middle of a box's height."""
        step = leading_mm(pt)
        top = box.center().y() - step * len(lines) / 2.0
        for number, line in enumerate(lines):
            row = QRectF(box.left(), top + number * step, box.width(), step)
            self.text(row, line, pt, bold=bold, colour=colour, align=align)

    def wrapped(self, text: str, pt: float, width_mm: float, *, bold: bool = False) -> list[str]:
        """Break a text into lines that fit, a word longer than a line too; a line break in it stays."""
        size = pt * MM_PER_PT * (BOLDER if bold else 1.0)
        lines = [
            line for part in text.split("\n") for line in self.writing.wrapped(part, size, width_mm) or [""]
        ]
        return [piece for line in lines for piece in self._cut(line, size, width_mm)]

    def _cut(self, line: str, size_mm: float, width_mm: float) -> list[str]:
        pieces = [""]
        for character in line:
            if pieces[-1] and self.writing.width_mm(pieces[-1] + character, size_mm) > width_mm:
                pieces.append("")
            pieces[-1] += character
        return pieces

    def width_mm(self, text: str, pt: float, *, bold: bool = False) -> float:
        """How long a line is."""
        return self.writing.width_mm(text, pt * MM_PER_PT, bold=bold)

    def rect(self, box: QRectF, width_mm: float = 0.0, ground: str = "", colour: str = BLACK) -> None:
        """Draw a box; without a width only its ground."""
        self.painter.setPen(self._pen(width_mm, colour) if width_mm else Qt.PenStyle.NoPen)
        self.painter.setBrush(QColor(ground) if ground else Qt.BrushStyle.NoBrush)
        self.painter.drawRect(self.px(box))

    def line(self, x0: float, y0: float, x1: float, y1: float, width_mm: float, colour: str = BLACK) -> None:
        """Draw a straight line."""
        scale = self.writing.mm_px
        self.painter.setPen(self._pen(width_mm, colour))
        self.painter.drawLine(QPointF(x0 * scale, y0 * scale), QPointF(x1 * scale, y1 * scale))

    def _pen(self, width_mm: float, colour: str) -> QPen:
        pen = QPen(QColor(colour), self.writing.px(width_mm))
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        pen.setCapStyle(Qt.PenCapStyle.SquareCap)
        return pen

    def state(self, centre: QPointF, state: str, size_mm: float) -> None:
        """Draw the mark of a state around a point."""
        mark, unit = STATE_MARKS[state], self.writing.px(size_mm) / SIZE
        colour = QColor(mark.colour)
        painter = self.painter
        painter.save()
        painter.translate(self.writing.px(centre.x()), self.writing.px(centre.y()))
        painter.scale(unit, unit)
        painter.translate(-SIZE / 2.0, -SIZE / 2.0)
        painter.setPen(Qt.PenStyle.NoPen if mark.filled else QPen(colour, STROKE))
        painter.setBrush(colour if mark.filled else Qt.BrushStyle.NoBrush)
        if mark.radius is not None:
            painter.drawEllipse(QPointF(SIZE / 2.0, SIZE / 2.0), mark.radius, mark.radius)
        else:
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in mark.outline]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor("#FFFFFF") if mark.filled else colour, STROKE))
        for stroke in mark.strokes:
            painter.drawPath(_polyline(stroke))
        painter.restore()


def leading_mm(pt: float) -> float:
    """Give the distance of lines of text."""
    return pt * MM_PER_PT * LEADING


def _polyline(points: Points) -> QPainterPath:
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(QPointF(*point))
    return path
