"""What differs between two states of a park: features, boundaries, uses, attributes, and ground by use."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.catalogue import Catalogue
from gis_app.geometry.area import to_mu
from gis_app.geometry.crs import epsg_of
from gis_app.geometry.operations import operation, transform
from gis_app.geometry.transfer import Transfer, transfer
from gis_app.geometry.weave import NEAR_M
from gis_app.model import GEOMETRY, Layer, Project
from gis_app.project_file import is_project_file
from gis_app.session.columns import SOURCE_ID
from gis_app.session.describe import both, crs_code
from gis_app.session.door import project_file
from gis_app.session.intake import Progress
from gis_app.session.matching import Pairs, by_id, by_likeness
from gis_app.session.open_path import Opened, open_path
from gis_app.session.options import Options
from gis_app.session.schema import DIFF


def difference(
    before: Path, after: Path, options: Options, catalogue: Catalogue, progress: Progress | None = None
) -> dict[str, Any]:
    """Compare two projects, files or folders; the result of ``parkplan diff``.

    The second is carried to the reference system of the first.

    Raises
    ------
    Refused
        One of them cannot be opened.
    """
    one = open_path(before, options, catalogue, progress)
    system = None if one.project.crs is None else epsg_of(one.project.crs)
    wanted = options if options.crs is not None or system is None else replace(options, crs=str(system))
    other = open_path(after, wanted, catalogue, progress)
    origin = _origin(before, catalogue)
    return compared(one, other, same_project=origin is not None and origin == _origin(after, catalogue))


def compared(before: Opened, after: Opened, *, same_project: bool) -> dict[str, Any]:
    """Compare two open parks; within one project features are known by their ids."""
    ids = [*before.project.layers, *(id for id in after.project.layers if id not in before.project.layers)]
    return {
        "schema": DIFF,
        "before": str(before.path),
        "after": str(after.path),
        "crs": crs_code(before.project.crs),
        "same_project": same_project,
        "layers": [_layer(id, before.project, after.project, same_project) for id in ids],
        "refused": [
            both(refused.message)
            for opened in (before, after)
            for refused in (() if opened.intake is None else opened.intake.refused)
        ],
        "notes": [both(note) for opened in (before, after) for note in opened.notes],
    }


def _origin(path: Path, catalogue: Catalogue) -> str | None:
    """What two copies of one project have in common: the first record of the journal."""
    if not path.is_file() or not is_project_file(path):
        return None
    with project_file(path, catalogue) as stored:
        return next(stored.journal()).hash


def _layer(id: str, before: Project, after: Project, same_project: bool) -> dict[str, Any]:
    one, other = before.layers.get(id), after.layers.get(id)
    known = one or other
    assert known is not None
    head = {
        "layer": id,
        "title": dict(known.feature_type.title),
        "before_count": None if one is None else len(one),
        "after_count": None if other is None else len(other),
    }
    if one is None or other is None:
        blank: dict[str, Any] = {name: [] for name in ("boundary_moved", "use_changed", "attribute_changed")}
        gone = [] if one is None else [_feature(one, fid) for fid in one.fids.tolist()]
        new = [] if other is None else [_feature(other, fid) for fid in other.fids.tolist()]
        return {**head, "added": new, "removed": gone, **blank, "transfer": None}
    shapes = _carried(other, before, after)
    pairs = by_id(one, other) if same_project else by_likeness(one, other, shapes)
    return {**head, **_features(one, other, pairs, shapes), "transfer": _transfer(one, other, shapes)}


def _carried(layer: Layer, before: Project, after: Project) -> NDArray[Any]:
    shapes = layer.geometry
    if not len(shapes) or before.crs is None or after.crs is None or before.crs == after.crs:
        return shapes
    return transform(shapes, operation(after.crs, before.crs, tuple(shapely.total_bounds(shapes).tolist())))


def _features(one: Layer, other: Layer, pairs: Pairs, shapes: NDArray[Any]) -> dict[str, Any]:
    gone = set(one.fids.tolist()) - {a for a, _ in pairs}
    new = set(other.fids.tolist()) - {b for _, b in pairs}
    return {
        "added": [_feature(other, fid) for fid in sorted(new)],
        "removed": [_feature(one, fid) for fid in sorted(gone)],
        "boundary_moved": _moved(one, other, pairs, shapes),
        **_changed(one, other, pairs),
    }


def _feature(layer: Layer, fid: int) -> dict[str, Any]:
    shape = layer.shapes([fid])[0] if layer.table.spatial else None
    area = None if shape is None or not shape.area else float(shape.area)
    return {"fid": fid, "label": _label(layer, fid), "area_m2": area}


def _label(layer: Layer, fid: int) -> str:
    names = [f.id for f in layer.feature_type.fields if f.type == "text" and layer.has(f.id)]
    found = layer.rows([fid], names)
    return next((str(found[name][0]) for name in names if found[name][0]), f"#{fid}")


def _moved(one: Layer, other: Layer, pairs: Pairs, shapes: NDArray[Any]) -> list[dict[str, Any]]:
    if not one.table.spatial or not other.table.spatial or not pairs:
        return []
    place = {fid: n for n, fid in enumerate(other.fids.tolist())}
    old = one.shapes([a for a, _ in pairs])
    new = shapes[[place[b] for _, b in pairs]]
    there = ~shapely.is_missing(old) & ~shapely.is_missing(new)
    differs = there.copy()
    differs[there] = ~shapely.equals_exact(old[there], new[there], 0.0)
    # a vertex more on the same line moves no boundary
    differs[differs] = shapely.hausdorff_distance(old[differs], new[differs]) > NEAR_M
    rows = []
    for n in np.flatnonzero(differs).tolist():
        areas = [_area_outside(new[n], old[n]), _area_outside(old[n], new[n])]
        rows.append({**_pair(one, *pairs[n]), "gained_m2": areas[0], "lost_m2": areas[1]})
    return rows


def _area_outside(shape: Any, of: Any) -> float | None:
    if not shape.is_valid or not of.is_valid:
        return None
    return float(shapely.area(shapely.difference(shape, of)))


def _pair(layer: Layer, before: int, after: int) -> dict[str, Any]:
    return {"before_fid": before, "after_fid": after, "label": _label(layer, before)}


def _changed(one: Layer, other: Layer, pairs: Pairs) -> dict[str, list[dict[str, Any]]]:
    use = one.feature_type.class_field
    names = [
        name for name in dict.fromkeys([*one.table.columns, *other.table.columns])
        if name not in (GEOMETRY, SOURCE_ID)
    ]  # fmt: skip
    old = {name: _column(one, name, [a for a, _ in pairs]) for name in names}
    new = {name: _column(other, name, [b for _, b in pairs]) for name in names}
    found: dict[str, list[dict[str, Any]]] = {"use_changed": [], "attribute_changed": []}
    for n, pair in enumerate(pairs):
        changed = [name for name in names if not _same(old[name][n], new[name][n])]
        if use in changed:
            found["use_changed"].append(
                {**_pair(one, *pair), "from": _text(old[use][n]), "to": _text(new[use][n])}
            )
        fields = [
            {"field": name, "from": _value(old[name][n]), "to": _value(new[name][n])}
            for name in changed if name != use
        ]  # fmt: skip
        if fields:
            found["attribute_changed"].append({**_pair(one, *pair), "fields": fields})
    return found


def _column(layer: Layer, name: str, fids: list[int]) -> list[Any]:
    return layer.rows(fids, [name])[name].tolist() if layer.has(name) else [None] * len(fids)


def _same(one: Any, other: Any) -> bool:
    missing = [value is None or value != value for value in (one, other)]
    return bool(one == other) if not any(missing) else all(missing)


def _value(value: Any) -> object:
    """A value as JSON can hold it."""
    if value is None or value != value:
        return None
    if isinstance(value, bool | int | str) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value)


def _transfer(one: Layer, other: Layer, shapes: NDArray[Any]) -> dict[str, Any] | None:
    use = one.feature_type.class_field
    if not use or not one.has(use) or not other.has(use) or one.feature_type.geometry != "polygon":
        return None
    old, new = (_uses(layer, use) for layer in (one, other))
    return _mu(transfer(one.geometry, old, shapes, new))


def _uses(layer: Layer, use: str) -> NDArray[np.object_]:
    return np.array([_text(value) for value in layer.rows(None, [use])[use].tolist()], dtype=object)


def _mu(found: Transfer) -> dict[str, Any]:
    """The matrix in mu (亩), with the ground outside the other state as margin."""
    rows, columns = sorted(found.before), sorted(found.after)
    return {
        "unit": "mu",
        "rows": [
            {
                "use": row,
                "cells": {c: _in_mu(found.cells[row, c]) for c in columns if (row, c) in found.cells},
                "out": _in_mu(found.out.get(row, 0.0)),
                "total": _in_mu(found.before[row]),
            }
            for row in rows
        ],
        "columns": [
            {"use": c, "into": _in_mu(found.into.get(c, 0.0)), "total": _in_mu(found.after[c])}
            for c in columns
        ],
        "counted_once_m2": {"before": found.doubled_m2[0], "after": found.doubled_m2[1]},
    }


def _in_mu(area_m2: float) -> float:
    return float(to_mu(area_m2))
