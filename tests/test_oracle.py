"""The oracle against figures a person can work out, and against GEOS."""

from fractions import Fraction

import numpy as np
import pytest
import shapely

from tests import oracle
from tests.geometry.shapes import bite, placed, star

SQUARE = [[(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]]
RING = [[(0, 0), (4, 0), (4, 4), (0, 4)], [(1, 1), (1, 3), (3, 3), (3, 1)]]
TRIANGLE = {"type": "Polygon", "coordinates": [[(2, 2), (8, 2), (2, 8), (2, 2)]]}


def test_figures_by_hand():
    assert oracle.area(SQUARE) == 16 and oracle.area(RING) == 12 and oracle.area(TRIANGLE) == 18
    assert oracle.intersection_area(SQUARE, TRIANGLE) == 4
    assert oracle.intersection_area(RING, TRIANGLE) == 3
    assert oracle.difference_area(TRIANGLE, [SQUARE]) == 14
    assert oracle.union_area([SQUARE, RING, TRIANGLE]) == 30
    assert oracle.union_area([]) == 0


def test_crossing_at_a_third():
    rise = [[(0, 0), (3, 1), (0, 1)]]
    fall = [[(0, 1), (3, 0), (0, 0)]]
    assert oracle.intersection_area(rise, fall) == Fraction(3, 4)
    assert oracle.intersection_area(
        [[(0, 0), (1, 3), (0, 3)]], [[(0, 0), (1, 0), (1, 1), (0, 1)]]
    ) == Fraction(1, 6)


def test_shared_edges_islands_and_doubled_shapes():
    inner = [[(1, 1), (3, 1), (3, 3), (1, 3)]]
    assert oracle.intersection_area(RING, inner) == 0
    assert oracle.union_area([RING, inner, inner]) == 16
    assert oracle.difference_area(SQUARE, [RING, inner]) == 0
    island = {"type": "MultiPolygon", "coordinates": [RING, [[(1.5, 1.5), (2, 1.5), (2, 2), (1.5, 2)]]]}
    assert oracle.area(island) == Fraction(49, 4) == oracle.area_where([island], all)


def test_agrees_with_geos_on_real_coordinates():
    rng = np.random.default_rng(2)
    for _ in range(15):
        one, other, third = (star(rng, 30) for _ in range(3))
        assert float(oracle.intersection_area(one, other)) == pytest.approx(
            one.intersection(other).area, rel=1e-10
        )
        union = shapely.union_all([one, other, third])
        assert float(oracle.union_area([one, other, third])) == pytest.approx(union.area, rel=1e-10)
        both = oracle.intersection_area(one, other) + oracle.difference_area(one, [other])
        assert both == oracle.area(one)


@pytest.mark.parametrize("angle", [0, 90, 37, 211.7])
def test_core_of_the_known_cases(angle):
    def core(shape, width):
        return float(oracle.core_area([placed(shape, angle)], width))

    assert core(bite(10, 2000, 0.03), 0.1) == pytest.approx(100, abs=1e-4)
    assert core(bite(20, 3000, 0.02), 1.0) == pytest.approx(400, abs=1e-4)
    assert core(shapely.box(0, 0, 500, 2), 2.0) == pytest.approx(1000, abs=1e-3)
    assert core(shapely.box(0, 0, 500, 2), 2.00001) == 0
    assert float(oracle.gap_area([placed(bite(10, 100, 0.03), angle)], 0.1)) == pytest.approx(3, abs=1e-4)


def test_core_of_a_room_behind_a_door():
    rooms = shapely.union_all([shapely.box(0, 0, 5, 5), shapely.box(5, 2, 6, 2.5), shapely.box(6, 0, 11, 5)])
    assert oracle.core_area([rooms], 1) == 50
    assert oracle.core_area([rooms], 0.5) == Fraction(101, 2)
    with_pillar = shapely.box(0, 0, 5, 5).difference(shapely.box(2, 2, 3, 3))
    assert oracle.core_area([with_pillar], 2) == 24
    assert oracle.core_area([with_pillar], 2.5) == 0


def test_core_of_convex_parts():
    triangle = [[(0, 0), (6, 0), (0, 8)]]  # inscribed circle of radius 2
    assert oracle.core_area([triangle], 4) == 24
    assert oracle.core_area([triangle], 3.99) == 24
    assert oracle.core_area([triangle], 4.01) == 0


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Polygon([(0, 0), (10, 0), (10, 10), (5, 1), (0, 10)]),
        shapely.Polygon([(0, 0), (100, 0), (100, 2)]),
    ],
)
def test_says_when_it_does_not_know(shape):
    with pytest.raises(oracle.Unsupported):
        oracle.core_area([shape], 0.1)
