"""Invalid polygons and their repair."""

import numpy as np
import pytest
import shapely

from gis_app.geometry.validity import invalid, repair
from tests.geometry.shapes import array

BOW_TIE = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
HOLE_OUTSIDE = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(6, 6), (7, 6), (7, 7), (6, 7)]])
NOT_FINITE = shapely.Polygon([(0, 0), (np.inf, 0), (1, 1)])
GOOD = shapely.box(0, 0, 2, 2)


def test_reason_and_place():
    found = invalid(array(GOOD, BOW_TIE, None, HOLE_OUTSIDE, NOT_FINITE))
    assert found.indices.tolist() == [1, 3, 4]
    assert found.reasons[:2] == ("Self-intersection", "Hole lies outside shell")
    assert found.locations[0].equals(shapely.Point(5, 5)) and len(found.locations) == 3


def test_nothing_invalid():
    found = invalid(array(GOOD))
    assert (len(found.indices), found.reasons, len(found.locations)) == (0, (), 0)


def test_repair_shows_what_it_changed_and_leaves_the_valid_alone():
    given = array(GOOD, BOW_TIE, HOLE_OUTSIDE, None)
    done = repair(given)
    assert done.geometry[0] is GOOD and done.geometry[3] is None and given[1] is BOW_TIE
    assert shapely.is_valid(done.geometry[:3]).all()
    assert done.area_before_m2 == pytest.approx([4, 0, 15, 0])
    assert done.area_after_m2[1] == pytest.approx(50)
    assert done.method == "structure"


def test_ground_covered_twice_by_one_shell_stays_ground():
    folded = shapely.Polygon([(0, 0), (10, 0), (10, 6), (4, 6), (4, 4), (6, 4), (6, 10), (0, 10)])
    assert not folded.is_valid
    done = repair(array(folded))
    assert done.geometry[0].contains(shapely.Point(5, 5))


def test_what_collapses_becomes_an_empty_polygon():
    done = repair(array(shapely.Polygon([(0, 0), (1, 0), (2, 0)])))
    assert done.geometry[0].is_empty and shapely.get_type_id(done.geometry[0]) in (3, 6)
