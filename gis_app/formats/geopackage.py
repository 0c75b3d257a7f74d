"""GeoPackage: every feature and attribute table, through GDAL, on a copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw

from gis_app.formats import drivers, ogr
from gis_app.formats.geopackage_writing import prepare, write
from gis_app.formats.kinds import Format, Options
from gis_app.formats.source import Source, refuse
from gis_app.formats.table import Table, shapes
from gis_app.formats.usable import sift
from gis_app.language import Message

_JOURNAL = "parkplan_journal"  # the table that only a project of this program has
_MEMBERS = (".gpkg", ".gpkg-wal", ".gpkg-journal")
_READ = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
_UNDEFINED = (None, "", "undefined")


def is_project(path: Path) -> bool:
    """Tell whether a GeoPackage is a project of this program.

    Parameters
    ----------
    path : Path
        A private copy, or a file that no connection of this process holds open.

    Returns
    -------
    bool
        False also for what is no database.
    """
    query = "select 1 from sqlite_schema where type = 'table' and name = ?"
    try:
        connection = apsw.Connection(f"{path.resolve().as_uri()}?immutable=1", flags=_READ)
        try:
            return connection.execute(query, (_JOURNAL,)).get is not None
        finally:
            connection.close()
    except apsw.Error:
        return False


def read(source: Source, options: Options) -> list[Table]:
    """Read a GeoPackage.

    Parameters
    ----------
    source : Source
        Copies of the file and of the log that another program may have left beside it.
    options : Options
        Which library.

    Returns
    -------
    list[Table]
        One table a layer.

    Raises
    ------
    Refused
        It is no GeoPackage, is damaged, or is a project.
    """
    copy = source.copies[source.path.suffix.lower()]
    try:
        declared = _contents(copy)
    except apsw.Error as error:
        raise refuse("database_broken", source.path, cause=str(error)) from error
    if is_project(copy):
        raise refuse("is_project", source.path)
    names = drivers.layers(copy, options.reader)
    if not names:
        raise refuse("no_layers", source.path)
    return [_table(source, copy, name, declared, options) for name in names]


def _contents(copy: Path) -> dict[str, dict[str, Any]]:
    """Give for every table its declared count and reference system; takes a left log in first."""
    found: dict[str, dict[str, Any]] = {}
    connection = apsw.Connection(str(copy))
    try:
        connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0)
        connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
        connection.execute("pragma journal_mode = delete").fetchall()
        _soften(connection)
        tables = {str(name) for (name,) in connection.execute("select name from sqlite_schema")}
        for name in tables & _listed(connection, tables):
            found[name] = {"crs": _crs(connection, name, tables), "count": _count(connection, name, tables)}
    finally:
        connection.close()
    return found


def _soften(connection: apsw.Connection) -> None:
    """Take Z for optional where a layer of any geometry demands it: neither library lists such a layer."""
    change = "update gpkg_geometry_columns set z = 2 where z = 1 and upper(geometry_type_name) = 'GEOMETRY'"
    if connection.execute("select 1 from sqlite_schema where name = 'gpkg_geometry_columns'").get:
        connection.execute(change)


def _listed(connection: apsw.Connection, tables: set[str]) -> set[str]:
    if "gpkg_contents" not in tables:
        return set()
    return {str(name) for (name,) in connection.execute("select table_name from gpkg_contents")}


def _count(connection: apsw.Connection, name: str, tables: set[str]) -> tuple[int | None, int | None]:
    """Give the count that the file keeps, if it does, and that of the rows."""
    kept = None
    if "gpkg_ogr_contents" in tables:
        query = "select feature_count from gpkg_ogr_contents where lower(table_name) = lower(?)"
        kept = connection.execute(query, (name,)).get
    try:
        rows = connection.execute(f"select count(*) from {_quoted(name)}").get
    except apsw.Error:  # a view whose functions we do not have; the library may read it all the same
        rows = None
    return kept if isinstance(kept, int) else None, rows


def _crs(connection: apsw.Connection, name: str, tables: set[str]) -> str | None:
    if not {"gpkg_geometry_columns", "gpkg_spatial_ref_sys"} <= tables:
        return None
    query = (
        "select s.srs_id, s.organization, s.organization_coordsys_id, s.definition "
        "from gpkg_geometry_columns g join gpkg_spatial_ref_sys s using (srs_id) where g.table_name = ?"
    )
    row = connection.execute(query, (name,)).fetchone()
    if row is None or row[0] in (0, -1):
        return None
    return str(row[3]) if row[3] not in _UNDEFINED else f"{row[1]}:{row[2]}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _table(
    source: Source, copy: Path, name: str, declared: dict[str, dict[str, Any]], options: Options
) -> Table:
    raw = drivers.read_layer(copy, name, options.reader)
    known = declared.get(name, {"crs": None, "count": (None, None)})
    kept, rows = known["count"]
    columns, types, problems = ogr.columns(raw, source)
    for says in {kept, rows} - {None, len(raw.fids)}:
        problems.append(Message("formats.count_declared", {"declared": says, "found": len(raw.fids)}))
    table = Table(
        path=source.path,
        name=name,
        files=source.files,
        columns=columns,
        types=types,
        geometry=None if raw.wkb is None else shapes(raw.wkb),
        geometry_type=None if raw.geometry_type == "Unknown" else raw.geometry_type,
        source_ids=raw.fids,
        encoding="UTF-8",
        encoding_basis="format",
        crs_wkt=known["crs"],
        declared_count=max(each for each in (kept, rows, len(raw.fids)) if each is not None),
        problems=tuple(problems),
        reader=options.reader,
    )
    return sift(table)


FORMAT = Format(
    id="geopackage",
    title=Message("formats.geopackage"),
    extensions=(".gpkg",),
    members=_MEMBERS,
    read=read,
    write=write,
    prepare=prepare,
)
