"""Core and gaps of overlaps: the cases that decide a verdict, and properties on generated ones."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.geometry.crs import operation, transform
from gis_app.geometry.overlap import (
    difference_from_union,
    intersection_area,
    intersection_with_union,
    overlay,
    split_overlap,
)
from tests import oracle
from tests.geometry.shapes import EAST, NORTH, array, bite, placed, star

ANGLES = [*range(0, 360, 15), 0.001, 37.3, 44.9999, 89.99]


@pytest.mark.parametrize(
    ("shape", "width", "core", "greatest"),
    [
        (shapely.box(0, 0, 500, 2), 0.1, 1000, 2),
        (shapely.box(0, 0, 500, 2), 1.0, 1000, 2),
        (shapely.box(0, 0, 500, 2), 2.0, 1000, 2),
        (shapely.box(0, 0, 500, 2), 2.01, 0, 2),
        (bite(10, 2000, 0.03), 0.1, 100, 10),
        (bite(20, 3000, 0.02), 1.0, 400, 20),
        (shapely.box(0, 0, 0.3, 0.3), 0.1, 0.09, 0.3),
        (shapely.box(0, 0, 0.3, 0.3), 0.3, 0.09, 0.3),
        (shapely.box(0, 0, 0.3, 0.3), 0.3005, 0, 0.3),
        (shapely.box(0, 0, 3000, 0.99), 1.0, 0, 0.99),
        (shapely.box(0, 0, 300, 0.1), 0.1, 30, 0.1),
        (shapely.box(0, 0, 300, 0.0999), 0.1, 0, 0.0999),
        (shapely.Polygon([(0, 0), (60, 0), (0, 25)]), 0.1, 750, 2 * 1500 / 150),
    ],
)
def test_core_at_any_rotation(shape, width, core, greatest):
    for angle in ANGLES:
        found = split_overlap(placed(shape, angle), width)
        assert found.core_area_m2 == pytest.approx(core, abs=0.005)
        assert found.core_area_m2 + found.gap_area_m2 == pytest.approx(found.area_m2, abs=1e-9)
        assert found.area_m2 == pytest.approx(shape.area, abs=1e-5)
        assert found.greatest_width_m == pytest.approx(greatest, rel=5e-4)
        assert found.gap_count == (1 if shape.area - core > 0.005 else 0)
        assert core == pytest.approx(float(oracle.core_area([placed(shape, angle)], width)), abs=0.001)


def reprojection_bow() -> shapely.Geometry:
    """Two deliveries of one 3 km north-south edge, one drawn in zone 36 and carried over by its vertices."""
    x, y = (float(c[0]) for c in operation(4490, 4545).points(np.array([109.5]), np.array([28.3])))
    west, east = shapely.box(x - 500, y, x, y + 3000), shapely.box(x, y, x + 500, y + 3000)
    way = operation(4545, 4546)
    return shapely.intersection(transform(array(west), way)[0], transform(array(east), way, segment=10.0)[0])


def test_reprojection_bow_is_a_gap():
    found = split_overlap(reprojection_bow(), 0.1)
    assert found.area_m2 == pytest.approx(16.3, abs=0.05)
    assert found.greatest_width_m * 1000 == pytest.approx(8.16, abs=0.01)
    assert (found.core_area_m2, found.gap_count) == (0, 1)


def test_both_deliveries_densified_show_no_bow():
    x, y = (float(c[0]) for c in operation(4490, 4545).points(np.array([109.5]), np.array([28.3])))
    west, east = shapely.box(x - 500, y, x, y + 3000), shapely.box(x, y, x + 500, y + 3000)
    carried = transform(array(west, east), operation(4545, 4546), segment=50.0)
    assert intersection_area(carried[:1], carried[1:])[0] < 1e-4


def test_long_curved_border_loses_nothing():
    turns = np.linspace(0, np.pi / 20, 3000)
    arc = 20_000 * np.column_stack((np.sin(turns), 1 - np.cos(turns)))
    band = shapely.Polygon(np.concatenate((arc, arc[::-1] + np.array([0, 25]))))
    for width in (0.1, 1.0):
        found = split_overlap(placed(band, 20), width)
        assert (found.gap_area_m2, found.gap_count) == (pytest.approx(0, abs=0.001), 0)


def test_a_tapering_sliver_counts_only_where_it_is_wide():
    wedge = shapely.Polygon([(0, 0), (1000, 0), (1000, 0.2)])
    found = split_overlap(placed(wedge, 33), 0.1)
    assert 70 < found.core_area_m2 < 78 and found.gap_count == 1


def test_parts_stand_for_themselves():
    shapes = shapely.GeometryCollection(
        [
            shapely.box(0, 0, 4, 4),
            shapely.box(10, 0, 60, 0.02),
            shapely.Point(3, 3),
            shapely.LineString([(0, 0), (9, 9)]),
        ]
    )
    found = split_overlap(placed(shapes, 12), 0.1)
    assert [round(part.core_area_m2, 6) for part in found.parts] == [16, 0]
    assert [round(part.gap_area_m2, 6) for part in found.parts] == [0, 1]
    assert found.parts[1].mean_width_m == pytest.approx(2 * 1 / 100.04)


@pytest.mark.parametrize("nothing", [None, shapely.Polygon(), shapely.Point(0, 0), array()])
def test_nothing_overlaps_nothing(nothing):
    found = split_overlap(nothing, 0.1)
    assert (found.parts, found.area_m2, found.core_area_m2, found.greatest_width_m) == ((), 0, 0, 0)


@pytest.mark.parametrize("width", [0, -1, float("nan")])
def test_width_must_be_above_zero(width):
    with pytest.raises(ValueError, match="above 0"):
        split_overlap(shapely.box(0, 0, 1, 1), width)


def test_flush_neighbours_never_make_a_core():
    rng = np.random.default_rng(7)
    left, right = [], []
    for angle in rng.uniform(0, 360, 2000):
        cut, width, height = rng.uniform(50, 900), rng.uniform(50, 900), rng.uniform(50, 3000)
        left.append(placed(shapely.box(0, 0, cut, height), angle))
        right.append(
            placed(shapely.box(cut, rng.uniform(-50, 50), cut + width, height * rng.uniform(0.5, 1.5)), angle)
        )
    shared = shapely.intersection(array(*left), array(*right))
    for width in (0.1, 1.0, 0.001):
        found = split_overlap(shared, width)
        assert (found.core_area_m2, found.gap_count) == (0, 0)


boxes = st.tuples(*[st.integers(0, 40)] * 2, *[st.integers(1, 25)] * 2)
rectilinear = st.lists(boxes, min_size=1, max_size=4).map(
    lambda found: shapely.union_all([shapely.box(x, y, x + w, y + h) for x, y, w, h in found])
)


# the same shapes in every run: for some the oracle's exact arithmetic takes minutes
@settings(max_examples=50, deadline=None, derandomize=True)
@given(rectilinear, st.floats(0, 360), st.lists(st.integers(1, 120), min_size=2, max_size=2).map(sorted))
def test_core_of_rectangles_is_the_oracles_and_shrinks_with_width(shape, angle, widths):
    cores = []
    for width in (w / 8 + 0.01 for w in widths):
        turned = placed(shape, angle)
        found = split_overlap(turned, width)
        assert 0 <= found.core_area_m2 <= found.area_m2
        assert found.core_area_m2 == pytest.approx(
            float(oracle.core_area(shapely.get_parts(turned), width)), abs=0.002
        )
        assert shapely.area(shapely.difference(found.parts[0].core, turned)) < 1e-4
        cores.append(found.core_area_m2)
    assert cores[1] <= cores[0] + 0.002


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 12), st.floats(0.05, 60))
def test_core_of_convex_parts_is_all_or_nothing(seed, corners, width):
    rng = np.random.default_rng(seed)
    hull = shapely.convex_hull(shapely.MultiPoint(rng.uniform(0, 100, (corners, 2))))
    shape = placed(hull, 0)
    try:
        expected = float(oracle.core_area([shape], round(width, 6)))
    except oracle.Unsupported:
        return
    found = split_overlap(shape, round(width, 6))
    if abs(found.greatest_width_m - width) > 1e-3 * width:
        assert found.core_area_m2 == pytest.approx(expected, abs=0.01)


def test_areas_add_up_and_are_the_oracles():
    rng = np.random.default_rng(21)
    for _ in range(40):
        one, other, third = (star(rng, int(rng.integers(5, 40))) for _ in range(3))
        shared = intersection_area(array(one), array(other))[0]
        rest = difference_from_union(one, array(other))
        assert shared + rest.area == pytest.approx(one.area, rel=1e-12)
        assert shared == pytest.approx(float(oracle.intersection_area(one, other)), rel=1e-9)
        assert rest.area == pytest.approx(float(oracle.difference_area(one, [other])), rel=1e-9)
        left = difference_from_union(one, array(other, third)).area
        assert left == pytest.approx(float(oracle.difference_area(one, [other, third])), rel=1e-9, abs=1e-6)
        taken = intersection_with_union(one, array(other, third)).area
        assert taken + left == pytest.approx(one.area, rel=1e-12)


def test_overlay_finds_every_pair_once():
    rng = np.random.default_rng(5)
    subjects = array(*(star(rng, 12, radius=60, spread=900) for _ in range(150)), None)
    others = array(*(star(rng, 20, radius=400, spread=900) for _ in range(8)), None)
    found = overlay(subjects, others)
    areas = {(i, j): a for i, j, a in zip(found.subjects, found.others, found.areas_m2, strict=True)}
    assert list(areas) == sorted(areas) and len(areas) == len(found.areas_m2)
    for i, one in enumerate(subjects[:-1]):
        for j, other in enumerate(others[:-1]):
            assert areas.get((i, j), 0.0) == pytest.approx(one.intersection(other).area, abs=1e-6)
    assert any(a == pytest.approx(subjects[i].area, rel=1e-12) for (i, _), a in areas.items())
    assert len(overlay(array(), others).subjects) == len(overlay(subjects, array()).subjects) == 0


def test_touching_leaves_no_points_or_lines():
    one, other = shapely.box(0, 0, 10, 10), shapely.Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (9, 5)])
    mixed = array(one, shapely.box(-10, 0, 0, 10))
    found = overlay(mixed, array(other))
    assert found.areas_m2.tolist() == pytest.approx([5.0])
    assert set(shapely.get_type_id(found.geometries)) <= {3, 6}


def test_cover_that_takes_everything_leaves_nothing():
    park = shapely.box(EAST, NORTH, EAST + 1000, NORTH + 1000)
    tiles = [shapely.box(EAST + x, NORTH, EAST + x + 100, NORTH + 1000) for x in range(0, 1000, 100)]
    assert difference_from_union(park, array(*tiles)).area == 0
    assert difference_from_union(park, array(*tiles[:-1])).area == pytest.approx(100_000)
    assert difference_from_union(park, array()).equals(park)


def test_greatest_width_of_slivers_is_that_of_the_widest_place():
    rng = np.random.default_rng(9)
    for length in (50, 500, 3000):
        eastings = np.linspace(0, length, 40)
        upper = rng.uniform(0.001, 0.004, 40)
        upper[17] = 0.01
        upper[18] = 0.01
        sliver = shapely.Polygon(
            np.concatenate(
                (np.column_stack((eastings, 0 * eastings)), np.column_stack((eastings, upper))[::-1])
            )
        )
        found = split_overlap(placed(sliver, 41), 0.1)
        assert found.greatest_width_m == pytest.approx(0.01, rel=2e-3)


@pytest.mark.parametrize("place", [(0.0, 0.0), (EAST, NORTH)])
def test_shapes_that_agree_but_for_the_last_bit_overlap_wholly(place):
    rng = np.random.default_rng(13)
    ones, others = [], []
    for _ in range(4000):
        hull = shapely.convex_hull(
            shapely.MultiPoint(rng.uniform(-50, 50, (int(rng.integers(3, 9)), 2)) + place)
        )
        points = shapely.get_coordinates(hull)[:-1]
        toward = np.where(rng.random(points.shape) < 0.5, np.inf, -np.inf)
        nudged = np.where(rng.random(points.shape) < 0.4, np.nextafter(points, toward), points)
        ones.append(hull)
        others.append(shapely.Polygon(nudged))
    one, other = array(*ones), array(*others)
    assert intersection_area(one, other) == pytest.approx(shapely.area(one), abs=1e-3)
    for first, second in list(zip(ones, others, strict=True))[:300]:
        assert difference_from_union(first, array(second)).area < 1e-3


def test_core_of_a_triangle_at_every_width():
    triangle = placed(shapely.Polygon([(0, 0), (0.85, 19.63), (71.56, 34.53)]))
    for width in np.linspace(0.05, 15, 1500):
        assert split_overlap(triangle, float(width)).core_area_m2 == pytest.approx(triangle.area, rel=0.06)
