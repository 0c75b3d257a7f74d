"""Columns of a table from what GDAL gives for its field types."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_app.formats.drivers import Raw
from gis_app.formats.source import Source
from gis_app.formats.table import Column, booleans, objects, parse_date, parse_datetime
from gis_app.language import Message

_LARGEST_EXACT = 2**53


def columns(raw: Raw, source: Source) -> tuple[dict[str, Column], dict[str, str], list[Message]]:
    """Make the columns of a layer.

    Parameters
    ----------
    raw : Raw
        What the library gave.
    source : Source
        The file, which remarks are made of.

    Returns
    -------
    tuple[dict[str, NDArray], dict[str, str], list[Message]]
        Columns and types by name, and what was noticed, the library's remarks among it.
    """
    found: dict[str, Column] = {}
    types: dict[str, str] = {}
    problems = remarks(raw, source)
    for name, kind, values in zip(raw.names, raw.types, raw.values, strict=True):
        types[name], found[name], noticed = column(name, kind, values)
        problems.extend(noticed)
    return found, types, problems


def remarks(raw: Raw, source: Source) -> list[Message]:
    """Give what the library remarked, said of the user's file and not of its copy.

    Parameters
    ----------
    raw : Raw
        What the library gave.
    source : Source
        The file.

    Returns
    -------
    list[Message]
        One sentence a remark.
    """
    copy = str(source.copies[source.path.suffix.lower()])
    return [
        Message("formats.reader_note", {"note": note.replace(copy, source.path.name)}) for note in raw.notes
    ]


def column(name: str, kind: str, values: NDArray[Any]) -> tuple[str, Column, list[Message]]:
    """Make a column of a field's values.

    Parameters
    ----------
    name : str
        The field.
    kind : str
        GDAL's type, or its subtype where that says more: ``OFTString``, ``OFSTBoolean`` …
    values : NDArray
        As the library gave them.

    Returns
    -------
    tuple[str, NDArray, list[Message]]
        Type, column and what was noticed.
    """
    if kind == "OFSTBoolean":
        return "boolean", booleans(_truth(value) for value in values.tolist()), []
    if kind in ("OFTInteger", "OFTInteger64"):
        return _integers(name, values)
    if kind == "OFTReal":
        return "number", np.asarray(values, dtype=np.float64), []
    if kind == "OFTDate":
        return "date", *_dates(name, values)
    if kind == "OFTDateTime":
        return "datetime", *_datetimes(name, values)
    if kind == "OFTString":
        return "text", objects(None if value is None else _sound(str(value)) for value in values), []
    return "other", objects(_other(value) for value in values.tolist()), []


def _truth(value: Any) -> bool | None:
    return None if value is None or value != value else bool(value)


def _integers(name: str, values: NDArray[Any]) -> tuple[str, Column, list[Message]]:
    if values.dtype.kind in "iu":
        return "integer", values.astype(np.int64), []
    numbers = np.array(
        [np.nan if value is None else float(value) for value in values.tolist()], dtype=np.float64
    )
    inexact = int(np.count_nonzero(np.abs(numbers) > _LARGEST_EXACT))
    noted = [Message("formats.dbf_inexact", {"field": name, "count": inexact})] if inexact else []
    return "integer", numbers, noted


def _dates(name: str, values: NDArray[Any]) -> tuple[Column, list[Message]]:
    if values.dtype.kind == "M":
        return values.astype("datetime64[D]").astype(object), []
    texts = [None if value is None else str(value)[:10].replace("/", "-") for value in values.tolist()]
    found: list[date | None] = [None if text is None else parse_date(text) for text in texts]
    return objects(found), _unread(name, texts, found)


def _datetimes(name: str, values: NDArray[Any]) -> tuple[Column, list[Message]]:
    if values.dtype.kind == "M":
        return objects(values.astype("datetime64[us]").tolist()), []
    texts = [None if value is None else str(value).replace("/", "-") for value in values.tolist()]
    found = [None if text is None else parse_datetime(text) for text in texts]
    return objects(found), _unread(name, texts, found)


def _unread(name: str, texts: Iterable[str | None], found: Iterable[object]) -> list[Message]:
    lost = sum(text is not None and value is None for text, value in zip(texts, found, strict=True))
    return [Message("formats.dbf_no_date", {"field": name, "count": lost})] if lost else []


def _sound(text: str) -> str:
    """Replace halves of characters, which no encoding can write."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _other(value: Any) -> Any:
    """Give a value of a type we have no column for as text or a list of plain values."""
    if value is None or value != value if np.isscalar(value) else value is None:
        return None
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
