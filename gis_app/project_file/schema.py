"""The project's own tables, their version, and telling a project from any other file."""

from __future__ import annotations

from pathlib import Path

import apsw

from gis_app.model import OWN_TABLES
from gis_app.project_file import geopackage
from gis_app.project_file.connection import connect

# GeoPackage demands its own number in PRAGMA user_version (requirement 2), so ours stands in a table.
SCHEMA_VERSION = 3

_PREFIX = "parkplan_"
_OWN_NAMES = {"project": "parkplan_setting"}
_BODY = "(id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL)"

TABLES = {
    "parkplan_schema": "CREATE TABLE parkplan_schema (version INTEGER NOT NULL, program TEXT NOT NULL)",
    "parkplan_journal": """CREATE TABLE parkplan_journal (
  seq INTEGER PRIMARY KEY, op_id TEXT UNIQUE, group_id TEXT NOT NULL, actor TEXT NOT NULL,
  wall_time TEXT NOT NULL, kind TEXT NOT NULL, text_id TEXT NOT NULL, text_values TEXT NOT NULL,
  body BLOB NOT NULL, undoes INTEGER REFERENCES parkplan_journal(seq), tables TEXT NOT NULL,
  prev_hash BLOB NOT NULL, hash BLOB NOT NULL)""",
    "parkplan_head": """CREATE TABLE parkplan_head (
  id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL)""",
    "parkplan_row_digest": """CREATE TABLE parkplan_row_digest (
  table_name TEXT NOT NULL, id BLOB NOT NULL, digest BLOB NOT NULL,
  PRIMARY KEY (table_name, id)) WITHOUT ROWID""",
    "parkplan_draft": """CREATE TABLE parkplan_draft (
  id TEXT NOT NULL PRIMARY KEY, wall_time TEXT NOT NULL, body TEXT NOT NULL)""",
    "parkplan_judged_with": """CREATE TABLE parkplan_judged_with (
  hash TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL)""",
    "parkplan_outside": """CREATE TABLE parkplan_outside (
  path TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL, wall_time TEXT NOT NULL, members TEXT)""",
    **{
        name: f"CREATE TABLE {name} {_BODY}"
        for name in sorted(_OWN_NAMES.get(table, _PREFIX + table) for table in OWN_TABLES)
    },
}
TRIGGERS = {
    f"parkplan_journal_no_{event.lower()}": f"CREATE TRIGGER parkplan_journal_no_{event.lower()} "
    f"BEFORE {event} ON parkplan_journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
    for event in ("UPDATE", "DELETE")
}


def own_table(table: str) -> str:
    """Name in the file of one of the project's own tables."""
    return _OWN_NAMES.get(table, _PREFIX + table)


def create_tables(connection: apsw.Connection, program: str) -> None:
    """Make every table of ours in an empty GeoPackage."""
    for name, statement in TABLES.items():
        connection.execute(statement)
        geopackage.register_own(connection, name)
    for statement in TRIGGERS.values():
        connection.execute(statement)
    connection.execute("INSERT INTO parkplan_schema VALUES (?,?)", (SCHEMA_VERSION, program))


def version_of(connection: apsw.Connection) -> int | None:
    """Schema version of a project; None when the file is not one."""
    if connection.execute("PRAGMA application_id").fetchone() != (geopackage.APPLICATION_ID,):
        return None
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'parkplan_schema'").fetchone() is None:
        return None
    row = connection.execute("SELECT version FROM parkplan_schema").fetchone()
    return None if row is None else int(row[0])


def is_project_file(path: Path) -> bool:
    """Whether ``path`` is a project file; leaves nothing beside it and needs no right to write."""
    if not path.is_file():
        return False
    try:
        connection = connect(path, immutable=True)
    except apsw.Error:
        return False
    try:
        return version_of(connection) is not None
    except (apsw.Error, ValueError, TypeError):
        return False
    finally:
        connection.close()
