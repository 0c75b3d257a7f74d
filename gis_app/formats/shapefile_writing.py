"""What a shapefile can hold, and the writing of one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.formats import dbf_writing, drivers
from gis_app.formats.encoding import known
from gis_app.formats.names import cut, writable
from gis_app.formats.prepared import Prepared, finite, need_crs, nulls, plain_text, rename, revise
from gis_app.formats.table import Table
from gis_app.language import Message, Refused

_LARGEST_BYTES = 2**31 - 1
_FAMILIES = {
    "Point": {"Point"},
    "MultiPoint": {"Point", "MultiPoint"},
    "MultiLineString": {"LineString", "MultiLineString", "LinearRing"},
    "MultiPolygon": {"Polygon", "MultiPolygon"},
}


def prepare(table: Table, encoding: str) -> Prepared:
    """Make a table into what a shapefile can hold.

    Parameters
    ----------
    table : Table
        In its normal form.
    encoding : str
        Of names and texts.

    Returns
    -------
    Prepared
        Names of at most ten bytes, texts of at most 254, no times, no infinite numbers.

    Raises
    ------
    Refused
        Without geometry or reference system, with geometries of different kinds, or with too many fields.
    """
    if table.geometry is None:
        raise Refused(Message("formats.write_no_geometry", {"layer": table.name}))
    need_crs(table)
    family(table.geometry, table.name)
    if len(table.columns) > dbf_writing.FIELDS:
        values = {"layer": table.name, "count": len(table.columns), "limit": dbf_writing.FIELDS}
        raise Refused(Message("formats.write_too_many_fields", values))

    def fit(name: str, room: int) -> str:
        return cut(_line(writable(name, encoding)), dbf_writing.NAME_BYTES - room, encoding).strip()

    done = finite(plain_text(nulls(rename(table, fit), table)))
    done = revise(done, ("datetime",), lambda value: value.isoformat(), "loss_datetime", becomes="text")
    done = revise(done, ("text",), lambda text: writable(text, encoding), "loss_not_in_encoding")
    done = revise(done, ("text",), lambda text: cut(text, dbf_writing.TEXT_BYTES, encoding), "loss_text_cut")
    done = revise(done, ("text",), lambda text: text.rstrip(" ") or None, "loss_blanks")
    return done if done.table.columns else _with_number(done)


def _line(name: str) -> str:
    return "".join(each if each.isprintable() else "_" for each in name)


def _with_number(prepared: Prepared) -> Prepared:
    """Give a table without fields the one that a ``.dbf`` needs."""
    table = replace(
        prepared.table,
        columns={"FID": np.arange(len(prepared.table), dtype=np.int64)},
        types={"FID": "integer"},
    )
    return replace(prepared, table=table, losses=(*prepared.losses, Message("formats.loss_number_field")))


def family(geometry: NDArray[Any], layer: str) -> str:
    """Name the one kind of geometry that a shapefile would be of.

    Parameters
    ----------
    geometry : NDArray[object]
        Shapes, perhaps missing ones among them.
    layer : str
        Named in the refusal.

    Returns
    -------
    str
        ``Point``, ``MultiPoint``, ``MultiLineString`` or ``MultiPolygon``.

    Raises
    ------
    Refused
        They are of several kinds, or of none that it has.
    """
    found = {each.geom_type for each in geometry if each is not None}
    for name, kinds in _FAMILIES.items():
        if found and found <= kinds:
            return name
    if not found:
        return "MultiPolygon"
    raise Refused(Message("formats.write_mixed", {"layer": layer, "kinds": ", ".join(sorted(found))}))


def write(path: Path, table: Table, encoding: str) -> None:
    """Write a shapefile where nothing is yet.

    Parameters
    ----------
    path : Path
        Its ``.shp``.
    table : Table
        Prepared.
    encoding : str
        Of names and texts.

    Raises
    ------
    Refused
        It would be larger than a shapefile may be, or its reference system has no ESRI form.
    """
    import pyproj

    assert table.geometry is not None
    kind = family(table.geometry, table.name)
    geometry = table.geometry
    if kind == "MultiPoint":  # a file of multipoints has no single ones
        geometry = np.array([_several(each) for each in geometry], dtype=object)
    drivers.write_layer(path, geometry, kind, "ESRI Shapefile")
    written = {
        ".dbf": dbf_writing.content(table, encoding),
        ".prj": pyproj.CRS(need_crs(table)).to_wkt("WKT1_ESRI").encode("utf-8"),
        ".cpg": (known(encoding) or encoding).encode("ascii"),
    }
    for extension, content in written.items():
        path.with_suffix(extension).write_bytes(content)
    largest = max(each.stat().st_size for each in path.parent.iterdir())
    if largest > _LARGEST_BYTES:
        values = {"layer": table.name, "bytes": largest, "limit": _LARGEST_BYTES}
        raise Refused(Message("formats.write_too_big", values))


def _several(shape: Any) -> Any:
    return shapely.MultiPoint([shape]) if shape is not None and shape.geom_type == "Point" else shape
