"""Columns of a feature table: what kind of value they hold, and how values go to the file and come back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import NoneType
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis_app.language import Message, Refused
from gis_app.model import GEOMETRY

FID, GEOM = "fid", "geom"
SQL_TYPES = {
    "integer": "INTEGER",
    "number": "DOUBLE",
    "text": "TEXT",
    "date": "DATE",
    "datetime": "DATETIME",
    "boolean": "BOOLEAN",
}
UTC_FORM = "utc"
_FIELD_KINDS = {"integer": "integer", "number": "number", "date": "date", "boolean": "boolean"}
_PLAIN_TYPES = {str, bool, int, NoneType}
_INT64 = range(-(2**63), 2**63)

Cell = int | float | str | None


@dataclass(frozen=True)
class Column:
    """One column: its id in the frame, its name in the table, its kind, and its dtype in memory.

    ``form`` is the name of a numpy dtype, ``object``, or ``utc`` for moments with a time zone.
    """

    id: str
    name: str
    kind: str
    form: str = "object"


def columns_of(
    frame: pd.DataFrame, field_types: Mapping[str, str], beside: Iterable[str] = ()
) -> tuple[Column, ...]:
    """The columns of a frame without its geometry; ``field_types`` decide where nothing is entered.

    Names get a number where they differ only in case, for SQLite and GDAL take those for one; ``beside``
    are names that are taken.
    """
    taken, columns = {FID, GEOM, *(name.casefold() for name in beside)}, []
    for id in (str(column) for column in frame.columns if column != GEOMETRY):
        name = _free_name(id, taken)
        taken.add(name.casefold())
        kind, form = _kind(id, frame[id], field_types.get(id, "text"))
        columns.append(Column(id, name, kind, form))
    return tuple(columns)


def to_cells(column: Column, values: pd.Series[Any] | Sequence[object]) -> list[Cell]:
    """Values as SQLite stores them, None for missing; ``Refused`` where a value is of another kind."""
    if isinstance(values, pd.Series) and isinstance(values.dtype, np.dtype) and values.dtype.kind in "iuf":
        if values.dtype.kind != "f" and column.kind == "integer" and values.dtype != np.uint64:
            return values.tolist()
        if column.kind == "number":
            # adding zero turns -0.0 into the 0.0 that SQLite keeps anyway
            numbers: list[float] = (values.to_numpy(dtype=np.float64) + 0.0).tolist()
            return [None if number != number else number for number in numbers]
    cell = _CELLS[column.kind]
    listed = list(values)
    if column.kind == "text" and set(map(type, listed)) <= {str, NoneType}:
        return cast("list[Cell]", listed)
    if column.kind == "number" and set(map(type, listed)) <= {float, NoneType}:
        floats = cast("list[float | None]", listed)
        return [None if value is None or value != value else value + 0.0 for value in floats]
    try:
        return [None if _missing(value) else cell(value) for value in listed]
    except (TypeError, ValueError) as error:
        raise Refused(
            Message("project_file.wrong_kind", {"column": column.id, "kind": column.kind})
        ) from error


def from_cells(column: Column, cells: Sequence[Any]) -> NDArray[Any]:
    """Values of a column as they were before ``to_cells``; ValueError where a cell is not of its kind."""
    if column.form not in ("object", UTC_FORM) and (column.kind == "number" or None not in cells):
        return np.array(cells, dtype=column.form)
    back = _BACK.get(column.kind)
    values = np.empty(len(cells), dtype=object)
    if column.form == UTC_FORM:
        values[:] = [None if cell is None else _moment(cell).replace(tzinfo=UTC) for cell in cells]
    else:
        values[:] = cells if back is None else [None if cell is None else back(cell) for cell in cells]
    return values


def _free_name(id: str, taken: Iterable[str]) -> str:
    base = re.sub(r"[\x00-\x1f]", "_", id) or "_"
    name, number = base, 2
    while name.casefold() in taken:
        name, number = f"{base}_{number}", number + 1
    return name


def _kind(id: str, values: pd.Series[Any], field_type: str) -> tuple[str, str]:
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iuf":
        return ("number" if values.dtype.kind == "f" else "integer"), values.dtype.name
    found = _kinds(values)
    if not found:
        return _FIELD_KINDS.get(field_type, "text"), "object"
    if found == {"integer", "number"}:
        return "number", "object"
    if found == {"datetime", UTC_FORM}:
        found = {"mixed"}
    kind = found.pop()
    if found or kind == "mixed":
        raise Refused(Message("project_file.mixed_column", {"column": id}))
    return ("datetime", UTC_FORM) if kind == UTC_FORM else (kind, "object")


def _kinds(values: Iterable[object]) -> set[str]:
    """The kinds that occur; one look per type where the type decides alone."""
    listed = list(values)
    if set(map(type, listed)) <= _PLAIN_TYPES:
        return {_value_kind(kind()) for kind in set(map(type, listed)) & {str, bool, int}}
    return {_value_kind(value) for value in listed if not _missing(value)}


def _value_kind(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "boolean"
    if isinstance(value, datetime):
        return "datetime" if value.tzinfo is None else UTC_FORM
    kinds: tuple[tuple[str, tuple[type, ...]], ...] = (
        ("text", (str,)),
        ("date", (date,)),
        ("integer", (int, np.integer)),
        ("number", (float, np.floating)),
    )
    return next((kind for kind, types in kinds if isinstance(value, types)), "mixed")


def _missing(value: object) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and value != value)


def _integer(value: Any) -> int:
    if isinstance(value, bool | np.bool_ | str) or int(value) != value or int(value) not in _INT64:
        raise TypeError
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool | np.bool_ | str):
        raise TypeError
    return float(value) + 0.0


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # half a surrogate pair cannot be stored
    return str(value)


def _date(value: Any) -> str:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise TypeError
    return value.isoformat()


def _datetime(value: Any) -> str:
    if not isinstance(value, datetime):
        raise TypeError
    moment = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    spec = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    return moment.isoformat(timespec=spec) + "Z"


def _boolean(value: Any) -> int:
    if not isinstance(value, bool | np.bool_):
        raise TypeError
    return int(value)


def _moment(cell: str) -> datetime:
    return datetime.fromisoformat(cell.removesuffix("Z"))


_CELLS: dict[str, Callable[[Any], Cell]] = {
    "integer": _integer,
    "number": _number,
    "text": _text,
    "date": _date,
    "datetime": _datetime,
    "boolean": _boolean,
}
_BACK: dict[str, Callable[[Any], object]] = {"date": date.fromisoformat, "datetime": _moment, "boolean": bool}
