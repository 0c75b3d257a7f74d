"""Areas: the golden figures, three ways to the same area, units."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyproj
import pytest
import shapely

from gis_app.geometry.area import (
    detect_area_unit,
    ellipsoidal_area_m2,
    planar_area_m2,
    round_half_up,
    to_ha,
    to_mu,
)
from gis_app.geometry.crs import operation, parse_crs, transform
from gis_app.language import Refused
from tests import oracle
from tests.geometry.shapes import array, placed, star


def square_at(lon: float, lat: float, size: float, epsg: int) -> np.ndarray:
    x, y = operation(4490, epsg).points(np.array([lon]), np.array([lat]))
    return array(shapely.box(x[0] - size / 2, y[0] - size / 2, x[0] + size / 2, y[0] + size / 2))


@pytest.mark.parametrize(
    ("offset", "ppm", "precision"),
    [(0, 0, 0.5), (0.5, 59, 0.5), (1, 237, 0.5), (1.5, 534.3, 0.05), (3, 2139, 1)],
)
def test_plane_area_exceeds_the_ellipsoidal_one_off_the_meridian(offset, ppm, precision):
    square = square_at(111 - offset, 28.3, 100.0, 4546)
    excess = planar_area_m2(square, 4546) / ellipsoidal_area_m2(square, 4546) - 1
    assert excess[0] * 1e6 == pytest.approx(ppm, abs=precision)


def geodesic_area_m2(shape, crs) -> float:
    """The area of a finely densified polygon with geodesic edges, by another algorithm (Karney)."""
    known = parse_crs(crs)
    degrees = transform(array(shapely.segmentize(shape, 5.0)), operation(crs, known.geodetic_crs))[0]
    geod = known.geodetic_crs.get_geod()
    assert geod is not None
    return abs(geod.geometry_area_perimeter(shapely.orient_polygons(degrees))[0])


@pytest.mark.parametrize("angle", [0, 17, 45, 80])
def test_ellipsoidal_area_agrees_with_geodesic_polygons_and_minds_holes(angle):
    ring = shapely.box(0, 0, 3000, 1900).difference(shapely.box(500, 500, 1500, 1200))
    shape = placed(ring, angle)
    assert ellipsoidal_area_m2(array(shape), 4546)[0] == pytest.approx(
        geodesic_area_m2(shape, 4546), rel=1e-8
    )


def test_ellipsoidal_area_is_the_same_from_any_crs():
    shape = array(shapely.segmentize(placed(shapely.box(0, 0, 2000, 900), 30), 20))
    figures = [
        ellipsoidal_area_m2(transform(shape, operation(4546, code)), code)[0]
        for code in (4546, 4525, 4545, 4490)
    ]
    assert figures == pytest.approx([figures[0]] * 4, rel=1e-8)


def test_a_quadrangle_of_meridians_and_parallels_has_its_closed_form_area():
    west, south, east, north = 110.0, 28.0, 110.5, 28.25
    ellipsoid = pyproj.CRS(4490).ellipsoid
    assert ellipsoid is not None
    a, f = ellipsoid.semi_major_metre, 1 / ellipsoid.inverse_flattening
    e = np.sqrt(f * (2 - f))

    def zone(lat):
        s = np.sin(np.radians(lat))
        return s / (1 - e**2 * s**2) + np.arctanh(e * s) / e

    expected = np.radians(east - west) * (a * (1 - f)) ** 2 / 2 * (zone(north) - zone(south))
    found = ellipsoidal_area_m2(array(shapely.box(west, south, east, north)), 4490)[0]
    assert found == pytest.approx(expected, rel=1e-8)


def test_a_layer_far_apart_keeps_its_areas():
    near = square_at(110.0, 28.3, 1000.0, 4546)
    with_far = array(near[0], square_at(112.4, 22.0, 1000.0, 4546)[0], None, shapely.Point(0, 0))
    both = ellipsoidal_area_m2(with_far, 4546)
    assert both[0] == pytest.approx(ellipsoidal_area_m2(near, 4546)[0], rel=1e-9)
    assert both[2:].tolist() == [0, 0]


def test_planar_area_equals_the_exact_shoelace():
    rng = np.random.default_rng(11)
    shapes = [star(rng, int(rng.integers(5, 40))) for _ in range(200)]
    shapes += [placed(shapely.box(0, 0, 2000, 0.03), a) for a in range(0, 90, 9)]
    shapes += [shape.difference(shape.centroid.buffer(30, quad_segs=2)) for shape in shapes[:40]]
    found = planar_area_m2(array(*shapes), 4546)
    exact = np.array([float(oracle.area(shape)) for shape in shapes])
    # A coordinate's own rounding, 5e-10 m along the outline, is beyond any formula.
    assert (np.abs(found - exact) <= 1e-9 * exact + 1e-12 * shapely.length(array(*shapes))).all()
    by_slabs = [float(oracle.area_where([shape], all)) for shape in shapes[:60]]
    assert by_slabs == pytest.approx(exact[:60].tolist(), rel=1e-12)


@pytest.mark.parametrize(
    ("crs", "said"),
    [
        (4490, "degrees"),
        (4326, "degrees"),
        (3857, "Mercator"),
        (900913, "Mercator"),
        (3785, "Mercator"),
        ("ESRI:102100", "Mercator"),
        (2249, "metres"),
        (4978, "metres"),
    ],
)
def test_no_area_where_areas_mean_nothing(crs, said):
    with pytest.raises(Refused, match=said):
        planar_area_m2(array(shapely.box(0, 0, 1, 1)), crs)


def test_missing_and_other_geometry_has_no_area():
    assert planar_area_m2(array(None, shapely.Point(1, 1), shapely.box(0, 0, 2, 2)), 4546).tolist() == [
        0,
        0,
        4,
    ]


def test_mu_is_exact():
    assert round_half_up(to_mu(567.71 * 10000), 2) == Decimal("8515.65")
    assert to_mu(Fraction(2000, 3)) == pytest.approx(Decimal(1), abs=Decimal("1e-25"))
    assert to_ha(5677100) == Decimal("567.71")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.145, 2, "0.15"),
        (2.675, 2, "2.68"),
        (-0.125, 2, "-0.13"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (7, 2, "7.00"),
    ],
)
def test_rounding_is_half_up(value, decimals, text):
    assert str(round_half_up(value, decimals)) == text


@pytest.mark.parametrize(("unit", "factor"), [("m2", 1), ("ha", 1e-4), ("mu", 0.0015)])
def test_unit_of_an_area_column(unit, factor):
    areas = np.random.default_rng(3).uniform(500, 90_000, 80)
    values = areas * factor * np.random.default_rng(4).normal(1, 0.003, 80)
    values[5] = np.nan
    guess = detect_area_unit(values, areas)
    assert guess.unit == unit and not guess.mixed and guess.spread < 0.02


def test_mixed_and_unknown_units():
    areas = np.linspace(1000, 50_000, 40)
    values = areas * 1e-4
    values[7] *= 15
    assert detect_area_unit(values, areas).mixed
    assert detect_area_unit(areas * 3, areas).unit is None
    assert detect_area_unit([np.nan], np.array([4.0])).unit is None
