"""Rows that another program changed in the project file: found by their digests, taken in or put back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import apsw

from gis_app.language import Message, Refused
from gis_app.model import GEOMETRY, OWN_TABLES, Record
from gis_app.project_file import backup, feature_table, loading, verify
from gis_app.project_file.codec import Codec
from gis_app.project_file.connection import connect
from gis_app.project_file.digest import Tally
from gis_app.project_file.feature_table import LayerRecord, Rows
from gis_app.project_file.writing import Writing

_MOST_BACKUPS = 5


@dataclass(frozen=True)
class ForeignEdits:
    """Features of one layer that are not as the journal left them, by what happened to them."""

    layer: str
    changed: tuple[int, ...] = ()
    added: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()

    @property
    def fids(self) -> tuple[int, ...]:
        """All of them."""
        return self.changed + self.added + self.removed


@dataclass(frozen=True)
class Taken:
    """What taking them in wrote: body of the record and tables after it.

    ``known`` tells whether the state before is known of every feature, so that the step can be undone.
    """

    text: Message
    body: dict[str, object]
    writing: Writing
    known: bool


def find(connection: apsw.Connection, codec: Codec) -> list[ForeignEdits]:
    """What another program did, by layer.

    Raises
    ------
    Refused
        One of the project's own tables was changed, a table is gone or a row cannot be read: that is no
        edit of features.
    """
    for table in sorted(OWN_TABLES):
        if _stored(connection, table) != verify.own_digests(connection, table):
            raise Refused(Message("project_file.foreign_own", {"table": table}))
    found = (_of_layer(connection, record) for record in loading.layer_records(connection, codec))
    return [edits for edits in found if edits.fids]


def take_in(connection: apsw.Connection, codec: Codec, tallies: dict[str, Tally], path: Path) -> Taken | None:
    """Make what another program wrote a step of the project; None where there is nothing.

    The state before comes from the newest backup that holds it.
    """
    edits = find(connection, codec)
    if not edits:
        return None
    writing, known = Writing(connection, codec, tallies), True
    records: list[Record] = []
    layers = {record.id: record for record in loading.layer_records(connection, codec)}
    for one in edits:
        layer = layers[one.layer]
        now = feature_table.read(connection, layer, one.changed + one.added)
        before = _before(connection, codec, layer, one.changed + one.removed, path)
        known = known and len(before) == len(one.changed) + len(one.removed)
        records += _records(layer, one, before, now, codec)
        writing.take_in(one.layer, one.changed + one.removed, now)
    counts = {name: sum(len(getattr(one, name)) for one in edits) for name in ("changed", "added", "removed")}
    text = Message("project_file.foreign_step", {"layers": [one.layer for one in edits], **counts})
    encode = codec.encode
    kept = [[r.table, encode(r.id), encode(r.before), encode(r.after)] for r in records]
    return Taken(text, {"records": kept}, writing, known)


def put_back(connection: apsw.Connection, codec: Codec, path: Path) -> int:
    """Bring every changed row back to what the journal says; the number of rows.

    Raises
    ------
    Refused
        No backup holds the row of a feature as it was; nothing was put back.
    """
    edits, count = find(connection, codec), 0
    layers = {record.id: record for record in loading.layer_records(connection, codec)}
    for one in edits:
        layer, wanted = layers[one.layer], one.changed + one.removed
        before = _before(connection, codec, layer, wanted, path)
        lost = [fid for fid in wanted if fid not in before]
        if lost:
            raise Refused(Message("project_file.foreign_unknown", {"layer": one.layer, "fid": lost[0]}))
        feature_table.write(connection, layer, feature_table.read(connection, layer, one.fids), before)
        count += len(one.fids)
    return count


def _of_layer(connection: apsw.Connection, layer: LayerRecord) -> ForeignEdits:
    stored, actual = _stored(connection, layer.id), verify.layer_digests(connection, layer)
    unreadable = verify.UNREADABLE in actual.values() or (stored and not actual)
    if unreadable and not _is_empty(connection, layer):
        raise Refused(Message("project_file.foreign_unreadable", {"layer": layer.id}))
    changed = (fid for fid in stored.keys() & actual.keys() if stored[fid] != actual[fid])
    kinds = (changed, actual.keys() - stored.keys(), stored.keys() - actual.keys())
    return ForeignEdits(layer.id, *(tuple(sorted(cast("Iterable[int]", fids))) for fids in kinds))


def _is_empty(connection: apsw.Connection, layer: LayerRecord) -> bool:
    try:
        return not feature_table.read(connection, layer)
    except (apsw.Error, UnicodeDecodeError, TypeError):
        return False


def _stored(connection: apsw.Connection, table: str) -> verify.Digests:
    statement = "SELECT id, digest FROM parkplan_row_digest WHERE table_name = ?"
    return dict(connection.execute(statement, (table,)))


def _before(
    connection: apsw.Connection, codec: Codec, layer: LayerRecord, fids: Iterable[int], path: Path
) -> Rows:
    """Rows as the journal left them, from the backups; what no backup holds is left out."""
    known, missing = _stored(connection, layer.id), set(fids)
    found: Rows = {}
    for copy in backup.backups(path)[:_MOST_BACKUPS] if missing else ():
        for fid, row in _rows_in(copy, codec, layer, missing):
            if feature_table.digests({fid: row})[fid] == known[fid]:
                found[fid] = row
        missing -= found.keys()
        if not missing:
            break
    return found


def _rows_in(copy: Path, codec: Codec, layer: LayerRecord, fids: set[int]) -> Iterator[tuple[int, Any]]:
    connection = connect(copy, immutable=True)
    try:
        records = {record.id: record for record in loading.layer_records(connection, codec)}
        then = records.get(layer.id)
        if then is None or then.columns != layer.columns[: len(then.columns)]:
            return
        blank = [None] * (len(layer.columns) - len(then.columns))
        for fid, (shape, cells) in feature_table.read(connection, then, sorted(fids)).items():
            yield fid, (shape, [*cells, *blank])
    finally:
        connection.close()


def _records(
    layer: LayerRecord, edits: ForeignEdits, before: Rows, now: Rows, codec: Codec
) -> Iterator[Record]:
    old, new = _as_rows(layer, before), _as_rows(layer, now)
    for fid in edits.fids:
        was, is_now = old.get(fid), new.get(fid)
        if was is not None and is_now is not None:
            other = [name for name in was if not _same(was[name], is_now[name])]
            was, is_now = {n: was[n] for n in other}, {n: is_now[n] for n in other}
        yield Record(layer.id, fid, was, is_now)


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other


def _as_rows(layer: LayerRecord, rows: Rows) -> dict[int, dict[str, object]]:
    if not rows:
        return {}
    frame = feature_table.to_columns(layer, rows, None).frame()
    names = [GEOMETRY, *(column.id for column in layer.columns)] if layer.spatial else list(frame.columns)
    values = {name: frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in names}
    return {
        int(fid): {str(name): values[name][place] for name in names} for place, fid in enumerate(frame.index)
    }
