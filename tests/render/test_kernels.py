"""Each kernel against a plain twin: samples in a pixel that are asked one by one whether they are covered."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from gis_app.render import kernels
from gis_app.render.raster import Easel
from gis_app.render.shape import Shapes, columns

WIDTH, HEIGHT = 36, 28
FINE = 12
"""Samples of the twin in each direction of a pixel."""
AT = np.array([1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
"""Metres are pixels."""
RED, BLUE = np.uint32(0xFFCC0000), np.uint32(0xFF0000CC)
SEEDS = range(3)

Coverage = NDArray[np.float64]


# --- plain twins


def samples(each: int = FINE) -> tuple[Coverage, Coverage]:
    """Where the samples of the picture lie, in pixels."""
    y, x = np.mgrid[0 : HEIGHT * each, 0 : WIDTH * each]
    return (x.ravel() + 0.5) / each, (y.ravel() + 0.5) / each


def share_of(covered: NDArray[np.bool_], each: int = FINE) -> Coverage:
    """Share of each pixel whose samples are covered (h, w)."""
    return covered.reshape(HEIGHT, each, WIDTH, each).mean(axis=(1, 3))


def inside(shape: Any) -> Coverage:
    return share_of(shapely.contains_xy(shape, *samples()))


def along(lines: list[Any], half: float) -> Coverage:
    """Within half a width of lines that end flat and are not joined."""
    pieces = [piece for line in lines for piece in straight(line)]
    covered = np.zeros(WIDTH * HEIGHT * FINE**2, dtype=bool)
    for start, end in pieces:
        covered |= beside_piece(start, end, half)
    return share_of(covered)


def straight(line: Any) -> list[tuple[Coverage, Coverage]]:
    points = shapely.get_coordinates(line)
    return list(pairwise(points))


def beside_piece(start: Coverage, end: Coverage, half: float) -> NDArray[np.bool_]:
    x, y = samples()
    (dx, dy), length = end - start, float(np.hypot(*(end - start)))
    if length == 0.0:
        return np.zeros(len(x), dtype=bool)
    run = ((x - start[0]) * dx + (y - start[1]) * dy) / length
    away = np.abs((x - start[0]) * dy - (y - start[1]) * dx) / length
    return np.asarray((run >= 0.0) & (run <= length) & (away <= half))


def laid(ground: Coverage, colour: np.uint32, share: Coverage) -> Coverage:
    """A colour over a picture of (h, w, 4) premultiplied alpha, red, green, blue."""
    return ground * (1.0 - share[..., None]) + channels(np.array(colour)) * share[..., None]


def channels(pixels: NDArray[np.uint32]) -> Coverage:
    return np.stack([(pixels >> shift) & 255 for shift in (24, 16, 8, 0)], axis=-1).astype(np.float64)


# --- the kernels, called with as little as they need


@dataclass
class Drawn:
    pixels: NDArray[np.uint32] = field(default_factory=lambda: np.zeros((HEIGHT, WIDTH), np.uint32))
    easel: Easel = field(default_factory=Easel)

    def __post_init__(self) -> None:
        self.easel.set(WIDTH, HEIGHT)

    @property
    def alpha(self) -> Coverage:
        return (self.pixels >> 24) / 255.0

    @property
    def lined(self) -> Coverage:
        """Share of the samples that are set."""
        return np.unpackbits(self.easel.mask, axis=2).mean(axis=2)

    def areas(
        self, shapes: Shapes, paints: list[dict[int, float]], colours: list[np.uint32],
        paint_of: list[int] | None = None, *, half: float = 0.0, disjoint: bool = False,
        chosen: list[int] | None = None, at: Coverage = AT, fine: float = 0.0,
    ) -> Drawn:  # fmt: skip
        table = np.zeros((len(paints), kernels.LINED + 1))
        for row, paint in zip(table, paints, strict=True):
            row[list(paint)] = list(paint.values())
        kernels.areas(
            shapes.coords, shapes.rings, shapes.shells,
            np.arange(len(shapes)) if chosen is None else np.array(chosen, np.int64),
            np.zeros(len(shapes), np.int64) if paint_of is None else np.array(paint_of, np.int64),
            table, np.array(colours, np.uint32), at, fine, half, *self.easel.line(shapes.longest),
            self.easel.areas, self.pixels, disjoint, self.easel.mask, self.easel.words, stamps(half),
        )  # fmt: skip
        assert not self.easel.areas.any(), "left empty"
        return self

    def lines(
        self, shapes: Shapes, half: float, *, offset: float = 0.0, dash: tuple[float, ...] = (),
        closed: bool = False, lined: tuple[bool, ...] = (True,), paint_of: list[int] | None = None,
        at: Coverage = AT,
    ) -> Drawn:  # fmt: skip
        kernels.lines(
            shapes.coords, shapes.rings, shapes.shells, np.arange(len(shapes)),
            np.zeros(len(shapes), np.int64) if paint_of is None else np.array(paint_of, np.int64),
            np.array(lined), at, 0.0, half, offset, np.array(dash, dtype=np.float64), closed,
            *self.easel.line(shapes.longest), self.easel.mask, self.easel.words, stamps(half),
        )  # fmt: skip
        return self


def stamps(half: float) -> NDArray[np.uint64]:
    return np.asarray(kernels.stamps(half if 0.0 < half <= kernels.STAMPED_HALF else -1.0))


def shapes_of(kind: Any, *geometry: Any) -> Shapes:
    made = np.empty(len(geometry), dtype=object)
    made[:] = geometry
    return columns(kind, made)


EVEN = {kernels.FILL: 1.0, kernels.ALPHA: 1.0}


def blob(random: np.random.Generator, holes: int = 0) -> Any:
    """A star-shaped polygon that often reaches out of the picture, with holes."""
    angles = np.sort(random.uniform(0.0, 2 * np.pi, random.integers(3, 20)))
    middle = random.uniform((-5.0, -5.0), (WIDTH + 5.0, HEIGHT + 5.0))
    radii = random.uniform(2.0, random.choice([6.0, 30.0]), len(angles))
    shape = shapely.Polygon(middle + np.column_stack([np.cos(angles), np.sin(angles)]) * radii[:, None])
    shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    for _ in range(holes):
        shape = shape.difference(
            shapely.Point(random.uniform(0.0, WIDTH, 2)).buffer(random.uniform(0.5, 6.0))
        )
    return shape


def polygons(random: np.random.Generator, count: int, holes: int = 0) -> list[Any]:
    made = (blob(random, holes) for _ in range(10 * count))
    return [shape for shape in made if shapely.get_dimensions(shape) == 2 and not shape.is_empty][:count]


def walk(random: np.random.Generator, step: float) -> Any:
    """A line that strolls through the picture and out of it."""
    steps = random.normal(0.0, step, (25, 2))
    return shapely.LineString(random.uniform((0.0, 0.0), (WIDTH, HEIGHT)) + np.cumsum(steps, axis=0))


# --- areas


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("holes", [0, 3])
def test_an_area_covers_what_lies_inside(seed: int, holes: int) -> None:
    for shape in polygons(np.random.default_rng(seed), 5, holes):
        drawn = Drawn().areas(shapes_of("polygon", shape), [EVEN], [RED])
        assert np.abs(drawn.alpha - inside(shape)).max() < 0.09
        assert np.abs(drawn.alpha.sum() - shape.intersection(shapely.box(0, 0, WIDTH, HEIGHT)).area) < 1.5


def test_several_parts_are_one_feature() -> None:
    shape = shapely.MultiPolygon([shapely.box(-9.0, 2.2, 4.5, 9.0), shapely.box(7.3, 1.0, 50.0, 60.0)])
    drawn = Drawn().areas(shapes_of("polygon", shape), [EVEN], [RED])
    np.testing.assert_allclose(drawn.alpha, inside(shape), atol=0.07)


@pytest.mark.parametrize("width", [0.01, 0.1, 0.5])
def test_a_sliver_covers_its_area_and_no_more(width: float) -> None:
    shape = shapely.Polygon([(3.0, 3.0), (30.0, 20.0), (30.0, 20.0 + width), (3.0, 3.0 + width)])
    drawn = Drawn().areas(shapes_of("polygon", shape), [EVEN], [RED])
    assert drawn.alpha.max() <= width + 0.01
    assert drawn.alpha.sum() == pytest.approx(shape.area, rel=0.05, abs=0.6 if width < 0.05 else 0.05)


def test_points_upon_each_other_change_nothing() -> None:
    ring = [(4.0, 4.0), (4.0, 4.0), (20.5, 6.0), (20.5, 6.0), (20.5, 6.0), (9.0, 22.0), (4.0, 4.0)]
    shape = shapely.Polygon(ring)
    drawn = Drawn().areas(shapes_of("polygon", shape), [EVEN], [RED])
    np.testing.assert_allclose(drawn.alpha, inside(shapely.Polygon(ring[1:])), atol=0.09)


def test_nothing_is_drawn_of_what_lies_outside() -> None:
    around = [
        shapely.box(*box) for box in ((-9, -9, -1, 60), (40, -9, 50, 60), (-9, -9, 60, -1), (-9, 30, 60, 40))
    ]
    drawn = Drawn().areas(shapes_of("polygon", *around), [EVEN | {kernels.LINED: 1.0}], [RED], half=0.4)
    assert not drawn.pixels.any() and not drawn.easel.mask.any()


def test_a_coordinate_far_away_does_no_harm() -> None:
    shape = shapely.box(-1e7, -1e7, 1e7, 1e7)
    drawn = Drawn().areas(shapes_of("polygon", shape), [EVEN | {kernels.LINED: 1.0}], [RED], half=5.0)
    assert (drawn.pixels == RED).all() and not drawn.easel.mask.any()


def test_the_transform_turns_and_scales() -> None:
    at = np.array([1.6, -1.2, 7.0, -1.2, -1.6, 20.0])
    shape = shapely.box(1.0, 1.0, 7.0, 5.0)
    turned = shapely.transform(shape, lambda p: p @ np.array([[1.6, -1.2], [-1.2, -1.6]]) + (7.0, 20.0))
    drawn = Drawn().areas(shapes_of("polygon", shape), [EVEN], [RED], at=at)
    np.testing.assert_allclose(drawn.alpha, inside(turned), atol=0.09)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_left_out_of_a_line_is_not_seen(seed: int) -> None:
    """Vertices within 0.15 pixels of the line without them may go: the area's edge moves by no more."""
    random = np.random.default_rng(seed)
    angles = np.linspace(0.0, 2 * np.pi, 400)
    radii = 10.0 + np.cumsum(random.normal(0.0, 0.03, 400))
    shape = shapely.make_valid(shapely.Polygon(
        np.column_stack([np.cos(angles), np.sin(angles)]) * radii[:, None] + (18.0, 14.0)
    ))  # fmt: skip
    drawn = Drawn().areas(shapes_of("polygon", shape), [EVEN], [RED], fine=0.15)
    unsure = inside(shape.buffer(0.16)) - inside(shape.buffer(-0.16))
    assert (np.abs(drawn.alpha - inside(shape)) <= unsure + 0.09).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_later_lies_over_the_earlier(seed: int) -> None:
    shapes = polygons(np.random.default_rng(seed), 4)
    paints = [EVEN, {kernels.FILL: 1.0, kernels.ALPHA: 0.4}]
    drawn = Drawn().areas(shapes_of("polygon", *shapes), paints, [RED, BLUE], [0, 1, 0, 1])
    wanted = np.zeros((HEIGHT, WIDTH, 4))
    for number, shape in enumerate(shapes):
        wanted = laid(wanted, (RED, BLUE)[number % 2], inside(shape) * (1.0, 0.4)[number % 2])
    assert np.abs(channels(drawn.pixels) - wanted).max() < 30.0


