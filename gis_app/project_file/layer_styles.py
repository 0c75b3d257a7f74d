"""The table ``layer_styles`` in which QGIS looks for how layers are drawn; it is no part of the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import apsw

from gis_app.model.duplicate import is_duplicate, layer_id
from gis_app.project_file.column import GEOM

TABLE = "layer_styles"
OWNER = "parkplan"

# the definition that QGIS itself writes
_SQL = """CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"""


@dataclass(frozen=True)
class LayerStyle:
    """How one layer is drawn: the name of the style, and the style as QML."""

    name: str
    qml: str


def differ(connection: apsw.Connection, styles: Mapping[str, LayerStyle]) -> bool:
    """Whether the table says anything else of our styles."""
    if not _exists(connection):
        return bool(styles)
    statement = f"SELECT f_table_name, styleName, styleQML FROM {TABLE} WHERE owner = ?"
    found = sorted(connection.execute(statement, (OWNER,)))
    return found != sorted((layer_id(id), _name(style), style.qml) for id, style in styles.items())


def write(connection: apsw.Connection, styles: Mapping[str, LayerStyle]) -> None:
    """Replace our styles, by id of layer or duplicate; what others left stays, and stays the default."""
    if not _exists(connection):
        connection.execute(_SQL)
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, 'attributes', ?)",
            (TABLE, TABLE),
        )
    connection.execute(f"DELETE FROM {TABLE} WHERE owner = ?", (OWNER,))
    taken = {name for (name,) in connection.execute(f"SELECT f_table_name FROM {TABLE} WHERE useAsDefault")}
    connection.executemany(
        f"INSERT INTO {TABLE} (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
        "styleQML, styleSLD, useAsDefault, description, owner) VALUES ('','',?,?,?,?,'',?,'',?)",
        (
            (layer_id(id), GEOM, _name(style), style.qml, not is_duplicate(id) and id not in taken, OWNER)
            for id, style in styles.items()
        ),
    )


def _name(style: LayerStyle) -> str:
    return style.name[:30]


def _exists(connection: apsw.Connection) -> bool:
    statement = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
    return connection.execute(statement, (TABLE,)).fetchone() is not None
