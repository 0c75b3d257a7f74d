"""Attribute values as they are given, read as the fields of a layer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime

import numpy as np

from gis_app.catalogue import Field
from gis_app.edits.arguments import shown
from gis_app.edits.error import refuse
from gis_app.edits.naming import field_title, title
from gis_app.model import GEOMETRY, Layer

LARGEST = 1e18
"""No figure of a park is beyond it; sums of such figures still are numbers."""


def read_values(layer: Layer, given: Mapping[str, object]) -> dict[str, object]:
    """Values by field id; a field may be named by its id, its title or a delivered name. None clears.

    Raises
    ------
    EditError
        There is no such field, or a value is not of its type or not one of its words.
    """
    return {column: _read(layer, column, value) for column, value in _by_column(layer, given).items()}


def column_of(layer: Layer, name: str) -> str:
    """The column that a name means.

    Raises
    ------
    EditError
        The feature type has no such field and the layer no such column.
    """
    declared = layer.feature_type.field(name)
    if declared is None and layer.has(name) and name != GEOMETRY:
        return name
    declared = declared or layer.feature_type.field_for(name)
    if declared is None:
        raise refuse("unknown_field", layer=title(layer), field=name)
    return declared.id


def _by_column(layer: Layer, given: Mapping[str, object]) -> dict[str, object]:
    return {column_of(layer, name): value for name, value in given.items()}


def _read(layer: Layer, column: str, value: object) -> object:
    declared = layer.feature_type.field(column)
    kind = _kind(layer, column, declared)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return np.nan if kind in ("number", "integer") else None
    try:
        read = READERS[kind](value)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        values = {"layer": title(layer), "field": field_title(layer, column), "given": shown(value)}
        raise refuse("wrong_value", **values) from error
    if declared is not None and declared.values and read not in declared.values:
        words = list(declared.values)
        raise refuse("not_a_word", layer=title(layer), field=field_title(layer, column), words=words)
    return read


def _kind(layer: Layer, column: str, declared: Field | None) -> str:
    if declared is not None:
        return declared.type
    kinds = {"f": "number", "i": "whole", "u": "whole"}
    return kinds.get(layer.table.dtype(column).kind, "any")


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise TypeError(value)
    number = float(value)
    if not abs(number) <= LARGEST:  # nor what is no number
        raise ValueError(value)
    return number


def _integer(value: object) -> float:
    number = _number(value)
    if number != int(number):
        raise ValueError(value)
    return number


def _day(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise TypeError(value)
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    text.encode()  # half a surrogate pair cannot be stored
    return text


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


READERS: Mapping[str, Callable[[object], object]] = {
    "text": _text,
    "code": _text,
    "number": _number,
    "integer": _integer,
    "whole": lambda value: int(_integer(value)),
    "date": _day,
    "boolean": _flag,
    "any": lambda value: value,
}
"""Kind of a field → how a value is read as one; each raises an error of Python's own for what is none."""
