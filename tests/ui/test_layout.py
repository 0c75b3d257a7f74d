"""Zones are hidden, dragged out, put back and remembered; the start page; what is dropped; progress."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QApplication

from gis_app.language import Message
from gis_app.model import Step
from gis_app.session.sample import folder
from gis_app.session.settings import RECENT_MAX, Settings, load, save
from gis_app.ui.lists import undo_states
from gis_app.ui.progress import Pace, left_text
from gis_app.ui.recent import keep_picture, look_at, picture_of
from tests.ui.screens import until


@pytest.fixture
def clean() -> Iterator[None]:
    yield
    save(Settings())


def test_zones_are_hidden_and_shown(window: Any) -> None:
    for name, action in (("left", "left"), ("right", "right")):
        window.actions_.run(action)
        assert not window.docks.zones[name].isVisible()
        window.actions_.run(action)
        assert window.docks.zones[name].isVisible()


def test_bars_to_drag_by_are_shown_while_arranging(window: Any) -> None:
    zone = window.docks.zones["left"]
    quiet = zone.titleBarWidget()
    window.actions_.run("arrange")
    assert zone.titleBarWidget() is None and window.actions_["arrange"].isChecked()
    window.actions_.run("arrange")
    assert zone.titleBarWidget() is quiet


def test_a_list_gets_a_window_of_its_own_and_comes_back(window: Any) -> None:
    bottom = window.bottom
    bottom.show_tab("attributes")
    window.actions_.run("pull_out")
    zone = window.docks.zones["attributes"]
    assert (
        zone.isFloating()
        and zone.isAncestorOf(bottom.attributes)
        and not bottom.tabs["attributes"].isVisible()
    )
    assert bottom.current() == "findings" and zone.windowTitle() == "属性表"
    window.show_list("attributes")
    assert bottom.current() == "findings"
    zone.close()
    QApplication.processEvents()
    assert bottom.current() == "attributes" and bottom.stack.isAncestorOf(bottom.attributes)
    assert "attributes" not in window.docks.zones


def test_the_layout_is_remembered(empty_window: Any, clean: None) -> None:
    from gis_app.ui.app import start
    from tests.ui.stand_in import StandIn

    window = empty_window
    window.restore_layout()
    window.actions_.run("left")
    window.show_task("review")
    window.close()
    assert load()[0].layout["task"] == "review"
    _look, _reporter, again = start()
    again.map._make = StandIn
    again.complete()
    again.restore_layout()
    again.show()
    assert again.task == "review" and not again.docks.zones["left"].isVisible()
    again.forget_layout()
    assert again.docks.zones["left"].isVisible()
    again.close()


@pytest.mark.parametrize("broken", [{"zones": "%%%", "geometry": "!"}, {"task": "moon"}, {"zones": "AAAA"}])
def test_a_layout_that_says_nothing_moves_nothing(
    empty_window: Any, broken: dict[str, str], clean: None
) -> None:
    save(Settings(layout=broken))
    empty_window.restore_layout()
    QApplication.processEvents()
    assert all(empty_window.docks.zones[name].isVisible() for name in ("left", "right", "bottom"))


def test_recent_parks_are_offered_and_one_that_is_gone_is_grey(
    empty_window: Any, tmp_path: Path, clean: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gis_app.ui.recent import RecentRow

    gone, there = tmp_path / "没有.gpkg", folder() / "2026-11"
    save(Settings(recent=(gone, there, folder() / "2026-10"), pinned=(folder() / "2026-10",)))
    empty_window.map.start.show_recent([there])
    until(lambda: bool(empty_window.map.start.findChildren(RecentRow)), "recent")
    rows = empty_window.map.start.findChildren(RecentRow)
    assert [row.recent.path.name for row in rows] == ["2026-10", "没有.gpkg", "2026-11"]
    assert rows[1].opens.property("gone") is True and "找不到" in rows[1].opens.text()
    opened: list[Path] = []
    monkeypatch.setattr(empty_window.desk, "open", opened.append)
    rows[2].opens.click()
    assert opened == [there]
    rows[2].pins.click()
    assert set(load()[0].pinned) == {there, folder() / "2026-10"}
    rows[1].removes.click()
    assert gone not in load()[0].recent and not rows[1].isVisible()


def test_the_title_says_what_is_open_and_that_it_is_read_only(window: Any) -> None:
    assert "2026-11" in window.windowTitle() and "[只读]" in window.windowTitle()


def test_pinned_ones_are_not_pushed_out() -> None:
    settings = Settings(recent=(Path("/keep"),), pinned=(Path("/keep"),))
    for number in range(RECENT_MAX + 5):
        settings = settings.opened(Path(f"/{number}"))
    assert Path("/keep") in settings.recent and len(settings.recent) == RECENT_MAX
    assert settings.recent[0] == Path(f"/{RECENT_MAX + 4}")
    assert next(iter(look_at(settings))).path == Path("/keep")


def test_a_small_picture_of_a_park_is_kept(qapp: QApplication) -> None:
    picture = QPixmap(1200, 700)
    picture.fill(QColor("#336699"))
    keep_picture(Path("/某处/园区"), picture)
    kept = QPixmap(str(picture_of(Path("/某处/园区"))))
    assert kept.width() >= 192 and kept.toImage().pixelColor(5, 5) == QColor("#336699")


def test_of_several_dropped_things_one_is_opened_and_the_rest_is_named(
    window: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from gis_app.ui.dropped import opened

    taken: list[Path] = []
    monkeypatch.setattr(window.desk, "open", taken.append)
    monkeypatch.setattr(window.imagery, "add", taken.append)
    opened(window, [tmp_path / "a.shp", folder(), tmp_path / "影像.tif"])
    assert taken == [tmp_path / "影像.tif", folder()]
    assert "a.shp" in window.map.notice.text.text()


def test_the_time_left_is_said_when_it_can_be_known() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    pace.begin()
    assert pace.left_s(1, 100) is None
    now[0] = 2.0
    assert pace.left_s(1, 100) is None  # too little is done
    assert pace.left_s(20, 100) == pytest.approx(8.0)
    assert pace.left_s(5, 10) is None  # another part begins
    now[0] = 4.0
    assert pace.left_s(8, 10) == pytest.approx(0.5) and pace.left_s(None, None) is None
    pace.end()
    assert pace.left_s(8, 10) is None


def test_the_status_bar_tells_step_time_and_stop(window: Any) -> None:
    status = window.status
    status.pace = Pace(iter([0.0, 0.0, 3.0, 3.0, 3.0, 3.0]).__next__)
    window.desk.busy.emit(Message("ui.judging", {"done": 0, "of": 10, "rule": "E01"}))
    window.desk.busy.emit(Message("ui.judging", {"done": 5, "of": 10, "rule": "E02"}))
    assert "约剩 3 秒" in status.doing.text() and (status.bar.maximum(), status.bar.value()) == (10, 5)
    assert status.cancels.isVisible()
    window.desk.busy.emit(None)
    assert not status.bar.isVisible()
    assert left_text(window.look, 130) == "约剩 2 分钟" and left_text(window.look, None) == ""


def test_undone_and_redone_steps_are_told_apart() -> None:
    said = Message("model.undo", {"step": "x"})
    steps = [
        Step(1, said),
        Step(2, said),
        Step(3, said, undoes=2),
        Step(4, said, undoes=3),
        Step(5, said, undoes=1),
    ]
    assert undo_states(steps[:3]) == {1: "done", 2: "undone", 3: "undo"}
    assert undo_states(steps) == {1: "undone", 2: "done", 3: "undo", 4: "redo", 5: "undo"}


def test_a_larger_scale_opens_the_window_again_with_what_is_open(
    window: Any, clean: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gis_app.ui.look import remembered_scale

    again: list[Path | None] = []
    monkeypatch.setattr("gis_app.ui.app.open_again", lambda path: again.append(path) or True)
    monkeypatch.setattr("gis_app.ui.doings.SCALE_MS", 10)

    window.actions_.run("larger")
    assert load()[0].scale == 125 == remembered_scale()
    for _turn in range(9):
        window.actions_.run("larger")
    assert load()[0].scale == 200
    window.actions_.run("smaller")
    assert load()[0].scale == 175
    until(lambda: bool(again), "again")
    assert again == [window.desk.park.path.absolute()] and not window.isVisible()
    window.desk.settle(lambda settings: replace(settings, scale=100))


def test_the_window_that_opens_again_does_not_keep_the_scale_before(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gis_app.ui import app

    told = tmp_path / "told.txt"
    script = "import os, sys, pathlib; pathlib.Path(sys.argv[2]).with_suffix('.part').write_text("
    script += "os.environ.get('QT_SCALE_FACTOR', '-') + ' ' + sys.argv[1])"
    script += "; os.replace(pathlib.Path(sys.argv[2]).with_suffix('.part'), sys.argv[2])"
    monkeypatch.setattr(app, "AGAIN", f"import sys; sys.argv.append({str(told)!r}); {script}")
    monkeypatch.setenv(app.SCALE, "1.5")
    for ours, expected in ((True, "-"), (False, "1.5")):
        if ours:
            monkeypatch.setenv(app.OURS, "1")
        else:
            monkeypatch.delenv(app.OURS)
        assert app.open_again(tmp_path / "p.gpkg")
        until(told.exists, "started")
        assert told.read_text() == f"{expected} {tmp_path / 'p.gpkg'}"
        told.unlink()


def test_a_narrow_window_keeps_the_names_of_its_lists_and_the_verdict_apart(window: Any) -> None:
    window.show_task("review")
    window.resize(911, 512)
    window.lay_out()
    for _turn in range(5):
        QApplication.processEvents()
    bottom, panel = window.bottom, window.right.panels["review"]
    for name, tab in bottom.tabs.items():
        assert tab.width() >= tab.sizeHint().width(), name
    assert bottom.caret.geometry().right() <= bottom.width()
    low, head = panel.proposals.geometry(), panel.head.geometry()
    assert low.bottom() < head.top() and head.bottom() < panel.tree.geometry().top()
    assert panel.head.height() >= panel.head.heightForWidth(panel.head.width())


def test_a_zone_with_nothing_in_it_says_so(empty_window: Any, sample_park: Any) -> None:
    panel = empty_window.right.panels["data"]
    assert panel.empty.isVisible() and panel.empty.text() == empty_window.look.text("no_park_yet")
    empty_window.desk._take(sample_park)
    assert not panel.empty.isVisible()
