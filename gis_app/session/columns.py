"""Delivered columns become fields: names by the feature type's aliases, texts by the declared types.

Nothing is guessed silently.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_app.catalogue import FeatureType, Field

SOURCE_ID = "parkplan_source_id"
"""The column that keeps a feature's id in the file it came from."""

YES = frozenset({"是", "有", "已", "y", "yes", "t", "true", "1"})
NO = frozenset({"否", "无", "未", "n", "no", "f", "false", "0"})
DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?$")
PLAIN_DAY = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
THOUSANDS = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")


@dataclass(frozen=True)
class Columns:
    """Columns under their field ids, others under their delivered names.

    ``delivered`` maps the id to the delivered name; ``unreadable`` counts, by field id, values that are
    there and cannot be read as the field's type: they are kept out and never read as something else.
    """

    values: Mapping[str, NDArray[Any]]
    delivered: Mapping[str, str]
    unreadable: Mapping[str, int]


def map_columns(delivered: Mapping[str, NDArray[Any]], kind: FeatureType | None) -> Columns:
    """Map a delivery's columns to the feature type's fields.

    Where two columns would be one field, the one whose name comes first among the field's names is taken,
    and the other stays under its own name.
    """
    chosen = {} if kind is None else _chosen(list(delivered), kind)
    values: dict[str, NDArray[Any]] = {}
    names: dict[str, str] = {}
    unreadable: dict[str, int] = {}
    for name, column in delivered.items():
        declared = chosen.get(name)
        if declared is None:
            values[_free(name, values, kind)] = column
            names[name] = name
            continue
        values[declared.id], unread = typed(column, declared)
        names[declared.id] = name
        if unread:
            unreadable[declared.id] = unread
    return Columns(values, names, unreadable)


def _free(name: str, taken: Mapping[str, object], kind: FeatureType | None) -> str:
    """The delivered name, marked where a field's id or another column has it already."""
    while (
        name in taken
        or name in ("fid", "geometry", SOURCE_ID)
        or (kind is not None and kind.field(name) is not None)
    ):
        name = f"{name}_"
    return name


def _chosen(names: list[str], kind: FeatureType) -> dict[str, Field]:
    best: dict[str, tuple[int, str, Field]] = {}
    for name in names:
        declared = kind.field_for(name)
        if declared is None:
            continue
        plain = [other.casefold() for other in declared.names]
        rank = plain.index(name.casefold()) if name.casefold() in plain else len(plain)
        if declared.id not in best or rank < best[declared.id][0]:
            best[declared.id] = (rank, name, declared)
    return {name: declared for _, name, declared in best.values()}


def typed(column: NDArray[Any], declared: Field) -> tuple[NDArray[Any], int]:
    """A column in its field's type, and how many values could not be read.

    Numbers come as float64 with NaN for missing, everything else as objects with None for missing.
    """
    numeric = declared.type in ("number", "integer")
    if numeric and column.dtype.kind in "iuf":
        return column.astype(np.float64), 0
    read = {"number": as_number, "integer": as_number, "date": as_day, "boolean": as_flag}.get(
        declared.type, as_text
    )
    given = column.tolist()
    found: list[float | str | bool | date | None]
    unread = 0
    if read is as_text:  # most columns of most deliveries
        found = [_text(value) for value in given]
    else:
        found = [None if _blank(value) else read(value) for value in given]
        unread = sum(value is None and not _blank(old) for value, old in zip(found, given, strict=True))
    if numeric:
        return np.array([np.nan if value is None else value for value in found], dtype=np.float64), unread
    result = np.empty(len(found), dtype=object)
    result[:] = found
    return result, unread


def _text(value: object) -> str | None:
    if type(value) is str:
        return value.strip() or None
    return None if _blank(value) else as_text(value)


def _blank(value: object) -> bool:
    return (
        value is None
        or (isinstance(value, float) and np.isnan(value))
        or (isinstance(value, str) and not value.strip())
    )


def as_text(value: object) -> str | None:
    """Text without outer blanks; whole numbers without a decimal point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def as_number(value: object) -> float | None:
    """A finite number; a text with blanks around it or with commas at the thousands."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value)
    text = unicodedata.normalize("NFKC", str(value)).strip()
    text = text.replace(",", "") if THOUSANDS.match(text) else text
    try:
        number = float(text) if "_" not in text else np.nan
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def as_day(value: object) -> date | None:
    """A day: a date, or a text that names year, month and day; a month alone is no day."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = unicodedata.normalize("NFKC", as_text(value) or "")
    found = PLAIN_DAY.match(text) or DAY.match(text)
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def as_flag(value: object) -> bool | None:
    """Yes or no, in the words that ledgers use."""
    if isinstance(value, bool):
        return value
    text = (as_text(value) or "").casefold()
    return True if text in YES else False if text in NO else None
