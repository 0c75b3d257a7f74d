"""Rows of a layer: filter, order and sums agree with what pandas says; what is pasted computes nothing."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.catalogue import load, program_place
from gis_app.model import Layer
from gis_app.model.layer import feature_frame
from gis_app.session.paste import cell, inert, marked_up, tab_separated
from gis_app.session.rows import Filter, Rows, begins, holds

KIND = load([program_place()]).feature_types["supply_parcel"]
SQUARES = [shapely.box(x, 0, x + 10, 10 * (1 + x // 10)) for x in range(0, 60, 10)]


def rows() -> Rows:
    columns = {
        "parcel_no": ["GD-2", "gd-10", None, "=1+1", "甲-3", "甲-21"],
        "contract_area_m2": np.array([1186.42, 20.0, np.nan, 118.0, 0.29, -5.0]),
        "agreed_start_date": [date(2024, 2, 29), None, date(2023, 1, 1), None, None, date(2025, 3, 1)],
    }
    return Rows(Layer("supply_parcel", KIND, feature_frame([1, 2, 3, 5, 8, 13], columns, SQUARES, None)))


@pytest.mark.parametrize(
    ("text", "fids"),
    [
        ("gd", [1, 2]),
        ("GD-1", [2]),
        ("甲", [8, 13]),
        ("2024-02", [1]),
        ("118", [1, 5]),
        ("1186.4", [1]),
        ("1186.5", []),
        ("0.29", [8]),
        ("-5", [13]),
        (" ", [1, 2, 3, 5, 8, 13]),
        ("nan", []),
        ("None", []),
        ("没有", []),
    ],
)
def test_a_text_is_found_in_texts_dates_and_at_the_beginning_of_numbers(text: str, fids: list[int]) -> None:
    found = rows()
    assert found.fids[found.filtered(Filter(text))].tolist() == fids


def test_a_column_ids_and_bounds_narrow_together() -> None:
    found = rows()
    assert found.fids[found.filtered(Filter("2", "parcel_no"))].tolist() == [1, 13]
    assert found.fids[found.filtered(Filter("", "", (13, 2, 99)))].tolist() == [2, 13]
    assert found.fids[found.filtered(Filter("", "", None, (0, 0, 15, 5)))].tolist() == [1, 2]
    assert found.fids[found.filtered(Filter("gd", "", (2, 5), (0, 0, 15, 5)))].tolist() == [2]
    assert found.filtered(Filter("", "", ())).tolist() == []


def test_texts_are_ordered_by_the_numbers_in_them_and_blanks_come_last() -> None:
    found = rows()
    everything = np.arange(6)
    up, down = found.ordered(everything, "parcel_no"), found.ordered(everything, "parcel_no", True)
    assert found.fids[up].tolist() == [5, 1, 2, 8, 13, 3]
    assert found.fids[down].tolist() == [13, 8, 2, 1, 5, 3]
    assert found.fids[found.ordered(everything, "contract_area_m2", True)].tolist() == [1, 5, 2, 8, 13, 3]
    assert found.fids[found.ordered(np.array([5, 0]), "agreed_start_date")].tolist() == [1, 13]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 4).map(float)), max_size=30), st.booleans())
def test_equal_values_stay_in_their_order(values: list[float | None], descending: bool) -> None:
    frame = feature_frame(list(range(len(values))), {"price_wan": np.array(values, dtype=float)}, None, None)
    found = Rows(Layer("supply_parcel", KIND, frame)).ordered(np.arange(len(values)), "price_wan", descending)
    order = frame.sort_values("price_wan", ascending=not descending, kind="stable", na_position="last")
    assert found.tolist() == order.index.tolist()


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 4), st.integers(1, 12))
def test_a_number_begins_with_what_it_begins_with(whole: int, decimals: int, length: int) -> None:
    value = whole / 10**decimals
    written = f"{value:.{decimals}f}"
    typed = written[:length].rstrip(".")
    assert begins(np.array([value]), typed).tolist() == [True]
    assert begins(np.array([value]), "9" + written).tolist() == [False]


def test_sums_are_of_the_rows_and_shares_of_the_layer() -> None:
    found = rows()
    summary = found.summary(np.array([0, 1, 2]), "contract_area_m2")
    assert (summary.count, summary.of, summary.filled) == (3, 6, 2)
    assert summary.area_m2 == pytest.approx(600) and summary.share == pytest.approx(600 / 2100)
    assert summary.total == pytest.approx(1206.42) and summary.mean == pytest.approx(603.21)
    assert summary.total_m2 == summary.total
    none = found.summary(np.empty(0, dtype=np.int64), "parcel_no")
    assert (none.count, none.total, none.area_m2) == (0, None, 0.0)


def test_work_that_is_no_longer_wanted_ends() -> None:
    class Ended(Exception):
        pass

    def step() -> None:
        raise Ended

    with pytest.raises(Ended):
        rows().filtered(Filter("x"), step)
    with pytest.raises(Ended):
        rows().ordered(np.arange(6), "parcel_no", step=step)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-x", "@SUM(A1)", " =1", "=cmd|' /C calc'!A0"])
def test_a_text_that_would_compute_gets_an_apostrophe(text: str) -> None:
    assert inert(text) == f"'{text}"


def test_pasted_rows_keep_headings_figures_and_one_line_a_row() -> None:
    found = rows()
    names = ["parcel_no", "contract_area_m2", "agreed_start_date"]
    lines = tab_separated(found, np.array([3, 5, 0]), names, ["宗地", "=面积", "日\t期"]).splitlines()
    assert lines == [
        "宗地\t'=面积\t日 期",
        "'=1+1\t118\t",
        "甲-21\t-5\t2025-03-01",
        "GD-2\t1186.42\t2024-02-29",
    ]
    assert cell("a\tb\r\nc") == "a b  c" and cell(True, "是", "否") == "是" and cell(None) == ""


def test_a_code_keeps_its_leading_zero_and_markup_is_written_out() -> None:
    frame = feature_frame(
        [1], {"class_code": ["0601"], "parcel_no": ["<b>&"], "price_wan": np.array([7.0])}, None, None
    )
    found = Rows(Layer("supply_parcel", KIND, frame))
    made = marked_up(found, np.array([0]), ["class_code", "parcel_no", "price_wan"], ["a", "b", "c"])
    assert "mso-number-format:'\\@'\">0601<" in made and "&lt;b&gt;&amp;" in made and "<td>7</td>" in made


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.text("aAßé\n 甲-1İ", max_size=6), st.dates()), max_size=12),
    st.text("aAsSßé甲-1iİ", min_size=1, max_size=3),
)
def test_a_text_is_held_where_it_is_held(values: list[object], needle: str) -> None:
    given_ = np.empty(len(values), dtype=object)
    given_[:] = values
    expected = [value is not None and needle.casefold() in str(value).casefold() for value in values]
    assert holds(given_, needle).tolist() == expected
