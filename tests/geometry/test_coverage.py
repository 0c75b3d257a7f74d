"""Overlaps, gaps and neighbours of layers that tile the ground."""

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity

from gis_app.geometry.coverage import gaps, neighbours, overlaps
from gis_app.geometry.validity import repair
from tests import oracle
from tests.geometry.shapes import array, placed


def tiles(count: int = 5, size: float = 100.0, angle: float = 31.0) -> np.ndarray:
    boxes = [
        shapely.box(x * size, y * size, (x + 1) * size, (y + 1) * size)
        for y in range(count)
        for x in range(count)
    ]
    return array(*(placed(box, angle) for box in boxes))


def test_a_clean_coverage_has_neither():
    layer = tiles()
    assert len(overlaps(layer).pairs) == len(gaps(layer)) == 0
    assert len(neighbours(layer)) == 2 * 5 * 4 + 2 * 16


def test_a_shifted_parcel_overlaps_exactly_its_neighbours():
    layer = tiles(angle=0.0)
    layer[12] = affinity.translate(layer[12], 2.0, 1.0)
    found = overlaps(layer)
    assert found.pairs.tolist() == [[12, 13], [12, 17], [12, 18]]
    assert found.areas_m2 == pytest.approx([2 * 99, 98, 2], abs=1e-4)
    hole = gaps(layer)
    assert shapely.area(hole) == pytest.approx([2 * 100 + 98], abs=1e-4)


def test_shifted_parcel_at_the_edge_leaves_a_cleft_found_only_within_the_park():
    layer = tiles(angle=0.0)
    park = shapely.union_all(layer)
    layer[0] = affinity.translate(layer[0], -2.0, 0.0)
    assert len(gaps(layer)) == 0
    assert shapely.area(gaps(layer, within=park)) == pytest.approx([200], abs=1e-3)
    assert len(gaps(layer, within=park, max_width_m=1.9)) == 0
    assert len(gaps(layer, within=park, max_width_m=2.1)) == 1


def test_duplicates_contained_and_multipart_are_found():
    outer, inner = shapely.box(0, 0, 100, 100), shapely.box(40, 40, 60, 60)
    corner, apart = (
        shapely.box(0, 0, 10, 10),
        shapely.MultiPolygon([shapely.box(200, 0, 210, 10), shapely.box(90, 90, 110, 110)]),
    )
    layer = array(*(placed(shape, 10) for shape in (outer, inner, corner, outer, apart)))
    found = overlaps(layer)
    assert found.pairs.tolist() == [[0, 1], [0, 2], [0, 3], [0, 4], [1, 3], [2, 3], [3, 4]]
    assert found.areas_m2 == pytest.approx([400, 100, 10000, 100, 400, 100, 100], abs=1e-3)


def test_invalid_and_missing_features_are_left_out_and_named():
    bow_tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    found = overlaps(
        array(shapely.box(0, 0, 10, 10), bow_tie, None, shapely.Polygon(), shapely.box(5, 0, 9, 9))
    )
    assert found.skipped.tolist() == [1, 2, 3] and found.pairs.tolist() == [[0, 4]]


@pytest.mark.parametrize("layer", [array(), array(shapely.box(0, 0, 1, 1)), array(None, None)])
def test_small_layers(layer):
    assert (
        overlaps(layer).pairs.shape == (0, 2) and neighbours(layer).shape == (0, 2) and len(gaps(layer)) == 0
    )


squares = st.tuples(*[st.integers(0, 5)] * 2, *[st.integers(1, 3)] * 2).map(
    lambda b: shapely.box(b[0], b[1], b[0] + b[2], b[1] + b[3])
)
corners = st.lists(st.tuples(*[st.integers(0, 5)] * 2), min_size=3, max_size=5).map(shapely.Polygon)
cells = st.lists(st.tuples(*[st.integers(0, 4)] * 2), min_size=1, max_size=6).map(
    lambda found: shapely.union_all([shapely.box(x, y, x + 1, y + 1) for x, y in found])
)
shapes = st.one_of(squares, cells, corners.filter(lambda p: p.is_valid and p.area > 0))


@settings(max_examples=300, deadline=None)
@given(st.lists(shapes, min_size=2, max_size=6), st.sampled_from([0.0, 33.0]))
def test_the_filter_misses_no_overlap(found, angle):
    layer = array(*(placed(shape, angle) for shape in found))
    reported = overlaps(layer, tolerance_m2=1e-4)
    expected = [
        [i, j]
        for i in range(len(layer))
        for j in range(i + 1, len(layer))
        if layer[i].intersection(layer[j]).area > 1e-4
    ]
    assert reported.pairs.tolist() == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(cells, min_size=1, max_size=6))
def test_gaps_within_are_what_the_oracle_leaves_open(found):
    park = shapely.box(0, 0, 6, 6)
    open_ground = gaps(array(*found), within=park)
    assert shapely.area(open_ground).sum() == pytest.approx(float(oracle.difference_area(park, found)))
    areas = shapely.area(open_ground).tolist()
    assert areas == sorted(areas, reverse=True)


def test_an_island_in_a_hole_is_no_gap():
    ring = shapely.box(0, 0, 100, 100).difference(shapely.box(10, 10, 90, 90))
    found = gaps(array(ring, shapely.box(30, 30, 40, 40)))
    assert shapely.area(found).tolist() == [6300]


def test_clefts_and_pinholes_below_the_tolerance_are_passed_over():
    ring = shapely.box(0, 0, 100, 100).difference(shapely.box(10, 10, 10.1, 10.1))
    assert len(gaps(array(ring), tolerance_m2=0.02)) == 0
    assert len(gaps(array(ring), tolerance_m2=0.005)) == 1


FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "realdata" / "geometry_checker"


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the real data sets are not at ../shared/realdata")
def test_another_programs_known_errors():
    def layer(name):
        return shapely.from_wkb(pyogrio.raw.read(FOLDER / name)[2])

    holes = shapely.area(gaps(layer("gap_layer.shp"), tolerance_m2=0.0))
    assert len(holes) == 6
    assert (holes <= 0.01).sum() == 5
    polygons = layer("polygon_layer.shp")
    for shapes, count in (
        (polygons, 1),
        (repair(polygons).geometry, 2),
    ):  # one of the two is with an invalid one
        found = overlaps(shapes, tolerance_m2=0.0)
        assert (found.areas_m2 <= 0.01).sum() == count
    assert overlaps(polygons).skipped.tolist() == [1, 6, 12]
