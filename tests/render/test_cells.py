"""Whatever meets a view is found, however the features lie."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from gis_app.render.cells import Cells, cells

Boxes = NDArray[np.float64]
ORIGIN = np.array([500_000.0, 3_000_000.0])


def boxes(middle: Boxes, size: Boxes | float) -> Boxes:
    half = np.broadcast_to(np.asarray(size), middle.shape) / 2.0
    return np.column_stack([middle - half, middle + half])


def spread(random: np.random.Generator) -> Boxes:
    return boxes(random.uniform(0.0, 5_000.0, (800, 2)) + ORIGIN, random.uniform(0.0, 200.0, (800, 2)))


def clustered(random: np.random.Generator) -> Boxes:
    towns = random.uniform(0.0, 100_000.0, (4, 2))[random.integers(0, 4, 600)]
    return boxes(towns + random.normal(0.0, 30.0, (600, 2)) + ORIGIN, random.uniform(0.0, 20.0, (600, 2)))


def with_huge(random: np.random.Generator) -> Boxes:
    some = boxes(random.uniform(0.0, 5_000.0, (20, 2)) + ORIGIN, random.uniform(500.0, 90_000.0, (20, 2)))
    return random.permutation(np.vstack([spread(random), some]))


def points(random: np.random.Generator) -> Boxes:
    return boxes(random.integers(0, 40, (500, 2)) * 10.0, 0.0)


def in_a_row(random: np.random.Generator) -> Boxes:
    return boxes(np.column_stack([random.uniform(0.0, 1e6, 500), np.full(500, 7.0)]), 3.0)


def in_one_place(random: np.random.Generator) -> Boxes:
    return np.repeat(boxes(random.uniform(0.0, 9.0, (1, 2)), 1.0), 300, axis=0)


def single(random: np.random.Generator) -> Boxes:
    return boxes(random.uniform(0.0, 9.0, (1, 2)), random.uniform(0.0, 5.0, (1, 2)))


KINDS = [spread, clustered, with_huge, points, in_a_row, in_one_place, single]


def meeting(bounds: Boxes, view: Boxes) -> NDArray[np.int64]:
    """All features are looked at."""
    away = (bounds[:, 0] > view[2]) | (bounds[:, 2] < view[0])
    away |= (bounds[:, 1] > view[3]) | (bounds[:, 3] < view[1])
    return np.flatnonzero(~away)


def near(found: Cells, view: Boxes) -> NDArray[np.int64]:
    west, south, east, north = view.tolist()
    return found.near((west, south, east, north))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_meets_a_view_is_left_out(kind: Callable[[np.random.Generator], Boxes]) -> None:
    random = np.random.default_rng(5)
    for _ in range(6):
        bounds = kind(random)
        sorted_ = cells(bounds)
        low, high = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
        for _ in range(60):
            # within, across the edge, far outside; wide, narrow, without extent
            middle = low + (high - low + 1.0) * random.uniform(-0.5, 1.5, 2)
            size = (high - low + 1.0) * random.choice([0.0, 0.001, 0.05, 0.5, 3.0], 2)
            view = boxes(middle[None], size[None])[0]
            found = near(sorted_, view)
            assert np.isin(meeting(bounds, view), found).all()
            assert (np.diff(found) > 0).all(), "ascending, none twice"


@pytest.mark.parametrize("kind", KINDS)
def test_each_feature_is_found_at_its_own_corners(kind: Callable[[np.random.Generator], Boxes]) -> None:
    bounds = kind(np.random.default_rng(6))
    sorted_ = cells(bounds)
    for number in range(0, len(bounds), 17):
        west, south, east, north = bounds[number]
        for x, y in ((west, south), (east, north), (west, north), (east, south)):
            assert number in near(sorted_, np.array([x, y, x, y]))


@given(
    st.lists(
        st.tuples(*[st.floats(-1e7, 1e7)] * 2, *[st.floats(0.0, 1e6)] * 2), min_size=1, max_size=40
    ),
    st.tuples(*[st.floats(-1e7, 1e7)] * 2, *[st.floats(0.0, 1e7)] * 2),
)  # fmt: skip
def test_any_boxes_and_any_view(made: list[tuple[float, ...]], window: tuple[float, ...]) -> None:
    corners = np.array(made)
    bounds = np.column_stack([corners[:, :2], corners[:, :2] + corners[:, 2:]])
    view = np.array([window[0], window[1], window[0] + window[2], window[1] + window[3]])
    assert np.isin(meeting(bounds, view), near(cells(bounds), view)).all()


def test_few_are_looked_at_for_a_small_view() -> None:
    bounds = spread(np.random.default_rng(7))
    view = np.array([*(ORIGIN + 2_000.0), *(ORIGIN + 2_100.0)])
    assert len(near(cells(bounds), view)) < len(bounds) / 8


def test_no_features() -> None:
    assert not len(near(cells(np.empty((0, 4))), np.array([0.0, 0.0, 1.0, 1.0])))
