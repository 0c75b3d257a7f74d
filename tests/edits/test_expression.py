"""The field calculator's language: what it gives, and that nothing else can be said in it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_app.edits.error import EditError
from gis_app.edits.expression import DATE, NUMBER, TEXT, TRUTH, Column, evaluate
from gis_app.edits.grammar import parse

TABLE = {
    "a": Column(NUMBER, np.array([1.0, -2.5, np.nan])),
    "b": Column(NUMBER, np.array([2.0, 0.0, 3.0])),
    "名称": Column(TEXT, np.array(["甲", "Ab", None], dtype=object)),
    "with space": Column(TEXT, np.array(["x", "y", "z"], dtype=object)),
    "day": Column(DATE, np.array(["2024-02-29", "2026-11-30", "NaT"], dtype="datetime64[D]")),
    "yes": Column(TRUTH, np.array([True, False, False])),
    "area_m2()": Column(NUMBER, np.array([100.0, 200.0, 300.0])),
}


def source(name: str) -> Column:
    return TABLE[name]


def result(text: str) -> list[Any]:
    values = np.broadcast_to(evaluate(parse(text), source).values, (3,)).tolist()
    return [None if value is None or value != value else value for value in values]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1 + 2 * 3", [7.0] * 3),
        ("(1 + 2) * 3 - -4 / 2", [11.0] * 3),
        ("2 - 1 - 1", [0.0] * 3),
        ("7 % 4", [3.0] * 3),
        ("a + b", [3.0, -2.5, None]),
        ("a / b", [0.5, None, None]),
        ("-a", [-1.0, 2.5, None]),
        ("a < b", [True, True, False]),
        ("a <> b", [True, True, False]),
        ("not a < b", [False, False, True]),
        ("a = null", [False, False, True]),
        ("a != null", [True, True, False]),
        ("名称 = 'Ab' or a = 1", [True, True, False]),
        ("yes and true or b = 3", [True, False, True]),
        ("名称 > 'B'", [True, False, False]),
        ("if(a > 0, 'pos', 'neg')", ["pos", "neg", "neg"]),
        ("if(a > 0, a, null)", [1.0, None, None]),
        ("coalesce(a, b, 0)", [1.0, -2.5, 3.0]),
        ("coalesce(名称, '无')", ["甲", "Ab", "无"]),
        ("round(2.5)", [3.0] * 3),
        ("round(-2.5)", [-3.0] * 3),
        ("round(1.005, 2)", [1.01] * 3),
        ("round(a * 100, -2)", [100.0, -300.0, None]),
        ("abs(a)", [1.0, 2.5, None]),
        ("min(a, b)", [1.0, -2.5, 3.0]),
        ("max(a, b, 2)", [2.0, 2.0, 3.0]),
        ("concat(名称, '-', a, '-', day, yes)",
         ["甲-1-2024-02-29true", "Ab--2.5-2026-11-30false", "--false"]),
        ("substr('宗地代码', 3)", ["代码"] * 3),
        ("substr(名称, 1, 1)", ["甲", "A", None]),
        ("upper(名称)", ["甲", "AB", None]),
        ("lower('ÄB')", ["äb"] * 3),
        ("year(day)", [2024.0, 2026.0, None]),
        ("day - date('2024-01-01')", [59.0, 1064.0, None]),
        ("day + 1", [date(2024, 3, 1), date(2026, 12, 1), None]),
        ("day < date('2025-01-01')", [True, False, False]),
        ('"with space"', ["x", "y", "z"]),
        ("'it''s'", ["it's"] * 3),
        ("AREA_M2() / 100", [1.0, 2.0, 3.0]),
        ("1e3 + .5", [1000.5] * 3),
    ],
)  # fmt: skip
def test_what_it_gives(text: str, wanted: list[Any]) -> None:
    assert result(text) == wanted


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "token"), ("1 +", "token"), ("(1", "token"), ("1 2", "token"), ("a b", "token"), (")", "token"),
        ("a.b", "token"), ("a[0]", "token"), ("__import__('os')", "function"), ("a; b", "token"),
        ("eval('1')", "function"), ("lambda: 1", "token"), ("'open", "token"), ("a ** b", "token"),
        ("@", "token"),
        ("abs()", "count"), ("if(yes, 1)", "count"), ("'a' + 1", "kind"), ("a and yes", "kind"),
        ("if(1, 2, 3)", "kind"), ("upper(1)", "kind"), ("a = 'x'", "kind"), ("date('heute')", "date"),
        ("1 - day", "kind"), ("(" * 100 + "1" + ")" * 100, "deep"), ("1+" * 3000 + "1", "long"),
        ("min('a', 'b')", "kind"),
    ],
)  # fmt: skip
def test_what_it_refuses(text: str, reason: str) -> None:
    with pytest.raises(EditError) as caught:
        result(text)
    assert caught.value.message.id == f"edits.expression_{reason}"
    assert str(caught.value)


@given(st.text(alphabet="ab1.()+-*/<>=!,'\" 名if_and[]{}\\", max_size=25))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        evaluate(parse(text), lambda name: Column(NUMBER, np.array([1.0])))
    except EditError as error:
        assert str(error)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5), st.sampled_from("+-*"))
def test_arithmetic_is_numpy_s(values: list[float], sign: str) -> None:
    text = f" {sign} ".join(f"({value!r})".replace("(-", "(0-") for value in values)
    wanted = values[0]
    for value in values[1:]:
        wanted = {"+": wanted + value, "-": wanted - value, "*": wanted * value}[sign]
    got = float(evaluate(parse(text), source).values)
    assert got == pytest.approx(wanted, rel=1e-12, abs=1e-12)
