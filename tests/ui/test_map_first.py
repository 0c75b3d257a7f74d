"""At the start the map of the park is drawn first; lists and panels follow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication

from tests.ui.screens import until


def fresh_window(made: list[Any]) -> Any:
    """A window of which only the first picture is built."""
    from gis_app.ui.app import start
    from tests.ui.stand_in import StandIn

    _look, _reporter, window = start()
    window.desk.judges_here, window.map._make = True, StandIn
    window.resize(1440, 900)
    window.show()
    made.append(window)
    return window


@pytest.fixture
def made(qapp: QApplication) -> Iterator[list[Any]]:
    windows: list[Any] = []
    yield windows
    for window in windows:
        window.close()
        QApplication.processEvents()
        shiboken6.delete(window)


def test_at_the_start_the_map_comes_first_and_then_everything_else(made: list[Any], sample_park: Any) -> None:
    window = fresh_window(made)
    told: list[str] = []
    window.desk.arrived.connect(lambda: told.append("map"))
    window.desk.opened.connect(lambda: told.append("rest"))
    window.desk.map_first = True
    window.frame()
    QApplication.processEvents()
    window.desk._take(sample_park)
    assert told == ["map"] and window._is_framed and not window._is_complete
    assert window.map.visible and window.tree.isVisible()
    before = window.map.canvas.size()
    window.desk.seen()
    QApplication.processEvents()
    assert told == ["map", "rest"] and window._is_complete
    assert window.map.canvas.size() == before, "the map is drawn once: lists and panels had their room"
    assert window.bottom.findings.model_.all and window.right.isVisible() and window.todo.isVisible()


def test_lists_and_panels_wait_no_longer_than_a_moment(made: list[Any], sample_park: Any) -> None:
    window = fresh_window(made)
    window.desk.map_first = True
    window.desk._take(sample_park)
    assert not window._is_complete
    until(lambda: window._is_complete, "lists and panels")


def test_a_window_in_which_nothing_could_be_opened_is_whole(made: list[Any], tmp_path: Path) -> None:
    from gis_app.ui.app import begin

    window = fresh_window(made)
    begin(window, str(tmp_path / "nothing-here"))
    until(lambda: window._is_complete, "lists and panels")
    assert window.desk.park is None and not window.desk.map_first


def test_a_window_closed_with_its_first_picture_shows_nothing_more(made: list[Any], sample_park: Any) -> None:
    window = fresh_window(made)
    window.desk.map_first = True
    window.desk._take(sample_park)
    window.close()
    window.desk.seen()
    QApplication.processEvents()
    assert not window._is_complete and not window.desk.workers.jobs
