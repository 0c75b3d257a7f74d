"""Which files a folder means: read, missing, superseded, later, and what is no delivery."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis_app.language import Refused
from gis_app.session.answers import read_answers
from gis_app.session.files import Found, find
from tests.session.made import answer, catalogue


def make(folder: Path, *names: str, content: bytes = b"x") -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def found(folder: Path) -> Found:
    return find(folder, read_answers(folder, catalogue()))


def names(seen: Found, folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in seen.files]


def test_files_in_folders_in_order(tmp_path: Path) -> None:
    make(tmp_path, "b.shp", "b.dbf", "b.shx", "b.prj", "子/a.geojson", "c.gpkg", "说明.docx", "图.png")
    assert names(found(tmp_path), tmp_path) == ["b.shp", "c.gpkg", "子/a.geojson"]


def test_hidden_things_and_links_are_no_deliveries(tmp_path: Path) -> None:
    make(tmp_path, "a.shp", ".b.shp", "~c.shp", "__MACOSX/d.shp", ".cache/e.shp")
    (tmp_path / "link.shp").symlink_to(tmp_path / "a.shp")
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    assert names(found(tmp_path), tmp_path) == ["a.shp"]


def test_a_named_file_that_is_not_there_or_is_a_link_is_missing(tmp_path: Path) -> None:
    make(tmp_path, "a.shp")
    (tmp_path / "link.shp").symlink_to(tmp_path / "a.shp")
    answer(tmp_path, "".join(f'[[file]]\npath = "{name}"\n' for name in ("a.shp", "子/b.shp", "link.shp")))
    assert found(tmp_path).missing == ("子/b.shp", "link.shp")


def test_a_file_named_with_a_dot_is_there(tmp_path: Path) -> None:
    make(tmp_path, "子/a.shp")
    answer(tmp_path, '[[file]]\npath = "./子/a.shp"\n')
    assert found(tmp_path).missing == ()


def test_a_superseded_file_is_left_out_and_not_missing(tmp_path: Path) -> None:
    make(tmp_path, "old.shp", "new.shp")
    text = '[[file]]\npath = "new.shp"\nsupersedes = "old.shp"\n[[file]]\npath = "old.shp"\n'
    answer(tmp_path, text)
    assert names(found(tmp_path), tmp_path) == ["new.shp"] and found(tmp_path).missing == ()
    answer(tmp_path, text.replace('"old.shp"\n[[', '"old.shp"\nproposed = true\n[['))
    assert names(found(tmp_path), tmp_path) == ["new.shp", "old.shp"]


@pytest.mark.parametrize("name", ["界线.dwg", "界线.dxf", "台账.xlsx", "a.kml", "包.zip"])
def test_what_comes_later_is_said_and_does_not_stop_the_rest(name: str, tmp_path: Path) -> None:
    make(tmp_path, "a.shp", name)
    seen = found(tmp_path)
    assert names(seen, tmp_path) == ["a.shp"]
    assert len(seen.not_yet) == 1 and name in str(seen.not_yet[0])


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_coordinate_text_is_a_delivery_and_a_note_is_none(encoding: str, tmp_path: Path) -> None:
    make(tmp_path, "a.shp")
    make(tmp_path, "README.txt", content="[说明] 地块坐标见附件".encode(encoding))
    assert found(tmp_path).not_yet == ()
    make(
        tmp_path, "界址点.txt", content="[属性描述]\n坐标系=2000国家大地坐标系\n[地块坐标]\n".encode(encoding)
    )
    assert "界址点.txt" in str(found(tmp_path).not_yet[0])


def test_one_file_alone(tmp_path: Path) -> None:
    make(tmp_path, "a.shp", "b.dwg")
    assert find(tmp_path / "a.shp", read_answers(tmp_path, catalogue())).files == (tmp_path / "a.shp",)
    assert len(find(tmp_path / "b.dwg", read_answers(tmp_path, catalogue())).not_yet) == 1


def test_nothing_to_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    with pytest.raises(Refused, match="空"):
        found(tmp_path / "空")
    with pytest.raises(Refused, match="absent"):
        found(tmp_path / "absent")


def test_a_folder_of_nothing_but_promises_is_all_missing(tmp_path: Path) -> None:
    answer(tmp_path, '[[file]]\npath = "a.shp"\n')
    assert found(tmp_path) == Found((), (), ("a.shp",))
