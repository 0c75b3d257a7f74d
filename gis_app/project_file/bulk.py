"""A layer of very many rows: read whole by the reader process, taken over as columns made when asked for.

What comes of it is what ``feature_table.read`` and ``to_columns`` give, row for row; where that is not
certain, None, and they read.
"""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from gis_app.geometry.packed import Packed
from gis_app.model import Columns
from gis_app.model.columns import Later
from gis_app.project_file import journal, reader
from gis_app.project_file.column import FID, GEOM, Column, from_cells
from gis_app.project_file.connection import quoted
from gis_app.project_file.feature_table import LayerRecord
from gis_app.worker import Crew, Job, Limits, WorkerFault

MANY = 50_000
"""Rows from which a process is worth its start."""
_KEPT_OUT = ("pandas", "geopandas", "pyarrow", "pyproj")
"""pyogrio takes them in where they are, at half a second and 100 MB."""
_SHORT_BYTES = 7
"""Texts of so few bytes fit into a number of eight, with their length."""
_LOOKED_AT = 1000
_DATE_BYTES = 10
_EPOCH = date(1970, 1, 1).toordinal()
_log = logging.getLogger(__name__)

State = tuple[tuple[int, int], ...]


def is_large(connection: apsw.Connection, layer: LayerRecord) -> bool:
    """Whether a layer has so many rows that the reader process is quicker."""
    found = connection.execute(f"SELECT 1 FROM {quoted(layer.id)} LIMIT 1 OFFSET {MANY - 1}").fetchone()
    return found is not None


def read(
    connection: apsw.Connection, path: Path, layer: LayerRecord, crs: CRS | None, crew: Crew
) -> Columns | None:
    """The columns of a layer; None where it must be read row by row.

    Parameters
    ----------
    path
        The file that ``connection`` has open.
    """
    into = Path(tempfile.mkdtemp(prefix="parkplan-"))
    try:
        return _Reading(connection, path, layer, into).columns(crs, crew)
    except (WorkerFault, _Different, ValueError, OSError) as error:
        _log.warning("%s is read row by row: %s", layer.id, error)
        return None
    finally:
        shutil.rmtree(into, ignore_errors=True)


class _Different(Exception):
    """What the reader process saw is not what this connection sees."""


class _Reading:
    """One table on its way from the reader process."""

    def __init__(self, connection: apsw.Connection, path: Path, layer: LayerRecord, into: Path) -> None:
        self._connection, self._path, self._layer, self._into = connection, path, layer, into
        # GDAL rounds moments; they are few, and read here
        self._moments = [column for column in layer.columns if column.kind == "datetime"]
        self._given = [column for column in layer.columns if column.kind != "datetime"]

    def columns(self, crs: CRS | None, crew: Crew) -> Columns:
        """The columns; raises where both do not see the same."""
        before = self._state()
        with ThreadPoolExecutor(1) as beside:
            reading = beside.submit(crew.run, self._job())
            count, sizes = self._counted()
            told = reading.result().value
        if self._state() != before or told["seq"] != journal.head(self._connection)[0]:
            raise _Different("the file changed meanwhile")
        self._told: dict[str, list[Any]] = told["columns"]
        if any(counted != count for _, _, counted in self._told.values()):
            raise _Different("the number of rows")
        fids = self._part(FID, reader.VALUES, "<i8")
        if not (fids[1:] > fids[:-1]).all():
            raise _Different("the order of the rows")
        made = {column.id: self._column(column, sizes.get(column.name)) for column in self._given}
        made |= {column.id: self._moment(column) for column in self._moments}
        ordered = {column.id: made[column.id] for column in self._layer.columns}
        return Columns(fids, ordered, self._geometry() if self._layer.spatial else None, crs)

    def _job(self) -> Job:
        request = {
            "file": str(self._path),
            "table": self._layer.id,
            "columns": [column.name for column in self._given],
            "into": str(self._into),
        }
        limits = Limits.for_size(self._path.stat().st_size)
        return Job("gis_app.project_file.reader", "read", request, limits=limits, keep_out=_KEPT_OUT)

    def _state(self) -> State:
        """Size and time of the file and the log beside it: whoever writes changes them."""
        both = (self._path, self._path.with_name(self._path.name + "-wal"))
        found = [one.stat() for one in both if one.exists()]
        return tuple((one.st_size, one.st_mtime_ns) for one in found)

    def _counted(self) -> tuple[int, dict[str, int]]:
        """Rows, and the bytes of each column of texts and dates, as this connection sees them."""
        named = [column.name for column in self._given if column.kind in ("text", "date")]
        sums = "".join(f", sum(octet_length({quoted(name)}))" for name in named)
        row: Any = self._connection.execute(f"SELECT count(*){sums} FROM {quoted(self._layer.id)}").fetchone()
        return row[0], {name: size or 0 for name, size in zip(named, row[1:], strict=True)}

    def _part(self, name: str, part: str, dtype: str) -> NDArray[Any]:
        place, _, _ = self._told[name]
        return np.fromfile(self._into / f"{place}.{part}", dtype=dtype)

    def _column(self, column: Column, size: int | None) -> NDArray[Any] | Later:
        form = self._told[column.name][1]
        valid = self._part(column.name, reader.VALID, "?")
        values = self._part(column.name, reader.VALUES, "u1" if form == "bytes" else form)
        if column.kind == "text":
            lengths = self._part(column.name, reader.LENGTHS, "<i8")
            if form != "bytes" or len(values) != size:
                raise _Different(column.id)
            str(values.data, "utf-8")  # damage is found now, not when somebody looks
            return partial(_texts, values, lengths, valid)
        if column.kind == "date":
            if size != _DATE_BYTES * int(valid.sum()):
                raise _Different(column.id)
            return partial(_dates, values, valid)
        if column.kind == "boolean":
            return partial(_objects, values.astype(bool), valid)
        if column.form != "object" and column.kind == "number":
            values[~valid] = np.nan
            return values.astype(column.form, copy=False)
        if column.form != "object" and valid.all():
            return values.astype(column.form, copy=False)
        return partial(_objects, values, valid)

    def _moment(self, column: Column) -> NDArray[Any]:
        statement = f"SELECT {quoted(column.name)} FROM {quoted(self._layer.id)} ORDER BY {FID}"
        return from_cells(column, [row[0] for row in self._connection.execute(statement)])

    def _geometry(self) -> Packed:
        lengths = self._part(GEOM, reader.LENGTHS, "<i8")
        place, _, _ = self._told[GEOM]
        return Packed(_mapped(self._into / f"{place}.{reader.VALUES}"), np.cumsum(lengths) - lengths, lengths)


