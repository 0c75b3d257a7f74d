"""Whether the file still is what its journal says: structure, chain, every row, index, GeoPackage tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

import apsw
import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from gis_app.language import Message
from gis_app.model import OWN_TABLES
from gis_app.project_file import blob, feature_table, geopackage, journal, schema
from gis_app.project_file.codec import Codec
from gis_app.project_file.column import FID, GEOM
from gis_app.project_file.connection import quoted
from gis_app.project_file.digest import Tally, row_digest
from gis_app.project_file.feature_table import LayerRecord, Rows

_MOST_IDS = 20
_FLOAT32_STEP = 2.5e-7  # the index holds 32-bit numbers, rounded outwards by up to two steps
UNREADABLE = b""
"""In place of the digest of a row that cannot be read."""

Digests = dict[int | str, bytes]


def structure(connection: apsw.Connection, *, quick: bool) -> Iterator[Message]:
    """Damage that SQLite itself notices, and references that lead nowhere."""
    check = "quick_check" if quick else "integrity_check"
    for (answer,) in connection.execute(f"PRAGMA {check}"):
        if answer != "ok":
            yield Message("project_file.structure", {"cause": answer})
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield Message("project_file.foreign_key", {"table": table, "row": row, "parent": parent})


def rows(connection: apsw.Connection, codec: Codec) -> Iterator[Message]:
    """Rows that are not what the journal says, by table and id."""
    try:
        expected = journal.tallies(connection)
    except (ValueError, TypeError):
        return  # the chain already names the record that cannot be read
    for table in sorted(OWN_TABLES):
        yield from _differences(connection, table, own_digests(connection, table), expected)
    for layer in _layers(connection, codec):
        if isinstance(layer, Message):
            yield layer
        elif not _exists(connection, layer.id):
            yield Message("project_file.table_gone", {"table": layer.id})
        else:
            yield from _of_layer(connection, layer, expected)


def metadata(connection: apsw.Connection, codec: Codec) -> Iterator[Message]:
    """Tables, triggers and rows that make the file a GeoPackage with an append-only journal."""
    if version(connection) != (geopackage.APPLICATION_ID, geopackage.VERSION):
        yield Message("project_file.not_geopackage", {"value": str(version(connection))})
    wanted = {**geopackage.TABLES, **schema.TABLES, **schema.TRIGGERS}
    srs = geopackage.srs_of(_project_crs(connection, codec)).srs_id
    yield from _srs_row(connection, codec)
    for layer in _layers(connection, codec):
        if isinstance(layer, LayerRecord) and _exists(connection, layer.id):
            wanted[layer.id] = geopackage.table_sql(layer.id, layer.columns, layer.spatial)
            if layer.spatial:
                wanted[geopackage.rtree_name(layer.id)] = geopackage.rtree_sql(layer.id)
                wanted |= geopackage.rtree_triggers(layer.id)
            yield from _announced(connection, layer, srs)
    found = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"))
    for name, statement in wanted.items():
        if " ".join((found.get(name) or "").split()) != " ".join(statement.split()):
            yield Message("project_file.definition", {"name": name})


def indexes(connection: apsw.Connection, codec: Codec) -> Iterator[Message]:
    """Spatial indexes that do not hold exactly the bounds of the features."""
    for layer in _layers(connection, codec):
        if not isinstance(layer, LayerRecord) or not layer.spatial or not _exists(connection, layer.id):
            continue
        try:
            features = feature_table.read(connection, layer)
            wrong = wrong_bounds(connection, layer, features)
        except (apsw.Error, ValueError, shapely.errors.ShapelyError) as error:
            yield Message("project_file.index_unreadable", {"layer": layer.id, "cause": str(error)})
        else:
            if wrong:
                yield _located("project_file.index", layer.id, wrong)


def wrong_bounds(connection: apsw.Connection, layer: LayerRecord, features: Rows) -> list[int]:
    """Features whose entry in the index is missing, too many, or elsewhere."""
    fids = np.fromiter(features, dtype=np.int64)
    bounds = shapely.bounds(blob.decode([row[0] for row in features.values()])).reshape(-1, 4)
    full = ~np.isnan(bounds).any(axis=1)
    wanted = dict(zip(fids[full].tolist(), bounds[full][:, [0, 2, 1, 3]], strict=True))
    index = quoted(geopackage.rtree_name(layer.id))
    entries = connection.execute(f"SELECT id, minx, maxx, miny, maxy FROM {index}")
    found = {row[0]: np.array(row[1:]) for row in entries}
    wrong = set(wanted) ^ set(found)
    outward = np.array([-1.0, 1.0, -1.0, 1.0])
    for fid in set(wanted) & set(found):
        over = (found[fid] - wanted[fid]) * outward
        if (over < 0).any() or (over > np.abs(wanted[fid]) * _FLOAT32_STEP + 1e-30).any():
            wrong.add(fid)
    return sorted(wrong)


def own_digests(connection: apsw.Connection, table: str) -> Digests:
    """Id → digest of one of the project's own tables; empty digest where a row cannot be read."""
    name, found = schema.own_table(table), Digests()
    for (rowid,) in connection.execute(f"SELECT rowid FROM {name}").fetchall():
        try:
            row: Any = connection.execute(f"SELECT id, body FROM {name} WHERE rowid = ?", (rowid,)).fetchone()
            id, body = row
            found[id] = row_digest((id, body)) if isinstance(body, str) else UNREADABLE
        except (UnicodeDecodeError, TypeError):
            found[f"#{rowid}"] = UNREADABLE
    return found


