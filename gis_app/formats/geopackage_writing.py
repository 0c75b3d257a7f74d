"""What a GeoPackage can hold, and the writing of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from gis_app.formats import drivers
from gis_app.formats.prepared import Prepared, finite, need_crs, nulls, plain_text, rename, revise
from gis_app.formats.table import Table, geometry_type_of
from gis_app.language import Message

_OWN_NAMES = ("fid", "geom", "ogc_fid", "rowid")
_OWN_TABLES = ("gpkg_", "sqlite_", "rtree_", "parkplan_")


def prepare(table: Table, encoding: str) -> Prepared:
    """Make a table into what a GeoPackage can hold.

    Parameters
    ----------
    table : Table
        In its normal form.
    encoding : str
        Not asked: a GeoPackage is in UTF-8.

    Returns
    -------
    Prepared
        Names without regard to case unique, times to the millisecond, those with a zone in UTC.

    Raises
    ------
    Refused
        A table with geometry has no reference system.
    """
    if table.geometry is not None:
        need_crs(table)

    def fit(name: str, room: int) -> str:
        return "".join(each if each.isprintable() else "_" for each in name).strip()

    done = plain_text(nulls(rename(table, fit, _OWN_NAMES), table))
    done = revise(done, ("datetime",), _to_milliseconds, "loss_time_fraction")
    name = _table_name(table.name)
    if name == table.name:
        return finite(done)
    loss = Message("formats.loss_layer_name", {"layer": table.name, "name": name})
    return finite(replace(done, table=replace(done.table, name=name), losses=(*done.losses, loss)))


def _to_milliseconds(value: datetime) -> datetime:
    stored = value if value.tzinfo is None else value.astimezone(UTC)
    return stored.replace(microsecond=stored.microsecond // 1000 * 1000)


def _table_name(name: str) -> str:
    plain = "".join(each if each.isprintable() else "_" for each in name).strip() or "layer"
    return f"layer_{plain}" if plain.lower().startswith(_OWN_TABLES) else plain


def write(path: Path, table: Table, encoding: str) -> None:
    """Write a GeoPackage of one layer where nothing is yet.

    Parameters
    ----------
    path : Path
        The file.
    table : Table
        Prepared.
    encoding : str
        Not asked.
    """
    kind = "Unknown"
    if table.geometry is not None:
        found = geometry_type_of(table.geometry)
        kind = "Unknown" if found in (None, "Mixed") else str(found)
    drivers.write_layer(path, table.geometry, kind, "GPKG", table=table)
