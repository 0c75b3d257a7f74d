"""One changeset on its way into the tables, inside an open transaction; it ends as a journal record."""

from __future__ import annotations

import gc
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

import apsw
import pandas as pd
from pyproj import CRS

from gis_app.language import Message, Refused
from gis_app.model import GEOMETRY, NUMBER_FORMS, OWN_TABLES, Changeset, Layer, Record, Row
from gis_app.project_file import blob, column_change, feature_table, geopackage
from gis_app.project_file.codec import Codec, Written, dump
from gis_app.project_file.column import columns_of
from gis_app.project_file.digest import Tally, row_digest
from gis_app.project_file.feature_table import LayerRecord, Rows
from gis_app.project_file.geopackage import Srs
from gis_app.project_file.history_body import departed, ranges
from gis_app.project_file.row_change import apply, sides_of
from gis_app.project_file.schema import own_table

_NEXT_FID = "next_fid"
_MANY = 1000


class Writing:
    """Performs changesets on the tables and keeps their digests; the caller owns the transaction.

    Parameters
    ----------
    tallies
        Rows and digest of every table before; never changed, ``self.tallies`` is a copy.
    """

    def __init__(self, connection: apsw.Connection, codec: Codec, tallies: Mapping[str, Tally]) -> None:
        self._connection = connection
        self._codec = codec
        self.tallies = dict(tallies)
        self.touched: set[str] = set()
        self._alike: dict[str, tuple[str, ...]] = {}
        self._srs_id = _srs_of(self._text("project", "crs"), codec).srs_id

    def perform(self, changeset: Changeset) -> object:
        """Write everything; the body that the journal keeps of it."""
        with _uncollected(len(changeset.records)):
            return self._perform(changeset)

    def _perform(self, changeset: Changeset) -> object:
        by_table: dict[str, list[Record]] = defaultdict(list)
        for record in changeset.records:
            by_table[record.table].append(record)
        for record in by_table.pop("project", []):  # the reference system comes before what is written in it
            self._own(record)
        departures = [self._depart(layer.id) for layer in changeset.departures]
        arrivals = [self._arrive(layer) for layer in changeset.arrivals]
        for table, records in by_table.items():
            if table in OWN_TABLES:
                for record in records:
                    self._own(record)
            else:
                self._rows(table, records)
        whole = {"arrivals": arrivals, "departures": departures}
        names = self._alike.get(changeset.records[0].table) if len(by_table) == 1 else None
        if names is not None:
            return Written(f'{{"records":{self._kept(changeset.records, names)},{dump(whole)[1:]}')
        encode = self._codec.encode
        kept = [[r.table, encode(r.id), encode(r.before), encode(r.after)] for r in changeset.records]
        return {"records": kept, **whole}

    def _kept(self, records: Sequence[Record], names: Sequence[str]) -> str:
        """Very many records of one layer as the text that the journal keeps."""
        befores = self._codec.rows_text([record.before for record in records], names)
        afters = self._codec.rows_text([record.after for record in records], names)
        table = dump(records[0].table)
        rows = zip(records, befores, afters, strict=True)
        return f"[{','.join([f'[{table},{record.id},{before},{after}]' for record, before, after in rows])}]"

    def take_in(self, table: str, known: Sequence[int], rows: Rows) -> None:
        """Let the digests say what another program wrote into a layer.

        ``known`` are the features that the digests hold otherwise, ``rows`` those that are there now.
        """
        self._forget(table, known)
        self._remember(table, feature_table.digests(rows))
        self._take_fids(rows)

    def layer(self, id: str) -> LayerRecord:
        """The record of a layer; ValueError when there is none."""
        text = self._text("layer", id)
        if text is None:
            raise ValueError(f"unknown table {id!r}")
        return _layer_of(id, text, self._codec)

    def put(self, table: str, id: str, body: str | None) -> None:
        """Write, replace or remove one record of the project's own tables."""
        name = own_table(table)
        self._forget(table, [id])
        if body is None:
            self._connection.execute(f"DELETE FROM {name} WHERE id = ?", (id,))
            return
        self._connection.execute(
            f"INSERT INTO {name} VALUES (?,?) ON CONFLICT(id) DO UPDATE SET body = excluded.body", (id, body)
        )
        self._remember(table, {id: row_digest((id, body))})

    def _own(self, record: Record) -> None:
        id, after = str(record.id), record.after
        old = self._body(record.table, id)
        # a property of the project always is, entered or not; so its record may say before = None or not
        if (old is None) != (record.before is None) and record.table != "project":
            raise ValueError(f"record {id!r} of {record.table!r} does not fit")
        if record.table == "layer" and (after is None or record.before is None):
            raise ValueError("layers come and go as arrivals and departures")
        if after is None:
            self.put(record.table, id, None)
        else:
            self.put(record.table, id, dump({**(old or {}), **self._codec.encode(dict(after))}))
        if record.table == "project" and id == "crs":
            self._change_crs()

    def _body(self, table: str, id: str) -> dict[str, Any] | None:
        text = self._text(table, id)
        return None if text is None else cast("dict[str, Any]", json.loads(text))

    def _text(self, table: str, id: str) -> str | None:
        row = self._connection.execute(f"SELECT body FROM {own_table(table)} WHERE id = ?", (id,)).fetchone()
        return None if row is None else cast(str, row[0])

    def _change_crs(self) -> None:
        srs = _srs_of(self._text("project", "crs"), self._codec)
        geopackage.put_srs(self._connection, srs)
        self._srs_id = srs.srs_id
        ids: list[Any] = self._connection.execute("SELECT id FROM parkplan_layer").fetchall()
        for (id,) in ids:
            layer = self.layer(id)
            if layer.spatial:
                geopackage.move_to(self._connection, id, srs.srs_id)
                old = feature_table.read(self._connection, layer)
                self._replace(layer, old, {fid: (self._tagged(row[0]), row[1]) for fid, row in old.items()})

    def _tagged(self, shape: bytes | None) -> bytes | None:
        return None if shape is None else blob.encode(blob.decode([shape]), self._srs_id)[0]

    def _arrive(self, layer: Layer) -> dict[str, object]:
        if self._body("layer", layer.id) is not None:
            raise ValueError(f"layer {layer.id!r} is already there")
        self._codec.learn(layer.feature_type)
        record = LayerRecord.of(layer)
        z, m = feature_table.dimensions(layer.geometry) if record.spatial else (0, 0)
        feature_table.create(self._connection, record, self._srs_id, z, m)
        columns, blobs = feature_table.fill(self._connection, record, layer.frame, self._srs_id)
        digests = feature_table.digests_of_columns(columns, blobs)
        self.put("layer", layer.id, record.body(self._codec))
        self.tallies[layer.id] = Tally()
        self._remember(layer.id, digests)
        self._take_fids(digests)
        rows, digest = self.tallies[layer.id].as_json()
        body = json.loads(record.body(self._codec))
        return {"layer": layer.id, "body": body, "fids": ranges(digests), "rows": rows, "digest": digest}

    def _depart(self, id: str) -> dict[str, object]:
        layer = self.layer(id)
        rows = feature_table.read(self._connection, layer)
        self._refuse_altered(id, rows, rows)
        feature_table.drop(self._connection, layer)
        self._connection.execute("DELETE FROM parkplan_row_digest WHERE table_name = ?", (id,))
        self.put("layer", id, None)
        self.tallies[id] = Tally()
        self.touched.add(id)
        return {"layer": id, "body": json.loads(layer.body(self._codec)), **departed(rows)}

    def _rows(self, table: str, records: Sequence[Record]) -> None:
        names = column_change.alike(records) if len(records) > _MANY else None
        layer = self._with_columns(self.layer(table), records, names)
        if names is not None:
            self._alike[table] = names
            self._columns(layer, records, names)
            return
        fids = sorted({int(record.id) for record in records})
        old = feature_table.read(self._connection, layer, fids)
        known = self._refuse_altered(table, old, fids)
        new = dict(old)
        befores, afters = [record.before for record in records], [record.after for record in records]
        sides = zip(sides_of(layer, befores), self._blobs(befores), strict=True)
        others = zip(sides_of(layer, afters), self._blobs(afters), strict=True)
        for record, before, after in zip(records, sides, others, strict=True):
            apply(layer, new, record, before, after)
        self._replace(layer, old, new, known)
        self._take_fids(new)

    def _columns(self, layer: LayerRecord, records: Sequence[Record], names: Sequence[str]) -> None:
        tally = self.tallies.get(layer.id, Tally())
        for portion in column_change.portions(records):
            gone, new = column_change.change(self._connection, layer, portion, names)
            tally = tally.minus(gone).plus(new)
        self.tallies[layer.id] = tally
        self.touched.add(layer.id)
        geopackage.touch(self._connection, layer.id, None)

    def _blobs(self, rows: Sequence[Row | None]) -> list[bytes | None]:
        return blob.encode([None if row is None else row.get(GEOMETRY) for row in rows], self._srs_id)

    def _with_columns(
        self, layer: LayerRecord, records: Iterable[Record], names: Iterable[str] | None
    ) -> LayerRecord:
        """Columns that an edit fills for the first time are made; ``names`` are all, where they are known."""
        named = names or {
            name: None for record in records for row in (record.before, record.after) for name in row or ()
        }
        missing = [name for name in named if name != GEOMETRY and layer.column(name) is None]
        if not missing:
            return layer
        types = {field.id: field.type for field in self._codec.feature_type(layer.feature_type).fields}
        values = {
            name: [(row or {}).get(name) for record in records for row in (record.before, record.after)]
            for name in missing
        }
        series = {
            name: pd.Series(value, dtype=NUMBER_FORMS.get(types.get(name, ""), "object"))
            for name, value in values.items()
        }
        for column in columns_of(pd.DataFrame(series), types, [column.name for column in layer.columns]):
            feature_table.add_column(self._connection, layer, column)
            layer = layer.with_column(column)
        self.put("layer", layer.id, layer.body(self._codec))
        return layer

    def _replace(
        self, layer: LayerRecord, old: Rows, new: Rows, known: Mapping[int | str, bytes] | None = None
    ) -> None:
        changed = [fid for fid in old if new.get(fid) != old[fid]]
        written = {fid: row for fid, row in new.items() if fid not in old or old[fid] != row}
        feature_table.write(self._connection, layer, old, new)
        self._forget(layer.id, changed, known)
        self._remember(layer.id, feature_table.digests(written))
        drawn = [row[0] for fid, row in written.items() if fid not in old or old[fid][0] != row[0]]
        shapes = blob.decode(drawn)
        geopackage.touch(self._connection, layer.id, feature_table.extent(shapes))
        if layer.spatial and len(shapes):
            geopackage.allow(self._connection, layer.id, *feature_table.dimensions(shapes))

    def _refuse_altered(self, table: str, rows: Rows, fids: Iterable[int]) -> dict[int | str, bytes]:
        """Digests as stored; nobody writes over what another program wrote since the last record of ours."""
        known, actual = self._digests(table, fids), feature_table.digests(rows)
        for fid in fids:
            if known.get(fid) != actual.get(fid):
                raise Refused(Message("project_file.foreign_row", {"layer": table, "fid": fid}))
        return known

    def _digests(self, table: str, ids: Iterable[int | str]) -> dict[int | str, bytes]:
        statement = "SELECT id, digest FROM parkplan_row_digest WHERE table_name = ? AND id = ?"
        return dict(self._connection.executemany(statement, ((table, id) for id in ids)))

    def _forget(
        self, table: str, ids: Sequence[int | str], known: Mapping[int | str, bytes] | None = None
    ) -> None:
        gone = self._digests(table, ids) if known is None else {id: known[id] for id in ids}
        self._connection.executemany(
            "DELETE FROM parkplan_row_digest WHERE table_name = ? AND id = ?", ((table, id) for id in gone)
        )
        self.tallies[table] = self.tallies.get(table, Tally()).minus(list(gone.values()))
        self.touched.add(table)

    def _remember(self, table: str, digests: Mapping[Any, bytes]) -> None:
        rows = ((table, id, digest) for id, digest in digests.items())
        self._connection.executemany("INSERT INTO parkplan_row_digest VALUES (?,?,?)", rows)
        self.tallies[table] = self.tallies.get(table, Tally()).plus(list(digests.values()))
        self.touched.add(table)

    def _take_fids(self, fids: Iterable[int]) -> None:
        body = self._body("project", _NEXT_FID)
        known = 1 if body is None else int(body["value"])
        needed = max(fids, default=0) + 1
        if needed > known:
            self.put("project", _NEXT_FID, dump({"value": needed}))


@lru_cache(maxsize=16)
def _srs_of(body: str | None, codec: Codec) -> Srs:
    """The row of the project's reference system; every step asks for the same."""
    value = None if body is None else codec.decode(json.loads(body))["value"]
    return geopackage.srs_of(None if value is None else CRS.from_user_input(value))


@lru_cache(maxsize=64)
def _layer_of(id: str, body: str, codec: Codec) -> LayerRecord:
    """The record of a layer; every step asks for the same few."""
    return LayerRecord.parse(id, json.loads(body), codec)


@contextmanager
def _uncollected(count: int) -> Iterator[None]:
    """Let the garbage collector wait while very many rows are made: it would look through all of them."""
    pause = count > _MANY and gc.isenabled()
    if pause:
        gc.disable()
    try:
        yield
    finally:
        if pause:
            gc.enable()
