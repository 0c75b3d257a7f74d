"""A condition on fields: read, written again, and answered as SQL answers it."""

from __future__ import annotations

import math
import sqlite3
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_app.catalogue.filter import (
    Among,
    Compared,
    Either,
    Every,
    Filter,
    Missing,
    Named,
    Not,
    fields,
    matches,
    parse,
    write,
)
from gis_app.language import Refused

TABLE: dict[str, np.ndarray[Any, Any]] = {
    "status": np.array(["S1", "S2", None, "S1", ""], dtype=object),
    "area_m2": np.array([10.0, 500.0, math.nan, 700.0, 0.0]),
    "due_m2": np.array([20, 400, 1, 700, 3]),
    "day": np.array(
        [date(2026, 1, 1), None, date(2026, 5, 1), date(2025, 1, 1), date(2026, 1, 2)], dtype=object
    ),
    "done": np.array([True, False, None, True, False], dtype=object),
    "用途": np.array(["工业", "仓储", "工业", None, "居住"], dtype=object),
}


def asked(text: str) -> list[int]:
    return np.flatnonzero(matches(parse(text), TABLE.__getitem__, 5)).tolist()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("status = 'S1'", [0, 3]),
        ("status == 'S1' and area_m2 >= 500", [3]),
        ("status <> 'S1'", [1, 4]),
        ("not status = 'S1'", [1, 4]),
        ("not (status = 'S1' or area_m2 > 400)", [4]),
        ("status is null", [2]),
        ("status is not null and status != ''", [0, 1, 3]),
        ("status in ('S1', 'S2')", [0, 1, 3]),
        ("status not in ('S1')", [1, 4]),
        ("area_m2 < due_m2", [0, 4]),
        ("500 <= area_m2", [1, 3]),
        ("day < '2026-01-02'", [0, 3]),
        ("done = true", [0, 3]),
        ("done", None),
        ("\"用途\" = '工业' or 用途 = '居住'", [0, 2, 4]),
        ("area_m2 = 'none'", []),
        ("status = 'S1' or status = 'S2' and area_m2 > 1e3", [0, 3]),
        ("area_m2 = -.5", []),
    ],
)
def test_answers(text: str, wanted: list[int] | None) -> None:
    if wanted is None:
        with pytest.raises(Refused):
            parse(text)
    else:
        assert asked(text) == wanted


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", None),
        ("status =", None),
        ("status = 'S1", 10),
        ("status = 'S1' and", None),
        ("status 'S1'", 9),
        ("status = 'S1'; drop table x", 14),
        ("__import__('os')", 11),
        ("area_m2 > 1 > 2", 13),
        ("1 = 1", 5),
        ("in (1)", 1),
        ("status in (area_m2)", 12),
        ("(status = 'S1'", None),
        ("a" * 5000, None),
        ("(" * 60 + "a=1" + ")" * 60, None),
        ("not " * 100 + "a=1", None),
    ],
)
def test_what_is_not_understood_is_refused(text: str, place: int | None) -> None:
    with pytest.raises(Refused) as caught:
        parse(text)
    assert str(caught.value)
    if place is not None:
        assert caught.value.message.values["place"] == place


def test_fields_that_are_asked_for() -> None:
    assert set(fields(parse("a = 1 and (b is null or not c in (1)) and d < e"))) == set("abcde")


NAMES = st.sampled_from(["a", "b", "odd name", "null", 'q"', "字段"])
VALUES = st.one_of(
    st.text("ab'\"甲 ", max_size=4),
    st.integers(-5, 5),
    st.floats(-5, 5).map(lambda v: v + 0.0),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(-5, 5).map(lambda v: v + 0.0),
    st.booleans(),
)
LEAVES: st.SearchStrategy[Filter] = st.one_of(
    st.builds(Missing, NAMES),
    st.builds(Compared, NAMES, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), VALUES),
    st.builds(Compared, NAMES, st.just("<"), NAMES.map(Named)),
    st.builds(Among, NAMES, st.lists(VALUES, min_size=1, max_size=3).map(tuple)),
)


def joined(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(Every, several), st.builds(Either, several))


@settings(max_examples=200, deadline=None)
@given(st.recursive(LEAVES, joined, max_leaves=6), st.booleans())
def test_written_and_read_again(condition: Filter, quoted: bool) -> None:
    assert parse(write(condition, quoted)) == condition


PLAIN = st.one_of(
    st.builds(Missing, st.sampled_from("xy")),
    st.builds(Compared, st.sampled_from("xy"), st.sampled_from(["=", "<>", "<", ">="]), st.integers(-1, 2)),
    st.builds(Compared, st.just("x"), st.just("<="), st.just(Named("y"))),
    st.builds(Among, st.sampled_from("xy"), st.lists(st.integers(0, 2), min_size=1, max_size=2).map(tuple)),
)


@settings(max_examples=150, deadline=None)
@given(st.recursive(PLAIN, joined, max_leaves=6))
def test_the_answer_is_that_of_sql(condition: Filter) -> None:
    rows = [(x, y) for x in (None, 0, 1, 2) for y in (None, 0, 1, 2)]
    connection = sqlite3.connect(":memory:")
    connection.execute("create table t (n integer, x real, y real)")
    connection.executemany("insert into t values (?,?,?)", [(n, *row) for n, row in enumerate(rows)])
    found = connection.execute(f"select n from t where {write(condition, True)} order by n").fetchall()
    connection.close()
    columns = {
        name: np.array([math.nan if row[place] is None else row[place] for row in rows])
        for place, name in enumerate("xy")
    }
    assert np.flatnonzero(matches(condition, columns.__getitem__, len(rows))).tolist() == [
        n for (n,) in found
    ]
