"""What people expect of the layer tree, of the table and of the usual keys."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from gis_app.ui.layers import EYE_X, ID
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


def test_a_missing_source_is_told_and_read_again_when_it_is_there(window: Any) -> None:
    assert "F5" in keys(window, "recheck")
    text = window.look.text("files_missing", files=["永久基本农田.shp"])
    assert "永久基本农田.shp" in text
    read: list[object] = []
    window.desk.open = read.append
    window.actions_.run("recheck")
    assert read == [window.desk.park.path]


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
