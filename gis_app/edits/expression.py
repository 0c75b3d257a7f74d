"""What an expression of the field calculator gives, a whole column at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_app.edits.error import refuse
from gis_app.edits.grammar import COMPARISONS, MOST_CHARACTERS, Node

NUMBER, TEXT, DATE, TRUTH, NULL = "number", "text", "date", "boolean", "null"


@dataclass(frozen=True)
class Column:
    """Values of one kind: float64 with NaN, datetime64[D] with NaT, bool, or objects with None for texts.

    An array of no dimension is one value for all rows.
    """

    kind: str
    values: NDArray[Any]


Source = Callable[[str], Column]
"""Gives the column of a field; ``area_m2()`` and ``length_m()`` ask under these names, brackets included."""


def evaluate(node: Node, source: Source) -> Column:
    """The column that an expression gives.

    Raises
    ------
    EditError
        A field is not there, or kinds do not fit.
    """
    match node.operation:
        case "value":
            return _constant(node.value)
        case "field":
            return source(str(node.value))
        case "call":
            return _call(str(node.value), [evaluate(inner, source) for inner in node.inner], source)
    return _operate(node.operation, str(node.value), [evaluate(inner, source) for inner in node.inner])


def _constant(value: object) -> Column:
    if value is None:
        return Column(NULL, np.array(np.nan))
    if isinstance(value, bool):
        return Column(TRUTH, np.array(value))
    return Column(NUMBER, np.array(value)) if isinstance(value, float) else Column(TEXT, _box(value))


def _box(value: object) -> NDArray[Any]:
    made = np.empty((), dtype=object)
    made[()] = value
    return made


def _as(column: Column, kind: str, where: str) -> NDArray[Any]:
    """The values, which must be of a kind; null is of every kind."""
    if column.kind == NULL:
        return BLANK[kind]
    if column.kind != kind:
        raise refuse("expression_kind", where=where, wanted=kind, given=column.kind)
    return column.values


BLANK: Mapping[str, NDArray[Any]] = {
    NUMBER: np.array(np.nan),
    TEXT: _box(None),
    DATE: np.array(np.datetime64("NaT", "D")),
    TRUTH: np.array(False),
    NULL: np.array(np.nan),
}
"""What stands for missing, by kind."""


def _operate(operation: str, sign: str, given: Sequence[Column]) -> Column:
    match operation:
        case "logic":
            one, other = (_as(column, TRUTH, sign) for column in given)
            return Column(TRUTH, one | other if sign == "or" else one & other)
        case "not":
            return Column(TRUTH, ~_as(given[0], TRUTH, sign))
        case "negative":
            return Column(NUMBER, -_as(given[0], NUMBER, sign))
        case "compare":
            return _compare(sign, *given)
    return _arithmetic(sign, *given)


def _arithmetic(sign: str, one: Column, other: Column) -> Column:
    if DATE in (one.kind, other.kind):
        return _day_arithmetic(sign, one, other)
    a, b = _as(one, NUMBER, sign), _as(other, NUMBER, sign)
    with np.errstate(all="ignore"):
        match sign:
            case "+":
                made = a + b
            case "-":
                made = a - b
            case "*":
                made = a * b
            case "/":
                made = a / b
            case _:
                made = np.mod(a, b)
    return Column(NUMBER, np.where(np.isfinite(made), made, np.nan))


def _day_arithmetic(sign: str, one: Column, other: Column) -> Column:
    if sign == "-" and one.kind == other.kind:
        days = (one.values - other.values).astype(np.float64)
        missing = np.isnat(one.values) | np.isnat(other.values)
        return Column(NUMBER, np.where(missing, np.nan, days))
    if sign not in "+-" or one.kind != DATE:
        raise refuse("expression_kind", where=sign, wanted=NUMBER, given=DATE)
    days = _as(other, NUMBER, sign)
    whole = np.where(np.isfinite(days), days, 0).astype("timedelta64[D]")
    made = one.values + whole if sign == "+" else one.values - whole
    return Column(DATE, np.where(np.isfinite(days), made, BLANK[DATE]))


def _compare(sign: str, one: Column, other: Column) -> Column:
    kind = one.kind if one.kind != NULL else other.kind
    if kind == NULL or NULL in (one.kind, other.kind):
        column = one if other.kind == NULL else other
        missing = _missing(column)
        return Column(TRUTH, missing if COMPARISONS[sign] == "equal" else ~missing)
    a, b = _as(one, kind, sign), _as(other, kind, sign)
    if kind == TEXT:
        a, b = np.broadcast_arrays(a, b)
        both = ~(_missing(Column(TEXT, a)) | _missing(Column(TEXT, b)))
        made = np.zeros(a.shape, dtype=bool)
        made[both] = getattr(np, COMPARISONS[sign])(a[both], b[both]).astype(bool)
        return Column(TRUTH, made)
    made = getattr(np, COMPARISONS[sign])(a, b)
    return Column(TRUTH, made & ~(_missing(one) | _missing(other)))


_NOTHING: Any = None  # compared with every value of an array, which ``is`` cannot


def _missing(column: Column) -> NDArray[np.bool_]:
    match column.kind:
        case "number" | "null":
            found = np.isnan(column.values)
        case "date":
            found = np.isnat(column.values)
        case "boolean":
            found = np.zeros(column.values.shape, dtype=bool)
        case _:
            found = column.values == _NOTHING
    return np.asarray(found, dtype=bool)


def _call(name: str, given: Sequence[Column], source: Source) -> Column:
    return source(f"{name}()") if name in ("area_m2", "length_m") else _FUNCTIONS[name](name, given)


def _common(name: str, given: Sequence[Column]) -> tuple[str, list[NDArray[Any]]]:
    kind = next((column.kind for column in given if column.kind != NULL), NUMBER)
    return kind, [_as(column, kind, name) for column in given]


def _if(name: str, given: Sequence[Column]) -> Column:
    kind, (yes, no) = _common(name, given[1:])
    return Column(kind, np.where(_as(given[0], TRUTH, name), yes, no))


def _coalesce(name: str, given: Sequence[Column]) -> Column:
    kind, values = _common(name, given)
    made = values[-1]
    for value in values[-2::-1]:
        made = np.where(_missing(Column(kind, value)), made, value)
    return Column(kind, made)


def _least_or_most(name: str, given: Sequence[Column]) -> Column:
    kind, values = _common(name, given)
    if kind not in (NUMBER, DATE):
        raise refuse("expression_kind", where=name, wanted=NUMBER, given=kind)
    made = values[0]
    for value in values[1:]:
        made = (np.fmin if name == "min" else np.fmax)(made, value)
    return Column(kind, made)


def _round(name: str, given: Sequence[Column]) -> Column:
    """Half away from zero, as printed tables do (四舍五入)."""
    decimals = _as(given[1], NUMBER, name) if len(given) > 1 else np.array(0.0)
    values, factor = _as(given[0], NUMBER, name), 10.0 ** np.clip(decimals, -12, 12)
    # the nudge lets 1.005, which is a little less in binary, go up as its text says
    scaled = np.abs(values) * factor
    return Column(NUMBER, np.sign(values) * np.floor(scaled + 0.5 + scaled * 1e-15) / factor)


def _abs(name: str, given: Sequence[Column]) -> Column:
    return Column(NUMBER, np.abs(_as(given[0], NUMBER, name)))


def _concat(name: str, given: Sequence[Column]) -> Column:
    parts = np.broadcast_arrays(*(_texts(column) for column in given))
    made = np.empty(parts[0].shape, dtype=object)
    flat = ["".join(row) for row in zip(*(part.ravel().tolist() for part in parts), strict=True)]
    made.ravel()[:] = flat
    return Column(TEXT, made)


def _texts(column: Column) -> NDArray[Any]:
    """Values as texts; what is missing as nothing."""
    values = column.values.astype(object) if column.kind == DATE else column.values
    return _each(np.asarray(values), _text_of)


def _text_of(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value))
    return str(value)


def _each(values: NDArray[Any], act: Callable[[Any], object]) -> NDArray[Any]:
    made = np.empty(values.shape, dtype=object)
    made.ravel()[:] = [act(value) for value in values.ravel().tolist()]
    return made


def _case(name: str, given: Sequence[Column]) -> Column:
    act = str.upper if name == "upper" else str.lower
    return Column(TEXT, _each(_as(given[0], TEXT, name), lambda text: None if text is None else act(text)))


def _substr(name: str, given: Sequence[Column]) -> Column:
    """Characters from a place, the first is 1; to the end where no length is given."""
    texts = _as(given[0], TEXT, name)
    start = _as(given[1], NUMBER, name)
    length = _as(given[2], NUMBER, name) if len(given) > 2 else np.array(float(MOST_CHARACTERS * 1000))
    texts, start, length = np.broadcast_arrays(texts, start, length)
    made = np.empty(texts.shape, dtype=object)
    rows = zip(texts.ravel().tolist(), start.ravel().tolist(), length.ravel().tolist(), strict=True)
    made.ravel()[:] = [_cut(text, first, count) for text, first, count in rows]
    return Column(TEXT, made)


def _cut(text: str | None, first: float, count: float) -> str | None:
    if text is None or first != first or count != count:
        return None
    begin = max(0, int(first) - 1)
    return text[begin : begin + max(0, int(count))]


def _year(name: str, given: Sequence[Column]) -> Column:
    days = _as(given[0], DATE, name)
    years = days.astype("datetime64[Y]").astype(np.int64).astype(np.float64) + 1970
    return Column(NUMBER, np.where(np.isnat(days), np.nan, years))


def _date(name: str, given: Sequence[Column]) -> Column:
    texts = _as(given[0], TEXT, name)
    return Column(DATE, _each(texts, _day).astype("datetime64[D]"))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise refuse("expression_date", given=text[:40]) from error


_FUNCTIONS: Mapping[str, Callable[[str, Sequence[Column]], Column]] = {
    "if": _if,
    "coalesce": _coalesce,
    "round": _round,
    "abs": _abs,
    "min": _least_or_most,
    "max": _least_or_most,
    "concat": _concat,
    "substr": _substr,
    "upper": _case,
    "lower": _case,
    "year": _year,
    "date": _date,
}
"""Function → what it does; areas and lengths are asked of the source."""
