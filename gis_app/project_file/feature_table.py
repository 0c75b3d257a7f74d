"""The table of one layer: made, filled, read and dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import apsw
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gis_app.language import Message, Refused
from gis_app.model import GEOMETRY, OWN_TABLES, Columns, Completeness, Layer, Source
from gis_app.project_file import blob, geopackage
from gis_app.project_file.codec import Codec, dump
from gis_app.project_file.column import FID, GEOM, SQL_TYPES, Cell, Column, columns_of, from_cells, to_cells
from gis_app.project_file.connection import quoted
from gis_app.project_file.digest import column_texts, digests_of, row_digest

_RESERVED = ("gpkg_", "parkplan_", "rtree_", "sqlite_", "ogr_")
_MOST_COLUMNS = 1900  # SQLite takes 2 000
_PORTION = 20_000
"""Rows at once: each cell of theirs is held as a text for a moment."""

Rows = dict[int, tuple[bytes | None, list[Cell]]]
"""fid → geometry blob and cells, in the order of the columns."""


@dataclass(frozen=True)
class LayerRecord:
    """What the table ``parkplan_layer`` keeps of a layer beside its rows."""

    id: str
    feature_type: str
    scheme: str | None
    completeness: Completeness
    sources: tuple[Source, ...]
    columns: tuple[Column, ...]
    spatial: bool
    unlocked: str = ""

    @classmethod
    def of(cls, layer: Layer) -> LayerRecord:
        """The record of a layer that arrives."""
        types = {field.id: field.type for field in layer.feature_type.fields}
        return cls(
            layer.id,
            layer.feature_type.id,
            layer.scheme,
            layer.completeness,
            tuple(layer.sources),
            columns_of(layer.frame, types),
            GEOMETRY in layer.frame,
            layer.unlocked,
        )

    def body(self, codec: Codec) -> str:
        """As the text in the file."""
        columns = [[column.id, column.name, column.kind, column.form] for column in self.columns]
        named = {name: codec.encode(getattr(self, name)) for name in ("scheme", "completeness", "sources")}
        body = {"feature_type": self.feature_type, **named, "columns": columns, "spatial": self.spatial}
        return dump(body | ({"unlocked": self.unlocked} if self.unlocked else {}))

    @classmethod
    def parse(cls, id: str, body: dict[str, Any], codec: Codec) -> LayerRecord:
        """From the text in the file."""
        return cls(
            id,
            body["feature_type"],
            body["scheme"],
            codec.decode(body["completeness"]),
            codec.decode(body["sources"]),
            tuple(Column(*column) for column in body["columns"]),
            body["spatial"],
            body.get("unlocked", ""),
        )

    @cached_property
    def places(self) -> dict[str, int]:
        """Column id → position."""
        return {column.id: place for place, column in enumerate(self.columns)}

    @cached_property
    def names(self) -> str:
        """What a row of it is read by: id, geometry, cells."""
        columns = (quoted(column.name) for column in self.columns)
        return ", ".join([FID, GEOM if self.spatial else "NULL", *columns])

    def column(self, id: str) -> int | None:
        """Position of a column, None when there is none."""
        return self.places.get(id)

    def with_column(self, column: Column) -> LayerRecord:
        """With one more column at the end."""
        return replace(self, columns=(*self.columns, column))


def create(connection: apsw.Connection, layer: LayerRecord, srs_id: int, z: int, m: int) -> None:
    """Make the table and announce it; its index gets triggers only after it is filled (``add_triggers``)."""
    if not _usable(layer.id) or len(layer.columns) > _MOST_COLUMNS:
        raise Refused(Message("project_file.layer_name", {"layer": layer.id, "columns": len(layer.columns)}))
    connection.execute(geopackage.table_sql(layer.id, layer.columns, layer.spatial))
    if layer.spatial:
        connection.execute(geopackage.rtree_sql(layer.id))
    geopackage.add_contents(connection, layer.id, srs_id if layer.spatial else None, z, m)


def fill(
    connection: apsw.Connection, layer: LayerRecord, frame: pd.DataFrame, srs_id: int
) -> tuple[list[list[Any]], list[bytes | None]]:
    """Write all rows of a frame into a new table and its index; its columns, ids first, and its blobs."""
    fids: list[int] = frame.index.to_numpy(dtype=np.int64).tolist()
    cells = [to_cells(column, frame[column.id]) for column in layer.columns]
    if not layer.spatial:
        _insert(connection, layer, zip(fids, *cells, strict=True))
        return [fids, *cells], [None] * len(fids)
    shapes = frame[GEOMETRY].to_numpy(dtype=object)
    blobs = blob.encode(shapes, srs_id)
    _insert(connection, layer, zip(fids, blobs, *cells, strict=True))
    fill_index(connection, layer.id, fids, shapes)
    for statement in geopackage.rtree_triggers(layer.id).values():
        connection.execute(statement)
    geopackage.touch(connection, layer.id, extent(shapes))
    return [fids, *cells], blobs


def digests_of_columns(columns: Sequence[Sequence[Any]], blobs: Sequence[bytes | None]) -> dict[int, bytes]:
    """Fid → digest of rows given by their columns, ids first; a portion at a time."""
    found: dict[int, bytes] = {}
    for start in range(0, len(blobs), _PORTION):
        part = slice(start, start + _PORTION)
        texts = [column_texts(column[part]) for column in columns]
        found.update(zip(columns[0][part], digests_of(texts, blobs[part]), strict=True))
    return found


def fill_index(connection: apsw.Connection, table: str, fids: Sequence[int], shapes: NDArray[Any]) -> None:
    """Write the bounds of many features into an index that has no triggers yet."""
    bounds = shapely.bounds(shapes) if len(shapes) else np.empty((0, 4))
    full: Any = ~np.isnan(bounds).any(axis=1)
    corners = bounds[:, [0, 2, 1, 3]].tolist()
    index = quoted(geopackage.rtree_name(table))
    connection.executemany(
        f"INSERT INTO {index} VALUES (?,?,?,?,?)",
        ((fid, *corner) for fid, corner, is_full in zip(fids, corners, full, strict=True) if is_full),
    )


def add_column(connection: apsw.Connection, layer: LayerRecord, column: Column) -> None:
    """Give a table one more column."""
    if len(layer.columns) >= _MOST_COLUMNS:
        raise Refused(
            Message("project_file.layer_name", {"layer": layer.id, "columns": len(layer.columns) + 1})
        )
    connection.execute(
        f"ALTER TABLE {quoted(layer.id)} ADD COLUMN {quoted(column.name)} {SQL_TYPES[column.kind]}"
    )


def drop(connection: apsw.Connection, layer: LayerRecord) -> None:
    """Remove the table, its index and what announces it."""
    geopackage.remove_contents(connection, layer.id)
    if layer.spatial:
        connection.execute(f"DROP TABLE {quoted(geopackage.rtree_name(layer.id))}")
    connection.execute(f"DROP TABLE {quoted(layer.id)}")


def read(connection: apsw.Connection, layer: LayerRecord, fids: Iterable[int] | None = None) -> Rows:
    """Rows by fid, all of them or those of ``fids`` that exist."""
    statement = f"SELECT {layer.names} FROM {quoted(layer.id)}"
    if fids is None:
        found: Iterable[Any] = connection.execute(f"{statement} ORDER BY {FID}")
    else:
        found = connection.executemany(f"{statement} WHERE {FID} = ?", ((fid,) for fid in fids))
    return {row[0]: (row[1], list(row[2:])) for row in found}


def digested(
    connection: apsw.Connection, layer: LayerRecord
) -> Iterator[tuple[int, bytes | None, bytes | None, Sequence[Cell]]]:
    """Every row with the digest that is stored of it: fid, digest, geometry blob, cells."""
    # the sign makes a bare number of the fid: compared as a column it would not find its digest by the index
    names = "".join(f", t.{quoted(column.name)}" for column in layer.columns)
    shape = f"t.{GEOM}" if layer.spatial else "NULL"
    statement = (
        f"SELECT t.{FID}, d.digest, {shape}{names} FROM {quoted(layer.id)} t "
        f"LEFT JOIN parkplan_row_digest d ON d.table_name = ? AND d.id = +t.{FID}"
    )
    for row in cast("Iterator[Any]", connection.execute(statement, (layer.id,))):
        yield row[0], row[1], row[2], row[3:]


def departed_fids(connection: apsw.Connection, layer: LayerRecord) -> list[int]:
    """Rows whose digest is stored and which are not there."""
    statement = (
        "SELECT id FROM parkplan_row_digest WHERE table_name = ? "
        f"AND id NOT IN (SELECT {FID} FROM {quoted(layer.id)})"
    )
    return [row[0] for row in cast("Iterator[Any]", connection.execute(statement, (layer.id,)))]


def write(connection: apsw.Connection, layer: LayerRecord, old: Rows, new: Rows) -> None:
    """Bring the table from ``old`` to ``new``: rows that are gone, new, or different."""
    table = quoted(layer.id)
    gone = [(fid,) for fid in old if fid not in new]
    added = [(fid, row) for fid, row in new.items() if fid not in old]
    changed = {fid: row for fid, row in new.items() if fid in old and old[fid] != row}
    if gone:
        connection.executemany(f"DELETE FROM {table} WHERE {FID} = ?", gone)
    if added:
        head = ((fid, shape) if layer.spatial else (fid,) for fid, (shape, _) in added)
        _insert(
            connection, layer, [(*start, *cells) for start, (_, (_, cells)) in zip(head, added, strict=True)]
        )
    # only columns that change somewhere are set, for setting the geometry runs the index triggers
    if any(old[fid][0] != shape for fid, (shape, _) in changed.items()):
        shapes = [(shape, fid) for fid, (shape, _) in changed.items() if old[fid][0] != shape]
        connection.executemany(f"UPDATE {table} SET {GEOM} = ? WHERE {FID} = ?", shapes)
    rewritten = [(old[fid][1], cells) for fid, (_, cells) in changed.items() if old[fid][1] != cells]
    places = [place for place in range(len(layer.columns)) if any(a[place] != b[place] for a, b in rewritten)]
    if places:
        setting = ", ".join(f"{quoted(layer.columns[place].name)} = ?" for place in places)
        values = [(*(cells[place] for place in places), fid) for fid, (_, cells) in changed.items()]
        connection.executemany(f"UPDATE {table} SET {setting} WHERE {FID} = ?", values)


def to_columns(layer: LayerRecord, rows: Rows, crs: CRS | None) -> Columns:
    """The columns of a layer, ordered by fid; ``Refused`` where a cell is not what its column holds."""
    cells = list(zip(*(cells for _, cells in rows.values()), strict=True)) or [()] * len(layer.columns)
    columns = {}
    for column, values in zip(layer.columns, cells, strict=True):
        try:
            columns[column.id] = from_cells(column, values)
        except (ValueError, TypeError) as error:
            raise Refused(
                Message("project_file.bad_cell", {"layer": layer.id, "column": column.id})
            ) from error
    try:
        shapes = blob.decode([shape for shape, _ in rows.values()]) if layer.spatial else None
    except (ValueError, shapely.errors.ShapelyError) as error:
        raise Refused(Message("project_file.bad_cell", {"layer": layer.id, "column": GEOMETRY})) from error
    return Columns(np.fromiter(rows, dtype=np.int64, count=len(rows)), columns, shapes, crs)


def digests(rows: Rows) -> dict[int, bytes]:
    """Fid → digest."""
    return {fid: row_digest((fid, *cells), shape) for fid, (shape, cells) in rows.items()}


def extent(shapes: NDArray[Any]) -> tuple[float, float, float, float] | None:
    """Bounds of all geometries together, None when there is nothing."""
    if len(shapes) == 0:
        return None
    bounds = shapely.bounds(shapes)
    bounds = bounds[~np.isnan(bounds[:, 0])]
    if len(bounds) == 0:
        return None
    (x0, y0), (x1, y1) = bounds[:, :2].min(axis=0).tolist(), bounds[:, 2:].max(axis=0).tolist()
    return x0, y0, x1, y1


def dimensions(shapes: NDArray[Any]) -> tuple[int, int]:
    """GeoPackage's z and m: 0 where no geometry has it, 2 (optional) where one has."""
    return 2 * bool(shapely.has_z(shapes).any()), 2 * bool(shapely.has_m(shapes).any())


def _insert(connection: apsw.Connection, layer: LayerRecord, rows: Iterable[tuple[Any, ...]]) -> None:
    names = [FID, *([GEOM] if layer.spatial else []), *(quoted(column.name) for column in layer.columns)]
    marks = ",".join("?" * len(names))
    connection.executemany(f"INSERT INTO {quoted(layer.id)} ({', '.join(names)}) VALUES ({marks})", rows)


def _usable(id: str) -> bool:
    reserved = id.casefold().startswith(_RESERVED) or id.casefold() in OWN_TABLES
    return bool(id.strip()) and "\0" not in id and not reserved
