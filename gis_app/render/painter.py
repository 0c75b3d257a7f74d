"""Paints a scene with any QPainter: a picture, a PDF page, the canvas."""

from __future__ import annotations

import os
import sys

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QGuiApplication,
    QImage,
    QImageWriter,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)

from gis_app.catalogue.style import Hatch, Line, Marker
from gis_app.render.hatch import hatch_lines
from gis_app.render.label import paint_labels
from gis_app.render.path import path
from gis_app.render.scene import Scene, SceneLayer
from gis_app.render.symbol import Symbol
from gis_app.render.view import View

CHUNK = 32
"""Polygons in one antialiased fill: Qt's time for it grows faster than their number (best from 20 to 50)."""
SMALLEST_HATCH_PX = 2.5
"""Below this distance hatch lines are one grey and cost time."""

_application: QGuiApplication | None = None


def application() -> QGuiApplication:
    """Give the one Qt application, made on first use, without a screen where there is none."""
    global _application
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        return running
    has_display = sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if not has_display:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _application = QGuiApplication([sys.argv[0] if sys.argv else "parkplan"])
    return _application


def picture(scene: Scene, ground: str = "#FFFFFF") -> QImage:
    """Paint a scene as an image of the view's size and resolution."""
    application()
    image = blank(scene.view.size_px, scene.view.dpi, ground)
    painter = QPainter(image)
    try:
        paint(painter, scene)
    finally:
        painter.end()
    return image


def blank(size_px: tuple[int, int], dpi: float, ground: str) -> QImage:
    """Give an image of one colour that knows its resolution."""
    image = QImage(*size_px, QImage.Format.Format_ARGB32_Premultiplied)
    dots = round(dpi / 25.4 * 1000.0)
    image.setDotsPerMeterX(dots)
    image.setDotsPerMeterY(dots)
    image.fill(QColor(ground))
    return image