def test_only_the_chosen_are_drawn_and_in_that_order() -> None:
    boxes = shapes_of("polygon", *[shapely.box(0, 0, 10 + i, 10) for i in range(3)])
    drawn = Drawn().areas(boxes, [EVEN, EVEN, EVEN], [RED, BLUE, RED], [0, 1, 2], chosen=[1, 0])
    assert (drawn.pixels[:10, :10] == RED).all() and (drawn.pixels[:10, 10] == BLUE).all()
    assert not drawn.pixels[:, 11:].any()


def coverage_of(random: np.random.Generator) -> list[Any]:
    points = shapely.MultiPoint(random.uniform((-9.0, -9.0), (WIDTH + 9.0, HEIGHT + 9.0), (60, 2)))
    return list(shapely.get_parts(shapely.voronoi_polygons(points, extend_to=shapely.box(-50, -50, 80, 80))))


@pytest.mark.parametrize("seed", SEEDS)
def test_neighbours_fill_a_pixel_without_a_seam(seed: int) -> None:
    cells = coverage_of(np.random.default_rng(seed))
    drawn = Drawn().areas(shapes_of("polygon", *cells), [EVEN], [RED], disjoint=True)
    assert (drawn.pixels >> 24).min() >= 253
    assert np.abs(channels(drawn.pixels) - channels(np.array(RED))).max() <= 3.0


