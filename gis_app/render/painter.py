"""Paints a scene with any QPainter: a picture, a PDF page, the canvas."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence

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
    QTransform,
)

from gis_app.catalogue.style import Hatch, Line, Marker
from gis_app.render.gather import Gathered, gather
from gis_app.render.hatch import hatch_lines
from gis_app.render.label import paint_labels
from gis_app.render.offset import displaced
from gis_app.render.path import elements, path_of
from gis_app.render.scene import Scene, SceneLayer
from gis_app.render.view import View

CHUNK = 32
"""Polygons in one antialiased fill: Qt's time for it grows faster than their number (best from 20 to 50)."""
CHUNK_MARKERS = 500
"""Signs between two steps."""
BEVEL_PX = 2.0
"""Up to this width nobody sees how lines are joined, and a round join takes three times as long."""
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
    for _ in steps(painter, scene):
        continue
    if labels:
        paint_labels(painter, scene)
    painter.restore()


def steps(painter: QPainter, scene: Scene) -> Iterator[None]:
    """Paint a scene without its names in small steps: between two of them there is time for something else.

    Whoever stops early has the picture as far as it is. The painter's state is not restored.
    """
    for layer in scene.layers:
        painter.setOpacity(layer.opacity)
        yield from _layer_steps(painter, layer, scene.view)
        painter.setOpacity(1.0)


def _layer_steps(painter: QPainter, layer: SceneLayer, view: View) -> Iterator[None]:
    found = gather(layer, view)
    yield
    if layer.shapes.kind == "point":
        yield from _marker_steps(painter, layer, found, view)
        return
    if layer.shapes.kind == "line":
        found = displaced(found, layer.symbols, view.mm_px)
    paths = _Paths(found)
    symbols = [number for number in range(len(layer.symbols)) if found.features_of(number)]
    yield from _stroke_steps(painter, paths, {one: layer.symbols[one].casing for one in symbols}, view)
    # in a coverage an outline lies over the fill of the neighbour too, and a shared one is drawn once
    for group in [symbols] if layer.coverage else [[one] for one in symbols]:
        if layer.shapes.kind == "polygon":
            for number in group:
                yield from _area_steps(painter, layer, paths, number, view)
        yield from _stroke_steps(painter, paths, {one: layer.symbols[one].outline for one in group}, view)


class _Paths:
    """Paths of what a view shows of a layer, made once for fill and outline."""

    def __init__(self, found: Gathered) -> None:
        self.found = found
        self._made = elements(found.points, found.rings[:-1])
        self._chunks: dict[int, list[QPainterPath]] = {}

    def chunks(self, symbol: int) -> Iterator[QPainterPath]:
        """Features of a symbol, ``CHUNK`` in a path."""
        if symbol in self._chunks:
            yield from self._chunks[symbol]
            return
        chosen, made = self.found.features_of(symbol), []
        for start in range(chosen.start, chosen.stop, CHUNK):
            made.append(self._path(start, min(start + CHUNK, chosen.stop)))
            yield made[-1]
        self._chunks[symbol] = made

    def whole(self, symbols: Sequence[int]) -> QPainterPath:
        """All features of some symbols."""
        result = QPainterPath()
        result.reserve(sum(len(self.found.features_of(symbol)) for symbol in symbols))
        for symbol in symbols:
            for chunk in self.chunks(symbol):
                result.addPath(chunk)
        return result

    def single(self, symbols: Sequence[int]) -> Iterator[QPainterPath]:
        """Features of some symbols, one by one."""
        for symbol in symbols:
            for number in self.found.features_of(symbol):
                yield self._path(number, number + 1)

    def _path(self, first: int, last: int) -> QPainterPath:
        return path_of(self._made[self.found.points_of(first, last)])


def _area_steps(
    painter: QPainter, layer: SceneLayer, paths: _Paths, number: int, view: View
) -> Iterator[None]:
    """Fill in chunks; a coverage without antialiasing, which would leave light seams between neighbours."""
    symbol = layer.symbols[number]
    if symbol.fill:
        colour = QColor(symbol.fill)
        colour.setAlphaF(symbol.opacity)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not layer.coverage)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(colour))
        for chunk in paths.chunks(number):
            painter.drawPath(chunk)
            yield
    if symbol.hatch is not None and symbol.hatch.spacing_mm * view.mm_px >= SMALLEST_HATCH_PX:
        chosen = paths.found.features_of(number)
        _hatch(painter, layer, paths.found.numbers[chosen.start : chosen.stop], symbol.hatch, view)
        yield


