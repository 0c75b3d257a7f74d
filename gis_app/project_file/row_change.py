"""One record on rows as they lie in the file: what it believes to replace, and what it puts there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import shapely

from gis_app.language import Message, Refused
from gis_app.model import GEOMETRY, Record, Row
from gis_app.project_file import blob
from gis_app.project_file.column import Cell, to_cells
from gis_app.project_file.feature_table import LayerRecord, Rows

Side = tuple[dict[int, Cell], bytes | None]
"""One side of a record: its cells by position, and its shape."""


def sides_of(layer: LayerRecord, rows: Sequence[Row | None]) -> list[dict[int, Cell]]:
    """The cells of many rows by position, each column turned in one go; ``Refused`` for another kind."""
    found: list[dict[int, Cell]] = [{} for _ in rows]
    named = {name: None for row in rows for name in row or () if name != GEOMETRY}
    for name in named:
        place = layer.places[name]
        having = [number for number, row in enumerate(rows) if row is not None and name in row]
        values = [cast(Row, rows[number])[name] for number in having]
        for number, cell in zip(having, to_cells(layer.columns[place], values), strict=True):
            found[number][place] = cell
    return found


def apply(layer: LayerRecord, rows: Rows, record: Record, before: Side, after: Side) -> None:
    """One record on rows by fid; ValueError where it does not fit what is there."""
    fid = int(record.id)
    if (record.before is None) == (fid in rows):
        raise ValueError(f"record {fid} of {layer.id!r} does not fit")
    if record.before is not None:
        _compare(layer, rows[fid], GEOMETRY in record.before, before, fid)
    if record.after is None:
        del rows[fid]
        return
    old_shape, old_cells = rows.get(fid, (None, [None] * len(layer.columns)))
    cells = list(old_cells)
    for place, cell in after[0].items():
        cells[place] = cell
    rows[fid] = (after[1] if GEOMETRY in record.after else old_shape, cells)


def _compare(layer: LayerRecord, row: Any, with_shape: bool, before: Side, fid: int) -> None:
    """What a step believes to replace must be what is there."""
    wrong = next(
        (layer.columns[place].id for place, cell in before[0].items() if cell != row[1][place]), None
    )
    if with_shape and before[1] != row[0] and not _same_shape(before[1], row[0]):
        wrong = GEOMETRY
    if wrong is not None:
        raise Refused(Message("project_file.stale_row", {"layer": layer.id, "fid": fid, "column": wrong}))


def _same_shape(one: bytes | None, other: bytes | None) -> bool:
    shapes = blob.decode([one, other])
    return bool(np.array_equal(*shapely.to_wkb(shapes, flavor="iso", byte_order=1)[:, None]))
