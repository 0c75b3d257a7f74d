"""In a project a style is a step: stored, undone with everything else, read on opening, told to QGIS."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import QSlider

from gis_app.session.map_view import MapView
from gis_app.ui.map_views import restore_view, save_view
from tests.ui.park_file import stored
from tests.ui.screens import until

LAYER = "road"


@pytest.fixture
def window(project_window: Any) -> Any:
    return project_window


def entered(window: Any) -> dict[str, Any]:
    return dict(window.desk.park.project.entries.get("style", {}))


def opacity(window: Any) -> float:
    return float(window.desk.park.catalogue.styles[LAYER].opacity)


def keep(window: Any, value: float) -> Any:
    panel = window.tree.open_style(LAYER)
    panel.wear(replace(panel.style_, opacity=value))
    panel.keep()
    stored(window)
    return panel


def test_a_kept_style_is_a_step_that_is_taken_back_and_brought_back(window: Any) -> None:
    panel = keep(window, 0.5)
    assert LAYER in entered(window) and opacity(window) == 0.5
    assert not (window.desk.park.path.parent / "park.styles").exists()
    window.actions_.run("undo")
    stored(window)
    assert entered(window) == {} and opacity(window) == 1.0 and panel.style_.opacity == 1.0
    assert not panel.resets.isEnabled()
    window.actions_.run("redo")
    stored(window)
    assert opacity(window) == 0.5 == panel.style_.opacity and panel.resets.isEnabled()
    panel.resets.click()
    stored(window)
    assert entered(window) == {} and opacity(window) == 1.0


def test_it_is_there_when_the_project_is_opened_again(window: Any) -> None:
    keep(window, 0.25)
    path = window.desk.park.path
    window.desk.park.close()
    window.desk.park = None
    window.desk.open(path)
    until(lambda: window.desk.park is not None and not window.desk.workers.jobs, "the project")
    assert opacity(window) == 0.25
    with sqlite3.connect(path) as plain:
        (qml,) = plain.execute("SELECT styleQML FROM layer_styles WHERE f_table_name = 'road'").fetchone()
    assert "0.25" in qml


def test_what_was_not_kept_is_kept_when_the_panel_is_closed(window: Any) -> None:
    panel = window.tree.open_style(LAYER)
    panel.wear(replace(panel.style_, opacity=0.75))
    panel.close()
    stored(window)
    assert LAYER in entered(window) and opacity(window) == 0.75


def test_the_slider_of_the_menu_makes_one_step(window: Any) -> None:
    steps = len(window.desk.park.session.history.steps)
    menu = window.tree.menu_of(window.tree.item_of(LAYER))
    menu.show()
    slider = menu.findChild(QSlider, "layer_opacity_slider")
    for value in (90, 80, 70):
        slider.setValue(value)
    menu.hide()
    stored(window)
    assert len(window.desk.park.session.history.steps) == steps + 1 and opacity(window) == 0.7


def test_a_map_view_brings_its_styles_back_in_one_step(window: Any) -> None:
    keep(window, 0.5)
    canvas = window.map.canvas
    view = save_view(window.tree, canvas, "审查")
    assert isinstance(view, MapView) and set(view.styles) == {LAYER}
    keep(window, 0.9)
    window.tree.open_style("village").keep()
    stored(window)
    steps = len(window.desk.park.session.history.steps)
    restore_view(window.tree, canvas, view)
    stored(window)
    assert opacity(window) == 0.5 and len(window.desk.park.session.history.steps) == steps + 1
    window.actions_.run("undo")
    stored(window)
    assert opacity(window) == 0.9
