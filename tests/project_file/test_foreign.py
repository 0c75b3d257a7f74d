"""What another program changed in the file: taken in as a step, put back, or refused; never lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import shapely

from gis_app.language import Refused
from gis_app.model import Record
from gis_app.project_file import ProjectFile, blob
from tests.project_file.park import CATALOGUE, new, parcels, reopened, same, step

SHAPE = shapely.box(1, 2, 3, 4)


def other_program(path: Path, *statements: str) -> None:
    """Edit as another program does: with functions of its own for the index."""
    with sqlite3.connect(path) as plain:
        for place, name in enumerate(("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):
            plain.create_function(name, 1, lambda body, place=place: (blob.bounds_of(body) or [0] * 4)[place])
        plain.create_function("ST_IsEmpty", 1, lambda body: int(blob.is_empty(body)))
        for statement in statements:
            plain.execute(
                statement, {"shape": blob.encode([SHAPE], 4546)[0]} if ":shape" in statement else {}
            )
    plain.close()


EDITS = (
    "UPDATE supply_parcel SET parcel_no = 'QGIS', geom = :shape WHERE fid = 3",
    "UPDATE supply_parcel SET area_m2 = NULL WHERE fid = 4",
    "INSERT INTO supply_parcel (fid, geom, parcel_no) VALUES (70, :shape, '新')",
    "DELETE FROM supply_parcel WHERE fid = 5",
)


def project_with_foreign_edits(path: Path, backup: bool = True) -> ProjectFile:
    with new(path, parcels()) as file:
        file.commit(step(Record("supply_parcel", 3, {"count": 0}, {"count": 9})), actor="a")
        if backup:
            file.backup()
    other_program(path, *EDITS)
    return ProjectFile.open(path, catalogue=CATALOGUE)


def test_taken_in_and_undone(tmp_path: Path) -> None:
    file = project_with_foreign_edits(tmp_path / "p.gpkg")
    (edits,) = file.foreign_edits()
    assert (edits.changed, edits.added, edits.removed) == ((3, 4), (70,), (5,))
    with pytest.raises(Refused, match="Feature 3"):
        file.commit(step(Record("supply_parcel", 3, {"count": 9}, {"count": 1})), actor="a")
    seen = file.load()
    seq = file.take_in_foreign_edits(actor="张工", op_id="foreign")
    assert seq == 4 and file.findings == [] and file.verify() == [] and file.has_op("foreign")
    assert file.foreign_edits() == [] and file.take_in_foreign_edits(actor="a") is None
    records = {record.id: record for record in file.changeset(seq).records}
    assert (
        set(records[3].after) == {"parcel_no", "geometry"} and records[3].before["parcel_no"] == "宗2'\";--"
    )
    assert records[5].after is None and records[70].before is None
    file = reopened(file)
    same(seen, file.load())
    entry = list(file.journal())[-1]
    assert entry.kind == "foreign" and entry.step is not None and file.load().next_fid == 71
    file.commit(file.changeset(seq).inverse(), actor="a", undoes=seq)
    frame = file.load().layers["supply_parcel"].frame
    assert list(frame.index) == [1, 2, 3, 4, 5] and frame.loc[3, "count"] == 9
    assert frame.loc[5, "parcel_no"] == "宗4'\";--" and file.verify() == []
    file.close()


def test_without_a_backup_taken_in_for_good(tmp_path: Path) -> None:
    with project_with_foreign_edits(tmp_path / "p.gpkg", backup=False) as file:
        with pytest.raises(Refused, match="nothing was put back"):
            file.put_back_foreign_edits()
        assert file.foreign_edits()
        seq = file.take_in_foreign_edits(actor="a")
        assert list(file.journal())[-1].step is None and file.verify() == []
        with pytest.raises(ValueError, match="not to be reversed"):
            file.commit(file.changeset(seq).inverse(), actor="a", undoes=seq)


def test_put_back(tmp_path: Path) -> None:
    file = project_with_foreign_edits(tmp_path / "p.gpkg")
    assert file.put_back_foreign_edits() == 4
    assert file.findings == [] and file.verify() == [] and file.state_seq == 3
    frame = file.load().layers["supply_parcel"].frame
    assert list(frame.index) == [1, 2, 3, 4, 5] and frame.loc[3, "parcel_no"] == "宗2'\";--"
    file.close()
    newest = max((tmp_path / "p.backups").iterdir())
    with ProjectFile.open(newest, catalogue=CATALOGUE) as kept:
        assert kept.load().layers["supply_parcel"].frame.loc[3, "parcel_no"] == "QGIS"


def test_what_is_no_edit_of_features_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    new(path, parcels()).close()
    other_program(path, "UPDATE parkplan_fact SET body = '{}'")
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        for ask in (file.foreign_edits, lambda: file.take_in_foreign_edits(actor="a")):
            with pytest.raises(Refused, match="own table fact"):
                ask()
        assert file.state_seq == 2


def test_a_value_of_the_wrong_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    new(path, parcels()).close()
    other_program(path, "UPDATE supply_parcel SET supply_date = 'morgen' WHERE fid = 2")
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        with pytest.raises(Refused, match="supply_date"):
            file.take_in_foreign_edits(actor="a")
        assert file.state_seq == 2 and file.findings
