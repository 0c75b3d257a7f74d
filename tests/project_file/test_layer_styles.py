"""QGIS finds in the project file how its layers are drawn; what others left there stays."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from xml.etree.ElementTree import fromstring

from gis_app.project_file import ProjectFile
from gis_app.project_file.layer_styles import LayerStyle
from gis_app.session.handed_on import hand_on_styles
from tests.project_file.park import CATALOGUE, new, parcels, requests
from tests.session.made import catalogue


def rows(path: Path) -> list[tuple[str, str, int, str]]:
    with sqlite3.connect(path) as plain:
        return plain.execute(
            "SELECT f_table_name, styleQML, useAsDefault, owner FROM layer_styles ORDER BY id"
        ).fetchall()


def test_written_once_and_no_part_of_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    with new(path, parcels(), requests()) as file:
        hand_on_styles(file, catalogue())
        assert file.state_seq == 2 and file.verify() == []
    ((table, qml, default, owner),) = rows(path)
    assert (table, default, owner) == ("supply_parcel", 1, "parkplan")
    assert fromstring(qml).tag == "qgis" and qml.count("<symbol") > 3
    whole = path.read_bytes()
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        hand_on_styles(file, catalogue())
    with sqlite3.connect(path) as plain:
        assert plain.execute("SELECT max(id) FROM layer_styles").fetchone() == (1,)
    assert len(path.read_bytes()) == len(whole)


def test_what_others_left_stays(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    with new(path, parcels()) as file:
        file.put_styles({"supply_parcel": LayerStyle("甲" * 40, "<qgis/>")})
    with sqlite3.connect(path) as plain:
        plain.execute("UPDATE layer_styles SET owner = 'somebody', styleQML = '<theirs/>'")
    plain.close()
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        assert file.findings == []
        file.put_styles({"supply_parcel": LayerStyle("甲" * 40, "<qgis/>")})
        file.put_styles({"supply_parcel": LayerStyle("甲" * 40, "<qgis/>")})
    assert [(qml, default) for _, qml, default, _ in rows(path)] == [("<theirs/>", 1), ("<qgis/>", 0)]
    with ProjectFile.open(path, catalogue=CATALOGUE, read_only=True) as file:
        file.put_styles({})
        assert file.verify() == []