def layer_digests(connection: apsw.Connection, layer: LayerRecord) -> Digests:
    """Fid → digest of a layer; empty digest where a row cannot be read."""
    try:
        return cast(Digests, feature_table.digests(feature_table.read(connection, layer)))
    except (UnicodeDecodeError, TypeError):
        return dict(_one_by_one(connection, layer))
    except apsw.SQLError:  # a column is gone
        return {}


def version(connection: apsw.Connection) -> tuple[int, int]:
    """``application_id`` and ``user_version``."""
    application: Any = connection.execute("PRAGMA application_id").fetchone()
    user: Any = connection.execute("PRAGMA user_version").fetchone()
    return application[0], user[0]


def _one_by_one(connection: apsw.Connection, layer: LayerRecord) -> Iterator[tuple[int, bytes]]:
    fids: list[Any] = connection.execute(f"SELECT {FID} FROM {quoted(layer.id)}").fetchall()
    for (fid,) in fids:
        try:
            yield from feature_table.digests(feature_table.read(connection, layer, [fid])).items()
        except (UnicodeDecodeError, TypeError):
            yield fid, UNREADABLE


def _differences(
    connection: apsw.Connection, table: str, actual: Digests, expected: Mapping[str, Tally]
) -> Iterator[Message]:
    statement = "SELECT id, digest FROM parkplan_row_digest WHERE table_name = ?"
    try:
        stored = dict(connection.execute(statement, (table,)))
    except UnicodeDecodeError:
        yield Message("project_file.digests", {"table": table})
        return
    different = sorted({*actual, *stored} - {id for id in actual if stored.get(id) == actual[id]}, key=str)
    is_as_logged = Tally().plus(list(actual.values())) == expected.get(table, Tally())
    if different and is_as_logged:
        yield Message("project_file.digests", {"table": table})
    elif different:
        yield _located("project_file.rows", table, different)
    elif not is_as_logged:
        yield Message("project_file.table", {"table": table})


