"""Seams are found as a slow search finds them; drawn by them a pixel is what it ought to be."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from gis_app.render import raster
from gis_app.render.kernels import seams as kernels
from gis_app.render.scene import Scene, SceneLayer
from gis_app.render.seams import Seams, find
from gis_app.render.shape import Shapes, columns
from gis_app.render.symbol import Symbol
from gis_app.render.view import View
from tests.benchmarks import coverage

WIDTH, HEIGHT = 36, 28
COLOURS = ("#CC0000", "#00A040", "#2040F0", "#FFFFFF", "#102030")
NEAR = 2.0
"""Of 255: corners lie on 1/256 of a pixel, colours are rounded."""


def shapes_of(*geometry: Any) -> Shapes:
    made = np.empty(len(geometry), dtype=object)
    made[:] = geometry
    return columns("polygon", made)


def split(seed: int, count: int = 9) -> list[Any]:
    """A box in pieces without gaps, some of them with a hole that another fills, in pixels, y upwards."""
    random = np.random.default_rng(seed)
    points = random.uniform((-8.0, -8.0), (WIDTH + 8.0, HEIGHT + 8.0), (count, 2))
    frame = shapely.box(-6.3, -5.2, WIDTH - 4.4, HEIGHT + 3.7)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=frame)
    pieces = [piece for piece in shapely.intersection(np.array(cells.geoms), frame) if piece.area > 0.0]
    island = shapely.Point(*pieces[0].representative_point().coords[0]).buffer(2.5, 5).intersection(pieces[0])
    return [pieces[0].difference(island), *pieces[1:], island]


# --- what lies on the other side


def searched(shapes: Shapes) -> NDArray[np.int64]:
    """For each coordinate the feature beyond the segment that begins there: by a dictionary."""
    beyond = np.full(len(shapes.coords), -1)
    waiting: dict[tuple[Any, Any], list[tuple[int, int]]] = defaultdict(list)
    for feature in range(len(shapes)):
        for ring in range(shapes.shells[feature], shapes.shells[feature + 1]):
            for i in range(shapes.rings[ring], shapes.rings[ring + 1] - 1):
                start, end = tuple(shapes.coords[i]), tuple(shapes.coords[i + 1])
                if start == end:
                    continue
                if waiting[end, start]:
                    other, at = waiting[end, start].pop(0)
                    beyond[i], beyond[at] = other, feature
                else:
                    waiting[start, end].append((feature, i))
    return beyond


def told(shapes: Shapes, seams: Seams) -> NDArray[np.int64]:
    """The same, from runs."""
    beyond = np.full(len(shapes.coords), -1)
    for ring in range(len(shapes.rings) - 1):
        for run in range(seams.runs_of[ring], seams.runs_of[ring + 1]):
            is_last = run + 1 == seams.runs_of[ring + 1]
            end = shapes.rings[ring + 1] - 1 if is_last else seams.starts[run + 1]
            beyond[seams.starts[run] : end] = seams.others[run]
    return beyond


@pytest.mark.parametrize("seed", range(4))
def test_what_lies_beyond_each_segment(seed: int) -> None:
    shapes = shapes_of(*split(seed))
    assert (told(shapes, find(shapes)) == searched(shapes)).all()


def test_a_large_coverage_has_a_neighbour_at_every_inner_segment() -> None:
    shapes = coverage.layer(3000).shapes
    seams = find(shapes)
    assert (told(shapes, seams) == searched(shapes)).all()
    assert (seams.others < 0).mean() < 0.1
    assert seams.nbytes < shapes.coords.nbytes


def test_neighbours_that_only_nearly_meet_have_none() -> None:
    shapes = shapes_of(shapely.box(0, 0, 4, 4), shapely.box(4 + 1e-9, 0, 8, 4))
    assert (find(shapes).others == -1).all()


def test_points_that_stand_twice_and_the_same_ground_twice() -> None:
    """A segment without length has no other side; of two on each other only one has the neighbour."""
    twice = shapely.Polygon([(0, 0), (4, 0), (4, 0), (4, 4), (0, 4)])
    shapes = shapes_of(twice, shapely.box(0, 0, 4, 4), shapely.box(4, 0, 8, 4))
    beyond = told(shapes, find(shapes))
    at = [i for i in range(shapes.rings[2], shapes.rings[3] - 1) if (shapes.coords[i : i + 2, 0] == 4).all()]
    assert len(at) == 1 and beyond[at[0]] in (0, 1)
    assert sorted(beyond[: shapes.rings[2]].tolist()).count(2) == 1


def test_many_copies_end_soon_and_are_left_apart() -> None:
    shapes = shapes_of(*[shapely.box(0, 0, 4, 4)] * 500, *[shapely.box(4, 0, 8, 4)] * 500)
    assert len(find(shapes).others) == len(find(shapes).starts)


# --- what a pixel ought to be


def layer_of(pieces: list[Any], opacity: float = 1.0) -> SceneLayer:
    symbols = tuple(Symbol(fill=colour, opacity=opacity) for colour in COLOURS)
    number = np.arange(len(pieces), dtype=np.int64)
    return SceneLayer("p", {}, shapes_of(*pieces), number, symbols, number % len(symbols), coverage=True)


def view(scale: float = 1.0, rotation_deg: float = 0.0) -> View:
    return View((WIDTH / 2.0, HEIGHT / 2.0), scale, (WIDTH, HEIGHT), rotation_deg=rotation_deg)


def drawn(layer: SceneLayer, seen: View) -> NDArray[np.float64]:
    """By the seams; (h, w, 4) blue, green, red, alpha."""
    _ = layer.shapes.seams
    pixels = np.zeros((HEIGHT, WIDTH), np.uint32)
    assert raster.draw(Scene((layer,), seen), pixels, raster.Easel())
    return pixels.view(np.uint8).reshape(HEIGHT, WIDTH, 4).astype(np.float64)


def wanted(layer: SceneLayer, pieces: list[Any], seen: View) -> NDArray[np.float64]:
    """By the area that each piece has in each pixel."""
    made = np.zeros((HEIGHT, WIDTH, 4))
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    boxes = shapely.box(x, y, x + 1, y + 1)
    for number, piece in enumerate(pieces):
        symbol = layer.symbols[number % len(layer.symbols)]
        inside = shapely.transform(piece, seen.to_px)
        share = shapely.area(shapely.intersection(boxes, inside)) * symbol.opacity
        colour = int(symbol.fill[1:], 16)
        for place, value in enumerate((colour & 255, colour >> 8 & 255, colour >> 16 & 255, 255)):
            made[..., place] += share * value
    return made


@pytest.mark.parametrize("opacity", [1.0, 0.4])
@pytest.mark.parametrize("seen", [view(), view(0.31), view(5.0), view(1.3, 33.0)], ids=repr)
@pytest.mark.parametrize("seed", range(3))
def test_a_pixel_has_the_colours_of_what_covers_it(seed: int, seen: View, opacity: float) -> None:
    pieces = split(seed)
    layer = layer_of(pieces, opacity)
    off = np.abs(drawn(layer, seen) - wanted(layer, pieces, seen))
    # points within a tenth of a pixel of a line are left out
    assert off.max() <= NEAR + 255.0 * 0.12 and off.mean() <= 0.6, (off.max(), off.mean())


def test_straight_neighbours_are_exact() -> None:
    pieces = [shapely.box(x, y, x + 3.37, y + 4.21) for x in np.arange(9) * 3.37 for y in np.arange(6) * 4.21]
    layer = layer_of(pieces)
    assert np.abs(drawn(layer, view()) - wanted(layer, pieces, view())).max() <= NEAR


def test_what_is_not_chosen_leaves_its_neighbours_whole() -> None:
    pieces = split(1)
    layer = layer_of(pieces)
    hidden = SceneLayer("p", {}, layer.shapes, layer.fids, layer.symbols,
                        np.where(layer.fids == 1, -1, layer.symbol_of), coverage=True)  # fmt: skip
    rest = wanted(layer, pieces, view()) - _only(layer, pieces, 1)
    assert np.abs(drawn(hidden, view()) - rest).max() <= NEAR + 255.0 * 0.12


def _only(layer: SceneLayer, pieces: list[Any], number: int) -> NDArray[np.float64]:
    empty = [piece if place == number else shapely.Polygon() for place, piece in enumerate(pieces)]
    return wanted(layer, empty, view())


def test_ground_that_lies_twice_is_drawn_one_after_the_other() -> None:
    """What lies over another hides it, as without seams; a seam cannot tell which of the two is above."""
    pieces = [shapely.box(2, 2, 20, 20), shapely.box(10, 10, 30, 26)]
    layer, plain = layer_of(pieces), layer_of(pieces)
    pixels = np.zeros((HEIGHT, WIDTH), np.uint32)
    assert raster.draw(Scene((plain,), view()), pixels, raster.Easel())
    assert plain.shapes.known_seams is None
    assert (drawn(layer, view()) == pixels.view(np.uint8).reshape(HEIGHT, WIDTH, 4)).all()


def test_a_sliver_of_overlap_is_shared() -> None:
    pieces = [shapely.box(2, 2, 12.2, 20), shapely.box(12, 2, 30, 20)]
    made = drawn(layer_of(pieces), view())
    assert made[14, 12, 3] == 255.0, "no more than full"
    red, green = made[14, 12, 2] / 0xCC, made[14, 12, 1] / 0xA0
    assert red + green == pytest.approx(1.0, abs=0.02), "both have their share"


def test_the_easel_is_left_empty() -> None:
    easel = raster.Easel()
    for pieces in (split(2), [shapely.box(2, 2, 20, 20), shapely.box(10, 10, 30, 26)]):
        layer = layer_of(pieces)
        _ = layer.shapes.seams
        assert raster.draw(Scene((layer,), view()), np.zeros((HEIGHT, WIDTH), np.uint32), easel)
        assert not easel.sums()[0].any() and not easel.words.any()


def test_marks_of_another_picture_do_not_count() -> None:
    marked = np.zeros(5, np.int32)
    kernels.mark(np.array([1, 3]), marked, 7)
    assert marked.tolist() == [0, 7, 0, 7, 0]
