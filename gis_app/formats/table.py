"""What a file gives: one layer as delivered, with everything that was noticed about it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.language import Message

Column = NDArray[Any]

TYPES = ("text", "integer", "number", "date", "datetime", "boolean", "other")


@dataclass(frozen=True)
class Excluded:
    """Features of the source that are not in the table, and why.

    Parameters
    ----------
    reason : Message
        Why.
    source_ids : tuple[int, ...]
        Their ids in the source.
    count : int
        How many they are.
    """

    reason: Message
    source_ids: tuple[int, ...]
    count: int


@dataclass(frozen=True)
class Table:
    """One layer of one file, as delivered.

    Parameters
    ----------
    path : Path
        The file that was named.
    name : str
        Name of the layer; the file's stem where the format has none.
    files : tuple[tuple[Path, str], ...]
        Every member of the set with its SHA-256.
    columns : dict[str, NDArray]
        By delivered name. Text, date, datetime and other are object arrays of ``str``, ``datetime.date``,
        ``datetime.datetime`` and ``None``; integers are int64, or float64 with NaN where some are missing;
        numbers are float64; booleans are bool, or object arrays with ``None`` where some are missing.
    types : dict[str, str]
        One of `TYPES` for each column.
    geometry : NDArray[object] | None
        Shapely geometries without Z and M, none of them empty; ``None`` for a table without geometry.
    geometry_type : str | None
        ``Point``, ``Polygon``, ``MultiPolygon`` (also for polygons and multipolygons together), ``Mixed`` …
    source_ids : NDArray[int64]
        Ids in the source, one a row.
    encoding, encoding_basis : str
        How text was decoded, and by what that was decided: ``stated``, ``cpg``, ``language_byte``, ``utf8``,
        ``gb18030``, ``format``.
    crs_wkt : str | None
        The reference system the file declares, ``None`` if it says nothing.
    declared_count : int
        How many features the file says it has.
    excluded : tuple[Excluded, ...]
        Features that could not be used.
    problems : tuple[Message, ...]
        What was noticed and put up with.
    reader : str
        The library or part of this program that read it.
    """

    path: Path
    name: str
    files: tuple[tuple[Path, str], ...]
    columns: dict[str, Column]
    types: dict[str, str]
    geometry: NDArray[Any] | None
    geometry_type: str | None
    source_ids: NDArray[np.int64]
    encoding: str
    encoding_basis: str
    crs_wkt: str | None
    declared_count: int
    excluded: tuple[Excluded, ...] = ()
    problems: tuple[Message, ...] = ()
    reader: str = ""

    def __len__(self) -> int:
        """Give the number of rows."""
        return len(self.source_ids)

    @property
    def digest(self) -> str:
        """Give the SHA-256 of the file, or for a set that of its members' digests by suffix."""
        if len(self.files) == 1:
            return self.files[0][1]
        told = sorted(f"{path.suffix.lower()}:{digest}" for path, digest in self.files)
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    def rows(self, keep: NDArray[Any]) -> Table:
        """Give the same table with some of its rows.

        Parameters
        ----------
        keep : NDArray
            A mask, or positions.

        Returns
        -------
        Table
            Everything else as it is.
        """
        geometry = None if self.geometry is None else self.geometry[keep]
        columns = {name: values[keep] for name, values in self.columns.items()}
        return replace(self, columns=columns, geometry=geometry, source_ids=self.source_ids[keep])


def geometry_type_of(geometry: NDArray[Any]) -> str | None:
    """Name the geometry type of an array.

    Parameters
    ----------
    geometry : NDArray[object]
        Shapely geometries.

    Returns
    -------
    str | None
        The one type's name, the multi type's where single and multi are together, ``Mixed`` otherwise;
        ``None`` for an empty array.
    """
    names = {shapely.GeometryType(code).name for code in np.unique(shapely.get_type_id(geometry))}
    spelled = {_SPELLED[name] for name in names - {"MISSING"}}
    if len(spelled) > 1:
        multi = {name if name.startswith("Multi") else f"Multi{name}" for name in spelled}
        return multi.pop() if len(multi) == 1 else "Mixed"
    return spelled.pop() if spelled else None


_SPELLED = {
    "POINT": "Point",
    "LINESTRING": "LineString",
    "LINEARRING": "LineString",
    "POLYGON": "Polygon",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
    "GEOMETRYCOLLECTION": "GeometryCollection",
}


def objects(values: Iterable[Any]) -> NDArray[Any]:
    """Give an object array of values, whatever they are.

    Parameters
    ----------
    values : Iterable
        The values.

    Returns
    -------
    NDArray[object]
        One-dimensional, also where the values are sequences.
    """
    listed = list(values)
    result = np.empty(len(listed), dtype=object)
    result[:] = listed
    return result


def shapes(wkb: Column) -> NDArray[Any]:
    """Make shapes of WKB.

    Parameters
    ----------
    wkb : NDArray[object]
        Bytes or ``None``.

    Returns
    -------
    NDArray[object]
        ``None`` also for bytes that are no geometry.
    """
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are counted later
        return np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)


def booleans(values: Iterable[bool | None]) -> Column:
    """Give a column of booleans.

    Parameters
    ----------
    values : Iterable[bool | None]
        The values.

    Returns
    -------
    NDArray
        Of bool, or of object where some are missing.
    """
    listed = list(values)
    return objects(listed) if None in listed else np.array(listed, dtype=bool)


def integers(values: Iterable[int | None]) -> Column:
    """Give a column of integers.

    Parameters
    ----------
    values : Iterable[int | None]
        The values, each within 64 bits.

    Returns
    -------
    NDArray
        Of int64, or of float64 with NaN where some are missing.
    """
    listed = list(values)
    if None in listed:
        return np.array([np.nan if value is None else value for value in listed], dtype=np.float64)
    return np.array(listed, dtype=np.int64)


def is_missing(values: Column) -> NDArray[np.bool_]:
    """Tell which values of a column are missing.

    Parameters
    ----------
    values : NDArray
        A column of a table.

    Returns
    -------
    NDArray[bool]
        True for ``None`` and NaN.
    """
    if values.dtype == object:
        return np.array([value is None for value in values], dtype=bool)
    return np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), dtype=bool)


def parse_date(text: str) -> date | None:
    """Read a date written as in ISO 8601.

    Parameters
    ----------
    text : str
        ``2026-11-30``.

    Returns
    -------
    date | None
        The date, ``None`` where the text is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_datetime(text: str) -> datetime | None:
    """Read a date and time written as in ISO 8601.

    Parameters
    ----------
    text : str
        With or without a time zone.

    Returns
    -------
    datetime | None
        ``None`` where the text is none.
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
