"""What a reader process does: copy, look, read, and hand the tables back in plain arrays."""

from __future__ import annotations

import json
import os
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gis_app.formats import drivers, geopackage
from gis_app.formats.kinds import Options, format_of, formats
from gis_app.formats.packing import message_data, pack
from gis_app.formats.source import content_kind, head, members, plain, refuse, take
from gis_app.formats.table import Column, Table
from gis_app.language import Message, Refused
from gis_app.worker.limits import Limits, confine

_HOLDS = {
    "shapefile": ("shapefile",),
    "geopackage": ("sqlite",),
    "geojson": ("json",),
    "topojson": ("json",),
}


AHEAD_BYTES = 8 << 20
"""Of a folder that is about to be opened, so much is read before anybody asks for its files one by one."""


@dataclass(frozen=True)
class _ReadAhead:
    """What a file gave, and what it was like then: size and time of each member."""

    state: tuple[tuple[str, int, int], ...]
    options: Options
    told: dict[str, Any]
    arrays: dict[str, Column]


_ahead: dict[Path, _ReadAhead] = {}


def get_ready(request: str, folder: Path) -> None:
    """Import what the first file needs, and read the small files of what will be opened.

    Parameters
    ----------
    request : str
        As JSON the path of a folder or file, and the encodings that will be stated; may be empty.
    folder : Path
        A private place for the copies.
    """
    formats()
    drivers.load()
    confine(Limits.for_size(AHEAD_BYTES))
    room = AHEAD_BYTES
    wanted: dict[str, Any] = json.loads(request) if request else {"path": "", "encodings": {}}
    place = Path(wanted["path"])
    for number, path in enumerate(_likely(place) if request else ()):
        found = format_of(path)
        state = _state(path)
        room -= sum(size for _, size, _ in state)
        if found is None or room < 0:
            continue
        own = folder / str(number)
        own.mkdir()
        options = Options(wanted["encodings"].get(path.name))
        with suppress(Exception):  # whoever asks for the file is told
            _ahead[path] = _ReadAhead(state, options, *_told(path, options, own))
        shutil.rmtree(own, ignore_errors=True)  # here, where nobody waits for it


def _likely(path: Path) -> list[Path]:
    """The ordinary files that will be asked for, as far as one look tells."""
    if not path.is_dir():
        return [path.absolute()] if path.is_file() else []
    shown = [path.absolute() / name for name in sorted(os.listdir(path)) if not name.startswith((".", "~"))]
    found = [each for each in shown if format_of(each) is not None]
    return [each for each in found if each.is_file() and not each.is_symlink()]


def _state(path: Path) -> tuple[tuple[str, int, int], ...]:
    found = format_of(path)
    looked = members(path, () if found is None else found.members)
    stats = {str(member): member.stat() for member in looked.values()}
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats.items())


def read(
    request: dict[str, Any], arrays: dict[str, Column], folder: Path
) -> tuple[dict[str, Any], dict[str, Column]]:
    """Read some files, one after the other.

    Parameters
    ----------
    request : dict
        ``files``, each with ``path`` and ``encoding``; ``reader``.
    arrays : dict
        Not used.
    folder : Path
        A private place for the copies.

    Returns
    -------
    tuple[dict, dict]
        ``files``: for each ``tables``, or ``refused`` with a message, or ``unopened`` with what the library
        said; and arrays, named by the numbers of file and table.
    """
    packed: dict[str, Column] = {}
    told = []
    for number, file in enumerate(request["files"]):
        path, options = Path(file["path"]), Options(file["encoding"], request["reader"])
        known = _ahead.pop(path, None)
        if known is None or options != known.options or known.state != _state(path):
            own = folder / str(number)
            own.mkdir()
            data, parts = _told(path, options, own)
        else:
            data, parts = known.told, known.arrays
        told.append(data)
        packed |= {f"{number}.{key}": values for key, values in parts.items()}
    return {"files": told}, packed


def _told(path: Path, options: Options, folder: Path) -> tuple[dict[str, Any], dict[str, Column]]:
    """Read one file."""
    packed: dict[str, Column] = {}
    try:
        tables = _read(path, options, folder)
    except Refused as refused:
        return {"refused": message_data(refused.message)}, packed
    except drivers.Unopened as error:
        return {"unopened": str(error).replace(f"{folder}{os.sep}", "")}, packed
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
