"""Images are laid onto the ground by points: exactly where the points agree, with residuals where not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_app.geometry.alignment import Alignment, ControlPoint, align
from gis_app.language import Refused


def turned(angle_deg: float, step_m: float, x: float, y: float, column: float, row: float) -> ControlPoint:
    """A pixel on the ground when the image is turned anticlockwise."""
    c, s = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    east, north = column * step_m, -row * step_m
    return ControlPoint(column, row, x + c * east - s * north, y + s * east + c * north)


def at(found: Alignment, column: float, row: float) -> tuple[float, float]:
    a, b, c, d, e, f = found.affine
    return a * column + b * row + c, d * column + e * row + f


@given(
    st.floats(-180, 180),
    st.floats(0.02, 50),
    st.floats(3e5, 7e5),
    st.floats(2e6, 5e6),
)
def test_two_points_give_turn_scale_and_place(angle: float, step: float, x: float, y: float) -> None:
    found = align([turned(angle, step, x, y, 10, 20), turned(angle, step, x, y, 4000, 3000)])
    assert found.kind == "similarity" and found.spare == 0 and found.rms_m is None
    assert found.pixel_m == pytest.approx(step, rel=1e-6)
    other = turned(angle, step, x, y, 123, 2345)
    assert at(found, 123, 2345) == pytest.approx((other.x, other.y), abs=1e-4 * step + 1e-6)


def test_affine_is_found_again() -> None:
    a, b, c, d, e, f = 0.51, 0.02, 5e5, -0.03, -0.48, 3e6
    points = [
        ControlPoint(u, v, a * u + b * v + c, d * u + e * v + f)
        for u, v in ((0, 0), (1000, 0), (0, 900), (1100, 950))
    ]
    found = align(points)
    assert found.kind == "affine" and found.spare == 2
    assert found.affine == pytest.approx((a, b, c, d, e, f), abs=1e-6)
    assert found.rms_m == pytest.approx(0.0, abs=1e-6)


def test_residuals_of_a_wrong_point() -> None:
    """One of four corners is off by 4 m: an affine shares it out as ±1 m, each against two coordinates."""
    corners = ((0, 0), (100, 0), (0, 100), (100, 100))
    points = [turned(0, 1.0, 0.0, 0.0, *corner) for corner in corners]
    points[3] = ControlPoint(100, 100, points[3].x + 4.0, points[3].y)
    found = align(points)
    assert found.residuals_m == pytest.approx((1.0, 1.0, 1.0, 1.0))
    assert found.rms_m == pytest.approx(2.0)


def test_similarity_is_the_least_squares_one() -> None:
    generator = np.random.default_rng(7)
    points = []
    for column, row in generator.uniform(0, 1000, (6, 2)):
        exact = turned(12.0, 0.3, 5e5, 3e6, column, row)
        points.append(ControlPoint(column, row, *(generator.normal((exact.x, exact.y), 0.1))))
    best = align(points, "similarity")
    total = sum(each**2 for each in best.residuals_m)
    a, b, c, d, e, f = best.affine
    assert (b, e) == pytest.approx((d, -a))
    for p, q, x, y in generator.normal(0, (1e-5, 1e-5, 1e-3, 1e-3), (40, 4)):
        worse = 0.0
        for point in points:
            east = (a + p) * point.column + (b + q) * point.row + c + x - point.x
            north = (d + q) * point.column + (e - p) * point.row + f + y - point.y
            worse += east**2 + north**2
        assert worse >= total


@pytest.mark.parametrize(
    ("points", "kind", "told"),
    [
        ([ControlPoint(0, 0, 0, 0)], None, "geometry.alignment_few"),
        ([ControlPoint(5, 5, 0, 0), ControlPoint(5, 5, 9, 9)], None, "geometry.alignment_line"),
        ([ControlPoint(5, 5, 1, 1), ControlPoint(6, 5, 1, 1)], None, "geometry.alignment_line"),
        ([ControlPoint(i, i, i, -i) for i in range(5)], "affine", "geometry.alignment_line"),
        ([ControlPoint(0, 0, 0, 0), ControlPoint(9, 0, 9, 0)], "affine", "geometry.alignment_few"),
        ([ControlPoint(0, 0, math.nan, 0), ControlPoint(9, 0, 9, 0)], None, "geometry.alignment_numbers"),
    ],
)
def test_refused(points: list[ControlPoint], kind: str | None, told: str) -> None:
    with pytest.raises(Refused) as refused:
        align(points, kind)  # type: ignore[arg-type]
    assert refused.value.message.id == told
