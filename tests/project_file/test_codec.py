"""A row is encoded at one look a value, and as it always was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from gis_app.project_file.codec import Codec

ROWS: list[Mapping[Any, object]] = [
    {"a": 1.5, "b": None, "c": "x", "d": True, "e": 3},
    {"a": float("nan"), "b": float("inf"), "c": -0.0},
    {"a": np.float64(2.5), "b": {"$y": 1}, "c": [1, (2,)]},
    {"$x": 1, "a": 2},
    {1: 2},
    {},
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_quick_way_gives_what_the_slow_one_gives(row: Mapping[Any, object]) -> None:
    codec = Codec()
    assert repr(codec.encode(row)) == repr(codec._encode_odd_mapping(row))
    assert repr(codec.decode(codec.encode(row))) == repr(codec.decode(codec._encode_odd_mapping(row)))
