"""The tables that make the file a GeoPackage 1.4 (OGC 12-128r19) which any GIS reads."""

from __future__ import annotations

from dataclasses import dataclass

import apsw
from pyproj import CRS

from gis_app.project_file.column import FID, GEOM, SQL_TYPES, Column
from gis_app.project_file.connection import quoted

APPLICATION_ID = 0x47504B47  # "GPKG", requirement 2
VERSION = 10400
UNDEFINED = -1
_FIRST_OWN_SRS = 900_001  # beyond every EPSG code

_DOCUMENT = "https://www.geopackage.org/spec140/#extension_rtree"

TABLES = {
    "gpkg_spatial_ref_sys": """CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY NOT NULL, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)""",
    "gpkg_contents": """CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    "gpkg_geometry_columns": """CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))""",
    "gpkg_extensions": """CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
  definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))""",
}

_WGS84 = CRS.from_epsg(4326)
_CGCS2000 = CRS.from_epsg(4490)


@dataclass(frozen=True)
class Srs:
    """One row of ``gpkg_spatial_ref_sys``."""

    name: str
    srs_id: int
    organization: str
    code: int
    definition: str
    description: str


UNDEFINED_ROWS = (
    Srs(
        "Undefined Cartesian SRS",
        -1,
        "NONE",
        -1,
        "undefined",
        "undefined Cartesian coordinate reference system",
    ),
    Srs(
        "Undefined geographic SRS",
        0,
        "NONE",
        0,
        "undefined",
        "undefined geographic coordinate reference system",
    ),
)


def srs_of(crs: CRS | None) -> Srs:
    """The row of a reference system: EPSG code where it has one, an own number otherwise."""
    if crs is None:
        return UNDEFINED_ROWS[0]
    authority = crs.to_authority(min_confidence=100)
    definition = crs.to_wkt("WKT1_GDAL") or crs.to_wkt()
    if authority is None or authority[0] != "EPSG":
        return Srs(crs.name, _FIRST_OWN_SRS, "PARKPLAN", _FIRST_OWN_SRS, definition, crs.name)
    return Srs(crs.name, int(authority[1]), "EPSG", int(authority[1]), definition, crs.name)


def create_tables(connection: apsw.Connection) -> None:
    """Make the file a GeoPackage without contents."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    for statement in TABLES.values():
        connection.execute(statement)
    for srs in (*UNDEFINED_ROWS, srs_of(_WGS84), srs_of(_CGCS2000)):
        put_srs(connection, srs)


def put_srs(connection: apsw.Connection, srs: Srs) -> None:
    """Write a reference system, in place of one with the same number."""
    connection.execute(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?) ON CONFLICT(srs_id) DO UPDATE SET "
        "srs_name=excluded.srs_name, organization=excluded.organization, definition=excluded.definition, "
        "organization_coordsys_id=excluded.organization_coordsys_id, description=excluded.description",
        (srs.name, srs.srs_id, srs.organization, srs.code, srs.definition, srs.description),
    )


def register_own(connection: apsw.Connection, table: str) -> None:
    """Name a table of ours in ``gpkg_extensions``, as requirement 58 asks."""
    connection.execute(
        "INSERT OR IGNORE INTO gpkg_extensions VALUES (?,NULL,'parkplan_project',?,'write-only')",
        (table, "ParkPlan project: journal, facts and settings; other programs leave these tables alone"),
    )


def table_sql(table: str, columns: tuple[Column, ...], spatial: bool) -> str:
    """Definition of a feature table, or of an attribute table without geometry.

    The geometry column is GEOMETRY, for an edit may turn a polygon into a multipolygon at any time.
    """
    parts = [f"{FID} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"]
    parts += [f"{GEOM} GEOMETRY"] if spatial else []
    parts += [f"{quoted(column.name)} {SQL_TYPES[column.kind]}" for column in columns]
    return f"CREATE TABLE {quoted(table)} ({', '.join(parts)})"


def rtree_name(table: str) -> str:
    """Name of the index of a feature table (annex F.3)."""
    return f"rtree_{table}_{GEOM}"