def _of_layer(
    connection: apsw.Connection, layer: LayerRecord, expected: Mapping[str, Tally]
) -> Iterator[Message]:
    """As ``_differences``, without holding a whole layer in memory."""
    different: list[int] = []
    total = Tally()
    try:
        for fid, stored, shape, cells in feature_table.digested(connection, layer):
            digest = row_digest((fid, *cells), shape)
            total = total.plus([digest])
            if digest != stored:
                different.append(fid)
        different += feature_table.departed_fids(connection, layer)
    except (UnicodeDecodeError, TypeError, apsw.SQLError):
        yield from _differences(connection, layer.id, layer_digests(connection, layer), expected)
        return
    is_as_logged = total == expected.get(layer.id, Tally())
    if different and is_as_logged:
        yield Message("project_file.digests", {"table": layer.id})
    elif different:
        yield _located("project_file.rows", layer.id, sorted(different))
    elif not is_as_logged:
        yield Message("project_file.table", {"table": layer.id})


def _layers(connection: apsw.Connection, codec: Codec) -> Iterator[LayerRecord | Message]:
    for (rowid,) in connection.execute("SELECT rowid FROM parkplan_layer ORDER BY rowid").fetchall():
        try:
            statement = "SELECT id, body FROM parkplan_layer WHERE rowid = ?"
            row: Any = connection.execute(statement, (rowid,)).fetchone()
            id, body = row
            yield LayerRecord.parse(id, json.loads(body), codec)
        except (ValueError, TypeError, KeyError, shapely.errors.ShapelyError):
            yield Message("project_file.layer_record", {"number": rowid})


def _project_crs(connection: apsw.Connection, codec: Codec) -> CRS | None:
    row = connection.execute("SELECT body FROM parkplan_setting WHERE id = 'crs'").fetchone()
    try:
        value = None if row is None else codec.decode(json.loads(row[0]))["value"]
        return None if value is None else CRS.from_user_input(value)
    except (ValueError, TypeError, KeyError, CRSError):
        return None  # the row itself is reported as altered


def _srs_row(connection: apsw.Connection, codec: Codec) -> Iterator[Message]:
    crs = _project_crs(connection, codec)
    wanted = geopackage.srs_of(crs)
    columns = "organization, organization_coordsys_id, definition"
    statement = f"SELECT {columns} FROM gpkg_spatial_ref_sys WHERE srs_id = ?"
    row: Any = connection.execute(statement, (wanted.srs_id,)).fetchone()
    same = row is not None and (str(row[0]).upper(), row[1]) == (wanted.organization, wanted.code)
    try:
        same = same and (crs is None or CRS.from_wkt(row[2]) == CRS.from_wkt(wanted.definition))
    except CRSError:
        same = False
    if not same:
        yield Message("project_file.srs_row", {"srs_id": wanted.srs_id})


def _announced(connection: apsw.Connection, layer: LayerRecord, srs: int) -> Iterator[Message]:
    kind, srs_id = ("features", srs) if layer.spatial else ("attributes", None)
    contents = "SELECT data_type, srs_id FROM gpkg_contents WHERE table_name = ?"
    if connection.execute(contents, (layer.id,)).fetchone() != (kind, srs_id):
        yield Message("project_file.announced", {"table": "gpkg_contents", "layer": layer.id})
    if not layer.spatial:
        return
    geometry = (
        "SELECT column_name, geometry_type_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?"
    )
    if connection.execute(geometry, (layer.id,)).fetchone() != (GEOM, "GEOMETRY", srs):
        yield Message("project_file.announced", {"table": "gpkg_geometry_columns", "layer": layer.id})
    extension = "SELECT column_name, scope FROM gpkg_extensions WHERE table_name = ? AND extension_name = ?"
    row = connection.execute(extension, (layer.id, "gpkg_rtree_index")).fetchone()
    if row != (GEOM, "write-only"):
        yield Message("project_file.announced", {"table": "gpkg_extensions", "layer": layer.id})


def _exists(connection: apsw.Connection, table: str) -> bool:
    statement = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
    return connection.execute(statement, (table,)).fetchone() is not None


def _located(id: str, table: str, ids: list[int] | list[int | str]) -> Message:
    shown = ", ".join(str(id) for id in ids[:_MOST_IDS]) + (" …" if len(ids) > _MOST_IDS else "")
    return Message(id, {"table": table, "ids": shown, "count": len(ids)})
