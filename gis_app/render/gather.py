"""The features of a layer that a view shows, in pixels and in drawing order; no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis_app.render.scene import SceneLayer
from gis_app.render.shape import Ids
from gis_app.render.view import View

FINE_PX = 0.25
"""Neighbouring vertices in one cell of such a grid are drawn as one."""


@dataclass(frozen=True)
class Gathered:
    """Features in the order of their symbols.

    Attributes
    ----------
    points
        (n, 2) pixels.
    rings
        (r + 1,): ring i has the points ``rings[i]:rings[i + 1]``.
    features
        (f + 1,): feature i has the rings ``features[i]:features[i + 1]``.
    symbols
        (s + 1,): symbol i has the features ``symbols[i]:symbols[i + 1]``.
    numbers
        (f,): which features of the layer they are.
    """

    points: NDArray[np.float64]
    rings: Ids
    features: Ids
    symbols: Ids
    numbers: Ids

    def features_of(self, symbol: int) -> range:
        """Which features look like a symbol."""
        return range(int(self.symbols[symbol]), int(self.symbols[symbol + 1]))

    def points_of(self, first: int, last: int) -> slice:
        """Which points belong to the features ``first:last``."""
        return slice(int(self.rings[self.features[first]]), int(self.rings[self.features[last]]))


def gather(layer: SceneLayer, view: View) -> Gathered:
    """Find what a view shows of a layer, with room for the width of its lines."""
    shapes = layer.shapes
    numbers = np.flatnonzero(shapes.seen(view.bounds, layer.around_m(view)) & layer.drawn(view))
    numbers = numbers[np.argsort(layer.symbol_of[numbers], kind="stable")]
    symbols = np.searchsorted(layer.symbol_of[numbers], np.arange(len(layer.symbols) + 1))
    first, last = shapes.parts[shapes.features[numbers]], shapes.parts[shapes.features[numbers + 1]]
    rings = spans(first, last)
    begins, ends = shapes.rings[rings], shapes.rings[rings + 1]
    coords = shapes.coords[spans(begins, ends)]
    offsets = _offsets(ends - begins)
    if shapes.kind != "point":
        coords, offsets = _without_fine(coords, offsets, view.scale)
    return Gathered(view.to_px(coords), offsets, _offsets(last - first), symbols, numbers)


def _without_fine(coords: NDArray[np.float64], rings: Ids, scale: float) -> tuple[NDArray[np.float64], Ids]:
    """Leave out vertices that are drawn where the one before them is.

    The grid is fixed to the ground, so that every picture of one scale leaves out the same.
    """
    cells = np.floor(coords * (scale / FINE_PX))
    keep = np.empty(len(coords), dtype=bool)
    keep[1:] = (cells[1:, 0] != cells[:-1, 0]) | (cells[1:, 1] != cells[:-1, 1])
    keep[rings[:-1]] = True
    keep[rings[1:] - 1] = True
    if keep.all():
        return coords, rings
    before = np.concatenate([[0], np.cumsum(keep)])
    return coords[keep], before[rings]


def spans(first: Ids, last: Ids) -> Ids:
    """All whole numbers of the spans first[i]:last[i], one after the other."""
    lengths = last - first
    starts = np.cumsum(lengths) - lengths
    return np.asarray(np.arange(lengths.sum()) + np.repeat(first - starts, lengths))


def _offsets(lengths: Ids) -> Ids:
    return np.concatenate([[0], np.cumsum(lengths)])
