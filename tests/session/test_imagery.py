"""Images of a park: what park.toml may say of them, how they are kept, and which are refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gis_app.geometry.alignment import ControlPoint
from gis_app.language import Refused, say
from gis_app.session.answers import read_answers
from gis_app.session.imagery import (
    Image,
    aligned,
    drop,
    files_folder,
    images_of,
    keep,
    kept_images,
)
from tests.session.made import HEAD, answer, catalogue

ENTRY = """
[park]
network = "own_key"  # with the office's own key

[[image]]
path = "影像/2026-11.tif"
title = "正射影像"
date = 2026-11-15
source = "无人机"
opacity = 0.8

[[image]]
path = "扫描.png"   # [[image]] in a comment
shift = "none"
points = [
  [0, 0, 500000.0, 3000000.0],
  [100, 0, 500050.0, 3000000.0],
]

[[file]]
path = "a.shp"
"""
POINTS = (ControlPoint(0, 0, 5e5, 3e6), ControlPoint(10, 10, 500010.5, 2999990.25))


def read(folder: Path, text: str) -> tuple[Image, ...]:
    answer(folder, text)
    return read_answers(folder, catalogue()).images


def test_read(tmp_path: Path) -> None:
    first, second = read(tmp_path, ENTRY)
    assert first == Image(
        tmp_path / "影像/2026-11.tif", "正射影像", date(2026, 11, 15), "无人机", opacity=0.8
    )
    found = second.alignment()
    assert second.name == "扫描" and found is not None and found.pixel_m == pytest.approx(0.5)
    assert images_of(tmp_path) == (first, second)
    assert read_answers(tmp_path, catalogue()).network == "own_key"


def test_no_network_unless_said(tmp_path: Path) -> None:
    assert images_of(tmp_path) == ()
    answer(tmp_path, "")
    assert read_answers(tmp_path, catalogue()).network == "none"


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        ('path = "https://example.com/{z}/{x}/{y}.png"', 4),
        ('path = "//server/share/a.tif"', 4),
        ('path = "\\\\\\\\server\\\\share\\\\a.tif"', 4),
        ('path = "../a.tif"', 4),
        ('path = "/vsicurl/a.tif"', 4),
        ('path = "a.tif"\nshift = "wgs"', 5),
        ('path = "a.tif"\nopacity = 2', 5),
        ('path = "a.tif"\ndate = "gestern"', 5),
        ('path = "a.tif"\npoints = [[0, 0, 1, 1], [0, 0, 2, 2]]', 5),
        ('path = "a.tif"\nurl = "x"', 5),
    ],
)
def test_refused_by_line(tmp_path: Path, entry: str, line: int) -> None:
    with pytest.raises(Refused) as told:
        read(tmp_path, f"\n[[image]]\n{entry}\n")
    start = HEAD.count("\n") + 1
    assert told.value.message.values["line"] == start + line - 2, say(told.value.message, "zh")


def test_kept_for_a_folder_that_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARKPLAN_HOME", str(tmp_path / "home"))
    park = tmp_path / "park"
    park.mkdir()
    first, second = read(park, ENTRY)
    before = {path.name: path.read_bytes() for path in park.iterdir()}
    new = Image(tmp_path / "新.tif", title='引号"与\\', date=date(2026, 12, 1), crs="4546", shift="gcj02")
    keep(park, new)
    assert images_of(park) == (first, second, new) and kept_images(park) == (new,)
    moved = aligned(second, POINTS, "similarity")
    keep(park, moved)
    assert images_of(park) == (first, moved, new), "in its place"
    keep(park, aligned(new, POINTS, "similarity"))
    drop(park, moved)
    assert images_of(park) == (first, second, aligned(new, POINTS, "similarity"))
    drop(park, first)
    drop(park, new)
    assert images_of(park) == (first, second)
    assert {path.name: path.read_bytes() for path in park.iterdir()} == before


def test_what_else_is_said_there_stays(tmp_path: Path) -> None:
    project = tmp_path / "园区.gpkg"
    project.write_bytes(b"")
    files_folder(project).mkdir()
    answer(files_folder(project), ENTRY)
    first, second = images_of(project)
    path = files_folder(project) / "park.toml"
    before = path.read_text("utf-8")
    keep(project, Image(tmp_path / "新.tif"))
    assert path.read_text("utf-8").startswith(before.rstrip("\n"))
    keep(project, aligned(second, POINTS, "similarity"))
    drop(project, first)
    text = path.read_text("utf-8")
    assert "with the office's own key" in text and 'path = "a.shp"' in text and 'network = "own_key"' in text
    assert [image.name for image in images_of(project)] == ["新", "扫描"]


def test_kept_beside_a_project_file(tmp_path: Path) -> None:
    project = tmp_path / "园区.gpkg"
    project.write_bytes(b"")
    image = Image(tmp_path / "elsewhere" / "a.tif", points=POINTS, kind="similarity")
    keep(project, image)
    assert images_of(project) == (image,)
    assert files_folder(project) == tmp_path / "园区.files" and project.read_bytes() == b""


def test_what_cannot_be_kept_leaves_the_file(tmp_path: Path) -> None:
    project = tmp_path / "园区.gpkg"
    project.write_bytes(b"")
    files_folder(project).mkdir()
    path = files_folder(project) / "park.toml"
    path.write_text("not toml", "utf-8")
    with pytest.raises(Refused) as told:
        keep(project, Image(tmp_path / "a.tif"))
    assert told.value.message.id == "session.image_not_kept" and path.read_text("utf-8") == "not toml"


def test_shift_must_be_named() -> None:
    plain = Image(Path("a.mbtiles"))
    plain.refuse_hidden_shift("")
    with pytest.raises(Refused) as told:
        plain.refuse_hidden_shift("gcj02")
    assert told.value.message.id == "session.image_shift_unnamed"
    assert "GCJ-02" in say(told.value.message, "zh")
    Image(Path("a.mbtiles"), shift="none").refuse_hidden_shift("gcj02")
    named = Image(Path("a.mbtiles"), shift="gcj02")
    named.refuse_hidden_shift("gcj02")
    assert named.is_shifted and not Image(Path("a"), shift="none").is_shifted


def test_points_that_fix_nothing_are_refused() -> None:
    with pytest.raises(Refused):
        aligned(Image(Path("a.tif")), POINTS[:1])
