"""Types of columns that a text format does not declare, taken from all of their values."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from datetime import date, datetime
from typing import Any

import numpy as np

from gis_app.formats.table import Column, booleans, integers, objects, parse_date, parse_datetime
from gis_app.language import Message

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?")
_LARGEST_EXACT = 2**53


def infer(rows: list[dict[str, Any]]) -> tuple[dict[str, Column], dict[str, str], list[Message]]:
    """Make columns of records.

    Parameters
    ----------
    rows : list[dict]
        One a feature; a key that is absent is a missing value.

    Returns
    -------
    tuple[dict[str, NDArray], dict[str, str], list[Message]]
        Columns and types by key in the order of their first appearance, and what was noticed.
    """
    names = {name: None for row in rows for name in row}
    columns: dict[str, Column] = {}
    types: dict[str, str] = {}
    problems: list[Message] = []
    for name in names:
        sound = _sound(name)
        if sound != name:
            while sound in names or sound in columns:
                sound += "_"
            problems.append(Message("formats.json_field_name", {"field": _sound(name), "name": sound}))
        notes: Counter[str] = Counter()
        types[sound], columns[sound] = _column([row.get(name) for row in rows], notes)
        problems.extend(
            Message(f"formats.json_{note}", {"field": sound, "count": count}) for note, count in notes.items()
        )
    return columns, types, problems


def _column(values: list[Any], notes: Counter[str]) -> tuple[str, Column]:
    present = [value for value in values if value is not None]
    kinds = {type(value) for value in present}
    if kinds == {bool}:
        return "boolean", booleans(values)
    if kinds == {int} and _fit(values, present):
        return "integer", integers(values)
    if (
        kinds
        and kinds <= {int, float}
        and all(abs(value) <= _LARGEST_EXACT for value in present if type(value) is int)
    ):
        return "number", np.array([_finite(value, notes) for value in values], dtype=np.float64)
    if kinds == {str}:
        return _texts(values, present)
    if kinds <= {dict, list} and kinds:
        return "other", objects(None if value is None else _json(value) for value in values)
    if kinds:
        notes["mixed"] += len(present)
    return "text", objects(None if value is None else _sound(_as_text(value)) for value in values)


def _fit(values: list[Any], present: list[int]) -> bool:
    """Tell whether integers fit their column: 64 bits, or 53 beside missing ones."""
    largest = _LARGEST_EXACT if len(present) < len(values) else 2**63 - 1
    return all(abs(value) <= largest for value in present)


def _texts(values: list[Any], present: list[str]) -> tuple[str, Column]:
    if all(_DATE.fullmatch(value) for value in present):
        dates: list[date | None] = [None if value is None else parse_date(value) for value in values]
        if sum(each is not None for each in dates) == len(present):
            return "date", objects(dates)
    if all(_DATETIME.fullmatch(value) for value in present):
        times: list[datetime | None] = [None if value is None else parse_datetime(value) for value in values]
        if sum(each is not None for each in times) == len(present):
            return "datetime", objects(times)
    return "text", objects(None if value is None else _sound(value) for value in values)


def _finite(value: float | None, notes: Counter[str]) -> float:
    if value is None:
        return math.nan
    if not math.isfinite(value):
        notes["no_number"] += 1
        return math.nan
    return float(value)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _sound(text: str) -> str:
    """Replace halves of characters, which no encoding can write."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
