"""Backups and migration."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gis_app.language import Refused
from gis_app.model import Record
from gis_app.project_file import ProjectFile, backup
from tests.project_file.old import LATER_TABLES, OLD
from tests.project_file.park import CATALOGUE, new, parcels, same, step


def test_backup_is_a_project(tmp_path: Path) -> None:
    with new(tmp_path / "园[1].gpkg", parcels()) as file:
        copy = file.backup()
        expected = file.load()
        file.commit(step(Record("bookmark", "b", None, {})), actor="a")
    assert copy.parent == tmp_path / "园[1].backups" and [p.name for p in copy.parent.iterdir()] == [
        copy.name
    ]
    with ProjectFile.open(copy, catalogue=CATALOGUE) as old:
        assert old.verify() == [] and old.state_seq == 2
        same(expected, old.load())


def test_ten_recent_and_thirty_days_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    with new(path) as file:
        start = datetime(2026, 1, 1, 8)
        for number in range(45):
            backup.make(file._connection, path, start + timedelta(days=number))
        for number in range(15):
            backup.make(file._connection, path, start + timedelta(days=44, hours=1, minutes=number))
    kept = backup.backups(path)
    days = {one.stem.split("-", 1)[1].partition("T")[0] for one in kept}
    assert len(kept) == 10 + 29 and len(days) == 30
    assert kept[0].stem.startswith("p-2026-02-14T09-14")


def test_backup_that_is_not_equal_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with new(tmp_path / "p.gpkg", parcels()) as file:
        monkeypatch.setattr(backup, "_journal_of", lambda part: None)
        with pytest.raises(Refused, match="was not equal"):
            file.backup()
    assert list((tmp_path / "p.backups").iterdir()) == []


def test_old_file_is_backed_up_and_migrated(tmp_path: Path) -> None:
    path = tmp_path / "old.gpkg"
    shutil.copy(OLD, path)
    with pytest.raises(Refused, match="older schema"):
        ProjectFile.open(path, catalogue=CATALOGUE, read_only=True)
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        assert file.verify() == [] and file.findings == []
        assert [entry.kind for entry in file.journal()] == [
            *("create", "import", "edit"),
            *("migrate", "migrate", "migrate"),
        ]
        assert file.load().layers["supply_parcel"].frame.loc[1, "count"] == 9
        file.commit(file.changeset(3).inverse(), actor="a", undoes=3)
        assert file.verify() == []
        assert file.load().layers["supply_parcel"].frame.loc[1, "count"] == -2
    (copy,) = (tmp_path / "old.backups").iterdir()
    assert LATER_TABLES and copy.stat().st_size > 0
    with ProjectFile.open(path, catalogue=CATALOGUE, read_only=True) as file:
        assert file.state_seq == 7


def test_styles_beside_an_old_project_are_taken_in(tmp_path: Path) -> None:
    path = tmp_path / "old.gpkg"
    shutil.copy(OLD, path)
    beside = tmp_path / "old.styles" / "road.toml"
    beside.parent.mkdir()
    beside.write_text("[style]\n", encoding="utf-8")
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        assert file.entries("style") == {"road": {"toml": "[style]\n"}} == file.load().entries["style"]
        assert file.verify() == []
    beside.write_text("[style]\nopacity = 0.5\n", encoding="utf-8")
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        assert file.entries("style")["road"] == {"toml": "[style]\n"}
        assert file.verify() == []
