"""The overview shows everything with the box of what the map shows; dragging the box moves the map."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from gis_app.ui.overview import INSET, MOST_COORDINATES
from tests.ui.test_navigation import mouse, wheel


@pytest.fixture
def overview(window: Any) -> Any:
    window.map.frame_park()
    window.actions_.run("overview")
    made = window.map.navigation.overview
    assert made.isVisible()
    yield made
    if made.isVisible():
        made.close_panel()


def on_ground(overview: Any, at: QPointF) -> tuple[float, float]:
    x, y = overview.view.to_ground(np.array([[at.x() - INSET, at.y() - INSET]]))[0].tolist()
    return x, y


def test_the_box_is_what_the_map_shows(window: Any, overview: Any) -> None:
    box, view = overview.box().boundingRect(), window.map.canvas.view
    west, _, _, north = view.bounds
    assert on_ground(overview, box.topLeft()) == pytest.approx((west, north))
    before = box.width()
    window.map.canvas.zoom_by(2.0)
    assert overview.box().boundingRect().width() == pytest.approx(before / 2)
    window.map.canvas.zoom_by(1000.0)
    assert overview.box().boundingRect().width() >= 9.0, "there is always something to take hold of"


def test_a_press_beside_the_box_goes_there_and_a_drag_moves_on(window: Any, overview: Any) -> None:
    canvas = window.map.canvas
    canvas.zoom_by(8.0)
    at = QPointF(60.0, 40.0)
    mouse(overview, "press", at.x(), at.y())
    assert canvas.view.centre == pytest.approx(on_ground(overview, at))
    mouse(overview, "move", 90.0, 70.0)
    assert canvas.view.centre == pytest.approx(on_ground(overview, QPointF(90.0, 70.0)))
    mouse(overview, "release", 90.0, 70.0)
    mouse(overview, "move", 10.0, 10.0)
    assert canvas.view.centre == pytest.approx(on_ground(overview, QPointF(90.0, 70.0)))


def test_the_box_is_taken_where_it_is_held(window: Any, overview: Any) -> None:
    canvas = window.map.canvas
    before = canvas.view.centre
    box = overview.box().boundingRect()
    at = box.center() + QPointF(box.width() / 4, 0.0)
    mouse(overview, "press", at.x(), at.y())
    assert canvas.view.centre == pytest.approx(before), "taking hold moves nothing"
    mouse(overview, "move", at.x() + 6.0, at.y())
    assert canvas.view.centre[0] == pytest.approx(before[0] + 6.0 / overview.view.scale)
    mouse(overview, "release", at.x() + 6.0, at.y())


def test_the_box_turns_with_the_map(window: Any, overview: Any) -> None:
    straight = overview.box().boundingRect()
    window.map.canvas.turn_to(45.0)
    assert overview.box().boundingRect().height() > straight.height()
    window.map.canvas.turn_to(0.0)


def test_the_wheel_over_it_zooms_the_map(window: Any, overview: Any) -> None:
    scale, centre = window.map.canvas.view.scale, window.map.canvas.view.centre
    wheel(overview, 50, 50, 240)
    assert window.map.canvas.view.scale == pytest.approx(2 * scale)
    assert window.map.canvas.view.centre == pytest.approx(centre)


def test_it_paints_little_and_follows_the_layers(window: Any, overview: Any) -> None:
    assert 0 < sum(len(layer.shapes.coords) for layer in overview.layers()) <= MOST_COORDINATES
    kinds = {layer.id.split("/")[0] for layer in overview.layers()}
    assert {"park_boundary", "proposal_block"} <= kinds and "survey_polygon" not in kinds
    image = overview.grab().toImage()
    colours = {image.pixelColor(x, y).rgb() for x in range(0, 210, 3) for y in range(0, 150, 3)}
    assert len(colours) > 5, "something is painted"
    window.tree.set_visible("park_boundary", False)
    assert "park_boundary" not in {layer.id for layer in overview.layers()} and overview._picture is None
    window.tree.set_visible("park_boundary", True)