@pytest.mark.parametrize("seed", SEEDS)
def test_neighbours_share_a_pixel_as_they_cover_it(seed: int) -> None:
    cells = coverage_of(np.random.default_rng(seed))
    owners = [number % 2 for number in range(len(cells))]
    drawn = Drawn().areas(shapes_of("polygon", *cells), [EVEN, EVEN], [RED, BLUE], owners, disjoint=True)
    red = sum(inside(cell) for cell, owner in zip(cells, owners, strict=True) if owner == 0)
    assert np.abs(channels(drawn.pixels)[..., 1] - red * 0xCC).max() < 26.0


def test_where_a_coverage_overlaps_the_later_is_seen() -> None:
    boxes = shapes_of("polygon", shapely.box(2, 2, 20, 20), shapely.box(10.5, 10.5, 30, 25))
    drawn = Drawn().areas(boxes, [EVEN, EVEN], [RED, BLUE], [0, 1], disjoint=True)
    assert (drawn.pixels[12:20, 12:20] == BLUE).all() and (drawn.pixels[3:10, 3:10] == RED).all()
    assert (drawn.pixels >> 24).max() == 255


def test_a_hatch_covers_its_lines() -> None:
    shape = shapely.box(3.0, 3.0, 33.0, 25.0)
    for angle in (0.0, 30.0, 45.0, 90.0, 135.0):
        paint = hatch(angle, spacing=6.0, width=1.4)
        drawn = Drawn().areas(shapes_of("polygon", shape), [paint], [RED])
        wanted = hatched(angle, 6.0, 1.4) * inside(shape)
        assert np.abs(drawn.alpha - wanted).max() < 0.25
        assert np.abs(drawn.alpha - wanted).mean() < 0.02


