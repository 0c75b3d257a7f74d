"""Very many records that change the same columns of one layer: a column at a time, portion after portion.

What comes of it is what ``row_change`` makes of each: the same rows, the same digests, the same refusals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any

import apsw

from gis_app.language import Message, Refused
from gis_app.model import GEOMETRY, Record
from gis_app.project_file.column import FID, Cell, to_cells
from gis_app.project_file.connection import quoted
from gis_app.project_file.digest import column_texts, digests_of
from gis_app.project_file.feature_table import LayerRecord

_PORTION = 20_000
"""Records at once: each cell of theirs is held as a text for a moment."""
_DENSE = 4
"""Ids in a range for each that is wanted, up to which the whole range is read."""


def alike(records: Sequence[Record]) -> tuple[str, ...] | None:
    """The columns that every record changes, and nothing else; None where they differ."""
    names = tuple(records[0].after or ())
    ids = [record.id for record in records]
    if not names or GEOMETRY in names or set(map(type, ids)) != {int} or len(set(ids)) < len(ids):
        return None
    for record in records:
        before, after = record.before, record.after
        if before is None or after is None or tuple(before) != names or tuple(after) != names:
            return None
    return names


def portions(records: Sequence[Record]) -> Iterator[list[Record]]:
    """The records by ascending id, as many as are changed at once."""
    ordered = sorted(records, key=lambda record: int(record.id))
    for start in range(0, len(ordered), _PORTION):
        yield ordered[start : start + _PORTION]


def change(
    connection: apsw.Connection, layer: LayerRecord, records: Sequence[Record], names: Sequence[str]
) -> tuple[Sequence[bytes], list[bytes]]:
    """Put a portion into effect; digests of rows that are no more so, and of those that are so now.

    Raises
    ------
    Refused
        A row was changed by another program, or is not what its record believes.
    ValueError
        A row is not there.
    """
    fids = [int(record.id) for record in records]
    known: list[Any] = [row and row[1] for row in _of_each(_digests(connection, layer.id, fids), fids)]
    rows = _of_each(_rows(connection, layer, fids), fids)
    _refuse_missing(layer, fids, rows, known)
    _, shapes, *cells = zip(*rows, strict=True)
    texts = [column_texts(fids), *map(column_texts, cells)]
    _refuse_other(layer, fids, known, digests_of(texts, shapes), "foreign_row")
    places = [layer.places[name] for name in names]
    befores = [_cells(layer, place, [record.before for record in records]) for place in places]
    afters = [_cells(layer, place, [record.after for record in records]) for place in places]
    for place, before in zip(places, befores, strict=True):
        _refuse_other(layer, fids, before, list(cells[place]), "stale_row", column=layer.columns[place].id)
    differing = zip(zip(*befores, strict=True), zip(*afters, strict=True), strict=True)
    changed = [at for at, (old, new) in enumerate(differing) if old != new]
    for place, after in zip(places, afters, strict=True):
        texts[1 + place] = column_texts(after)
    new = digests_of([_some(column, changed) for column in texts], _some(shapes, changed))
    setting = ", ".join(f"{quoted(layer.columns[place].name)} = ?" for place in places)
    ids = _some(fids, changed)
    connection.executemany(
        f"UPDATE {quoted(layer.id)} SET {setting} WHERE {FID} = ?",
        zip(*(_some(after, changed) for after in afters), ids, strict=True),
    )
    connection.executemany(
        "UPDATE parkplan_row_digest SET digest = ? WHERE table_name = ? AND id = ?",
        zip(new, repeat(layer.id), ids, strict=False),
    )
    return _some(known, changed), new


def _some(values: Sequence[Any], places: Sequence[int]) -> Sequence[Any]:
    return values if len(places) == len(values) else [values[place] for place in places]


def _cells(layer: LayerRecord, place: int, rows: Sequence[Any]) -> list[Cell]:
    column = layer.columns[place]
    return to_cells(column, list(map(itemgetter(column.id), rows)))


def _rows(connection: apsw.Connection, layer: LayerRecord, fids: Sequence[int]) -> Iterator[Any]:
    statement = f"SELECT {layer.names} FROM {quoted(layer.id)} WHERE {FID}"
    if _is_dense(fids):
        return connection.execute(f"{statement} BETWEEN ? AND ? ORDER BY {FID}", (fids[0], fids[-1]))
    return connection.executemany(f"{statement} = ?", ((fid,) for fid in fids))


def _digests(connection: apsw.Connection, table: str, fids: Sequence[int]) -> Iterator[Any]:
    statement = "SELECT id, digest FROM parkplan_row_digest WHERE table_name = ? AND id"
    if _is_dense(fids):
        return connection.execute(f"{statement} BETWEEN ? AND ? ORDER BY id", (table, fids[0], fids[-1]))
    return connection.executemany(f"{statement} = ?", ((table, fid) for fid in fids))


def _is_dense(fids: Sequence[int]) -> bool:
    return fids[-1] - fids[0] < _DENSE * len(fids)


def _of_each(found: Iterator[Any], fids: Sequence[int]) -> list[Any]:
    """The rows of the ids in their order; None where there is none."""
    rows = list(found)
    if len(rows) == len(fids) and [row[0] for row in rows] == fids:
        return rows
    by_id = {row[0]: row for row in rows}
    return [by_id.get(fid) for fid in fids]


def _refuse_missing(
    layer: LayerRecord, fids: Sequence[int], rows: Sequence[Any], known: Sequence[bytes | None]
) -> None:
    if None not in rows:
        return
    at = rows.index(None)
    if known[at] is not None:  # another program has removed it
        raise Refused(Message("project_file.foreign_row", {"layer": layer.id, "fid": fids[at]}))
    raise ValueError(f"record {fids[at]} of {layer.id!r} does not fit")


def _refuse_other(
    layer: LayerRecord, fids: Sequence[int], wanted: list[Any], there: list[Any], why: str, **values: str
) -> None:
    """What was believed must be what is there."""
    if wanted == there:
        return
    fid = next(fid for fid, one, other in zip(fids, wanted, there, strict=True) if one != other)
    raise Refused(Message(f"project_file.{why}", {"layer": layer.id, "fid": fid, **values}))
