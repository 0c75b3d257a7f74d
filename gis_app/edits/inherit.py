"""What becomes of attributes when a feature is split or features are merged, as the layer's file says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.catalogue import Field
from gis_app.edits.error import refuse
from gis_app.edits.naming import title
from gis_app.geometry.area import ellipsoidal_area_m2
from gis_app.geometry.polygons import array_of
from gis_app.language import Words
from gis_app.model import GEOMETRY, Layer, Project

COPY, SHARE, KEEP, ASK, SUM, MEAN = "copy", "share", "keep", "ask", "sum", "mean"
_LEAST_DECIMALS = 2

DIFFERENCES = (("class_area_m2", "area_m2", "ridge_area_m2"),)
"""Figures that are the difference of two others to the last digit: TBDLMJ = TBMJ - KCMJ (TD/T 1055-2019)."""

Shapes = Mapping[int, BaseGeometry]


def split_values(
    project: Project, layer: Layer, fid: int, pieces: Shapes, keep: int, given: Mapping[str, object]
) -> dict[int, dict[str, object]]:
    """Attributes of the pieces of a feature; ``keep`` is the piece that stays the feature itself.

    A field is copied to every piece, shared by ellipsoidal area so that the pieces add up to the whole
    exactly, kept by one piece and left blank in the others, or asked for: then it must be in ``given``
    where the feature has a value. ``given`` holds for all pieces.

    Raises
    ------
    EditError
        A value that must be given is not.
    """
    row = _filled(layer, fid)
    parts: dict[int, dict[str, object]] = {piece: {} for piece in pieces}
    shares: dict[int, float] | None = None
    for name, value in row.items():
        declared = layer.feature_type.field(name)
        rule = "copy" if declared is None else declared.on_split
        if name in given:
            continue
        if declared is not None and rule == ASK:
            raise refuse("ask_split", layer=title(layer), field=Words(**declared.title))
        if rule == SHARE and isinstance(value, (int, float)):
            shares = shares if shares is not None else _shares(project, pieces)
            for piece, part in shared(float(value), shares, keep).items():
                parts[piece][name] = part
        else:
            for piece in pieces:
                parts[piece][name] = None if rule == KEEP and piece != keep else value
    for piece in pieces:
        _keep_differences(row, parts[piece])
        parts[piece].update(given)
    return parts


def clipped_values(
    project: Project, layer: Layer, fid: int, whole: BaseGeometry, left: BaseGeometry
) -> dict[str, object]:
    """Fields that go by share, of a feature of which only ``left`` stays; no others."""
    row = _filled(layer, fid)
    names = [
        f.id
        for f in layer.feature_type.fields
        if f.on_split == SHARE and isinstance(row.get(f.id), (int, float))
    ]
    if not names:
        return {}
    gone = shapely.difference(whole, left)
    shares = _shares(project, {0: left, 1: gone})
    made: dict[str, object] = {name: shared(float(row[name]), shares, 1)[0] for name in names}
    _keep_differences(row, made)
    return made


def merged_values(
    project: Project, layer: Layer, shapes: Shapes, keep: int, given: Mapping[str, object]
) -> dict[str, object]:
    """Attributes of features merged into ``keep``, only those that change.

    A field stays as ``keep`` has it (or is taken from the first of the others where it has none), is added
    up, becomes the mean weighted by area, or is asked for: then it must be in ``given`` where the features
    do not say the same.

    Raises
    ------
    EditError
        A value that must be given is not.
    """
    rows = {fid: _filled(layer, fid) for fid in shapes}
    rows = {keep: rows[keep], **{fid: row for fid, row in rows.items() if fid != keep}}
    made: dict[str, object] = {}
    for declared in layer.feature_type.fields:
        if declared.id in given:
            continue
        values = {fid: row[declared.id] for fid, row in rows.items() if declared.id in row}
        if values:
            made[declared.id] = _merged(layer, declared, values, shapes, keep)
    changed = {name: value for name, value in made.items() if rows[keep].get(name) != value}
    return {**changed, **given}


def shared(value: float, shares: Mapping[int, float], keep: int) -> dict[int, float]:
    """A figure by shares, to as many decimals as it has and at least two; ``keep`` takes what is over."""
    exact = Decimal(repr(value))
    quantum = Decimal(1).scaleb(min(int(exact.as_tuple().exponent), -_LEAST_DECIMALS))
    total = sum(shares.values())
    parts = {
        piece: (exact * Decimal(repr(share / total))).quantize(quantum, ROUND_HALF_UP)
        for piece, share in shares.items()
        if piece != keep
    }
    return {**{piece: float(part) for piece, part in parts.items()}, keep: float(exact - sum(parts.values()))}


def _keep_differences(whole: Mapping[str, Any], part: dict[str, object]) -> None:
    """What was a difference of two shared figures stays one; each rounded for itself, it would not."""
    for name, one, other in DIFFERENCES:
        if all(isinstance(side.get(n), float) for side in (whole, part) for n in (name, one, other)):
            exact = [Decimal(repr(whole[n])) for n in (name, one, other)]
            if exact[0] == exact[1] - exact[2]:
                part[name] = float(Decimal(repr(part[one])) - Decimal(repr(part[other])))


def _merged(layer: Layer, declared: Field, values: Mapping[int, Any], shapes: Shapes, keep: int) -> object:
    distinct = list(dict.fromkeys(values.values()))
    numbers = all(isinstance(value, (int, float)) for value in distinct)
    if declared.on_merge == ASK and len(distinct) > 1:
        raise refuse(
            "ask_merge", layer=title(layer), field=Words(**declared.title), words=[str(v) for v in distinct]
        )
    if declared.on_merge == SUM and numbers:
        return float(sum(Decimal(repr(float(value))) for value in values.values()))
    if declared.on_merge == MEAN and numbers:
        weights = [shapes[fid].area for fid in values]
        return distinct[0] if len(distinct) == 1 else float(np.average([*values.values()], weights=weights))
    return values.get(keep, distinct[0])


def _shares(project: Project, pieces: Shapes) -> dict[int, float]:
    shapes = array_of(pieces.values())
    areas = shapely.area(shapes) if project.crs is None else ellipsoidal_area_m2(shapes, project.crs)
    if not areas.sum():
        areas = shapely.length(shapes)
    return {fid: float(area) for fid, area in zip(pieces, areas, strict=True)}


def _filled(layer: Layer, fid: int) -> dict[str, Any]:
    row = layer.table.row(fid)
    return {
        name: value
        for name, value in row.items()
        if name != GEOMETRY and value is not None and value == value
    }


def values_of(layer: Layer, fid: int, names: Sequence[str] | None = None) -> dict[str, Any]:
    """What is entered of a feature, without its geometry; only the fields named, where some are."""
    row = _filled(layer, fid)
    return row if names is None else {name: row[name] for name in names if name in row}
