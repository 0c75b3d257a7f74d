"""Features by a condition, and by where they lie."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import CRS

from gis_app.language import Refused
from gis_app.model import Layer, feature_frame
from gis_app.session.choose import by_attribute, by_location
from tests.render.parks import catalogue


@pytest.fixture
def layer() -> Layer:
    kind = catalogue().feature_types["supply_parcel"]
    shapes = [shapely.box(10 * n, 0, 10 * n + 9, 9) for n in range(5)]
    columns = {"parcel_name": [f"地块{n}" for n in range(5)], "drawn_area_m2": np.arange(5) * 100.0}
    return Layer("supply_parcel", kind, feature_frame(range(1, 6), columns, shapes, CRS.from_epsg(4546)))


@pytest.mark.parametrize(
    ("condition", "fids"),
    [
        ("drawn_area_m2 > 250", [4, 5]),
        ("宗地名称 = '地块1'", [2]),
        ("credit_code is null", [1, 2, 3, 4, 5]),
        ("drawn_area_m2 >= 100 and not (drawn_area_m2 = 200)", [2, 4, 5]),
    ],
)
def test_a_condition_on_fields(layer: Layer, condition: str, fids: list[int]) -> None:
    assert by_attribute(layer, condition).tolist() == fids


@pytest.mark.parametrize("condition", ["", "drawn_area_m2 >", "nothing = 1"])
def test_what_is_no_condition_is_refused(layer: Layer, condition: str) -> None:
    with pytest.raises(Refused):
        by_attribute(layer, condition)


@pytest.mark.parametrize(
    ("relation", "distance_m", "fids"),
    [("intersects", 0.0, [2, 3]), ("within", 0.0, [2]), ("near", 4.0, [1, 2, 3]), ("near", 0.5, [2, 3])],
)
def test_where_they_lie(layer: Layer, relation: str, distance_m: float, fids: list[int]) -> None:
    other = shapely.box(10, 0, 22, 9)
    other = shapely.box(12.0 if relation == "near" else 10.0, 0, 22, 9)
    assert by_location(layer, [other], relation, distance_m).tolist() == fids


def test_nothing_is_near_nothing(layer: Layer) -> None:
    assert not len(by_location(layer, [], "intersects"))
    assert not len(by_location(layer, [shapely.Point()], "near", 5.0))