def test_a_hatch_of_dots_stands_staggered() -> None:
    shape = shapely.box(-1.0, -1.0, 60.0, 60.0)
    paint = hatch(0.0, spacing=8.0, width=2.0) | {kernels.DASH: 2.0, kernels.GAP: 10.0}
    drawn = Drawn().areas(shapes_of("polygon", shape), [paint], [RED])
    wanted = hatched(0.0, 8.0, 2.0, (2.0, 10.0))
    assert np.abs(drawn.alpha - wanted).max() < 0.3
    assert np.abs(drawn.alpha - wanted).mean() < 0.02
    assert drawn.alpha.sum() == pytest.approx(wanted.sum(), rel=0.15)


def hatch(angle_deg: float, spacing: float, width: float) -> dict[int, float]:
    return {
        kernels.FILL: 2.0, kernels.ALPHA: 1.0, kernels.ANGLE: np.deg2rad(angle_deg), kernels.WIDTH: width,
        kernels.SPACING: spacing, kernels.ANCHOR_X: 5.3, kernels.ANCHOR_Y: 4.1,
    }  # fmt: skip


def hatched(
    angle_deg: float, spacing: float, width: float, dash: tuple[float, float] = (0.0, 0.0)
) -> Coverage:
    """Share of pixels within half a width of the next line, and in one of its dashes."""
    x, y = samples()
    direction = np.array([np.cos(np.deg2rad(angle_deg)), -np.sin(np.deg2rad(angle_deg))])
    run = (x - 5.3) * direction[0] + (y - 4.1) * direction[1]
    aside = -(x - 5.3) * direction[1] + (y - 4.1) * direction[0]
    number = np.round(aside / spacing)
    covered = np.abs(aside - number * spacing) <= width / 2.0
    if sum(dash):
        shift = np.where(number % 2 == 0, 0.0, sum(dash) / 2.0)
        covered &= (run - shift) % sum(dash) <= dash[0]
    return share_of(covered)


