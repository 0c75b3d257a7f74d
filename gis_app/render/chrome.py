"""What stands on and around a map: scale bar, north arrow, coordinate ticks, numbers at the evidence."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gis_app.render.view import View
from gis_app.render.writing import INK, Writing

FIELDS = 4
_STEPS = (1.0, 2.0, 2.5, 5.0)
_CENTRE = Qt.AlignmentFlag.AlignCenter


def round_length(longest: float, parts: int = 1) -> float:
    """Give the greatest round length (1, 2, 2.5, 5 × 10ⁿ times ``parts``) up to ``longest``."""
    share = longest / parts
    power = 10.0 ** np.floor(np.log10(share))
    return float(max(step * power for step in _STEPS if step * power <= share * (1 + 1e-9))) * parts


def scale_text(view: View) -> str:
    """Give the numeric scale."""
    return f"1∶{view.denominator:.0f}"


def paint_scale_bar(painter: QPainter, view: View, box: QRectF, writing: Writing) -> None:
    """Draw a bar of four fields as wide as fits, figures above it, the numeric scale below."""
    ends = writing.px(9.0)
    length_m = round_length((box.width() - 2.0 * ends) / view.scale, FIELDS)
    length = length_m * view.scale
    left, top, height = box.center().x() - length / 2.0, box.top() + writing.px(4.2), writing.px(1.3)
    for field in range(FIELDS):
        painter.setPen(QPen(QColor("#000000"), writing.px(0.15)))
        painter.setBrush(QColor("#000000" if field % 2 == 0 else "#FFFFFF"))
        painter.drawRect(QRectF(left + field * length / FIELDS, top, length / FIELDS, height))
    for share in (0.0, 0.5, 1.0):
        text = f"{length_m * share:g}" + (" m" if share == 1.0 else "")
        place = QRectF(left + share * length - ends, box.top(), 2.0 * ends, writing.px(4.0))
        writing.write(painter, place, text, 2.6, align=_CENTRE)
    below = QRectF(box.left(), top + height + writing.px(1.0), box.width(), writing.px(5.0))
    writing.write(painter, below, scale_text(view), 3.2, align=_CENTRE)


def north_box(view: View, writing: Writing) -> QRectF:
    """Where the north arrow stands on the map (pixels)."""
    size, gap = writing.px(13.0), writing.px(3.0)
    return QRectF(view.size_px[0] - size - gap, gap, size, size * 1.25)


def paint_north(painter: QPainter, box: QRectF, word: str, writing: Writing) -> None:
    """Draw the north arrow: grid north is up."""
    ground = QColor("#FFFFFF")
    ground.setAlphaF(0.88)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, writing.px(1.0), writing.px(1.0))
    head = QRectF(box.left(), box.top() + writing.px(0.8), box.width(), writing.px(4.6))
    writing.write(painter, head, word, 4.0, bold=True, align=_CENTRE)
    x, top, foot = box.center().x(), head.bottom() + writing.px(0.4), box.bottom() - writing.px(1.2)
    half, notch = writing.px(2.3), foot - writing.px(2.2)
    painter.setPen(QPen(QColor(INK), writing.px(0.2)))
    for side, colour in ((-1.0, INK), (1.0, "#FFFFFF")):
        painter.setBrush(QColor(colour))
        painter.drawPolygon(QPolygonF([QPointF(x, top), QPointF(x + side * half, foot), QPointF(x, notch)]))


def paint_ticks(painter: QPainter, view: View, writing: Writing) -> list[QRectF]:
    """Draw coordinate ticks along the four edges, figures at top and left; give the boxes of the figures."""
    width, height = view.size_px
    step = round_length((view.bounds[2] - view.bounds[0]) / 3.5)
    tick, boxes = writing.px(2.0), []
    painter.setPen(QPen(QColor("#000000"), writing.px(0.15)))
    for axis, (low, high) in enumerate(((view.bounds[0], view.bounds[2]), (view.bounds[1], view.bounds[3]))):
        for value in np.arange(np.ceil(low / step) * step, high, step):
            at = float(view.to_px(np.array([[value, value]]))[0, axis])
            if not writing.px(12.0) < at < (width, height)[axis] - writing.px(24.0):
                continue
            if axis == 0:
                painter.drawLines(
                    [QPointF(at, 0), QPointF(at, tick), QPointF(at, height - tick), QPointF(at, height)]
                )
            else:
                painter.drawLines(
                    [QPointF(0, at), QPointF(tick, at), QPointF(width - tick, at), QPointF(width, at)]
                )
            boxes.append(_figure(painter, f"{value:.0f}", at, axis, writing))
    return boxes


def _figure(painter: QPainter, text: str, at: float, axis: int, writing: Writing) -> QRectF:
    length, height, start = writing.px(writing.width_mm(text, 2.5) + 1.2), writing.px(3.2), writing.px(2.3)
    flat = QRectF(-length / 2.0, -height / 2.0, length, height)
    painter.save()
    if axis == 0:
        painter.translate(at, start + height / 2.0)
    else:
        painter.translate(start + height / 2.0, at)
        painter.rotate(-90.0)
    ground = QColor("#FFFFFF")
    ground.setAlphaF(0.8)
    painter.fillRect(flat, ground)
    writing.write(painter, flat, text, 2.5, align=_CENTRE)
    painter.restore()
    if axis == 0:
        return QRectF(at - length / 2.0, start, length, height)
    return QRectF(start, at - length / 2.0, height, length)


def paint_number(
    painter: QPainter, centre: QPointF, number: int, writing: Writing, size_mm: float = 4.2
) -> QRectF:
    """Draw the number of a piece of evidence: yellow on black, as nothing else is; give its box."""
    half = writing.px(size_mm) / 2.0
    box = QRectF(centre.x() - half, centre.y() - half, 2.0 * half, 2.0 * half)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(QColor("#FFFFFF"), writing.px(0.3)))
    painter.setBrush(QColor("#000000"))
    painter.drawEllipse(box)
    writing.write(painter, box, str(number), size_mm * 0.62, bold=True, colour="#FFE600", align=_CENTRE)
    return box
