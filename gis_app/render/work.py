"""Paints one wanted picture step by step: the same in a render process and, without one, in the window's."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from gis_app.render.label import paint_labels
from gis_app.render.names import kept
from gis_app.render.painter import steps
from gis_app.render.scene import Scene, SceneLayer
from gis_app.render.tile import Job
from gis_app.render.view import View

SMALLEST_NAMED = 0.6
"""Features are named on the canvas when they are so many times as long as a letter of their name."""


def blank(view: View) -> QImage:
    """Give a transparent image of a view's size."""
    image = QImage(*view.size_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    return image


def work(image: QImage, job: Job, layers: Mapping[int, SceneLayer]) -> Generator[None, None, None]:
    """Paint a job into an image of its size; stop between two steps to give it up."""
    painter = QPainter(image)
    found = tuple(layers[number] for number in job.layers)
    try:
        yield
        if job.names:
            paint_labels(painter, Scene(tuple(_worth_naming(layer, job.view) for layer in found), job.view))
        else:
            yield from steps(painter, Scene(found, job.view))
    finally:
        painter.end()


def _worth_naming(layer: SceneLayer, view: View) -> SceneLayer:
    """Leave out the names of what is smaller than a letter: to place them would take long and show none."""
    if not layer.labels or layer.shapes.kind == "point":
        return layer
    sizes = [0.0 if symbol.label is None else symbol.label.size_mm for symbol in layer.symbols]
    bounds = layer.shapes.bounds
    extent_px = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) * view.scale
    large = extent_px >= np.asarray(sizes)[layer.symbol_of] * view.mm_px * SMALLEST_NAMED
    return replace(layer, labels=kept(layer.labels, large))
