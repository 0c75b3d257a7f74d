"""Two maps of the same ground: one view for both, before and after, another period, the line between."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtWidgets import QApplication

from gis_app.session.periods import periods_beside
from tests.ui.screens import until
from tests.ui.test_navigation import drag, mouse, wheel


@pytest.fixture
def compare(window: Any) -> Any:
    window.map.frame_park()
    window.actions_.run("compare")
    made = window.map.navigation.compare
    yield made
    if made.isVisible():
        made.close_panel()


def side(compare: Any, id: str) -> Any:
    return next(each for each in compare._sides if each.id == id)


def same_ground(one: Any, other: Any) -> None:
    assert one.view.centre == pytest.approx(other.view.centre)
    assert one.view.scale == pytest.approx(other.view.scale)
    assert one.view.rotation_deg == other.view.rotation_deg


def test_it_opens_with_what_was_before_the_proposals(window: Any, compare: Any) -> None:
    first, second = window.map.canvas, compare.canvas
    assert window.actions_["compare"].isChecked() and compare.side.id == "before"
    assert "proposal_block/A" in first.visible and not [id for id in second.visible if "proposal" in id]
    assert second.visible == {id for id in first.visible if not id.startswith("proposal_block")}
    assert second.layers == first.layers and second.order == first.order and second.theme == first.theme
    same_ground(first, second)


def test_each_map_leads_the_other(window: Any, compare: Any) -> None:
    first, second = window.map.canvas, compare.canvas
    wheel(first, 100, 80, 240)
    same_ground(first, second)
    drag(second, (500, 200), (560, 230), Qt.MouseButton.MiddleButton)
    same_ground(first, second)
    second.turn_to(30.0)
    same_ground(first, second)
    first.turn_to(0.0)
    compare.change_way()
    wheel(second, 100, 80, 120)
    same_ground(first, second)


def test_opening_and_closing_leave_the_first_map_where_it_was(window: Any) -> None:
    canvas = window.map.canvas
    canvas.centre_on(512_000.0, 3_079_000.0, 7000.0)
    before = canvas.view
    window.actions_.run("compare")
    compare = window.map.navigation.compare
    assert canvas.view == before
    compare.change_way()
    assert canvas.view.centre == before.centre and canvas.view.scale == before.scale
    compare.change_way()
    window.actions_.run("compare")
    QApplication.processEvents()
    assert canvas.view == before and compare.canvas is None and not compare.head.isVisible()
    assert not window.actions_["compare"].isChecked()


def test_a_proposal_is_shown_on_the_second_map_alone(window: Any, compare: Any) -> None:
    compare.show_side(side(compare, "proposal/B"))
    assert [id for id in compare.canvas.visible if "proposal" in id] == ["proposal_block/B"]
    assert "proposal_block/A" in window.map.canvas.visible
    window.tree.set_visible("road", False)
    assert "road" not in compare.canvas.visible, "what is not compared follows the layer tree"
    window.tree.set_visible("road", True)


def test_another_period_is_read_beside_the_main_thread(window: Any, compare: Any, idle: Any) -> None:
    path = window.desk.park.path.parent / "2026-10"
    assert periods_beside(window.desk.park.path) == (path,)
    compare.show_side(side(compare, f"period/{path}"))
    until(lambda: bool(compare._scenes), "period")
    idle(window)
    ids = {layer.id for layer in compare.canvas.layers}
    assert "park_boundary" in ids
    assert not {id(layer) for layer in compare.canvas.layers} & {
        id(layer) for layer in window.map.canvas.layers
    }
    same_ground(window.map.canvas, compare.canvas)


def test_the_line_parts_the_maps_where_it_is_dragged(window: Any, compare: Any, qtbot: Any) -> None:
    line, second = compare.line, compare.canvas
    width = window.map.stage.width()
    assert line.isVisible() and second.mask().boundingRect().left() == pytest.approx(width / 2, abs=2)
    mouse(line, "press", 4, 100)
    at = line.mapFromParent(window.map.stage.rect().topLeft()).x() + round(0.25 * width)
    mouse(line, "move", at, 100)
    mouse(line, "release", at, 100)
    assert line.share == pytest.approx(0.25, abs=0.01)
    assert second.mask().boundingRect().left() == pytest.approx(0.25 * width, abs=3)
    assert second.geometry() == window.map.canvas.geometry(), "the picture is not drawn anew"
    qtbot.keyClick(line, Qt.Key.Key_Right)
    assert line.share == pytest.approx(0.27, abs=0.01)
    line.go(7.0)
    assert line.share == 1.0
    line.go(0.5)


def test_side_by_side_each_has_its_half(window: Any, compare: Any) -> None:
    compare.change_way()
    first, second = window.map.canvas, compare.canvas
    assert not compare.line.isVisible() and second.mask().isEmpty()
    assert not first.geometry().intersects(second.geometry())
    assert abs(first.width() - second.width()) <= 2
    compare.change_way()
    assert compare.line.isVisible()


def test_texts_are_in_both_languages(window: Any, compare: Any) -> None:
    shown = [compare.choice.itemText(place) for place in range(compare.choice.count())]
    assert shown[1] == "调整前（不含方案）" and "数据期：2026-10" in shown
    window.look.speak("en")
    assert compare.choice.itemText(1) == "before (without proposals)"
    window.look.speak("zh")


def test_what_lies_beside_a_file_or_in_no_folder_is_no_period(tmp_path: Any) -> None:
    for name in ("a.gpkg", "b.gpkg", "c.shp"):
        (tmp_path / name).touch()
    assert periods_beside(tmp_path / "a.gpkg") == ((tmp_path / "b.gpkg").resolve(),)
    assert periods_beside(tmp_path / "c.shp") == ()
    assert periods_beside(tmp_path / "no" / "x") == ()


class Images(QObject):
    """Two images of which the newer is shown, as the map knows them."""

    ready = Signal(QRect)

    def __init__(self) -> None:
        super().__init__()
        self.states = {
            id: SimpleNamespace(
                image=SimpleNamespace(id=id, name="正射影像", date=day), is_shown=shown, opacity=1.0
            )
            for id, day, shown in (("old", date(2026, 10, 18), False), ("new", date(2026, 11, 16), True))
        }
        self.painted: list[str | None] = []

    def shown(self) -> list[Any]:
        return [state for state in self.states.values() if state.is_shown]

    def set_shown(self, id: str, shown: bool) -> None:
        self.states[id].is_shown = shown

    def paint(self, painter: Any, rect: Any, view: Any, only: str | None = None) -> None:
        self.painted.append(only)


def test_two_images_are_compared_each_on_its_map(window: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    images = Images()
    window.actions_.run("compare")
    monkeypatch.setattr(window.map, "imagery", lambda: images)
    compare = window.map.navigation.compare
    compare.choice.opening.emit()  # images are known later than the map
    titles = [each.title for each in compare._sides if each.id.startswith("image")]
    assert titles == ["影像：正射影像 2026-10-18", "影像：正射影像 2026-11-16"]
    compare.show_side(side(compare, "image/old"))
    window.map.canvas.underlay(None, None, None)
    compare.canvas.underlay(None, None, None)
    assert images.painted == ["new", "old"] and images.states["old"].is_shown
    compare.show_side(side(compare, "before"))
    window.map.canvas.underlay(None, None, None)
    compare.canvas.underlay(None, None, None)
    assert images.painted[2:] == [None, None] and not images.states["old"].is_shown
    compare.show_side(side(compare, "image/old"))
    compare.close_panel()
    assert not images.states["old"].is_shown and images.states["new"].is_shown
    window.map.canvas.underlay(None, None, None)
    assert images.painted[-1] is None
