"""Names on the map: with a halo or on a plate, none over another; the more important stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QTransform

from gis_app.render.along import Letter, letters
from gis_app.render.font import font
from gis_app.render.scene import Scene, SceneLayer
from gis_app.render.symbol import LabelStyle
from gis_app.render.view import View

HALO_MM = 0.35
PLATE_MM = 0.6
GAP_MM = 0.3
LINE_TO_NAME = 2.5
"""A line is named when it is so many times as long as its name, a letter taken as wide as high."""
STEPS = ((0.0, 0.0), (0.0, -1.0), (0.0, 1.0), (0.55, 0.0), (-0.55, 0.0), (0.0, -2.0), (0.0, 2.0))
"""Places that are tried, in label heights (down) and widths (across) from the anchor."""
PLATE_STEPS = tuple(
    sorted(
        ((across * 0.5, float(down)) for across in range(-3, 4) for down in range(-6, 7)),
        key=lambda step: (abs(step[0]) * 3.0 + abs(step[1]), step),
    )
)
"""The same for a plate, nearest first: it goes far rather than away, and a line leads to what it names."""
BESIDE = ((0.5, 0.0), (-0.5, 0.0), (0.0, -1.0), (0.0, 1.0))
"""The same for the name of a point, which must not cover its sign."""


@dataclass(frozen=True)
class Label:
    """One name, its middle at ``anchor`` (pixels) unless that is taken, or holds its sign of ``sign_px``.

    ``line`` is what it follows, pixels (n, 2), where it follows anything.
    """

    text: str
    anchor: tuple[float, float]
    style: LabelStyle
    extent: float = 0.0
    sign_px: float = 0.0
    line: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Placed:
    """One name and the box (pixels) that it has to itself; its letters where they follow a line."""

    label: Label
    box: QRectF
    letters: tuple[Letter, ...] = ()


def labels(scene: Scene) -> list[Label]:
    """Names of all layers in view, most important first: priority, then the larger feature.

    What is in several pieces under one name in one layer is named once, at the largest.
    """
    found = [(layer.id, label) for layer in scene.layers for label in _of_layer(layer, scene.view)]
    found.sort(
        key=lambda named: (
            not named[1].style.fixed,
            -named[1].style.priority,
            -named[1].extent,
            named[1].text,
        )
    )
    once = {(id, label.text): label for id, label in reversed(found)}
    return [label for id, label in found if label.style.fixed or once[id, label.text] is label]


def place(wanted: list[Label], view: View, taken: list[QRectF]) -> list[Placed]:
    """Find a place for each name, in order, that meets no other box and is in view; else leave it out.

    ``taken`` are boxes (pixels) that stay free of names.
    """
    frame = QRectF(0.0, 0.0, *(float(size) for size in view.size_px))
    placed: list[Placed] = []
    boxes = list(taken)
    for label in wanted:
        found = (
            _along(label, view, frame, boxes)
            if label.line is not None
            else _beside(label, view, frame, boxes)
        )
        if found is not None:
            placed.append(found)
            boxes += [letter.box for letter in found.letters] or [found.box]
    return placed


def _beside(label: Label, view: View, frame: QRectF, boxes: Sequence[QRectF]) -> Placed | None:
    tried = _boxes(label, view)
    if label.style.fixed:
        box = next(tried)
        return Placed(label, box) if frame.intersects(box) else None
    free = (box for box in tried if frame.contains(box) and not _meets(box, boxes))
    return next((Placed(label, box) for box in free), None)


def _along(label: Label, view: View, frame: QRectF, boxes: Sequence[QRectF]) -> Placed | None:
    assert label.line is not None
    written = font(label.style.size_mm * view.mm_px, bold=label.style.bold)
    for row in letters(label.text, label.line, written):
        box = QRectF()
        for letter in row:
            box = box.united(letter.box)
        if frame.contains(box) and not any(_meets(letter.box, boxes) for letter in row):
            return Placed(label, box, row)
    return None


def paint_labels(painter: QPainter, scene: Scene, taken: list[QRectF] | None = None) -> list[Placed]:
    """Place and draw the names of a scene; give what was drawn."""
    placed = place(labels(scene), scene.view, taken or [])
    for one in placed:
        if one.label.style.boxed and not one.box.contains(QPointF(*one.label.anchor)):
            painter.setPen(QPen(QColor(one.label.style.colour), 0.25 * scene.view.mm_px))
            painter.drawLine(one.box.center(), QPointF(*one.label.anchor))
    for one in placed:
        paint_label(painter, one, scene.view)
    return placed


def paint_label(painter: QPainter, placed: Placed, view: View) -> None:
    """Draw one placed name."""
    style = placed.label.style
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    written = font(style.size_mm * view.mm_px, bold=style.bold)
    if style.boxed:
        painter.setPen(QPen(QColor(style.colour), 0.2 * view.mm_px))
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawRoundedRect(placed.box, 0.4 * view.mm_px, 0.4 * view.mm_px)
    drawn = _outline(placed, written)
    if style.halo and not style.boxed:
        halo = QColor(style.halo)
        halo.setAlphaF(0.92)
        round_pen = QPen(QColor(halo), 2.0 * HALO_MM * view.mm_px)
        round_pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        round_pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.strokePath(drawn, round_pen)
    if placed.letters or style.angle_deg:
        painter.fillPath(drawn, QColor(style.colour))
        return
    painter.setFont(written)
    painter.setPen(QColor(style.colour))
    painter.drawText(placed.box, int(Qt.AlignmentFlag.AlignCenter), placed.label.text)


def _outline(placed: Placed, written: QFont) -> QPainterPath:
    """Give the letters as they stand, as one path."""
    metrics, made = QFontMetricsF(written), QPainterPath()
    middle = (metrics.ascent() - metrics.descent()) / 2.0
    if placed.letters:
        for letter in placed.letters:
            glyph = QPainterPath()
            glyph.addText(
                QPointF(-metrics.horizontalAdvance(letter.text) / 2.0, middle), written, letter.text
            )
            made.addPath(QTransform().translate(letter.x, letter.y).rotate(letter.angle_deg).map(glyph))
        return made
    centre = placed.box.center()
    left = -metrics.horizontalAdvance(placed.label.text) / 2.0
    made.addText(QPointF(left, middle), written, placed.label.text)
    turned = QTransform().translate(centre.x(), centre.y()).rotate(-placed.label.style.angle_deg)
    return turned.map(made)


def _of_layer(layer: SceneLayer, view: View) -> Iterator[Label]:
    if not layer.names(view):
        return
    at_scale = [*(symbol.named_at(view.denominator) for symbol in layer.symbols), False]
    named = np.array(at_scale)[layer.symbol_of] & layer.shapes.seen(view.bounds)
    places = np.flatnonzero(named)
    named[places] = [bool(layer.labels[place]) for place in places.tolist()]
    if not named.any():
        return
    geometry = layer.valid_geometry(named, view)
    for number, shape, (x, y) in zip(
        np.flatnonzero(named).tolist(), geometry, anchors(geometry, view), strict=True
    ):
        symbol = layer.symbols[layer.symbol_of[number]]
        if symbol.label is not None:
            sign_mm = (
                symbol.marker.size_mm if layer.shapes.kind == "point" and symbol.marker is not None else 0.0
            )
            extent = float(shape.area or shape.length)
            if (
                layer.shapes.kind == "line"
                and not symbol.label.fixed
                and extent < LINE_TO_NAME * len(layer.labels[number]) * symbol.label.size_mm * view.mm_px
            ):
                continue
            line = _followed(shape, view) if symbol.label.along and layer.shapes.kind == "line" else None
            yield Label(
                layer.labels[number], (float(x), float(y)), symbol.label, extent, sign_mm * view.mm_px, line
            )


def _followed(shape: Any, view: View) -> NDArray[np.float64] | None:
    """The longest stretch (n, 2) of a line that is in view."""
    seen = shapely.clip_by_rect(shape, 0, 0, *view.size_px)
    parts = shapely.get_parts(shapely.line_merge(seen) if shapely.get_num_geometries(seen) > 1 else seen)
    longest = max(parts, key=shapely.length, default=None)
    return None if longest is None or not longest.length else np.asarray(shapely.get_coordinates(longest))


def anchors(geometry: NDArray[Any], view: View) -> NDArray[np.float64]:
    """Where names go (n, 2): inside what of an area (pixels) is in view; the middle of a line; a point."""
    inside = shapely.intersection(geometry, shapely.box(0, 0, *view.size_px))
    inside = np.where(shapely.is_empty(inside), geometry, inside)
    points = []
    for shape in inside:
        dimension = shapely.get_dimensions(shape)
        if dimension == 2:
            largest = max(shapely.get_parts(shape), key=shapely.area)
            points.append(shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=2.0), 0))
        elif dimension == 1:
            longest = max(shapely.get_parts(shape), key=shapely.length)
            points.append(shapely.line_interpolate_point(longest, 0.5, normalized=True))
        else:
            points.append(shapely.get_parts(shape)[0])
    return np.asarray(shapely.get_coordinates(points))


def _boxes(label: Label, view: View) -> Iterator[QRectF]:
    style = label.style
    metrics = QFontMetricsF(font(style.size_mm * view.mm_px, bold=style.bold))
    around = (PLATE_MM if style.boxed else GAP_MM) * view.mm_px
    width = metrics.horizontalAdvance(label.text) + 2.0 * around
    height = metrics.height() * 0.86 + (2.0 * around if style.boxed else 0.0)
    turn = np.deg2rad(style.angle_deg)
    if style.angle_deg:
        across, up = abs(np.cos(turn)), abs(np.sin(turn))
        width, height = width * across + height * up, width * up + height * across
    right, up = (length * view.mm_px for length in style.shift_mm)
    middle_x = label.anchor[0] + right * np.cos(turn) - up * np.sin(turn)
    middle_y = label.anchor[1] - right * np.sin(turn) - up * np.cos(turn)
    for across, down in BESIDE if label.sign_px else PLATE_STEPS if style.boxed else STEPS:
        x = middle_x + across * (width + label.sign_px)
        y = middle_y + down * (height * 1.1 if not label.sign_px else (height + label.sign_px) / 2.0)
        yield QRectF(x - width / 2.0, y - height / 2.0, width, height)


def _meets(box: QRectF, others: Sequence[QRectF]) -> bool:
    return any(box.intersects(other) for other in others)