def test_an_outline_is_set_with_the_fill() -> None:
    shape = shapely.box(4.3, 5.1, 30.2, 20.7)
    drawn = Drawn().areas(shapes_of("polygon", shape), [EVEN | {kernels.LINED: 1.0}], [RED], half=0.6)
    assert np.abs(drawn.lined - along([shape.exterior], 0.6)).max() < 0.2
    assert np.abs(drawn.alpha - inside(shape)).max() < 0.07


# --- lines


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("half", [0.3, 0.378, 0.5])
@pytest.mark.parametrize("step", [0.5, 2.0, 9.0])
def test_a_thin_line_covers_what_lies_near(seed: int, half: float, step: float) -> None:
    """Short pieces are stamped at whole samples, long ones drawn row by row."""
    line = walk(np.random.default_rng(seed), step)
    drawn = Drawn().lines(shapes_of("line", line), half)
    wanted = along([line], half)
    assert np.abs(drawn.lined - wanted).max() < 0.3
    assert np.abs(drawn.lined - wanted)[wanted > 0].mean() < 0.06


@pytest.mark.parametrize("half", [0.378, 0.5])
@pytest.mark.parametrize("corners", [6, 60])
def test_a_thin_line_is_not_moved_to_a_side(half: float, corners: int) -> None:
    """The middle of a ring stays where it is, whether its pieces are stamped or drawn row by row."""
    angles = np.linspace(0.0, 2 * np.pi, corners + 1) + 0.1
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * 9.0 + (17.2, 13.7)
    drawn = Drawn().lines(shapes_of("line", shapely.LineString(ring)), half)
    row, column = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    assert (drawn.lined * column).sum() / drawn.lined.sum() == pytest.approx(17.2, abs=0.06)
    assert (drawn.lined * row).sum() / drawn.lined.sum() == pytest.approx(13.7, abs=0.06)
    assert drawn.lined.sum() == pytest.approx(shapely.length(shapely.LineString(ring)) * 2 * half, rel=0.08)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("half", [0.9, 3.0])
def test_a_wide_line_is_joined_round_and_ends_flat(seed: int, half: float) -> None:
    line = walk(np.random.default_rng(seed), 6.0)
    drawn = Drawn().lines(shapes_of("line", line), half)
    covered = np.zeros(WIDTH * HEIGHT * FINE**2, dtype=bool)
    x, y = samples()
    for start, end in straight(line):
        covered |= beside_piece(start, end, half)
    for corner in shapely.get_coordinates(line)[1:-1]:
        covered |= np.hypot(x - corner[0], y - corner[1]) <= half
    assert np.abs(drawn.lined - share_of(covered)).max() < 0.13


