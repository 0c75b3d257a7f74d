"""Draws a scene with the compiled kernels: what `painter` does with Qt, many times as fast; no Qt.

A drawn picture belongs to one thread; the kernels let the others run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gis_app.catalogue.style import Hatch, Line
from gis_app.render import kernels
from gis_app.render.colour import opaque, share
from gis_app.render.gather import spans
from gis_app.render.kernels import seams
from gis_app.render.marker import rimmed
from gis_app.render.scene import Scene, SceneLayer
from gis_app.render.symbol import Symbol
from gis_app.render.view import View

FINE_PX = 0.1
"""A vertex that lies so near the line without it is left out."""
FINE_CROWDED_PX = 0.2
"""The same where features are hardly larger than pixels, and there is most to draw."""
CROWDED = 0.2
"""Features in a pixel from which they are."""
FINE_DASHED_PX = 0.02
"""The same where dashes are counted along the line."""
MANY = 1000
"""So many features draw everywhere, as far as is worth finding out."""
PORTION = 10_000
"""Features that are drawn in a few milliseconds."""
SMALLEST_HATCH_PX = 2.5
"""Below this distance hatch lines are one grey."""
SMALLEST_DASH_PX = 0.5
THINNEST_PX = 0.1
RIM = "#FFFFFF"

Pixels = NDArray[np.uint32]
Ids = NDArray[np.int64]


class Easel:
    """Working memory of one thread, as large as its largest picture; empty between two layers."""

    def __init__(self) -> None:
        self.is_unwanted: Callable[[], bool] = lambda: False
        self.clear()

    def clear(self) -> None:
        """Let go of everything, also of what a picture that was given up has left."""
        self._pixels = np.zeros(0, np.uint32)
        self._areas = np.zeros(0, np.float32)
        self._samples = np.zeros(0, np.uint64)
        self._line = np.zeros((2, 0))
        self._sums = np.zeros(0, np.int64)
        self._marked = np.zeros(0, np.int32)
        self._number = 0

    def set(self, width: int, height: int) -> None:
        """Make it of a size."""
        if len(self._pixels) < width * height:
            self._pixels = np.zeros(width * height, np.uint32)
            self._samples = np.zeros(width * height, np.uint64)
        if len(self._areas) < (width + 2) * height:
            self._areas = np.zeros((width + 2) * height, np.float32)
        self.pixels: Pixels = self._pixels[: width * height].reshape(height, width)
        self.words = self._samples[: width * height].reshape(height, width)
        self.mask = self.words.view(np.uint8).reshape(height, width, kernels.SAMPLES)
        self.areas = self._areas[: (width + 2) * height].reshape(height, width + 2)

    def sums(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give room for what changes from pixel to pixel, and for a row of it added up; zero, flat."""
        height, width = self.pixels.shape
        room = 2 * (width + 2) * height
        if len(self._sums) < room + 2 * width:
            self._sums = np.zeros(room + 2 * width, np.int64)
        return self._sums[:room], self._sums[len(self._sums) - 2 * width :]

    def mark(self, chosen: Ids, features: int) -> tuple[NDArray[np.int32], int]:
        """Mark the chosen among so many features with a number that no other has."""
        if len(self._marked) < features or self._number == np.iinfo(np.int32).max:
            self._marked, self._number = np.zeros(features, np.int32), 0
        self._number += 1
        seams.mark(chosen, self._marked, self._number)
        return self._marked, self._number

    def line(self, points: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give room for the longest line of a layer."""
        if self._line.shape[1] < points:
            self._line = np.zeros((2, points))
        return self._line[0], self._line[1]


@dataclass(frozen=True)
class _Sight:
    """One layer in one picture: which features, by which symbols, and where to."""

    layer: SceneLayer
    view: View
    chosen: Ids
    symbols: tuple[int, ...]
    target: Pixels
    easel: Easel
    window: Ids

    @property
    def at(self) -> NDArray[np.float64]:
        return np.array(self.view.transform)

    @property
    def fine_px(self) -> float:
        width, height = self.view.size_px
        return FINE_PX if len(self.chosen) < CROWDED * width * height else FINE_CROWDED_PX

    def portions(self, chosen: Ids) -> Iterator[Ids]:
        """Give features in portions, between which a picture that nobody waits for is given up."""
        for start in range(0, len(chosen), PORTION):
            if self.easel.is_unwanted():
                raise _Unwanted
            yield chosen[start : start + PORTION]

    def of(self, symbols: Sequence[int]) -> Ids:
        """The chosen features of some symbols, in drawing order."""
        if len(symbols) == len(self.symbols):
            return self.chosen
        wanted = np.zeros(len(self.layer.symbols) + 1, dtype=bool)
        wanted[list(symbols)] = True
        return self.chosen[wanted[self.layer.paint_of[self.chosen]]]


def draw(scene: Scene, pixels: Pixels, easel: Easel, is_unwanted: Callable[[], bool] = lambda: False) -> bool:
    """Draw a scene without its names.

    Parameters
    ----------
    pixels
        (h, w) premultiplied 0xAARRGGBB of the view's size, empty.
    easel
        The thread's.
    is_unwanted
        Asked between two layers: whether to stop.

    Returns
    -------
    bool
        Whether everything was drawn.
    """
    height, width = pixels.shape
    easel.set(width, height)
    easel.is_unwanted = is_unwanted
    is_empty = True
    try:
        for layer in scene.layers:
            is_empty &= not _layer(layer, scene.view, pixels, is_empty, easel)
    except _Unwanted:
        easel.clear()
        return False
    return True


class _Unwanted(Exception):
    """Nobody waits for the picture any more."""


def _layer(layer: SceneLayer, view: View, pixels: Pixels, is_empty: bool, easel: Easel) -> bool:
    """Draw a layer over a picture; whether there was anything to draw."""
    chosen, symbols = _seen(layer, view)
    if not symbols:
        return False
    # neighbours fill up what they leave of a pixel only where nothing else has filled it before
    is_apart = layer.opacity < 1.0 or (not is_empty and layer.coverage)
    target = easel.pixels if is_apart else pixels
    window = _window(layer, chosen, view, layer.around_m(view))
    _KINDS[layer.shapes.kind](_Sight(layer, view, chosen, symbols, target, easel, window))
    if is_apart:
        kernels.over(target, layer.opacity, pixels, window)
    return True


def _window(layer: SceneLayer, chosen: Ids, view: View, around_m: float) -> Ids:
    """Give the rows and columns in which features draw: first row, last + 1, first column, last + 1."""
    width, height = view.size_px
    if len(chosen) > MANY:
        return np.array([0, height, 0, width])
    own = layer.shapes.bounds[chosen]
    west, south = own[:, :2].min(axis=0) - around_m
    east, north = own[:, 2:].max(axis=0) + around_m
    corners = view.to_px(np.array([[west, south], [west, north], [east, south], [east, north]]))
    limits = np.array([[0, 0], [width, height]])
    (left, top), (right, bottom) = np.clip(
        [np.floor(corners.min(axis=0)) - 2.0, np.ceil(corners.max(axis=0)) + 2.0], *limits
    )
    return np.array([top, bottom, left, right]).astype(np.int64)


def _seen(layer: SceneLayer, view: View) -> tuple[Ids, tuple[int, ...]]:
    """Features that may be seen, in drawing order, and their symbols."""
    around = layer.around_m(view)
    west, south, east, north = view.bounds
    chosen = layer.shapes.cells.near((west - around, south - around, east + around, north + around))
    own = layer.paint_of[chosen]
    there = np.bincount(own, minlength=len(layer.symbols) + 1)[:-1] > 0
    shown = np.array([symbol.shown_at(view.denominator) for symbol in layer.symbols], dtype=bool)
    symbols = tuple(np.flatnonzero(there & shown).tolist())
    if len(symbols) < there.sum() or (own == len(layer.symbols)).any():
        kept = np.append(shown, False)[own]
        chosen, own = chosen[kept], own[kept]
    if len(symbols) > 1 and not layer.coverage:
        chosen = chosen[np.argsort(own, kind="stable")]
    return chosen, symbols


def _polygons(sight: _Sight) -> None:
    symbols = sight.layer.symbols
    _strokes(sight, {number: symbols[number].casing for number in sight.symbols})
    # in a coverage an outline lies over the fill of the neighbour too, and a shared one is drawn once
    groups = [sight.symbols] if sight.layer.coverage else [(number,) for number in sight.symbols]
    for group in groups:
        outlines = {number: symbols[number].outline for number in group}
        different = {stroke for stroke in outlines.values() if stroke is not None}
        together = next(iter(different)) if len(different) == 1 else None
        if together is not None and _dash_px(together, sight.view).size:
            together = None
        if not (sight.layer.coverage and _seams(sight, group, together)):
            _areas(sight, group, together)
        _hatches(sight, [number for number in group if symbols[number].hatch is not None])
        if together is not None:
            _lay(sight, together)
        else:
            _strokes(sight, outlines)


def _seams(sight: _Sight, group: Sequence[int], outline: Line | None) -> bool:
    """Draw neighbours by what parts them, each seam once for both; whether it could be done.

    It cannot where the seams are not known yet, where fills let through differently, and where features turn
    out to lie over each other: then one must be drawn after the other.
    """
    found, symbols = sight.layer.shapes.known_seams, sight.layer.symbols
    alphas = {
        symbols[number].opacity * share(symbols[number].fill) for number in group if symbols[number].fill
    }
    if found is None or len(alphas) > 1 or any(symbols[number].casing for number in group):
        return False
    alpha = next(iter(alphas), 0.0)
    colours, lined = np.zeros((len(symbols) + 1, 2), np.int64), np.zeros(len(symbols) + 1, dtype=bool)
    for number in group:
        symbol = symbols[number]
        if symbol.fill:
            colours[number] = _halves(symbol.fill, alpha)
        lined[number] = symbol.outline is not None and outline is not None
    layer, shapes, easel = sight.layer, sight.layer.shapes, sight.easel
    chosen = sight.of(group)
    half = _half_px(outline, sight.view) if outline is not None else 0.0
    marked, (sums, row) = easel.mark(chosen, len(shapes)), easel.sums()
    for portion in sight.portions(chosen):
        seams.cover(
            shapes.coords, shapes.rings, shapes.shells, found.runs_of, found.starts, found.others, portion,
            *marked, layer.paint_of, colours, lined, sight.at, sight.fine_px, half,
            *easel.line(shapes.longest), sums, easel.mask, easel.words, _stamps(half),
        )  # fmt: skip
    is_flat = seams.settle(sums, row, row.view(np.int32), sight.target.view(np.uint8), round(255.0 * alpha))
    if not is_flat:
        sight.target[:] = 0
        easel.words[:] = 0
    return bool(is_flat)


@lru_cache(maxsize=4096)
def _halves(fill: str, alpha: float) -> tuple[int, int]:
    """Give a colour as two numbers of two halves each, as `seams.cover` wants it."""
    value = int(opaque(fill))
    red, green, blue = (round((value >> shift & 255) * alpha) for shift in (16, 8, 0))
    return ((green << 32) + blue, (round(255.0 * alpha) << 32) + red)


def _areas(sight: _Sight, group: Sequence[int], outline: Line | None) -> None:
    """Fill, and set the samples of the outline that is the same for all that have one."""
    paints, colours = _paints(sight.layer.symbols)
    for number in group:
        symbol = sight.layer.symbols[number]
        if symbol.fill:
            paints[number, kernels.FILL] = 1.0
            paints[number, kernels.ALPHA] = symbol.opacity * share(symbol.fill)
            colours[number] = opaque(symbol.fill)
        paints[number, kernels.LINED] = float(symbol.outline is not None and outline is not None)
    if paints[:, [kernels.FILL, kernels.LINED]].any():
        half = _half_px(outline, sight.view) if outline is not None else 0.0
        _fill(sight, sight.of(group), paints, colours, half, sight.layer.coverage)


def _hatches(sight: _Sight, group: Sequence[int]) -> None:
    paints, colours = _paints(sight.layer.symbols)
    mm_px, (_, _, x, _, _, y) = sight.view.mm_px, sight.view.transform
    hatched = []
    for number in group:
        hatch: Hatch | None = sight.layer.symbols[number].hatch
        if hatch is None or hatch.spacing_mm * mm_px < SMALLEST_HATCH_PX:
            continue
        dash, gap = (*(part * mm_px for part in hatch.dash), 0.0, 0.0)[:2]
        # lines keep their direction on the medium and their place on the ground
        paints[number] = (
            2.0, share(hatch.colour), np.deg2rad(hatch.angle_deg), hatch.spacing_mm * mm_px,
            hatch.width_mm * mm_px, dash, gap, x, y, 0.0,
        )  # fmt: skip
        colours[number] = opaque(hatch.colour)
        hatched.append(number)
    if hatched:
        _fill(sight, sight.of(hatched), paints, colours, 0.0, False)


def _fill(
    sight: _Sight,
    chosen: Ids,
    paints: NDArray[np.float64],
    colours: Pixels,
    half_px: float,
    is_coverage: bool,
) -> None:
    layer, shapes, easel = sight.layer, sight.layer.shapes, sight.easel
    for portion in sight.portions(chosen):
        kernels.areas(
            shapes.coords, shapes.rings, shapes.shells, portion, layer.paint_of, paints, colours, sight.at,
            sight.fine_px, half_px, *easel.line(shapes.longest), easel.areas, sight.target, is_coverage,
            easel.mask, easel.words, _stamps(half_px),
        )  # fmt: skip


def _paints(symbols: Sequence[Symbol]) -> tuple[NDArray[np.float64], Pixels]:
    """Give empty tables of paints; the last row is for what is not drawn."""
    return np.zeros((len(symbols) + 1, kernels.LINED + 1)), np.zeros(len(symbols) + 1, np.uint32)


def _lines(sight: _Sight) -> None:
    symbols = sight.layer.symbols
    _strokes(sight, {number: symbols[number].casing for number in sight.symbols})
    for number in sight.symbols:
        _strokes(sight, {number: symbols[number].outline})


def _strokes(sight: _Sight, strokes: dict[int, Line | None]) -> None:
    """Draw lines, those that look the same together: where they meet themselves nothing is drawn twice."""
    symbols, shapes, easel = sight.layer.symbols, sight.layer.shapes, sight.easel
    is_closed = shapes.kind == "polygon"
    wanted = {number: (stroke, 0.0 if is_closed else symbols[number].offset_mm)
              for number, stroke in strokes.items() if stroke is not None}  # fmt: skip
    for stroke, offset_mm in dict.fromkeys(wanted.values()):
        alike = [number for number, own in wanted.items() if own == (stroke, offset_mm)]
        lined = np.zeros(len(symbols) + 1, dtype=bool)
        lined[alike] = True
        half, dash = _half_px(stroke, sight.view), _dash_px(stroke, sight.view)
        fine = FINE_DASHED_PX if dash.size else sight.fine_px
        for portion in sight.portions(sight.of(alike)):
            kernels.lines(
                shapes.coords, shapes.rings, shapes.shells, portion, sight.layer.paint_of, lined, sight.at,
                fine, half, offset_mm * sight.view.mm_px, dash, is_closed, *easel.line(shapes.longest),
                easel.mask, easel.words, _stamps(half),
            )  # fmt: skip
        _lay(sight, stroke)


def _lay(sight: _Sight, stroke: Line) -> None:
    kernels.lay(sight.easel.words, opaque(stroke.colour), share(stroke.colour), sight.target, sight.window)


def _half_px(stroke: Line, view: View) -> float:
    return max(stroke.width_mm * view.mm_px, THINNEST_PX) / 2.0


def _dash_px(stroke: Line, view: View) -> NDArray[np.float64]:
    dash = np.asarray(stroke.dash, dtype=np.float64) * view.mm_px
    return dash if dash.sum() >= SMALLEST_DASH_PX else dash[:0]


@lru_cache(maxsize=64)
def _stamps(half_px: float) -> NDArray[np.uint64]:
    """Give the short pieces of a line; none are needed for a wide one."""
    return np.asarray(kernels.stamps(half_px if half_px <= kernels.STAMPED_HALF else -1.0))


def _points(sight: _Sight) -> None:
    shapes, mm_px = sight.layer.shapes, sight.view.mm_px
    for number in sight.symbols:
        marker = sight.layer.symbols[number].marker
        if marker is None:
            continue
        chosen = sight.of([number])
        points = shapes.coords[spans(shapes.shells[chosen], shapes.shells[chosen + 1])]
        size = marker.size_mm * mm_px
        outer, inner = rimmed(marker.shape, size, marker.angle_deg, max(size * 0.1, 0.6))
        easel = sight.easel
        kernels.signs(
            points, outer, inner, opaque(RIM), opaque(marker.colour), sight.at, easel.areas, sight.target
        )


_KINDS: dict[str, Callable[[_Sight], None]] = {"polygon": _polygons, "line": _lines, "point": _points}
