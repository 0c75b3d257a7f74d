"""Numbers into classes, held against trying every way of breaking them."""

from __future__ import annotations

import itertools
import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.render.classify import METHODS, MOST_EXACT, class_of, classify


def squares(values: np.ndarray, number: np.ndarray) -> float:
    return sum(float(((part := values[number == one]) - part.mean()).__pow__(2).sum()) for one in set(number))


def least(values: list[float], count: int) -> float:
    """The least sum of squares over every way of breaking sorted distinct values."""
    distinct = sorted(set(values))
    every = np.array(sorted(values))
    found = math.inf
    for breaks in itertools.combinations(range(1, len(distinct)), min(count, len(distinct)) - 1):
        edges = [distinct[place] for place in breaks]
        found = min(found, squares(every, np.searchsorted(edges, every, side="right")))
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-40, 40), min_size=1, max_size=11), st.integers(1, 5))
def test_natural_breaks_are_the_best_there_are(values: list[int], count: int) -> None:
    numbers = np.array(values, dtype=float)
    bounds = classify(numbers, "natural", count)
    number = class_of(numbers, bounds)
    assert (number >= 0).all()
    assert len(set(number.tolist())) == min(count, len(set(values)))
    assert squares(numbers, number) == pytest.approx(least([float(v) for v in values], count), abs=1e-9)


def test_many_values_are_classed_nearly_as_well_and_soon() -> None:
    rng = np.random.default_rng(4)
    values = np.concatenate([rng.normal(m, s, 20_000) for m, s in ((0, 1), (40, 3), (90, 9), (400, 20))])
    began = time.process_time()
    number = class_of(values, classify(values, "natural", 4))
    assert time.process_time() - began < 3.0
    assert squares(values, number) <= squares(values, np.repeat(np.arange(4), 20_000)) * 1.001


def test_a_sampled_result_is_near_the_exact_one() -> None:
    values = np.random.default_rng(9).lognormal(3, 1.2, MOST_EXACT + 500)
    sampled = squares(values, class_of(values, classify(values, "natural", 5)))
    exact = squares(
        values[:MOST_EXACT], class_of(values, classify(values[:MOST_EXACT], "natural", 5))[:MOST_EXACT]
    )
    assert sampled >= exact
    refined = min(
        squares(values, class_of(values, np.array([values.min(), *edges, values.max()])))
        for edges in _moved(classify(values, "natural", 5)[1:-1], values)
    )
    assert sampled <= refined * 1.002


def _moved(edges: np.ndarray, values: np.ndarray) -> list[np.ndarray]:
    ordered = np.sort(values)
    made = []
    for place in range(len(edges)):
        at = int(np.searchsorted(ordered, edges[place]))
        for step in (-20, -5, -1, 0, 1, 5, 20):
            other = edges.copy()
            other[place] = ordered[min(max(at + step, 0), len(ordered) - 1)]
            made.append(other)
    return made


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(sorted(METHODS)),
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60),
    st.integers(1, 9),
)
def test_every_value_has_a_class_and_every_class_a_value(
    method: str, values: list[float], count: int
) -> None:
    numbers = np.array(values)
    bounds = classify(numbers, method, count)
    number = class_of(numbers, bounds)
    assert (np.diff(bounds[1:]) > 0).all() and bounds[0] == numbers.min() and bounds[-1] == numbers.max()
    assert number.min() >= 0 and number.max() < len(bounds) - 1 <= count
    if method != "equal":
        assert set(number.tolist()) == set(range(len(bounds) - 1))


def test_quantiles_hold_as_many_each() -> None:
    values = np.arange(100.0)
    bounds = classify(values, "quantiles", 4)
    assert bounds.tolist() == [0, 24, 49, 74, 99]
    assert np.bincount(class_of(values, bounds)).tolist() == [25, 25, 25, 25]


def test_nothing_and_what_is_no_number() -> None:
    assert not len(classify(np.array([np.nan, np.inf]), "natural", 3))
    bounds = classify(np.array([1.0, np.nan, 3.0]), "equal", 2)
    assert bounds.tolist() == [1, 2, 3]
    assert class_of(np.array([1.0, np.nan, 3.0, 2.0, 9.0]), bounds).tolist() == [0, -1, 1, 0, -1]
    assert classify(np.array([7.0, 7.0]), "quantiles", 5).tolist() == [7, 7]
