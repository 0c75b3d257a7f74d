"""A large file is examined beside the work."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis_app.language import Refused
from gis_app.model import Record
from gis_app.project_file import ProjectFile, examination, opening, verify
from gis_app.project_file.connection import connect
from gis_app.worker import WorkerFault
from tests.project_file.park import CATALOGUE, new, parcels, step

EDIT = step(Record("supply_parcel", 1, {"count": -2}, {"count": 7}))


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LARGE_BYTES", 0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    new(tmp_path / "p.gpkg", parcels(20)).close()
    return tmp_path / "p.gpkg"


def altered(path: Path) -> None:
    other = connect(path)
    other.execute("UPDATE supply_parcel SET count = 5 WHERE fid IN (3, 4)")
    other.close()


def test_a_sound_file_has_nothing_to_tell(path: Path) -> None:
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        file.load()
        assert file.examined() == [] and file.findings == [] and file.late_findings() == []
        assert file.commit(EDIT, actor="a") == 3


def test_rows_of_others_are_told_later_and_never_written_over(path: Path) -> None:
    altered(path)
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        assert file.findings == []
        file.load()
        with pytest.raises(Refused, match="another program"):
            file.commit(step(Record("supply_parcel", 3, {"count": 0}, {"count": 1})), actor="a")
        assert [(m.id, m.values["ids"]) for m in file.examined()] == [("project_file.rows", "3, 4")]
        assert file.findings == file.verify() and file.late_findings() == []


def test_nothing_is_written_into_a_damaged_file(path: Path) -> None:
    content = bytearray(path.read_bytes())
    connection = connect(path)
    of = "SELECT rootpage FROM sqlite_schema WHERE name = 'parkplan_row_digest'"
    page = connection.execute(of).fetchone()
    size = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    start = (page[0] - 1) * size[0]
    content[start + 8 : start + 60] = b"\xff" * 52
    path.write_bytes(content)
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        with pytest.raises(Refused, match="damaged"):
            file.commit(EDIT, actor="a")
        assert [message.id for message in file.findings] == ["project_file.damaged"]


def test_closing_ends_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = ProjectFile.open(path, catalogue=CATALOGUE)
    file.load()
    made = file._examination
    file.close()
    assert made is not None and not made._thread.is_alive()


def test_without_a_process_it_is_done_here(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    altered(path)

    def refused(*_given: object, **_named: object) -> None:
        raise WorkerFault("refused", "no process")

    monkeypatch.setattr(examination.Crew, "run", refused)
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        assert [m.id for m in file.examined()] == ["project_file.rows"]


def test_row_by_row_finds_what_the_whole_table_finds(path: Path) -> None:
    other = connect(path)
    for name in ("supply_parcel",):
        for (trigger,) in other.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            if name in trigger:
                other.execute(f'DROP TRIGGER "{trigger}"')
        other.execute(f"DELETE FROM {name} WHERE fid = 2")
        other.execute(f"UPDATE {name} SET parcel_no = 'x' WHERE fid = 5")
        other.execute(f"INSERT INTO {name} (fid) VALUES (77)")
    other.close()
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        (told,) = file.examined()
        (layer,) = verify._layers(file._connection, file._codec)
        whole = verify.layer_digests(file._connection, layer)
        (other_told,) = verify._differences(
            file._connection, layer.id, whole, verify.journal.tallies(file._connection)
        )
        assert told == other_told and told.values["ids"] == "2, 5, 77"
