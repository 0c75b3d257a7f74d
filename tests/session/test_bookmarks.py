"""Bookmarks are kept per project, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis_app.language import Refused, say
from gis_app.session.bookmarks import Bookmark, added, bookmarks_path, load, renamed, save, without

ONE = Bookmark("东区入口", 514027.5, 3079186.2, 5000.0)
TWO = Bookmark("高铁站", 511260.0, 3078904.0, 25000.0, 30.0)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARKPLAN_HOME", str(tmp_path))


def test_each_project_has_its_own(tmp_path: Path) -> None:
    assert load(tmp_path / "a.gpkg") == ()
    save(tmp_path / "a.gpkg", [ONE, TWO])
    save(tmp_path / "b.gpkg", [TWO])
    assert load(tmp_path / "a.gpkg") == (ONE, TWO) and load(tmp_path / "b.gpkg") == (TWO,)
    save(tmp_path / "a.gpkg", [])
    assert load(tmp_path / "a.gpkg") == () and load(tmp_path / "b.gpkg") == (TWO,)
    assert [path.name for path in bookmarks_path().parent.iterdir()] == ["bookmarks.json"]


def test_the_same_project_by_another_way_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    save(tmp_path / "a.gpkg", [ONE])
    assert load(tmp_path / "deep" / ".." / "a.gpkg") == (ONE,)


def test_names_are_one_of_a_kind() -> None:
    moved = Bookmark(ONE.name, 1.0, 2.0, 500.0)
    assert added([ONE, TWO], moved) == (moved, TWO)
    assert added([ONE], TWO) == (ONE, TWO)
    assert renamed([ONE, TWO], TWO.name, " 站前 ")[1].name == "站前"
    assert renamed([ONE, TWO], TWO.name, ONE.name) == (ONE, TWO)
    assert renamed([ONE], ONE.name, "  ") == (ONE,)
    assert without([ONE, TWO], ONE.name) == (TWO,)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"schema": "parkplan/bookmarks/9", "projects": {}}',
     '{"schema": "parkplan/bookmarks/1"}',
     '{"schema": "parkplan/bookmarks/1", "projects": {"a": [{"name": "x", "x": "1"}]}}'],
)  # fmt: skip
def test_a_file_that_is_something_else_is_refused_and_left_alone(text: str, tmp_path: Path) -> None:
    bookmarks_path().parent.mkdir(parents=True)
    bookmarks_path().write_text(text, encoding="utf-8")
    for act in (lambda: load(tmp_path), lambda: save(tmp_path, [ONE])):
        with pytest.raises(Refused) as refused:
            act()
        assert "bookmarks.json" in say(refused.value.message, "zh")
    assert bookmarks_path().read_text(encoding="utf-8") == text
