"""What a GeoJSON text can hold, and the writing of one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gis_app.formats.fields import infer
from gis_app.formats.prepared import Prepared, finite, need_crs, normal, nulls, plain_text, rename
from gis_app.formats.table import Table, is_missing
from gis_app.language import Message, Refused

_LONGITUDE_LATITUDE = (4326,)


def prepare(table: Table, encoding: str) -> Prepared:
    """Make a table into what a GeoJSON text can hold.

    Parameters
    ----------
    table : Table
        In its normal form.
    encoding : str
        Not asked: GeoJSON is in UTF-8.

    Returns
    -------
    Prepared
        Every column of the type that its written values will be taken for.

    Raises
    ------
    Refused
        Its reference system has no number, so the text could not name it.
    """
    done = finite(plain_text(nulls(rename(table, lambda name, room: _sound(name)), table)))
    if table.geometry is not None and _crs_name(table) is not None:
        loss = Message("formats.loss_json_crs", {"crs": str(_crs_name(table))})
        done = replace(done, losses=(*done.losses, loss))
    columns, types, _ = infer(properties(done.table))
    if not len(table):
        lost = Message("formats.loss_json_empty", {"count": len(table.columns)})
        return replace(done, losses=(*done.losses, lost) if table.columns else done.losses)
    losses = list(done.losses)
    for name, kind in types.items():
        values = done.table.columns[name]
        if kind != done.table.types[name] and not is_missing(values).all():
            said = {"field": name, "was": done.table.types[name], "becomes": kind}
            losses.append(Message("formats.loss_type", said))
    return replace(
        done, table=normal(replace(done.table, columns=columns, types=types)), losses=tuple(losses)
    )


def _sound(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8")


def _crs_name(table: Table) -> str | None:
    """Give the name for the older member ``crs``; none for longitude and latitude as RFC 7946 has them."""
    import pyproj

    crs = pyproj.CRS(need_crs(table))
    if crs.equals(pyproj.CRS("OGC:CRS84"), ignore_axis_order=True) or crs.to_epsg() in _LONGITUDE_LATITUDE:
        return None
    code = crs.to_epsg()
    if code is None:
        raise Refused(Message("formats.write_json_crs", {"layer": table.name, "crs": crs.name}))
    return f"urn:ogc:def:crs:EPSG::{code}"


def properties(table: Table) -> list[dict[str, Any]]:
    """Give the attributes of every feature as JSON values.

    Parameters
    ----------
    table : Table
        The table.

    Returns
    -------
    list[dict]
        Dates and times as in ISO 8601, missing values as ``None``.
    """
    listed = {}
    for name, values in table.columns.items():
        kind, missing = table.types[name], is_missing(values)
        listed[name] = [
            None if gone else _value(v, kind) for v, gone in zip(values.tolist(), missing, strict=True)
        ]
    return [{name: values[row] for name, values in listed.items()} for row in range(len(table))]


def _value(value: Any, kind: str) -> Any:
    if kind in ("date", "datetime"):
        return value.isoformat()
    if kind == "integer":
        return int(value)
    return value


def write(path: Path, table: Table, encoding: str) -> None:
    """Write a GeoJSON text where nothing is yet.

    Parameters
    ----------
    path : Path
        The file.
    table : Table
        Prepared.
    encoding : str
        Not asked.
    """
    shapes = [None] * len(table) if table.geometry is None else _shapes(table)
    crs = None if table.geometry is None else _crs_name(table)
    head: dict[str, Any] = {"type": "FeatureCollection", "name": table.name}
    if crs is not None:
        head["crs"] = {"type": "name", "properties": {"name": crs}}
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n')
        for place, (shape, attributes) in enumerate(zip(shapes, properties(table), strict=True)):
            inner = json.dumps(attributes, ensure_ascii=False, allow_nan=False)
            tail = ",\n" if place + 1 < len(table) else "\n"
            stream.write(f'{{"type": "Feature", "properties": {inner}, "geometry": {shape or "null"}}}{tail}')
        stream.write("]}\n")


def _shapes(table: Table) -> list[str | None]:
    # exterior rings counter-clockwise, as section 3.1.6 asks
    turned = shapely.orient_polygons(np.asarray(table.geometry, dtype=object))
    return [None if each is None else str(each) for each in np.asarray(shapely.to_geojson(turned))]
