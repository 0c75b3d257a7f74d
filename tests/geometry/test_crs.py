"""Coordinate systems: what is recognised, what is refused, and what the numbers give away."""

import numpy as np
import pyproj
import pytest
import shapely

from gis_app.geometry.crs import (
    check_plausible,
    describe,
    epsg_of,
    is_cgcs2000,
    is_metre_grid,
    operation,
    parse_crs,
    propose_zone,
    same_crs,
    transform,
)
from gis_app.language import Refused, say
from tests.geometry.shapes import array

ESRI = pyproj.CRS(4546).to_wkt("WKT1_ESRI")
PRIVATE = ESRI.replace("D_China_2000", "D_CGCS_2000").replace("CGCS2000_3_Degree_GK_CM_111E", "unnamed")
LOCAL = PRIVATE.replace("111.0", "109.5")


@pytest.mark.parametrize("given", [4546, "4546", "EPSG:4546", ESRI, PRIVATE, pyproj.CRS(4546)])
def test_one_crs_in_many_words(given):
    assert epsg_of(given) == 4546 and is_cgcs2000(given) and is_metre_grid(given) and same_crs(given, 4546)


def test_a_meridian_of_its_own_has_no_code_but_the_datum():
    assert epsg_of(LOCAL) is None and is_cgcs2000(LOCAL) and is_metre_grid(LOCAL)
    assert not same_crs(LOCAL, 4546)
    assert operation(LOCAL, 4546).accuracy_m == 0


@pytest.mark.parametrize("code", [*range(4491, 4555), 4490])
def test_every_cgcs2000_crs_is_known_by_its_numbers(code):
    wkt = pyproj.CRS(code).to_wkt("WKT1_ESRI").replace("D_China_2000", "D_CGCS_2000")
    found = epsg_of(wkt)
    assert found is not None and is_cgcs2000(wkt)
    if found != code:  # a 6-degree grid without prefix is the 3-degree grid of the same meridian
        assert code in range(4502, 4513) and found in range(4534, 4555)
        assert transform(array(shapely.Point(4e5, 3e6)), operation(code, found))[0].distance(
            shapely.Point(4e5, 3e6)
        ) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("given", [None, "", "nonsense", 999999, "EPSG:1", True, 4979.5])
def test_what_is_no_crs_is_refused(given):
    with pytest.raises(Refused):
        parse_crs(given)


def test_description():
    assert describe(4546) == "EPSG:4546 CGCS2000 / 3-degree Gauss-Kruger CM 111E"


@pytest.mark.parametrize("source", [4610, 2382, 4214, 2434, 21419, 26986])
@pytest.mark.parametrize("target", [4490, 4546, 4525])
def test_no_datum_change_without_parameters(source, target):
    with pytest.raises(Refused, match="no operation"):
        operation(source, target)


@pytest.mark.parametrize(("source", "target"), [(4326, 4551), (4551, 4326), (32649, 4546), (4490, 3857)])
def test_wgs84_is_taken_for_cgcs2000_and_said_so(source, target):
    found = operation(source, target)
    assert found.assumed_equal and "WGS 84" in found.name


def test_massachusetts_works():
    x, y = operation(4326, 26986).points(np.array([-71.11]), np.array([42.37]))
    assert (x[0], y[0]) == pytest.approx((232_000, 902_000), abs=3000)


def test_golden_coordinates():
    here = np.array([109.5]), np.array([28.3])
    assert [p[0] for p in operation(4490, 4545).points(*here)] == pytest.approx(
        [647141.487, 3132601.575], abs=6e-4
    )
    assert [p[0] for p in operation(4490, 4546).points(*here)] == pytest.approx(
        [352858.513, 3132601.575], abs=6e-4
    )


def test_zone_37_read_as_zone_38():
    x, y = operation(4490, 4546).points(np.array([110.2]), np.array([28.6]))
    lon, lat = operation(4547, 4490).points(x, y)
    assert lon[0] == pytest.approx(113.2) and lat[0] == pytest.approx(28.6)
    away = pyproj.Geod(ellps="GRS80").inv(110.2, 28.6, lon[0], lat[0])[2]
    assert away / 1000 == pytest.approx(293.4, abs=0.05)