def _stroke_steps(
    painter: QPainter, paths: _Paths, strokes: Mapping[int, Line | None], view: View
) -> Iterator[None]:
    """Draw lines, those that look the same together."""
    for stroke in dict.fromkeys(stroke for stroke in strokes.values() if stroke is not None):
        alike = [number for number, own in strokes.items() if own == stroke]
        wanted = pen(stroke, view.mm_px)
        thin = wanted.widthF() <= 1.0 and not stroke.dash
        # Qt's time for a wide line grows much faster than its length; a translucent one may not meet itself
        together = thin or wanted.color().alpha() < 255
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(wanted)
        for drawn in [paths.whole(alike)] if together else paths.single(alike):
            painter.drawPath(drawn)
            yield


def _hatch(
    painter: QPainter, layer: SceneLayer, numbers: NDArray[np.int64], hatch: Hatch, view: View
) -> None:
    chosen = np.zeros(len(layer.shapes), dtype=bool)
    chosen[numbers] = True
    x, y = view.to_px(np.zeros((1, 2)))[0]
    spacing = hatch.spacing_mm * view.mm_px
    period = sum(hatch.dash) * view.mm_px
    lines = hatch_lines(
        layer.valid_geometry(chosen, view), hatch.angle_deg, spacing, (float(x), float(y)), period
    )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(pen(Line(hatch.colour, hatch.width_mm, hatch.dash), view.mm_px))
    painter.drawLines([QLineF(*line) for line in lines.tolist()])


def _marker_steps(painter: QPainter, layer: SceneLayer, found: Gathered, view: View) -> Iterator[None]:
    for number, symbol in enumerate(layer.symbols):
        chosen = found.features_of(number)
        if symbol.marker is not None:
            points = found.points[found.points_of(chosen.start, chosen.stop)]
            for start in range(0, len(points), CHUNK_MARKERS):
                _markers(painter, points[start : start + CHUNK_MARKERS], symbol.marker, view)
                yield


def pen(stroke: Line, mm_px: float) -> QPen:
    """Give the pen of a line; dashes are in millimetres."""
    width = max(stroke.width_mm * mm_px, 0.1)
    result = QPen(QColor(stroke.colour), width)
    result.setJoinStyle(Qt.PenJoinStyle.BevelJoin if width <= BEVEL_PX else Qt.PenJoinStyle.RoundJoin)
    result.setCapStyle(Qt.PenCapStyle.FlatCap)
    if stroke.dash:
        result.setDashPattern([max(part * mm_px / width, 0.01) for part in stroke.dash])
    return result


def _markers(painter: QPainter, points: NDArray[np.float64], marker: Marker, view: View) -> None:
    size = marker.size_mm * view.mm_px
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(QColor("#FFFFFF"), max(size * 0.1, 0.6)))
    painter.setBrush(QBrush(QColor(marker.colour)))
    shape = marker_path(marker.shape, size, marker.angle_deg)
    for x, y in points.tolist():
        painter.drawPath(shape.translated(x, y))


def marker_path(shape: str, size: float, angle_deg: float = 0.0) -> QPainterPath:
    """Give a marker around the origin, ``size`` across, turned counter-clockwise.

    It is a circle, square, triangle, diamond, star, cross, or an arrow with its tip at the origin.
    """
    if angle_deg:
        return QTransform().rotate(-angle_deg).map(marker_path(shape, size))
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
    "arrow": ((0, 0), (-2, 0.8), (-1.55, 0), (-2, -0.8)),
    "cross": (
        (-0.3, -1), (0.3, -1), (0.3, -0.3), (1, -0.3), (1, 0.3), (0.3, 0.3),
        (0.3, 1), (-0.3, 1), (-0.3, 0.3), (-1, 0.3), (-1, -0.3), (-0.3, -0.3),
    ),
}  # fmt: skip
