"""Photographs and scans: whose they are, and what is said of those that are gone or changed."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from gis_app.language import Refused
from gis_app.session.attachments import LIST_NAME, attach, attachments, attachments_of
from gis_app.session.open_path import open_path
from gis_app.session.options import Options
from gis_app.session.sample import folder as sample
from tests.session.made import catalogue

HEAD = "feature_type,field,key,path,title,date,sha256\n"


def listed(folder: Path, *rows: str, encoding: str = "utf-8") -> Path:
    (folder / LIST_NAME).write_text(HEAD + "\n".join(rows) + "\n", encoding=encoding)
    return folder


def test_none(tmp_path: Path) -> None:
    assert attachments(tmp_path) == ()
    assert attachments(tmp_path / "a.gpkg") == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.jpg").write_bytes(b"1")
    sha = hashlib.sha256(b"1").hexdigest()
    listed(tmp_path, f"supply_parcel,parcel_no,X-1,a.jpg,现场照片,2026-11-20,{sha}", encoding=encoding)
    (only,) = attachments(tmp_path)
    assert (only.title, only.day, only.is_picture, only.trouble()) == (
        "现场照片",
        date(2026, 11, 20),
        True,
        None,
    )


def test_trouble_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"altered")
    outside = tmp_path.parent / "outside.jpg"
    outside.write_bytes(b"1")
    (tmp_path / "link.jpg").symlink_to(outside)
    listed(
        tmp_path,
        f"t,f,k,a.jpg,,,{'0' * 64}",
        "t,f,k,gone.jpg,,,",
        "t,f,k,../outside.jpg,,,",
        "t,f,k,link.jpg,,,",
        "t,f,k,C:/Windows/a.jpg,,,",
        "t,f,k,a.jpg,,,",
    )
    told = [each.trouble() for each in attachments(tmp_path)]
    assert [None if each is None else each.id for each in told] == [
        "session.attachment_altered",
        "session.attachment_missing",
        "session.attachment_elsewhere",
        "session.attachment_elsewhere",
        "session.attachment_elsewhere",
        None,
    ]


def test_list_that_is_none(tmp_path: Path) -> None:
    (tmp_path / LIST_NAME).write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(Refused) as told:
        attachments(tmp_path)
    assert told.value.message.id == "session.attachments_columns"
    listed(tmp_path, "t,f,k,a.jpg,,yesterday,")
    with pytest.raises(Refused) as told:
        attachments(tmp_path)
    assert told.value.message.id == "session.attachments_unreadable"


def test_attached_beside_a_project_file(tmp_path: Path) -> None:
    project = tmp_path / "园区.gpkg"
    project.write_bytes(b"")
    photo = tmp_path / "IMG_1.jpg"
    photo.write_bytes(b"photo")
    first = attach(project, photo, ("supply_parcel", "parcel_no", "X-1"), "北侧", date(2026, 11, 2))
    second = attach(project, photo, ("supply_parcel", "parcel_no", "X-2"), "", None)
    assert attachments(project) == (first, second)
    assert [each.given for each in (first, second)] == ["attachments/IMG_1.jpg", "attachments/IMG_1-2.jpg"]
    assert [each.trouble() for each in (first, second)] == [None, None]
    assert photo.read_bytes() == b"photo" and project.read_bytes() == b""


def test_of_the_sample() -> None:
    """The photographs of the sample belong to plots of its ledger, and every one is as it was recorded."""
    park = sample() / "2026-11"
    entries = attachments(park)
    layer = open_path(park, Options(), catalogue()).project.of_type("supply_parcel")
    assert layer is not None
    found = [entry for fid in layer.fids for entry in attachments_of(entries, layer, int(fid))]
    assert len(entries) >= 10 and sorted(e.given for e in found) == sorted(e.given for e in entries)
    assert [entry.trouble() for entry in entries if entry.trouble()] == []
