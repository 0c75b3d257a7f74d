"""The compiled drawing agrees with a straightforward one: the scene by Qt's painter, eight times as large.

Averaged down, that picture has 64 samples in each pixel, none of them antialiased: what a pixel ought to be.
Painted at its own size the plain painter fills a coverage in steps, leaves light seams elsewhere, darkens an
outline that two neighbours share, leaves out more vertices and joins thin lines in another way: differences
that would be its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from gis_app.catalogue.style import Hatch, Line, Marker
from gis_app.render import painter, raster
from gis_app.render.scene import Scene, SceneLayer, View, bounds_of, scene_layer, scene_layers
from gis_app.render.shape import columns
from gis_app.render.symbol import Symbol
from gis_app.render.view import fit
from tests.benchmarks import coverage
from tests.render import parks

SIZE = (480, 270)
LARGER = 8
DIFFERENT = 32
"""Of 255 in one of three colours."""
MOST_DIFFERENT = 0.01
LINE = 128
"""So dark a pixel of black outlines alone is one of the outline's."""
FAINT = 64
"""A pixel of an outline that is so much lighter than it ought to be is missing."""
MOST_MISSING = 0.01

Picture = NDArray[np.float64]


def drawn(scene: Scene) -> Picture:
    """By the kernels, on white (h, w, 3)."""
    width, height = scene.view.size_px
    pixels = np.zeros((height, width), np.uint32)
    assert raster.draw(scene, pixels, raster.Easel())
    return _on_white(pixels)


class _Hard(QPainter):
    """Never antialiased: what is drawn twice is not darker for it."""

    def setRenderHint(self, hint: QPainter.RenderHint, on: bool = True) -> None:  # noqa: N802  # Qt's
        return


def painted(scene: Scene) -> Picture:
    """By the plain painter, eight times as large and averaged, on white (h, w, 3)."""
    view = scene.view
    width, height = view.size_px
    large = replace(
        view, scale=view.scale * LARGER, size_px=(width * LARGER, height * LARGER), dpi=view.dpi * LARGER
    )
    painter.application()
    image = painter.blank(large.size_px, large.dpi, "#FFFFFF")
    brush = _Hard(image)
    painter.paint(brush, replace(scene, view=large), labels=False)
    brush.end()
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(height * LARGER, width * LARGER)
    return _on_white(pixels).reshape(height, LARGER, width, LARGER, 3).mean(axis=(1, 3))


def _on_white(pixels: NDArray[np.uint32]) -> Picture:
    channels = np.stack([pixels >> 16 & 255, pixels >> 8 & 255, pixels & 255], axis=-1).astype(np.float64)
    return channels + (255.0 - (pixels >> 24))[..., None]


@dataclass(frozen=True)
class Found:
    """Share of pixels that differ; of outline pixels, the share that is missing and how many there are."""

    different: float
    missing: float
    lines: int


def compare(scene: Scene) -> Found:
    ours, theirs = drawn(scene), painted(scene)
    different = float((np.abs(ours - theirs).max(axis=2) > DIFFERENT).mean())
    bare = replace(scene, layers=tuple(_outlines(layer) for layer in scene.layers))
    dark, wanted = 255.0 - drawn(bare)[..., 0], 255.0 - painted(bare)[..., 0]
    lined = wanted >= LINE
    missing = (dark < wanted - FAINT) & lined
    return Found(different, float(missing.sum() / max(lined.sum(), 1)), int(lined.sum()))


def _outlines(layer: SceneLayer) -> SceneLayer:
    """A layer of black outlines alone."""
    return replace(layer, opacity=1.0, symbols=tuple(_outline(symbol) for symbol in layer.symbols))


def _outline(symbol: Symbol) -> Symbol:
    own = symbol.outline
    line = None if own is None else replace(own, colour="#000000")
    return replace(symbol, fill="", hatch=None, casing=None, marker=None, outline=line)


def part_of(layers: tuple[SceneLayer, ...], extent: float, seed: int, size: tuple[int, int] = SIZE) -> View:
    """A view of a share of the full extent, somewhere."""
    bounds = bounds_of(layers)
    assert bounds is not None
    full = fit(bounds, size, 0.02)
    random = np.random.default_rng(seed)
    free = np.array([bounds[2] - bounds[0], bounds[3] - bounds[1]]) * (1.0 - extent) / 2.0
    x, y = np.array(full.centre) + random.uniform(-free, free)
    return replace(full, centre=(float(x), float(y)), scale=full.scale / extent * random.uniform(0.98, 1.02))


@cache
def parcels() -> tuple[SceneLayer, ...]:
    return (coverage.layer(20_000),)


@cache
def seamed() -> tuple[SceneLayer, ...]:
    """The same, drawn by what parts neighbours."""
    layer = coverage.layer(20_000)
    assert layer.shapes.seams.nbytes
    return (layer,)


