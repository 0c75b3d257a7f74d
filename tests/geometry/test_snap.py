"""Snapping: each kind where it is, the better kind first, nothing beyond reach, quick beside many edges."""

from __future__ import annotations

import time

import numpy as np
import pytest
import shapely

from gis_app.geometry.snap import EDGE, EXTENSION, INTERSECTION, KINDS, MIDPOINT, RIGHT_ANGLE, VERTEX, snap

SQUARE = shapely.box(0, 0, 100, 100)
CROSS = [shapely.LineString([(0, 0), (100, 100)]), shapely.LineString([(0, 100), (100, 0)])]


@pytest.mark.parametrize(
    ("place", "kind", "point"),
    [
        ((1.0, 2.0), VERTEX, (0.0, 0.0)),
        ((51.0, 99.0), MIDPOINT, (50.0, 100.0)),
        ((30.0, 101.5), EDGE, (30.0, 100.0)),
        ((110.0, 1.0), EXTENSION, (110.0, 0.0)),
    ],
)
def test_each_kind_is_found(place: tuple[float, float], kind: str, point: tuple[float, float]) -> None:
    found = snap(place, [SQUARE], 3.0)
    assert found is not None
    assert found.kind == kind
    assert found.point == pytest.approx(point)
    assert found.distance_m == pytest.approx(np.hypot(place[0] - point[0], place[1] - point[1]))


def test_a_crossing_is_found_where_no_vertex_is() -> None:
    found = snap((50.5, 49.8), CROSS, 2.0, kinds=(INTERSECTION,))
    assert found is not None
    assert found.point == pytest.approx((50.0, 50.0))
    # edges of one ring meet at their ends: that is a vertex and no crossing
    assert snap((0.5, 0.5), [SQUARE], 2.0, kinds=(INTERSECTION,)) is None


def test_a_right_angle_from_the_vertex_drawn_last() -> None:
    found = snap((21.0, 99.0), [SQUARE], 3.0, anchor=(20.0, 40.0))
    assert found is not None
    assert (found.kind, found.point) == (RIGHT_ANGLE, pytest.approx((20.0, 100.0)))


def test_the_vertex_wins_and_keeps_its_bytes() -> None:
    corner = (0.1 + 0.2, 1.0 / 3.0)
    shape = shapely.Polygon([corner, (10, 0), (10, 10)])
    found = snap((0.5, 0.4), [SQUARE, shape], 1.0)
    assert found is not None
    near = snap((0.31, 0.34), [shape], 1.0)
    assert near is not None
    assert near.point == corner
    assert near.owner == 0


def test_nothing_beyond_reach_and_nothing_unwanted() -> None:
    assert snap((50.0, 50.0), [SQUARE], 3.0) is None
    assert snap((1.0, 1.0), [SQUARE], 3.0, kinds=()) is None
    assert snap((1.0, 1.0), [], 3.0) is None
    assert snap((1.0, 1.0), [shapely.Point(5, 5)], 3.0) is None


def test_holes_parts_points_and_lines_count() -> None:
    holed = shapely.Polygon(SQUARE.exterior, [shapely.box(40, 40, 60, 60).exterior])
    many = shapely.MultiPolygon([holed, shapely.box(200, 0, 210, 10)])
    for place in ((40.2, 40.2), (200.2, 0.1)):
        found = snap(place, [shapely.Point(500, 500), many], 1.0)
        assert found is not None
        assert (found.kind, found.owner) == (VERTEX, 1)
    found = snap((499.5, 500.0), [shapely.Point(500, 500), many], 1.0)
    assert found is not None
    assert found.owner == 0


def test_against_a_search_over_everything() -> None:
    random = np.random.default_rng(5)
    shapes = [
        shapely.Point(*random.uniform(0, 100, 2)).buffer(random.uniform(2, 20), quad_segs=3)
        for _ in range(20)
    ]
    vertices = shapely.get_coordinates(shapes)
    for place in random.uniform(0, 100, (200, 2)):
        found = snap(tuple(place), shapes, 2.0, kinds=(VERTEX, EDGE))
        nearest = np.hypot(*(vertices - place).T).min()
        edge = min(shape.boundary.distance(shapely.Point(place)) for shape in shapes)
        if nearest <= 2.0:
            assert found is not None
            assert (found.kind, found.distance_m) == (VERTEX, pytest.approx(nearest))
        elif edge <= 2.0:
            assert found is not None
            assert (found.kind, found.distance_m) == (EDGE, pytest.approx(edge))
        else:
            assert found is None


def test_it_is_quick() -> None:
    shapes = [shapely.Point(i % 10 * 10, i // 10 * 10).buffer(8, quad_segs=16) for i in range(60)]
    snap((33.0, 44.0), shapes, 5.0)
    started_s = time.thread_time()
    for _ in range(20):
        snap((33.0, 44.0), shapes, 5.0, anchor=(1.0, 1.0), kinds=KINDS)
    assert (time.thread_time() - started_s) / 20 < 0.02
