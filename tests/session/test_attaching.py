"""A file becomes an attachment whole or not at all; what a delivery attaches comes along."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from gis_app.language import Refused
from gis_app.project_file import ProjectFile
from gis_app.session.attaching import attach, known, lay_beside
from gis_app.session.attachments import attachments, attachments_of
from gis_app.session.new_project import new_project
from gis_app.session.open_path import open_path
from gis_app.session.options import Options
from gis_app.session.sample import folder as sample
from gis_app.session.session import Session
from tests.project_file.park import CATALOGUE, new, parcels
from tests.session.made import catalogue


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_1.jpg"
    path.write_bytes(b"photo")
    return path


def test_attached_undone_and_brought_back(tmp_path: Path, photo: Path) -> None:
    path = tmp_path / "园区.gpkg"
    with new(path, parcels()) as file:
        session = Session(file, CATALOGUE, "a")
        words = {"title": "北侧", "kind": "photo_before", "date": "2026-11-02", "document": "函1号"}
        first = attach(session, path, photo, ("supply_parcel", "1"), **words)
        second = attach(session, path, photo, ("supply_parcel", "2"))
        assert [each.path for each in (first, second)] == ["attachments/IMG_1.jpg", "attachments/IMG_1-2.jpg"]
        assert first.sha256 == hashlib.sha256(b"photo").hexdigest() and photo.read_bytes() == b"photo"
        session.undo()
        assert known(session.project) == {first.path}
        session.redo()
        assert known(session.project) == {first.path, second.path}
    with ProjectFile.open(path, catalogue=CATALOGUE) as file:
        project = file.load()
        assert file.notes == [] and file.verify() == []
        layer = project.layers["supply_parcel"]
        entries = attachments(path, project)
        assert [each.given for each in attachments_of(entries, layer, 2)] == [second.path]
        (one,) = attachments_of(entries, layer, 1)
        assert (one.title, one.kind, one.document, one.trouble()) == ("北侧", "photo_before", "函1号", None)


def test_nothing_is_left_behind_where_it_cannot_be(tmp_path: Path, photo: Path) -> None:
    path = tmp_path / "p.gpkg"
    with new(path, parcels()) as file:
        session = Session(file, CATALOGUE, "a")
        for source, owner in ((photo, "99"), (tmp_path, "1"), (tmp_path / "gone.jpg", "1")):
            with pytest.raises(Refused):
                attach(session, path, source, ("supply_parcel", owner))
        os.mkfifo(tmp_path / "pipe.jpg")
        with pytest.raises(Refused) as told:
            lay_beside(path, tmp_path / "pipe.jpg")
        assert told.value.message.id == "session.attachment_no_file"
        assert known(session.project) == set()
    assert not list((tmp_path / "p.files").rglob("*.*"))


def test_a_delivery_brings_its_attachments_and_images(tmp_path: Path) -> None:
    source = sample() / "2026-11"
    folder = tmp_path / "delivered"
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("*.tif"))
    (folder / "attachments" / "GD-2024-002_20261116.jpg").write_bytes(b"altered")
    path = tmp_path / "p.gpkg"
    intake = open_path(folder, Options(), catalogue()).intake
    assert intake is not None
    made = new_project(path, intake, Options(), catalogue(), "a")
    assert (made.attachments, [each.id for each in made.left]) == (11, ["session.attachment_altered"])
    with ProjectFile.open(path, catalogue=catalogue()) as file:
        project = file.load()
        assert len(known(project)) == 11 and file.attachment_problems() == []
        layer = project.of_type("supply_parcel")
        assert layer is not None
        found = [
            each for fid in layer.fids for each in attachments_of(attachments(path, project), layer, int(fid))
        ]
        assert len(found) == 11
