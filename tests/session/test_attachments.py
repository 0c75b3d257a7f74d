"""Photographs and scans: whose they are, and what is said of those that are gone or changed."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from gis_app.language import Refused
from gis_app.model import Project
from gis_app.session.attachment_list import LIST_NAME
from gis_app.session.attachments import Attachment, attachments, attachments_of, pairs
from gis_app.session.open_path import open_path
from gis_app.session.options import Options
from gis_app.session.sample import folder as sample
from tests.session.made import catalogue

HEAD = "feature_type,field,key,path,title,date,sha256\n"


def listed(folder: Path, *rows: str, encoding: str = "utf-8") -> Path:
    (folder / LIST_NAME).write_text(HEAD + "\n".join(rows) + "\n", encoding=encoding)
    return folder


def test_none(tmp_path: Path) -> None:
    assert attachments(tmp_path, Project()) == ()
    assert attachments(tmp_path / "a.gpkg", Project()) == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.jpg").write_bytes(b"1")
    sha = hashlib.sha256(b"1").hexdigest()
    listed(tmp_path, f"supply_parcel,parcel_no,X-1,a.jpg,现场照片,2026-11-20,{sha}", encoding=encoding)
    (only,) = attachments(tmp_path, Project())
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
    told = [each.trouble() for each in attachments(tmp_path, Project())]
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
        attachments(tmp_path, Project())
    assert told.value.message.id == "session.attachments_columns"
    listed(tmp_path, "t,f,k,a.jpg,,yesterday,")
    with pytest.raises(Refused) as told:
        attachments(tmp_path, Project())
    assert told.value.message.id == "session.attachments_unreadable"


def test_of_a_project_by_its_journal(tmp_path: Path) -> None:
    row = {"sha256": "", "table": "supply_parcel", "id": "7", "date": "2026-11-02", "kind": "photo_after"}
    project = Project(entries={"attachment": {"attachments/a.jpg": row, "../b.jpg": {**row, "date": ""}}})
    first, second = attachments(tmp_path / "p.gpkg", project)
    assert (first.key, first.day, first.kind) == ("7", date(2026, 11, 2), "photo_after")
    told = [each.trouble() for each in (first, second)]
    assert [each and each.id for each in told] == [
        "session.attachment_missing",
        "session.attachment_elsewhere",
    ]


def test_before_and_after_make_a_pair() -> None:
    def photo(name: str, kind: str, day: int) -> Attachment:
        return Attachment("t", "", "1", None, name, "", date(2026, 11, day), "", kind)

    entries = (
        *(photo("x", "photo", 1), photo("late", "photo_after", 9), photo("b1", "photo_before", 2)),
        *(photo("b2", "photo_before", 3), photo("a2", "photo_after", 4), photo("a0", "photo_after", 1)),
    )
    assert [(one.given, other.given) for one, other in pairs(entries)] == [("b2", "a2"), ("b1", "late")]


def test_of_the_sample() -> None:
    """The photographs of the sample belong to plots of its ledger, and every one is as it was recorded."""
    park = sample() / "2026-11"
    entries = attachments(park, Project())
    layer = open_path(park, Options(), catalogue()).project.of_type("supply_parcel")
    assert layer is not None
    found = [entry for fid in layer.fids for entry in attachments_of(entries, layer, int(fid))]
    assert len(entries) >= 10 and sorted(e.given for e in found) == sorted(e.given for e in entries)
    assert [entry.trouble() for entry in entries if entry.trouble()] == []