def _mapped(path: Path) -> NDArray[np.uint8]:
    """The bytes of a file that is about to be removed; not copied where the system allows that."""
    if sys.platform == "win32" or not path.stat().st_size:
        return np.fromfile(path, dtype=np.uint8)
    return np.asarray(np.memmap(path, dtype=np.uint8, mode="c"))


def _texts(values: NDArray[np.uint8], lengths: NDArray[np.int64], valid: NDArray[np.bool_]) -> NDArray[Any]:
    if len(lengths) and lengths.max() <= _SHORT_BYTES:
        return _short_texts(values, lengths, valid)
    text = str(values.data, "utf-8")
    # a byte that goes on begins no character
    begins = np.concatenate(([0], np.cumsum((values & 0xC0) != 0x80))) if len(text) != len(values) else None
    ends = np.cumsum(lengths)
    starts = ends - lengths
    if begins is not None:
        starts, ends = begins[starts], begins[ends]
    pieces = [text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
    if len(set(pieces[:_LOOKED_AT])) < _LOOKED_AT / 4:  # what recurs is held once
        known: dict[str, str] = {}
        pieces = [known.setdefault(piece, piece) for piece in pieces]
    return _objects(pieces, valid)


def _short_texts(
    values: NDArray[np.uint8], lengths: NDArray[np.int64], valid: NDArray[np.bool_]
) -> NDArray[Any]:
    """The same for texts of so few bytes that each with its length is a number: what recurs is made once."""
    starts = np.cumsum(lengths) - lengths
    keys = lengths.astype(np.uint64) << np.uint64(8 * _SHORT_BYTES)
    padded = np.append(values, np.zeros(_SHORT_BYTES, dtype=np.uint8))
    for place in range(int(lengths.max())):
        byte = np.where(lengths > place, padded[starts + place], 0)
        keys |= byte.astype(np.uint64) << np.uint64(8 * place)
    known = np.unique(keys[:_LOOKED_AT])
    which = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    if (known[which] != keys).any():
        known, which = np.unique(keys, return_inverse=True)
    pieces = [key.to_bytes(8, "little")[: key >> 8 * _SHORT_BYTES].decode() for key in known.tolist()]
    made = np.array([*pieces, None], dtype=object)[which]
    made[~valid] = None
    return np.asarray(made)


def _dates(values: NDArray[np.int32], valid: NDArray[np.bool_]) -> NDArray[Any]:
    known = {day: date.fromordinal(day + _EPOCH) for day in np.unique(values[valid]).tolist()}
    return _objects([known.get(day) for day in values.tolist()], valid)


def _objects(values: Any, valid: NDArray[np.bool_]) -> NDArray[Any]:
    made = np.empty(len(valid), dtype=object)
    made[:] = values if isinstance(values, list) else values.tolist()
    made[~valid] = None
    return made
