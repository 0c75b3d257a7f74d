"""Cutting shapes, and laying two coverages over each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.geometry.split import cuts_at_areas, cuts_at_widths, inner_faces, pieces_by_line, strips
from gis_app.geometry.transfer import transfer

U = shapely.Polygon([(0, 0), (30, 0), (30, 20), (20, 20), (20, 10), (10, 10), (10, 20), (0, 20)])


def test_a_line_that_does_not_cut_leaves_one_piece() -> None:
    assert len(pieces_by_line(U, shapely.LineString([(5, 5), (5, 15)]))) == 1
    assert len(inner_faces(U, [shapely.LineString([(-5, 5), (35, 5)])])) == 2


def test_a_line_may_cut_off_several_pieces() -> None:
    pieces = pieces_by_line(U, shapely.LineString([(-5, 15), (35, 15)]))
    assert [round(piece.area) for piece in pieces] == [400, 50, 50]


def test_parts_that_are_not_cut_stay_with_the_largest_piece() -> None:
    two = shapely.MultiPolygon([shapely.box(0, 0, 10, 10), shapely.box(20, 0, 30, 10)])
    pieces = pieces_by_line(two, shapely.LineString([(4, -1), (4, 11)]))
    assert [round(piece.area) for piece in pieces] == [160, 40]


def test_a_line_is_cut_where_it_is_crossed() -> None:
    pieces = pieces_by_line(shapely.LineString([(0, 0), (10, 0)]), shapely.LineString([(3, -1), (3, 1)]))
    assert [piece.length for piece in pieces] == [7, 3]


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 360), st.lists(st.floats(0.1, 1), min_size=1, max_size=4))
def test_strips_have_the_areas_asked_for(angle: float, shares: list[float]) -> None:
    areas = [share / (sum(shares) + 0.5) * U.area for share in shares]
    pieces = strips(U, cuts_at_areas(U, areas, angle), angle)
    assert [piece.area for piece in pieces[: len(areas)]] == pytest.approx(areas, abs=1e-3)
    assert sum(piece.area for piece in pieces) == pytest.approx(U.area)


def test_strips_of_widths() -> None:
    pieces = strips(U, cuts_at_widths(U, [10, 5], 0), 0)
    assert [round(piece.area) for piece in pieces] == [300, 100, 100]


# -- transfer -----------------------------------------------------------------


def uses(*names: str) -> Any:
    return np.array(names, dtype=object)


def test_every_square_metre_goes_somewhere() -> None:
    before = np.array([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)], dtype=object)
    after = np.array([shapely.box(5, 0, 25, 10)], dtype=object)
    found = transfer(before, uses("a", "b"), after, uses("c"))
    assert found.cells == pytest.approx({("a", "c"): 50, ("b", "c"): 100})
    assert found.out == pytest.approx({"a": 50}) and found.into == pytest.approx({"c": 50})
    assert found.before == {"a": 100, "b": 100} and found.after == {"c": 200}


boxes = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 15), st.integers(1, 15)).map(
    lambda at: shapely.box(at[0], at[1], at[0] + at[2], at[1] + at[3])
)
states = st.lists(st.tuples(boxes, st.sampled_from("abc")), max_size=6)


@settings(max_examples=80, deadline=None)
@given(states, states)
def test_rows_and_columns_balance_and_nothing_is_counted_twice(one: list[Any], other: list[Any]) -> None:
    sides = [(np.array([None, *(s for s, _ in side)], dtype=object)[1:], uses(*(u for _, u in side)))
             for side in (one, other)]  # fmt: skip
    found = transfer(*sides[0], *sides[1])
    for row, total in found.before.items():
        cells = sum(area for (use, _), area in found.cells.items() if use == row)
        assert cells + found.out.get(row, 0.0) == pytest.approx(total, abs=1e-6)
    for column, total in found.after.items():
        cells = sum(area for (_, use), area in found.cells.items() if use == column)
        assert cells + found.into.get(column, 0.0) == pytest.approx(total, abs=1e-6)
    unions = [shapely.union_all(shapes) for shapes, _ in sides]
    assert sum(found.before.values()) == pytest.approx(unions[0].area)
    assert sum(found.out.values()) == pytest.approx(unions[0].difference(unions[1]).area, abs=1e-6)
    assert sum(found.into.values()) == pytest.approx(unions[1].difference(unions[0]).area, abs=1e-6)
