"""Tracing: the shortest way along boundaries, vertex by vertex, over as many neighbours as it takes."""

from __future__ import annotations

import time

import numpy as np
import pytest
import shapely

from gis_app.geometry.trace import Network


def squares(columns: int, rows: int, size: float = 10.0) -> list[shapely.Polygon]:
    return [
        shapely.box(x * size, y * size, (x + 1) * size, (y + 1) * size)
        for x in range(columns)
        for y in range(rows)
    ]


def test_the_way_goes_over_several_neighbours() -> None:
    network = Network(squares(4, 1))
    assert network.way((0.0, 0.0), (40.0, 0.0)) == [(10.0, 0.0), (20.0, 0.0), (30.0, 0.0), (40.0, 0.0)]


def test_it_begins_and_ends_in_the_middle_of_edges() -> None:
    network = Network(squares(2, 1))
    assert network.way((3.0, 0.0), (20.0, 4.0)) == [(10.0, 0.0), (20.0, 0.0), (20.0, 4.0)]
    assert network.way((3.0, 0.0), (7.0, 0.0)) == [(7.0, 0.0)]


def test_the_shorter_side_of_a_ring_is_taken() -> None:
    ring = shapely.Polygon([(0, 0), (10, 0), (10, 1), (0, 1)])
    assert Network([ring]).way((0.0, 0.0), (0.0, 1.0)) == [(0.0, 1.0)]
    assert Network([ring]).way((2.0, 0.0), (2.0, 1.0)) == [(0.0, 0.0), (0.0, 1.0), (2.0, 1.0)]


def test_vertices_come_with_their_bytes_and_within_a_millimetre_are_one() -> None:
    east = shapely.box(10.0004, 0, 20, 10)
    way = Network([shapely.box(0, 0, 10, 10), east]).way((0.0, 0.0), (20.0, 0.0))
    assert way == [(10.0, 0.0), (20.0, 0.0)]


def test_lines_and_holes_are_boundaries_too() -> None:
    hole = shapely.Polygon(shapely.box(0, 0, 30, 30).exterior, [shapely.box(10, 10, 20, 20).exterior])
    road = shapely.LineString([(30, 30), (40, 40), (50, 40)])
    network = Network([hole, road])
    assert network.way((30.0, 0.0), (50.0, 40.0)) == [(30.0, 30.0), (40.0, 40.0), (50.0, 40.0)]
    assert network.way((10.0, 10.0), (20.0, 10.0)) == [(20.0, 10.0)]


@pytest.mark.parametrize("end", [(5.0, 5.0), (100.0, 0.0)])
def test_there_is_no_way_to_what_is_off_or_apart(end: tuple[float, float]) -> None:
    network = Network([shapely.box(0, 0, 10, 10), shapely.box(100, 0, 110, 10)])
    assert network.way((0.0, 0.0), end) is None
    assert Network([]).way((0.0, 0.0), end) is None


def test_a_random_way_is_as_short_as_the_streets_of_a_grid_allow() -> None:
    network = Network(squares(12, 12))
    random = np.random.default_rng(4)
    for _ in range(40):
        start, end = (tuple((random.integers(0, 13, 2) * 10.0).tolist()) for _ in range(2))
        way = network.way(start, end)
        assert way is not None
        points = np.array([start, *way])
        steps = np.abs(np.diff(points, axis=0)).sum(axis=1)
        assert steps.sum() == pytest.approx(abs(start[0] - end[0]) + abs(start[1] - end[1]))
        assert tuple(points[-1]) == end


def test_a_hundred_thousand_edges_answer_a_moving_pointer() -> None:
    network = Network(squares(160, 160))
    before = time.process_time()
    for n in range(20):
        assert network.way((0.0, 0.0), (500.0 + 10.0 * n, 300.0)) is not None
    assert (time.process_time() - before) / 20 < 0.2
