"""The legend: only what is in view, the code before the name, the swatch drawn as the map draws it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath

from gis_app.catalogue.style import Line
from gis_app.render.hatch import hatch_lines
from gis_app.render.painter import marker_path, pen
from gis_app.render.scene import Scene
from gis_app.render.shape import Kind
from gis_app.render.symbol import Symbol, is_visible
from gis_app.render.writing import Writing


@dataclass(frozen=True)
class Entry:
    """One row: how it looks and what it is called (code before name where there is one)."""

    text: str
    symbol: Symbol
    kind: Kind
    opacity: float = 1.0


def entries(scene: Scene, language: str) -> tuple[list[Entry], list[Entry]]:
    """Give the rows of a legend: lines and areas from the top of the map down, classes in code order.

    What differs only by its feature is one row.
    """
    lines: dict[str, Entry] = {}
    classes: dict[str, Entry] = {}
    for layer in reversed(scene.layers):
        for number in layer.shown(scene.view):
            symbol = layer.symbols[number]
            text = legend_text(symbol, language)
            if text and is_visible(symbol, layer.shapes.kind):
                into = classes if symbol.code else lines
                into.setdefault(text, Entry(text, symbol, layer.shapes.kind, layer.opacity))
    return list(lines.values()), [classes[text] for text in sorted(classes)]


def legend_text(symbol: Symbol, language: str) -> str:
    """Give the code, if there is one, and the name."""
    title = symbol.title.get(language) or next(iter(symbol.title.values()), "")
    return f"{symbol.code} {title}".strip()


def paint_entry(
    painter: QPainter, entry: Entry, box: QRectF, writing: Writing, swatch_mm: float, size_mm: float
) -> None:
    """Draw one row into its box: swatch, then text."""
    width = writing.px(swatch_mm)
    height = min(box.height() * 0.68, writing.px(3.4))
    swatch = QRectF(box.left(), box.center().y() - height / 2.0, width, height)
    paint_swatch(painter, entry, swatch, writing.mm_px)
    left = swatch.right() + writing.px(1.8)
    writing.write(
        painter, QRectF(left, box.top(), box.right() - left, box.height()), entry.text, size_mm, fit=True
    )


def paint_swatch(painter: QPainter, entry: Entry, box: QRectF, mm_px: float) -> None:
    """Draw a sample of a symbol into a box (pixels)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setOpacity(entry.opacity)
    symbol = entry.symbol
    if entry.kind == "point" and symbol.marker is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(symbol.marker.colour))
        painter.drawPath(
            marker_path(symbol.marker.shape, symbol.marker.size_mm * mm_px).translated(box.center())
        )
    elif entry.kind == "line" or _is_line_only(symbol):
        _lines(painter, symbol, box, mm_px)
    else:
        _area(painter, symbol, box, mm_px)
    painter.restore()


def _is_line_only(symbol: Symbol) -> bool:
    return not symbol.fill and symbol.hatch is None


def _lines(painter: QPainter, symbol: Symbol, box: QRectF, mm_px: float) -> None:
    line = QPainterPath(QPointF(box.left(), box.center().y()))
    line.lineTo(box.right(), box.center().y())
    for stroke in (symbol.casing, symbol.outline):
        if stroke is not None:
            painter.strokePath(line, pen(stroke, mm_px))


def _area(painter: QPainter, symbol: Symbol, box: QRectF, mm_px: float) -> None:
    if symbol.fill:
        colour = QColor(symbol.fill)
        colour.setAlphaF(symbol.opacity)
        painter.fillRect(box, QBrush(colour))
    if symbol.hatch is not None:
        corners = np.array([shapely.box(box.left(), box.top(), box.right(), box.bottom())])
        # a swatch is small: denser lines, so that their direction shows
        spacing = min(symbol.hatch.spacing_mm, 1.5) * mm_px
        period = sum(symbol.hatch.dash) * mm_px
        painter.setPen(pen(Line(symbol.hatch.colour, symbol.hatch.width_mm, symbol.hatch.dash), mm_px))
        lines = hatch_lines(corners, symbol.hatch.angle_deg, spacing, (box.left(), box.top()), period)
        for x0, y0, x1, y1 in lines.tolist():
            painter.drawLine(QPointF(x0, y0), QPointF(x1, y1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    frame = QPainterPath()
    frame.addRect(box)
    for stroke in (symbol.casing, symbol.outline):
        if stroke is not None:
            painter.strokePath(frame, pen(replace(stroke, width_mm=stroke.width_mm * 0.75), mm_px))