def test_a_closed_line_is_joined_where_it_begins() -> None:
    shape = shapely.box(8.0, 8.0, 28.0, 20.0)
    open_, closed = (Drawn().lines(shapes_of("polygon", shape), 2.0, closed=each) for each in (False, True))
    assert closed.lined.sum() - open_.lined.sum() == pytest.approx(np.pi * 4.0 / 4.0, abs=0.4)


def test_a_line_without_length_draws_nothing() -> None:
    drawn = Drawn().lines(shapes_of("line", shapely.LineString([(5.0, 5.0), (5.0, 5.0)])), 0.4)
    assert not drawn.easel.mask.any()


def test_only_lines_of_a_wanted_paint_are_drawn() -> None:
    lines = shapes_of("line", *(shapely.LineString([(2, y), (30, y)]) for y in (5.5, 15.5)))
    drawn = Drawn().lines(lines, 0.5, lined=(False, True), paint_of=[0, 1])
    assert not drawn.lined[:10].any() and drawn.lined[15, 2:30].all()


@pytest.mark.parametrize("half", [0.4, 2.0])
@pytest.mark.parametrize("angle", [0.0, 25.0, 90.0, 160.0])
def test_dashes_and_gaps_are_counted_along_the_line(half: float, angle: float) -> None:
    direction = np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))])
    # it begins far outside: whole periods are left out there
    start = np.array([18.0, 14.0]) - 1003.0 * direction
    line = shapely.LineString([start, start + 1400.0 * direction])
    dash = (5.0, 2.0, 1.0, 3.0)
    drawn = Drawn().lines(shapes_of("line", line), half, dash=dash)
    x, y = samples()
    run = (x - start[0]) * direction[0] + (y - start[1]) * direction[1]
    phase = run % sum(dash)
    in_dash = (phase < 5.0) | ((phase >= 7.0) & (phase < 8.0))
    covered = beside_piece(*straight(line)[0], half) & in_dash
    assert np.abs(drawn.lined - share_of(covered)).max() < 0.2


def test_dashes_go_on_round_a_corner() -> None:
    line = shapely.LineString([(2.0, 4.5), (20.0, 4.5), (20.0, 26.0)])
    drawn = Drawn().lines(shapes_of("line", line), 0.5, dash=(7.0, 4.0))
    # 18 to the corner: 0–7, 11–18 on the one, then a gap to 22, which lies 4 below the corner
    assert drawn.lined[4, 2:9].all() and not drawn.lined[4, 9:13].any() and drawn.lined[4, 13:20].all()
    assert not drawn.lined[5:8, 19:21].any()
    assert drawn.lined[10, 19] == pytest.approx(0.5, abs=0.1)


def test_a_joint_does_not_reach_into_a_gap() -> None:
    """The dash begins with the second piece: no round end shows before it."""
    line = shapely.LineString([(2.0, 14.0), (15.0, 14.0), (34.0, 14.0)])
    drawn = Drawn().lines(shapes_of("line", line), 3.0, dash=(7.0, 6.0))
    assert (
        drawn.lined[11:17, 2:9].all() and not drawn.lined[:, 9:15].any() and drawn.lined[11:17, 15:22].all()
    )


@pytest.mark.parametrize("offset", [-4.0, 3.0])
def test_a_line_is_moved_to_its_left_with_its_corners(offset: float) -> None:
    line = shapely.LineString([(3.0, 24.0), (12.0, 8.0), (33.0, 12.0)])
    drawn = Drawn().lines(shapes_of("line", line), 0.5, offset=offset)
    # y runs downwards: the left of the line is the right of its coordinates
    moved = shapely.offset_curve(line, -offset, join_style="mitre", mitre_limit=3.0)
    wanted = along([moved], 0.5)
    assert np.abs(drawn.lined - wanted).max() < 0.35
    assert np.abs(drawn.lined - wanted)[wanted > 0].mean() < 0.06


