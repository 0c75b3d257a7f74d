"""What the journal keeps of wholes: a new project, id ranges of layers that came, rows of those that left."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from math import isfinite
from typing import Any

from gis_app.language import Message
from gis_app.model import Changeset, Project, Record
from gis_app.project_file.column import Cell
from gis_app.project_file.feature_table import Rows


def ranges(fids: Iterable[int]) -> list[list[int]]:
    """Ids as closed ranges, in order."""
    found: list[list[int]] = []
    for fid in sorted(fids):
        if found and found[-1][1] == fid - 1:
            found[-1][1] = fid
        else:
            found.append([fid, fid])
    return found


def departed(rows: Rows) -> dict[str, Any]:
    """Rows in the form of the journal; the whole record is compressed as one block."""
    shapes = [
        None if shape is None else base64.b64encode(shape).decode("ascii") for shape, _ in rows.values()
    ]
    cells = [[_finite(cell) for cell in cells] for _, cells in rows.values()]
    return {"fids": list(rows), "shapes": shapes, "cells": cells}


def departed_rows(body: dict[str, Any]) -> Rows:
    """Rows of a layer that left; ValueError where the record is damaged."""
    shapes = [None if shape is None else base64.b64decode(shape) for shape in body["shapes"]]
    cells = [[float(cell[0]) if isinstance(cell, list) else cell for cell in row] for row in body["cells"]]
    return {fid: (shape, row) for fid, shape, row in zip(body["fids"], shapes, cells, strict=True)}


def _finite(cell: Cell) -> Cell | list[str]:
    """JSON has no infinity: it is written as a list of its name."""
    return [repr(cell)] if isinstance(cell, float) and not isfinite(cell) else cell


def everything(project: Project) -> Changeset:
    """What a project holds, as the changeset that makes it."""
    properties = {
        "crs": project.crs,
        "name": project.name,
        "as_of": project.as_of,
        "period": project.period,
        "missing_files": project.missing_files,
        "next_fid": project.next_fid,
    }
    if project.network != "none":
        properties["network"] = project.network
    if project.ordered:
        properties["ordered"] = True
    records = [Record("project", key, None, {"value": value}) for key, value in properties.items()]
    records += [Record("fact", id, None, vars(fact)) for id, fact in project.facts.items()]
    records += [Record("proposal", id, None, vars(one)) for id, one in project.proposals.items()]
    if project.layers:
        records.append(Record("project", "layer_order", None, {"value": tuple(project.layers)}))
    for table, entries in project.entries.items():
        records += [Record(table, id, None, body) for id, body in entries.items()]
    text = Message("project_file.created", {"name": project.name})
    return Changeset(text, tuple(records), tuple(project.layers.values()))