def test_three_and_six_degrees_share_a_meridian():
    six, three = (operation(4490, code).points(np.array([110.3]), np.array([28.5])) for code in (4508, 4546))
    assert np.allclose(six, three, atol=1e-6, rtol=0)


def test_a_place_outside_the_target_is_refused():
    with pytest.raises(Refused, match="no place"):
        transform(array(shapely.Point(110, 95)), operation(4490, 4546))


def test_transform_keeps_missing_and_returns_the_same_for_the_same():
    shapes = array(None, shapely.box(110, 28, 110.1, 28.1))
    moved = transform(shapes, operation(4490, 4546))
    assert moved[0] is None and moved[1].is_valid
    assert transform(shapes, operation(4490, 4490)) is shapes
    back = transform(moved, operation(4546, 4490))[1]
    assert shapely.hausdorff_distance(back, shapes[1]) < 1e-9


@pytest.mark.parametrize(
    ("bounds", "code", "basis", "swapped", "count"),
    [
        ((37352858, 3132601, 37353858, 3133601), 4525, "three_prefix", False, 1),
        ((3132601, 37352858, 3133601, 37353858), 4525, "three_prefix", True, 1),
        ((19352858, 3132601, 19353858, 3133601), 4497, "six_prefix", False, 1),
        ((352858, 3132601, 353858, 3133601), 4546, "no_prefix", False, 21),
        ((3132601, 352858, 3133601, 353858), 4546, "no_prefix", True, 21),
        ((720000, 3132601, 721000, 3133601), 4507, "no_prefix_six", False, 11),
        ((110.1, 28, 110.2, 28.2), 4490, "degrees", False, 2),
        ((28, 110.1, 28.2, 110.2), 4490, "degrees", True, 2),
    ],
)
def test_zone_and_axes_from_numbers(bounds, code, basis, swapped, count):
    found = propose_zone(*bounds, near=(109.6, 28.3))
    assert (found[0].epsg, found[0].swapped_axes, len(found)) == (code, swapped, count)
    assert found[0].basis.id == f"geometry.zone_{basis}"
    assert all(say(proposal.basis, language) for proposal in found for language in ("zh", "en"))


def test_degrees_propose_the_project_grid_of_their_centre():
    assert [(p.epsg, p.role) for p in propose_zone(110.1, 28, 110.2, 28.2)] == [
        (4490, "source"),
        (4546, "project"),
    ]
    assert propose_zone(105.05, 31, 105.1, 31.1)[1].epsg == 4544


@pytest.mark.parametrize("bounds", [(1, 1, 2, 2), (np.nan, 1, 2, 2), (24352858, 3132601, 24353858, 3133601)])
def test_numbers_of_nowhere_propose_nothing(bounds):
    assert propose_zone(*bounds) == []


PLAIN = (352858, 3132601, 353858, 3133601)
PREFIXED = (37352858, 3132601, 37353858, 3133601)


@pytest.mark.parametrize(
    ("crs", "bounds", "said"),
    [
        (4546, PLAIN, None),
        (4525, PREFIXED, None),
        (4547, PLAIN, None),  # a wrong meridian without prefix is not in the numbers
        (26986, (230000, 900000, 231000, 901000), None),
        (4490, (110, 28, 110.1, 28.1), None),
        (4525, PLAIN, "prefix_missing"),
        (4546, PREFIXED, "prefix_unexpected"),
        (4526, PREFIXED, "prefix_other"),
        (4546, (3132601, 352858, 3133601, 353858), "axes_swapped"),
        (4490, (28, 110, 28.1, 110.1), "axes_swapped"),
        (4546, (110, 28, 110.1, 28.1), "degrees_in_grid"),
        (4326, PLAIN, "grid_in_degrees"),
        (4490, (-71, 42, -70, 43), "outside_use"),
        (4546, (352858, 5982601, 353858, 5983601), "outside_use"),
        (4546, (np.inf, 0, 1, 1), "bounds_not_finite"),
    ],
)
def test_declared_crs_against_numbers(crs, bounds, said):
    found = check_plausible(crs, bounds)
    assert (found and found.id) == (said and f"geometry.{said}")
    if found is not None:
        assert say(found, "zh") != say(found, "en")
