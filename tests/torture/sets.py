"""Whether an exported set of files is one whole state of the layer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import shapely

from gis_app import formats
from gis_app.language import Refused
from gis_app.model import Project
from tests.torture.scripts import LAYER

MEMBERS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_FIELDS = {"right_holder": "right_hold", "parcel_no": "parcel_no"}


def shown_of(project: Project) -> str:
    """What the set holds when it is written now."""
    layer = project.layers.get(LAYER)
    if layer is None:
        return ""
    columns = [name for name in _FIELDS if layer.has(name)]
    rows = layer.rows(None, ["geometry", *columns])
    return _digest(rows["geometry"], [list(rows[name]) if name in rows else None for name in _FIELDS])


def is_whole(main: Path, states: Collection[str]) -> bool:
    """Whether the set reads, has all its members and no other, and is one of these states of the layer."""
    names = {path.name for path in main.parent.iterdir() if not path.name.startswith(".")}
    if names != {main.stem + end for end in MEMBERS}:
        return False
    try:
        (table,) = formats.read(main, workers=0)
    except Refused:
        return False
    columns = [list(table.columns[name]) if name in table.columns else None for name in _FIELDS.values()]
    return _digest(table.geometry, columns) in states


def _digest(geometry: Any, columns: Sequence[list[Any] | None]) -> str:
    """Over shapes and texts together, whatever the order of the rows."""
    shapes = shapely.to_wkb(shapely.normalize(geometry), hex=True).tolist()
    texts = [
        [""] * len(shapes) if cells is None else ["" if c is None else str(c) for c in cells]
        for cells in columns
    ]
    return sha256(repr(sorted(zip(shapes, *texts, strict=True))).encode()).hexdigest()
