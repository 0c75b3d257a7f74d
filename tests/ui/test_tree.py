"""What people expect of the layer tree, of the table and of the usual keys."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog

from gis_app.session.sample import folder as sample
from gis_app.ui.layer_menu import missing_menu
from gis_app.ui.layer_row import EYE_X, ID, MISSING
from gis_app.ui.sources import supply_from
from tests.ui.screens import until


def keys(window: Any, action: str) -> set[str]:
    return {
        key.toString(QKeySequence.SequenceFormat.PortableText) for key in window.actions_[action].shortcuts()
    }


def eye(window: Any, id: str) -> QPoint:
    box = window.tree.visualItemRect(window.tree.item_of(id))
    return QPoint(EYE_X + 12, box.center().y())


def test_the_eye_shows_and_hides_and_with_ctrl_the_whole_group(window: Any, qtbot: Any) -> None:
    tree, left = window.tree, Qt.MouseButton.LeftButton
    lines = [child.data(0, ID) for child in siblings(tree, "permanent_basic_farmland")]
    qtbot.mouseClick(tree.viewport(), left, pos=eye(window, "permanent_basic_farmland"))
    assert (
        "permanent_basic_farmland" not in tree.visible_ids() and "ecological_red_line" in tree.visible_ids()
    )
    held = Qt.KeyboardModifier.ControlModifier
    qtbot.mouseClick(tree.viewport(), left, held, eye(window, "permanent_basic_farmland"))
    assert set(lines) <= set(tree.visible_ids())
    qtbot.mouseClick(tree.viewport(), left, held, eye(window, "ecological_red_line"))
    assert not set(lines) & set(tree.visible_ids())
    tree.setCurrentItem(tree.item_of("ecological_red_line"))
    qtbot.keyClick(tree, Qt.Key.Key_Space)
    assert "ecological_red_line" in tree.visible_ids()


def siblings(tree: Any, id: str) -> list[Any]:
    head = tree.item_of(id).parent()
    return [head.child(place) for place in range(head.childCount())]


def test_the_menu_offers_what_people_look_for(window: Any) -> None:
    menu = window.tree.menu_of(window.tree.item_of("supply_parcel"))
    offered = [row.text() for row in menu.actions() if row.text()]
    look = window.look
    for id in ("menu_frame", "menu_table", "menu_only", "menu_style", "menu_copy_style", "menu_paste_style"):
        assert look.text(id) in offered


def test_the_active_layer_is_marked_and_its_table_is_shown(window: Any) -> None:
    tree = window.tree
    window.actions_.run("show_table")
    tree.setCurrentItem(tree.item_of("supply_parcel"))
    assert tree.item_of("supply_parcel").isSelected() and window.desk.layer == "supply_parcel"
    assert window.bottom.attributes.model_.rowCount() == 40


@pytest.fixture
def lacking(tmp_path: Path) -> tuple[Path, Path]:
    """A folder whose park.toml names a file that lies elsewhere, and that file."""
    source, folder, other = sample() / "2026-11", tmp_path / "park", tmp_path / "elsewhere"
    folder.mkdir()
    other.mkdir()
    for part in source.glob("供地宗地.*"):
        shutil.copy(part, folder)
    for part in source.glob("城镇开发边界.*"):
        shutil.copy(part, other / part.name.replace("城镇开发边界", "范围_新"))
    (folder / "park.toml").write_text(
        'schema = "parkplan/park/1"\n[park]\nname = "甲"\n[[file]]\npath = "城镇开发边界.shp"\n'
        'feature_type = "urban_development_boundary"\n[[file]]\npath = "供地宗地.shp"\n',
        encoding="utf-8",
    )
    return folder, other / "范围_新.shp"


def opened(window: Any, path: Path) -> None:
    window.desk.open(path)
    until(lambda: window.desk.park is not None and window.desk.park.path == path, "open")
    until(lambda: not window.desk.workers.jobs, "judged")


def missing(window: Any) -> list[str]:
    tree = window.tree
    rows = [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
    return [row.data(0, MISSING) for row in rows if row.data(0, MISSING)]


def test_a_missing_source_is_marked_and_found_again(
    empty_window: Any, lacking: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    window, (folder, file) = empty_window, lacking
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    opened(window, folder)
    assert (
        missing(window) == ["城镇开发边界.shp"]
        and "urban_development_boundary" not in window.desk.park.project.layers
    )
    assert missing_menu(window.tree, "城镇开发边界.shp").actions()[0].text() == ("重新指定数据源…")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given, **_named: (str(file), ""))
    window.tree.setCurrentItem(window.tree.topLevelItem(0))
    qtbot.keyClick(window.tree, Qt.Key.Key_Return)
    until(lambda: "urban_development_boundary" in window.desk.park.project.layers, "read again")
    assert missing(window) == [] and window.tree.item_of("urban_development_boundary") is not None
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


def test_a_project_takes_a_missing_source_in_as_a_step(
    empty_window: Any, lacking: tuple[Path, Path], tmp_path: Path
) -> None:
    window, (folder, file) = empty_window, lacking
    path = tmp_path / "p.gpkg"
    window.desk.make_project(folder, path)
    until(lambda: window.desk.park is not None and window.desk.park.path == path, "made")
    until(lambda: not window.desk.read_only and window.desk.park.writer is not None, "writer")
    assert missing(window) == ["城镇开发边界.shp"]
    supply_from(window.tree, "城镇开发边界.shp", file)
    until(lambda: "urban_development_boundary" in window.desk.park.project.layers, "taken in")
    until(lambda: window.tree.item_of("urban_development_boundary") is not None, "shown")
    assert missing(window) == [] and window.desk.park.project.missing_files == ()
    window.actions_.run("undo")
    until(lambda: missing(window) == ["城镇开发边界.shp"], "undone")
    assert "urban_development_boundary" not in window.desk.park.project.layers


def test_delete_takes_a_layer_out_of_a_project_and_a_statutory_one_for_a_reason(
    empty_window: Any, lacking: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    window, (folder, file) = empty_window, lacking
    path = tmp_path / "p.gpkg"
    window.desk.make_project(folder, path)
    until(lambda: window.desk.park is not None and window.desk.park.path == path, "made")
    until(lambda: not window.desk.read_only and window.desk.park.writer is not None, "writer")
    supply_from(window.tree, "城镇开发边界.shp", file)
    until(lambda: window.tree.item_of("urban_development_boundary") is not None, "taken in")
    said: list[tuple[str, bool]] = [("", False), ("测试", True)]
    monkeypatch.setattr(QInputDialog, "getText", lambda *_given, **_named: said.pop(0))
    project = window.desk.park.project
    assert project.layers["urban_development_boundary"].locked
    for left in (True, False):
        window.tree.setCurrentItem(window.tree.item_of("urban_development_boundary"))
        qtbot.keyClick(window.tree, Qt.Key.Key_Delete)
        assert ("urban_development_boundary" in project.layers) is left
    window.tree.setCurrentItem(window.tree.item_of("supply_parcel"))
    qtbot.keyClick(window.tree, Qt.Key.Key_Delete)
    assert not project.layers
    window.actions_.run("undo")
    until(lambda: window.tree.item_of("supply_parcel") is not None, "undone")


def test_delete_says_that_a_folder_stays_as_it_is(window: Any, qtbot: Any) -> None:
    count = len(window.desk.park.project.layers)
    window.tree.setCurrentItem(window.tree.item_of("supply_parcel"))
    qtbot.keyClick(window.tree, Qt.Key.Key_Delete)
    assert window.map.notice.said[1].id == "ui.remove_read_only"
    assert len(window.desk.park.project.layers) == count


def test_the_keys_of_undo_and_redo_are_the_usual_ones(window: Any) -> None:
    assert keys(window, "undo") == {"Ctrl+Z"} and keys(window, "redo") == {"Ctrl+Y", "Ctrl+Shift+Z"}


def test_the_keys_of_checking_are_the_usual_ones(window: Any) -> None:
    assert "Shift+V" in keys(window, "recheck") and "I" in keys(window, "show_findings")
    assert "N" in keys(window, "next_finding") and "Shift+N" in keys(window, "previous_finding")


def test_f6_opens_the_table_of_the_active_layer(window: Any) -> None:
    assert keys(window, "show_table") == {"F6"}
    window.bottom.open(False)
    window.desk.choose_layer("supply_parcel")
    window.actions_.run("show_table")
    assert window.bottom.is_open() and window.bottom.current() == "attributes"


def test_ctrl_f_filters_the_table_while_one_is_in_it(window: Any) -> None:
    window.activateWindow()
    window.actions_.run("show_table")
    until(lambda: window.bottom.has_focus(), "focus")
    window.actions_.run("find")
    assert QApplication.focusWidget() is window.bottom.attributes.bar.text
    window.tree.setFocus()
    window.actions_.run("find")
    assert QApplication.focusWidget() is window.top.search


def test_a_question_mark_shows_all_keys(window: Any) -> None:
    assert "?" in keys(window, "keys")
    window.actions_.run("keys")
    assert window.keys.isVisible() and window.keys.list.topLevelItemCount() > 5
    window.keys.close()
