"""Columns by their different values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gis_app.render.told import distinct


@pytest.mark.parametrize(
    ("column", "values", "which"),
    [
        (np.array(["b", None, "a", "b"], dtype=object), ["b", None, "a"], [0, 1, 2, 0]),
        (np.array([2.0, np.nan, 1.0, np.nan]), [1.0, 2.0, None], [1, 2, 0, 2]),
        (np.array([3, 3, 1]), [1, 3], [1, 1, 0]),
        (np.array([float("nan"), "x"], dtype=object), [None, "x"], [0, 1]),
        (np.empty(0, dtype=object), [], []),
    ],
)
def test_each_value_once_and_where_it_stands(column: Any, values: list[object], which: list[int]) -> None:
    found, places = distinct(column)
    assert found == values and places.tolist() == which