@pytest.mark.parametrize("half", [0.2, 0.378, 0.5])
def test_a_stamp_is_what_the_row_by_row_drawing_gives(half: float) -> None:
    """The same pieces with ends on whole samples, once short enough to be stamped and once not."""
    random = np.random.default_rng(9)
    for _ in range(40):
        start = random.integers(80, 160, 2) / 8.0
        way = random.integers(-8, 9, 2) / 8.0
        if not way.any():
            continue
        stamped = Drawn().lines(shapes_of("line", shapely.LineString([start, start + way])), half)
        wanted = along([shapely.LineString([start, start + way])], half)
        assert np.abs(stamped.lined - wanted).max() < 0.12


def test_a_wide_line_has_no_stamps() -> None:
    assert not kernels.stamps(0.6).any() and not kernels.stamps(-1.0).any()


# --- signs, and pictures over pictures


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sign_is_its_colour_within_its_rim(seed: int) -> None:
    random = np.random.default_rng(seed)
    points = random.uniform((-3.0, -3.0), (WIDTH + 3.0, HEIGHT + 3.0), (5, 2))
    outer, inner = (np.asarray(shapely.Point(0, 0).buffer(size, 2).exterior.coords) for size in (4.0, 3.0))
    drawn = Drawn()
    kernels.signs(points, outer, inner, RED, BLUE, AT, drawn.easel.areas, drawn.pixels)
    wanted = np.zeros((HEIGHT, WIDTH, 4))
    for point in points:
        wanted = laid(wanted, RED, inside(shapely.Polygon(outer + point)))
        wanted = laid(wanted, BLUE, inside(shapely.Polygon(inner + point)))
    assert np.abs(channels(drawn.pixels) - wanted).max() < 30.0
    assert not drawn.easel.areas.any()


def premultiplied(random: np.random.Generator) -> NDArray[np.uint32]:
    alpha = random.integers(0, 256, (HEIGHT, WIDTH)) * random.integers(0, 2, (HEIGHT, WIDTH))
    colour = [(random.integers(0, 256, (HEIGHT, WIDTH)) * alpha) // 255 for _ in range(3)]
    return (alpha << 24 | colour[0] << 16 | colour[1] << 8 | colour[2]).astype(np.uint32)


WINDOW = np.array([3, 20, 5, 30])


@pytest.mark.parametrize("opacity", [0.0, 0.3, 1.0])
def test_a_picture_is_laid_over_another_and_left_empty(opacity: float) -> None:
    random = np.random.default_rng(1)
    upper, lower = premultiplied(random), premultiplied(random)
    over, under = channels(upper) * opacity, channels(lower)
    wanted = over + under * (1.0 - over[..., :1] / 255.0)
    result, outside = lower.copy(), upper.copy()
    kernels.over(upper, opacity, result, WINDOW)
    top, bottom, left, right = WINDOW
    inner = np.s_[top:bottom, left:right]
    assert np.abs(channels(result)[inner] - wanted[inner]).max() < 2.0
    assert not upper[inner].any()
    outside[inner], result[inner] = 0, lower[inner]
    np.testing.assert_array_equal(upper, outside)
    np.testing.assert_array_equal(result, lower)


@pytest.mark.parametrize("alpha", [0.35, 1.0])
def test_samples_become_pixels_and_are_left_unset(alpha: float) -> None:
    random = np.random.default_rng(2)
    drawn = Drawn(pixels=premultiplied(random))
    before = channels(drawn.pixels)
    top, bottom, left, right = WINDOW
    drawn.easel.mask[top:bottom, left:right] = random.integers(0, 256, (bottom - top, right - left, 8))
    drawn.easel.mask[top, left], drawn.easel.mask[top, left + 1] = 255, 0
    share = drawn.lined * alpha
    kernels.lay(drawn.easel.words, BLUE, alpha, drawn.pixels, WINDOW)
    assert np.abs(channels(drawn.pixels) - laid(before, BLUE, share)).max() < 2.0
    assert not drawn.easel.mask.any()
