"""Weaving: what is written is settled and inserted, all else keeps its bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.geometry.weave import (
    edges_of,
    misfits,
    on_grid,
    oriented_like,
    weave,
    with_vertices,
    without_repeats,
)

BASE = np.array([500_000.0, 3_000_000.0])


def near(*points: tuple[float, float]) -> Any:
    """Coordinates beside BASE."""
    return np.array(points) + BASE


def polygon(*points: tuple[float, float]) -> Any:
    return shapely.Polygon(np.array(points) + BASE)


def corners(shape: Any) -> set[tuple[float, float]]:
    return {tuple(p) for p in (shapely.get_coordinates(shape) - BASE).round(6).tolist()}


def test_written_vertices_go_to_a_vertex_within_a_millimetre_or_to_the_grid() -> None:
    beside = polygon((0, 0), (10, 0), (10, 10), (0, 10))
    drawn = polygon((10.0007, 0.0003), (20.123456, 0), (20, 10), (10, 9.9994))
    made = weave({2: drawn}, {1: beside}, {})
    assert set(made) == {2}
    assert corners(made[2]) == {(10, 0), (20.1235, 0), (20, 10), (10, 10)}


def test_a_written_vertex_is_inserted_where_the_neighbour_has_an_edge() -> None:
    beside = polygon((0, 0), (10, 0), (10, 10), (0, 10))
    drawn = polygon((10, 2), (20, 2), (20, 8), (10.00004, 8))
    made = weave({2: drawn}, {1: beside}, {})
    assert corners(made[1]) == corners(beside) | {(10, 2), (10, 8)}
    assert made[1].area == pytest.approx(100)


def test_a_new_edge_takes_the_vertices_on_its_way_and_an_old_one_stays() -> None:
    beside = polygon((10, 0), (20, 0), (20, 10), (10, 5), (10, 2))
    drawn = polygon((0, 0), (10, 0), (10, 9), (0, 9))
    assert {(10, 2), (10, 5)} <= corners(weave({2: drawn}, {1: beside}, {})[2])
    moved = polygon((0, 0), (10, 0), (10, 9), (0, 8))
    assert corners(weave({2: moved}, {1: beside}, {2: drawn})[2]) == corners(moved)


def test_what_is_read_keeps_its_bytes() -> None:
    read = shapely.Polygon(np.array([(0.123456789, 0), (10, 0), (10, 10.987654321)]) + BASE)
    moved = shapely.Polygon(np.array([(0.123456789, 0), (11.111111111, 0), (10, 10.987654321)]) + BASE)
    made = weave({1: moved}, {}, {1: read})[1]
    assert set(map(tuple, shapely.get_coordinates(made))) - set(
        map(tuple, shapely.get_coordinates(read))
    ) == {tuple(near((11.1111, 0))[0])}


def test_lines_and_points_are_settled_too() -> None:
    line = shapely.LineString(near((0.00001, 0), (5, 5.55555)))
    made = weave({1: line, 2: shapely.Point(near((1.23456, 2))[0])}, {}, {})
    assert corners(made[1]) == {(0, 0), (5, 5.5556)} or corners(made[1]) == {(0, 0), (5, 5.5555)}
    assert corners(made[2]) == {(1.2346, 2)}


def test_parts_that_collapse_are_left_out() -> None:
    thin = shapely.multipolygons(
        [polygon((0, 0), (9, 0), (9, 9)), polygon((20, 0), (20, 0), (20, 0), (20, 0))]
    )
    assert without_repeats(thin).geom_type == "MultiPolygon" and len(without_repeats(thin).geoms) == 1
    assert without_repeats(polygon((0, 0), (0, 0), (0, 0))).is_empty


def test_a_hole_is_woven_like_a_shell() -> None:
    outer = shapely.Polygon(near((0, 0), (9, 0), (9, 9), (0, 9)), [near((3, 3), (6, 3), (6, 6), (3, 6))])
    made = with_vertices(outer, np.array([complex(*near((4, 3))[0])]))
    assert (4, 3) in corners(made) and len(made.interiors) == 1
    assert with_vertices(made, np.array([complex(*near((4, 3))[0])])) is made


def test_misfits_are_overlaps_missing_vertices_and_hair_gaps() -> None:
    a = polygon((0, 0), (10, 0), (10, 10), (0, 10))
    matching = polygon((10, 0), (20, 0), (20, 10), (10, 10))
    assert misfits({1: a, 2: matching}) == frozenset()
    assert misfits({1: a, 2: polygon((9, 0), (20, 0), (20, 10), (9, 10))})
    assert misfits({1: a, 2: polygon((10, 2), (20, 0), (20, 10), (10, 8))})
    hair = polygon((10, 0), (20, 0), (20, 10), (10, 10), (10.0002, 5))
    assert misfits({1: a, 2: hair})


def test_orientation_is_the_model_s() -> None:
    ccw = polygon((0, 0), (10, 0), (10, 10), (0, 10))
    assert shapely.is_ccw(oriented_like(ccw.reverse(), ccw).exterior)
    assert not shapely.is_ccw(oriented_like(ccw, None).exterior)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=3, max_size=8, unique=True))
def test_weaving_again_changes_nothing(points: list[tuple[float, float]]) -> None:
    hull = shapely.convex_hull(shapely.MultiPoint(np.array(points) + BASE))
    if hull.geom_type != "Polygon" or hull.area < 1:
        return
    beside = polygon((100, 0), (200, 0), (200, 100), (100, 100))
    once = weave({2: hull}, {1: beside}, {})
    again = weave({2: once[2]}, {1: once.get(1, beside)}, {})
    assert set(again) == {2} and again[2].equals_exact(once[2], 0)
    assert (on_grid(shapely.get_coordinates(once[2])) == shapely.get_coordinates(once[2])).all()


def test_edges_of_every_ring() -> None:
    starts, ends = edges_of([polygon((0, 0), (1, 0), (1, 1)), shapely.LineString(near((0, 0), (5, 5)))])
    assert len(starts) == len(ends) == 4
