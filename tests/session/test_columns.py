"""Delivered columns become fields: what is read, what is unreadable, and what keeps its own name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_app.catalogue import Field
from gis_app.session.columns import as_day, as_flag, as_number, as_text, map_columns, typed
from tests.session.made import catalogue

KIND = catalogue().feature_types["supply_parcel"]


def column(*values: Any) -> np.ndarray[Any, Any]:
    return np.array([*values, None], dtype=object)[:-1]


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-01",
        "2024/3/1",
        "2024.3.1",
        "2024年3月1日",
        "2024年03月01",
        "20240301",
        "２０２４－０３－０１",
        " 2024-3-1 ",
        "2024-03-01T00:00:00",
        "2024-03-01 08:00",
        20240301,
        20240301.0,
        date(2024, 3, 1),
        datetime(2024, 3, 1, 9),
    ],
    ids=str,
)
def test_days(text: Any) -> None:
    found = as_day(text)
    assert found == date(2024, 3, 1) and type(found) is date


@pytest.mark.parametrize(
    "text",
    [
        "2024.3",
        "2024年3月",
        "2024-03",
        "2024",
        2024.3,
        "45352",
        45352,
        "2024-13-01",
        "2023-02-29",
        "20241301",
        "03-01-2024",
        "待定",
        "2024-3-1x",
        "约2024年3月1日",
        True,
    ],
    ids=str,
)
def test_what_names_no_day_is_unreadable(text: Any) -> None:
    assert as_day(text) is None


@given(st.dates())
def test_every_day_as_written_by_a_database(day: date) -> None:
    assert as_day(day.isoformat()) == as_day(day.strftime("%Y%m%d").zfill(8)) == day


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.5", 1234.5),
        ("12,345,678", 12345678.0),
        ("１２．５", 12.5),
        (" 7 ", 7.0),
        ("-3", -3.0),
        ("1e3", 1000.0),
        (5, 5.0),
    ],
)
def test_numbers(text: Any, number: float) -> None:
    assert as_number(text) == number


@pytest.mark.parametrize(
    "text", ["1,23", "12亩", "nan", "inf", "-", "1 000", "1_000", "0x10", True, "约12"], ids=str
)
def test_what_is_no_number_is_unreadable(text: Any) -> None:
    assert as_number(text) is None


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("是", True),
        ("否", False),
        ("Y", True),
        ("n", False),
        (1, True),
        (0.0, False),
        (True, True),
        ("有", True),
        ("True", True),
        ("也许", None),
        ("2", None),
    ],
)
def test_flags(text: Any, flag: bool | None) -> None:
    assert as_flag(text) is flag


def test_codes_keep_their_zeros() -> None:
    seen = map_columns({"YDDM": column("0701", " 100101 ", None)}, KIND)
    assert seen.values["class_code"].tolist() == ["0701", "100101", None]
    assert as_text(601.0) == "601" and as_text(601) == "601" and as_text(6.5) == "6.5"


def test_what_is_there_and_cannot_be_read_is_counted_and_kept_out() -> None:
    seen = map_columns({"供地日期": column("2024.3", "2024年3月", "2024-03-01", "", None, "待定")}, KIND)
    assert seen.values["supply_date"].tolist() == [None, None, date(2024, 3, 1), None, None, None]
    assert seen.unreadable == {"supply_date": 3}
    assert seen.delivered["supply_date"] == "供地日期"


def test_numbers_are_floats_with_nan_where_nothing_is() -> None:
    declared = next(field for field in KIND.fields if field.id == "due_area_m2")
    seen, unread = typed(column("1,234.5", "", None, "x"), declared)
    assert seen.dtype == np.float64 and seen[0] == 1234.5 and np.isnan(seen[1:]).all() and unread == 1
    whole, unread = typed(np.array([1, 2], dtype=np.int64), declared)
    assert whole.tolist() == [1.0, 2.0] and unread == 0
    part, unread = typed(np.array([1.5, np.nan]), declared)
    assert part[0] == 1.5 and np.isnan(part[1]) and unread == 0


def test_of_two_columns_for_one_field_the_first_name_is_taken() -> None:
    names = [KIND.field("parcel_no").names[i] for i in (-1, 2)]  # type: ignore[union-attr]
    delivered = {names[0]: column("later"), names[1]: column("first")}
    for each in (delivered, dict(reversed(delivered.items()))):
        seen = map_columns(each, KIND)
        assert seen.values["parcel_no"].tolist() == ["first"]
        assert seen.values[names[0]].tolist() == ["later"]
        assert seen.delivered == {"parcel_no": names[1], names[0]: names[0]}


def test_own_names_never_hide_a_field() -> None:
    names = ["fid", "geometry", "parkplan_source_id", "parcel_no", "ZDBH", "fid_"]
    seen = map_columns({name: column(name) for name in names}, KIND)
    assert seen.values["parcel_no"].tolist() == ["parcel_no"]
    assert {"fid", "geometry", "parkplan_source_id"}.isdisjoint(seen.values)
    assert len(seen.values) == len(names) == len(set(seen.values))
    assert sorted(seen.delivered.values()) == sorted(names)


@given(
    st.lists(
        st.sampled_from(["ZDBH", "zdbh", "fid", "FID", "fid_", "parcel_no", "备注", "QLR", "YDDM"]),
        unique=True,
    )
)
def test_no_column_is_lost(names: list[str]) -> None:
    seen = map_columns({name: column(name) for name in names}, KIND)
    assert sorted(seen.delivered.values()) == sorted(names)
    assert sorted(value for each in seen.values.values() for value in each.tolist()) == sorted(names)


def test_without_a_feature_type_columns_stay_as_they_are() -> None:
    seen = map_columns({"供地日期": column("2024.3"), "fid": column(1)}, None)
    assert seen.values["供地日期"].tolist() == ["2024.3"] and seen.unreadable == {}
    assert seen.values["fid_"].tolist() == [1]


def test_every_declared_type_is_read() -> None:
    for name in ("text", "integer", "number", "date", "boolean", "code"):
        seen, unread = typed(column("1", None), Field("x", {"zh": "x", "en": "x"}, name))
        assert len(seen) == 2 and unread == (name == "date")
