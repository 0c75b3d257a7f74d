"""Coordinates, scale, bookmarks and north: how one gets to a place by name or number."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from gis_app.session.bookmarks import load
from gis_app.ui.scale_entry import parse_scale

X, Y = 514_027.551, 3_079_186.204


READ = {
    5000: ("1:5000", "5000", "1∶5000", "1：5000", "1/5000", " 1 : 5,000 ", "１：５０００", "0.5万"),
    25000: ("2.5万", "1:2.5万", "1:25000"),
    None: ("1:0", "", "abc", "2:5000", "-5", "1e99", "nan", "1:5", "万"),
}


@pytest.mark.parametrize(
    ("text", "denominator"), [(text, key) for key, texts in READ.items() for text in texts]
)
def test_a_scale_is_read_as_people_write_it(text: str, denominator: float | None) -> None:
    assert parse_scale(text) == denominator


def test_the_scale_is_typed_and_the_middle_stays(window: Any, qtbot: Any) -> None:
    canvas, entry = window.map.canvas, window.status.scale
    middle = canvas.view.centre
    entry.setFocus()
    entry.setEditText("1:5000")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert canvas.view.denominator == pytest.approx(5000.0) and canvas.view.centre == middle
    assert entry.text() == "1∶5000"
    entry.setEditText("so")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert canvas.view.denominator == pytest.approx(5000.0) and entry.text() == "1∶5000"
    entry.setCurrentIndex(entry.findText("1∶25000"))
    entry.activated.emit(entry.currentIndex())
    assert canvas.view.denominator == pytest.approx(25000.0)
    canvas.zoom_by(2.0)
    assert entry.text() == "1∶12500"


def test_what_is_typed_is_not_overwritten_by_a_moving_map(window: Any) -> None:
    entry = window.status.scale
    window.activateWindow()
    entry.lineEdit().setFocus()
    entry.lineEdit().selectAll()
    entry.lineEdit().insert("1:7")
    if entry.lineEdit().hasFocus():
        window.map.canvas.zoom_by(2.0)
        assert entry.text() == "1:7"
    entry.clearFocus()


def test_the_status_bar_tells_place_scale_system_date_snapping_and_editing(window: Any) -> None:
    status = window.status
    window.map.canvas.hovered.emit(X, Y)
    assert status.place.text() == f"X {Y:.3f}  Y {X:.3f}"
    status.place.click()
    assert status.place.text().startswith("E 111.142") and "N 27.82" in status.place.text()
    status.place.click()
    assert status.place.text() == f"X {Y:.3f}  Y {X:.3f}"
    assert "2026-11-30" in status.as_of.text() and "111" in status.crs.text()
    assert status.snapping.text() == "捕捉 —" and status.editing.text() == "未编辑"
    status.show_snapping(True)
    status.show_editing("方案二 扩入")
    assert status.snapping.text() == "捕捉 开" and status.editing.text() == "编辑 方案二 扩入"
    window.look.speak("en")
    assert status.snapping.text() == "snapping on" and "editing" in status.editing.text()
    window.look.speak("zh")


def test_coordinates_are_gone_to_and_marked(window: Any) -> None:
    canvas = window.map.canvas
    window.actions_.run("goto")
    goto = window.map.navigation.goto
    assert goto.isVisible() and window.actions_["goto"].isChecked()
    goto.field.setText(f"37{X}, {Y}")
    goto.go_first()
    assert goto.readings.count() == 1 and "37" in goto.readings.item(0).text()
    assert canvas.view.centre == pytest.approx((X, Y), abs=0.001)
    assert canvas.view.denominator == pytest.approx(2000.0) and canvas._mark == pytest.approx((X, Y))
    canvas.go_back()
    assert canvas.view.denominator > 2000.0, "where one came from is one step back"
    goto.close_panel()
    assert canvas._mark is None and not window.actions_["goto"].isChecked()


def test_what_cannot_be_gone_to_says_why(window: Any) -> None:
    window.actions_.run("goto")
    goto, before = window.map.navigation.goto, window.map.canvas.view
    for text, said in (("高德 111.1,27.8", "GCJ-02"), ("一二三", "没有读出一对坐标")):
        goto.field.setText(text)
        goto.go_first()
        assert said in goto.remark.text() and goto.readings.count() == 0
        assert window.map.canvas.view == before
    goto.field.setText("500000 600000")
    goto.read()
    assert goto.readings.count() == 2 and "两种次序" in goto.remark.text()


def test_escape_puts_the_panel_away_before_it_clears(window: Any) -> None:
    window.activateWindow()
    window.actions_.run("goto")
    goto = window.map.navigation.goto
    layer = window.desk.park.project.layers["supply_parcel"]
    window.desk.choose_features([("supply_parcel", int(layer.fids[0]))])
    goto.field.setFocus()
    QApplication.processEvents()
    window.actions_.run("clear")
    assert not goto.isVisible() and window.desk.features
    window.actions_.run("clear")
    assert not window.desk.features


def test_bookmarks_are_kept_with_the_project(window: Any, qtbot: Any) -> None:
    canvas, path = window.map.canvas, window.desk.park.path
    canvas.centre_on(X, Y, 5000.0, 20.0)
    window.actions_.run("bookmarks")
    panel = window.map.navigation.bookmarks
    panel.name.setText("东区入口")
    panel.adds.click()
    canvas.zoom_full()
    panel.add()
    assert [each.name for each in load(path)] == ["东区入口", "视图 1"]
    panel.list.itemClicked.emit(panel.list.item(0))
    assert canvas.view.centre == (X, Y) and canvas.view.denominator == pytest.approx(5000.0)
    assert canvas.view.rotation_deg == 20.0
    panel.list.item(1).setText("全园")
    qtbot.waitUntil(lambda: [each.name for each in load(path)] == ["东区入口", "全园"])
    panel.list.setCurrentRow(0)
    panel.removes.click()
    assert [each.name for each in load(path)] == ["全园"] and panel.list.count() == 1
    panel.list.setCurrentRow(0)
    panel.removes.click()
    assert load(path) == () and not panel.list.isVisible()
    panel.close_panel()
    canvas.turn_to(0.0)


def test_one_panel_beside_the_rail_at_a_time(window: Any) -> None:
    navigation = window.map.navigation
    window.actions_.run("goto")
    window.actions_.run("bookmarks")
    assert navigation.bookmarks.isVisible() and not navigation.goto.isVisible()
    assert navigation.bookmarks.geometry().left() > navigation.rail.geometry().right()
    window.actions_.run("bookmarks")
    assert not navigation.bookmarks.isVisible()


def test_the_map_turns_and_north_brings_it_back(window: Any) -> None:
    canvas, north = window.map.canvas, window.map.north
    held = canvas.view.centre
    window.actions_.run("turn_left")
    assert canvas.view.rotation_deg == 15.0 and north.rotation_deg == 15.0 and canvas.view.centre == held
    assert window.status.turned.isVisible() and window.status.turned.text() == "15.0°"
    window.actions_.run("turn_right")
    window.actions_.run("turn_right")
    assert canvas.view.rotation_deg == -15.0
    north.turned.emit(0.0)
    assert canvas.view.rotation_deg == 0.0 and not window.status.turned.isVisible()


def test_a_turned_map_zooms_pans_and_frames_as_it_is_seen(window: Any) -> None:
    canvas = window.map.canvas
    canvas.turn_to(30.0)
    at = QPointF(200.0, 150.0)
    held = canvas.to_ground(at)
    canvas.zoom_by(2.0, at)
    assert canvas.to_ground(at) == pytest.approx(held)
    canvas.turn_to(75.0, at)
    assert canvas.to_ground(at) == pytest.approx(held)
    canvas.pan_by(40.0, -25.0)
    assert canvas.to_ground(at + QPointF(40.0, -25.0)) == pytest.approx(held)
    bounds = (510_000.0, 3_078_000.0, 512_000.0, 3_078_500.0)
    canvas.zoom_to(bounds, 0.0)
    assert canvas.view.rotation_deg == 75.0
    import numpy as np

    west, south, east, north = bounds
    corners = canvas.view.to_px(np.array([[west, south], [west, north], [east, north], [east, south]]))
    width, height = canvas.view.size_px
    assert (
        corners.min() >= -1e-6
        and corners[:, 0].max() <= width + 1e-6
        and corners[:, 1].max() <= height + 1e-6
    )
    assert np.ptp(corners[:, 0]) == pytest.approx(width) or np.ptp(corners[:, 1]) == pytest.approx(height)
    canvas.turn_to(0.0)


def test_keys_for_full_extent_and_views(window: Any) -> None:
    from PySide6.QtGui import QKeySequence

    def keys(id: str) -> list[str]:
        return [key.toString() for key in window.actions_[id].shortcuts()]

    assert QKeySequence("Ctrl+Shift+F").toString() in keys("zoom_full")
    assert keys("view_back") == ["Alt+Left"] and keys("view_forward") == ["Alt+Right"]
    window.map.frame_park()
    whole = window.map.canvas.view
    window.map.canvas.zoom_by(8.0)
    window.actions_["zoom_full"].trigger()
    assert window.map.canvas.view.centre == pytest.approx(whole.centre)
    window.actions_["view_back"].trigger()
    assert window.map.canvas.view.scale == pytest.approx(8.0 * whole.scale)
    window.actions_["view_forward"].trigger()
    assert window.map.canvas.view.scale == pytest.approx(whole.scale)


def test_no_two_actions_of_the_map_share_a_key(window: Any) -> None:
    taken: dict[str, str] = {}
    for id, action in window.actions_.qt.items():
        for key in action.shortcuts():
            text = key.toString()
            assert not text or text not in taken, f"{text}: {id} and {taken[text]}"
            taken[text] = id