def rtree_triggers(table: str) -> dict[str, str]:
    """The triggers of GeoPackage 1.4, annex F.3: name → definition."""
    t, r, g = quoted(table), quoted(rtree_name(table)), GEOM
    bounds = f"ST_MinX(NEW.{g}), ST_MaxX(NEW.{g}), ST_MinY(NEW.{g}), ST_MaxY(NEW.{g})"
    new_full = f"(NEW.{g} NOTNULL AND NOT ST_IsEmpty(NEW.{g}))"
    new_none = f"(NEW.{g} ISNULL OR ST_IsEmpty(NEW.{g}))"
    old_full = f"(OLD.{g} NOTNULL AND NOT ST_IsEmpty(OLD.{g}))"
    old_none = f"(OLD.{g} ISNULL OR ST_IsEmpty(OLD.{g}))"
    put = f"INSERT OR REPLACE INTO {r} VALUES (NEW.{FID}, {bounds});"
    same, other = f"OLD.{FID} = NEW.{FID}", f"OLD.{FID} != NEW.{FID}"
    move = (
        f"UPDATE {r} SET minx = ST_MinX(NEW.{g}), maxx = ST_MaxX(NEW.{g}), "
        f"miny = ST_MinY(NEW.{g}), maxy = ST_MaxY(NEW.{g}) WHERE id = NEW.{FID};"
    )
    drop = f"DELETE FROM {r} WHERE id = OLD.{FID};"
    bodies = {
        "insert": f"AFTER INSERT ON {t} WHEN {new_full} BEGIN {put} END",
        "update2": f"AFTER UPDATE OF {g} ON {t} WHEN {same} AND {new_none} BEGIN {drop} END",
        "update4": f"AFTER UPDATE ON {t} WHEN {other} AND {new_none} "
        f"BEGIN DELETE FROM {r} WHERE id IN (OLD.{FID}, NEW.{FID}); END",
        "update5": f"AFTER UPDATE ON {t} WHEN {other} AND {new_full} BEGIN {drop} {put} END",
        "update6": f"AFTER UPDATE OF {g} ON {t} WHEN {same} AND {new_full} AND {old_full} BEGIN {move} END",
        "update7": f"AFTER UPDATE OF {g} ON {t} WHEN {same} AND {new_full} AND {old_none} BEGIN {put} END",
        "delete": f"AFTER DELETE ON {t} WHEN OLD.{g} NOT NULL BEGIN {drop} END",
    }
    return {
        f"{rtree_name(table)}_{event}": f"CREATE TRIGGER {quoted(f'{rtree_name(table)}_{event}')} {body}"
        for event, body in bodies.items()
    }


def rtree_sql(table: str) -> str:
    """Definition of the index of a feature table."""
    return f"CREATE VIRTUAL TABLE {quoted(rtree_name(table))} USING rtree(id, minx, maxx, miny, maxy)"


def add_contents(connection: apsw.Connection, table: str, srs_id: int | None, z: int, m: int) -> None:
    """Announce a table: as features in ``srs_id``, or as attributes where that is None."""
    kind = "attributes" if srs_id is None else "features"
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?,?,?,?)",
        (table, kind, table, srs_id),
    )
    if srs_id is None:
        return
    connection.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?,?,'GEOMETRY',?,?,?)", (table, GEOM, srs_id, z, m)
    )
    connection.execute(
        "INSERT INTO gpkg_extensions VALUES (?,?,'gpkg_rtree_index',?,'write-only')", (table, GEOM, _DOCUMENT)
    )


def remove_contents(connection: apsw.Connection, table: str) -> None:
    """Take a table out of everything that announces it."""
    for name in ("gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents"):
        connection.execute(f"DELETE FROM {name} WHERE table_name = ?", (table,))


def touch(connection: apsw.Connection, table: str, bounds: tuple[float, float, float, float] | None) -> None:
    """Note that a table has changed; its extent grows to hold ``bounds`` (xmin, ymin, xmax, ymax)."""
    connection.execute(
        "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now') WHERE table_name = ?",
        (table,),
    )
    if bounds is not None:
        x0, y0, x1, y1 = bounds
        connection.execute(
            "UPDATE gpkg_contents SET "
            "min_x = min(ifnull(min_x, ?1), ?1), min_y = min(ifnull(min_y, ?2), ?2), "
            "max_x = max(ifnull(max_x, ?3), ?3), max_y = max(ifnull(max_y, ?4), ?4) WHERE table_name = ?5",
            (x0, y0, x1, y1, table),
        )


def move_to(connection: apsw.Connection, table: str, srs_id: int) -> None:
    """Announce a feature table in another reference system; its extent starts anew."""
    connection.execute(
        "UPDATE gpkg_contents SET srs_id = ?, min_x = NULL, min_y = NULL, max_x = NULL, max_y = NULL "
        "WHERE table_name = ?",
        (srs_id, table),
    )
    connection.execute("UPDATE gpkg_geometry_columns SET srs_id = ? WHERE table_name = ?", (srs_id, table))


def allow(connection: apsw.Connection, table: str, z: int, m: int) -> None:
    """Let a table hold geometries with z or m from now on."""
    connection.execute(
        "UPDATE gpkg_geometry_columns SET z = max(z, ?), m = max(m, ?) WHERE table_name = ?", (z, m, table)
    )