def png(image: QImage) -> bytes:
    """Give an image in PNG form."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"png")).write(image):
        raise ValueError("the image has no pixels")
    return bytes(buffer.data().data())


def paint(painter: QPainter, scene: Scene, *, labels: bool = True) -> None:
    """Paint a scene at the painter's origin, one unit a pixel of the view.

    Any paint device will do; for one of another resolution scale the painter first. What lies outside the
    view may be painted beyond its edge: set a clip where that matters.
    """
    painter.save()
    for layer in scene.layers:
        _paint_layer(painter, layer, scene.view)
    if labels:
        paint_labels(painter, scene)
    painter.restore()


def _paint_layer(painter: QPainter, layer: SceneLayer, view: View) -> None:
    around_m = max((symbol.reach_mm for symbol in layer.symbols), default=0.0) * view.mm_px / view.scale
    seen = layer.shapes.seen(view.bounds, around_m)
    points = view.to_px(layer.shapes.coords)
    painter.setOpacity(layer.opacity)
    casings = [symbol.casing for symbol in layer.symbols]
    for number, casing in enumerate(casings):
        if casing is not None:
            _stroke(painter, layer, points, seen & (layer.symbol_of == number), casing, view)
    for number, symbol in enumerate(layer.symbols):
        chosen = seen & (layer.symbol_of == number)
        if chosen.any():
            _paint_symbol(painter, layer, points, chosen, symbol, view)
    painter.setOpacity(1.0)


def _paint_symbol(
    painter: QPainter,
    layer: SceneLayer,
    points: NDArray[np.float64],
    chosen: NDArray[np.bool_],
    symbol: Symbol,
    view: View,
) -> None:
    if layer.shapes.kind == "point":
        if symbol.marker is not None:
            _markers(painter, points[_coordinates(layer, chosen)], symbol.marker, view)
        return
    if layer.shapes.kind == "polygon":
        if symbol.fill:
            _fill(painter, layer, points, chosen, symbol)
        if symbol.hatch is not None:
            _hatch(painter, layer, chosen, symbol.hatch, view)
    if symbol.outline is not None:
        _stroke(painter, layer, points, chosen, symbol.outline, view)


def _fill(
    painter: QPainter,
    layer: SceneLayer,
    points: NDArray[np.float64],
    chosen: NDArray[np.bool_],
    symbol: Symbol,
) -> None:
    """Fill in chunks; a coverage without antialiasing, which would leave light seams between neighbours."""
    colour = QColor(symbol.fill)
    colour.setAlphaF(symbol.opacity)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not layer.coverage)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(colour))
    numbers = np.flatnonzero(chosen)
    for start in range(0, len(numbers), CHUNK):
        painter.drawPath(_path_of(layer, points, numbers[start : start + CHUNK]))


def _stroke(
    painter: QPainter,
    layer: SceneLayer,
    points: NDArray[np.float64],
    chosen: NDArray[np.bool_],
    stroke: Line,
    view: View,
) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(stroke, view.mm_px))
    painter.drawPath(_path_of(layer, points, np.flatnonzero(chosen)))


def _hatch(painter: QPainter, layer: SceneLayer, chosen: NDArray[np.bool_], hatch: Hatch, view: View) -> None:
    spacing = hatch.spacing_mm * view.mm_px
    if spacing < SMALLEST_HATCH_PX:
        return
    x, y = view.to_px(np.zeros((1, 2)))[0]
    lines = hatch_lines(layer.valid_geometry(chosen, view), hatch.angle_deg, spacing, (float(x), float(y)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(QColor(hatch.colour), hatch.width_mm * view.mm_px))
    painter.drawLines([QLineF(*line) for line in lines.tolist()])


def _path_of(layer: SceneLayer, points: NDArray[np.float64], numbers: NDArray[np.int64]) -> QPainterPath:
    shapes = layer.shapes
    first = shapes.parts[shapes.features[numbers]]
    last = shapes.parts[shapes.features[numbers + 1]]
    rings = _spans(first, last)
    lengths = shapes.rings[rings + 1] - shapes.rings[rings]
    starts = np.cumsum(lengths) - lengths
    return path(points[_spans(shapes.rings[rings], shapes.rings[rings + 1])], starts)


def _coordinates(layer: SceneLayer, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    features = layer.shapes.features
    return _spans(features[:-1][chosen], features[1:][chosen])


def _spans(first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.int64]:
    """All whole numbers of the spans first[i]:last[i], one after the other."""
    lengths = last - first
    return np.asarray(np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths - first, lengths))


def pen(stroke: Line, mm_px: float) -> QPen:
    """Give the pen of a line; dashes are in millimetres."""
    width = max(stroke.width_mm * mm_px, 0.1)
    result = QPen(QColor(stroke.colour), width)
    result.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    result.setCapStyle(Qt.PenCapStyle.FlatCap)
    if stroke.dash:
        result.setDashPattern([max(part * mm_px / width, 0.01) for part in stroke.dash])
    return result


def _markers(painter: QPainter, points: NDArray[np.float64], marker: Marker, view: View) -> None:
    size = marker.size_mm * view.mm_px
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(QColor("#FFFFFF"), max(size * 0.1, 0.6)))
    painter.setBrush(QBrush(QColor(marker.colour)))
    shape = marker_path(marker.shape, size)
    for x, y in points.tolist():
        painter.drawPath(shape.translated(x, y))


def marker_path(shape: str, size: float) -> QPainterPath:
    """Give a marker around the origin: circle, square, triangle, diamond, star or cross, ``size`` across."""
    half = size / 2.0
    result = QPainterPath()
    if shape == "circle":
        result.addEllipse(QRectF(-half, -half, size, size))
        return result
    result.addPolygon(
        QPolygonF([QPointF(x * half, y * half) for x, y in _MARKERS.get(shape, _MARKERS["square"])])
    )
    result.closeSubpath()
    return result


def _star() -> tuple[tuple[float, float], ...]:
    angles = np.arange(10) * np.pi / 5.0
    radii = np.where(np.arange(10) % 2 == 0, 1.0, 0.42)
    return tuple((float(r * np.sin(a)), float(-r * np.cos(a))) for a, r in zip(angles, radii, strict=True))


_MARKERS: dict[str, tuple[tuple[float, float], ...]] = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "triangle": ((0, -1), (1, 0.8), (-1, 0.8)),
    "diamond": ((0, -1), (1, 0), (0, 1), (-1, 0)),
    "star": _star(),
    "cross": (
        (-0.3, -1), (0.3, -1), (0.3, -0.3), (1, -0.3), (1, 0.3), (0.3, 0.3),
        (0.3, 1), (-0.3, 1), (-0.3, 0.3), (-1, 0.3), (-1, -0.3), (-0.3, -0.3),
    ),
}  # fmt: skip
