"""What a reader process does: copy, look, read, and hand the tables back in plain arrays."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from gis_app.formats import drivers, geopackage
from gis_app.formats.kinds import Options, format_of
from gis_app.formats.packing import message_data, pack
from gis_app.formats.source import content_kind, head, members, plain, refuse, take
from gis_app.formats.table import Column, Table
from gis_app.language import Message, Refused

_HOLDS = {
    "shapefile": ("shapefile",),
    "geopackage": ("sqlite",),
    "geojson": ("json",),
    "topojson": ("json",),
}


def read(
    request: dict[str, Any], arrays: dict[str, Column], folder: Path
) -> tuple[dict[str, Any], dict[str, Column]]:
    """Read one file.

    Parameters
    ----------
    request : dict
        ``path``, ``encoding``, ``reader``.
    arrays : dict
        Not used.
    folder : Path
        A private place for the copy.

    Returns
    -------
    tuple[dict, dict]
        ``tables``, or ``refused`` with a message, or ``unopened`` with what the library said; and arrays.
    """
    try:
        tables = _read(Path(request["path"]), Options(request["encoding"], request["reader"]), folder)
    except Refused as refused:
        return {"refused": message_data(refused.message)}, {}
    except drivers.Unopened as error:
        return {"unopened": str(error).replace(f"{folder}{os.sep}", "")}, {}
    packed: dict[str, Column] = {}
    described = []
    for number, table in enumerate(tables):
        data, parts = pack(table, str(number))
        described.append(data)
        packed |= parts
    return {"tables": described}, packed


def is_project(
    request: dict[str, Any], arrays: dict[str, Column], folder: Path
) -> tuple[dict[str, Any], dict[str, Column]]:
    """Tell whether a file is a project of this program.

    Parameters
    ----------
    request : dict
        ``path``.
    arrays : dict
        Not used.
    folder : Path
        A private place; used only where another program left its log beside the file.

    Returns
    -------
    tuple[dict, dict]
        ``project`` as a boolean; no arrays.
    """
    path = Path(request["path"])
    if content_kind(head(path)) != "sqlite":
        return {"project": False}, {}
    log = f"{path.suffix.lower()}-wal"
    if log in members(path, (log,)):
        source = take(path, (log,), folder)
        return {"project": geopackage.is_project(source.copies[path.suffix.lower()])}, {}
    return {"project": geopackage.is_project(path)}, {}


def equipment(
    request: dict[str, Any], arrays: dict[str, Column], folder: Path
) -> tuple[dict[str, Any], dict[str, Column]]:
    """Tell what a reader process has at hand, for the record of versions and for tests.

    Parameters
    ----------
    request, arrays : dict
        Not used.
    folder : Path
        Not used.

    Returns
    -------
    tuple[dict, dict]
        ``drivers`` and ``modules``; no arrays.
    """
    return {"drivers": sorted(drivers.present()), "modules": sorted(sys.modules)}, {}


def _read(path: Path, options: Options, folder: Path) -> list[Table]:
    found = format_of(plain(path))
    if found is None:
        raise refuse("unknown_format", path)
    kind = content_kind(head(path))
    if kind not in _HOLDS[found.id]:
        holds = Message(f"formats.kind_{kind}")
        raise refuse("content_differs", path, extension=path.suffix.lower(), holds=holds)
    return _some_use(path, found.read(take(path, found.members, folder), options))


def _some_use(path: Path, tables: list[Table]) -> list[Table]:
    """Refuse a file that declares features of which not one can be used."""
    declared = sum(table.declared_count for table in tables)
    if declared and not any(len(table) for table in tables):
        reasons = [each.reason for table in tables for each in table.excluded]
        raise refuse("nothing_usable", path, declared=declared, reasons=reasons)
    return tables