@cache
def wild() -> tuple[SceneLayer, ...]:
    """Parcels of which some have holes, several parts, or hardly a width; some overlap; lines with dashes."""
    random = np.random.default_rng(3)
    shapes = coverage.geometry(900)
    kinds = random.integers(0, 10, len(shapes))
    made = [_wild(shape, kind, random) for shape, kind in zip(shapes, kinds, strict=True)]
    symbols = tuple(
        Symbol(
            fill=colour,
            opacity=0.4 + 0.1 * (number % 7),
            outline=Line("#39424E", 0.1 + 0.1 * number),
            casing=Line("#802010", 0.6 + 0.05 * number, (2.0, 1.0)) if number % 3 == 0 else None,
            hatch=Hatch(15.0 * number, 2.0, "#304080", 0.3) if number % 4 == 1 else None,
        )
        for number, colour in enumerate(coverage.COLOURS)
    )
    fids = np.arange(len(made), dtype=np.int64)
    areas = SceneLayer("areas", {}, columns("polygon", np.array(made, dtype=object)), fids, symbols, kinds)
    road = Symbol(outline=Line("#F0C020", 0.5), casing=Line("#404040", 0.9, (4.0, 2.0, 1.0, 2.0)))
    pipe = Symbol(outline=Line("#0060A0", 0.5, (3.0, 1.5)), offset_mm=1.5)
    lines = [shapely.LineString(shape.exterior.coords) for shape in shapes[::7]]
    return (
        areas,
        *scene_layer("roads", lines, road),
        *scene_layer("pipes", [_straight(shape) for shape in shapes[::23]], pipe),
        *scene_layer("signs", [shape.centroid for shape in shapes[::11]],
                     Symbol(marker=Marker("star", 4.0, "#C00020"))),
    )  # fmt: skip


def _wild(shape: Any, kind: int, random: np.random.Generator) -> Any:
    west, south, east, north = shape.bounds
    x, y = (west + east) / 2.0, (south + north) / 2.0
    if kind == 0:  # a sliver
        angle, length, width = random.uniform(0.0, np.pi), 90.0, random.uniform(0.01, 2.0)
        along, across = (
            np.array([np.cos(angle), np.sin(angle)]) * length,
            np.array([-np.sin(angle), np.cos(angle)]),
        )
        corners = [along, along + across * width, -along + across * width, -along]
        return shapely.Polygon(np.array([x, y]) + np.array(corners))
    if kind in (1, 2):
        return shape.difference(shapely.Point(x, y).buffer(random.uniform(2.0, 14.0)))
    if kind == 3:
        return shapely.MultiPolygon(
            [shapely.box(x - 20, y - 15, x - 5, y + 15), shapely.box(x + 3, y - 9, x + 25, y + 9)]
        )
    return shape.buffer(6.0) if kind == 4 else shape


def _straight(shape: Any) -> Any:
    west, south, east, north = shape.bounds
    return shapely.LineString([(west, south), (east, north), (east + 150.0, south)])


@cache
def sample() -> tuple[SceneLayer, ...]:
    project = parks.sample()
    return tuple(each for layer in project.layers.values() for each in scene_layers(layer, parks.catalogue()))


CASES = {
    "parcels, full extent": lambda: Scene(parcels(), part_of(parcels(), 1.0, 1, SIZE)),
    "parcels, 30 %": lambda: Scene(parcels(), part_of(parcels(), 0.3, 2)),
    "parcels, 5 %": lambda: Scene(parcels(), part_of(parcels(), 0.05, 3)),
    "parcels of a pixel and a half": lambda: Scene(parcels(), part_of(parcels(), 1.0, 4, (240, 135))),
    "seams, full extent": lambda: Scene(seamed(), part_of(seamed(), 1.0, 1, SIZE)),
    "seams, 30 %": lambda: Scene(seamed(), part_of(seamed(), 0.3, 2)),
    "seams, 5 %, turned": lambda: Scene(seamed(), replace(part_of(seamed(), 0.05, 3), rotation_deg=21.0)),
    "seams a pixel and a half apart": lambda: Scene(seamed(), part_of(seamed(), 1.0, 4, (240, 135))),
    **{f"parcels, seed {seed}": lambda seed=seed: Scene(
        parcels(), part_of(parcels(), float(np.random.default_rng(seed).uniform(0.02, 0.5)), seed)
    ) for seed in range(10, 12)},
    **{f"wild, {extent:.0%}": lambda extent=extent, size=size: Scene(
        wild(), part_of(wild(), extent, 5, size)
    )
       for extent, size in ((1.0, (640, 360)), (0.3, SIZE), (0.05, SIZE))},
    **{f"sample, {extent:.0%}": lambda extent=extent: Scene(sample(), part_of(sample(), extent, 6))
       for extent in (1.0, 0.4, 0.1)},
    "sample, turned": lambda: Scene(sample(), replace(part_of(sample(), 0.5, 7), rotation_deg=33.0)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_pixel_is_what_it_ought_to_be(name: str) -> None:
    found = compare(CASES[name]())
    assert found.lines > 300
    assert found.different <= MOST_DIFFERENT, found
    assert found.missing <= MOST_MISSING, found


def test_seams_draw_what_areas_draw() -> None:
    scene = Scene(parcels(), part_of(parcels(), 0.3, 2))
    by_areas, by_seams = drawn(scene), drawn(replace(scene, layers=seamed()))
    assert np.abs(by_areas - by_seams).max() > 0.0, "they are drawn in another way"
    assert (np.abs(by_areas - by_seams).max(axis=2) > DIFFERENT).mean() < 0.0005
