"""What clicks, boxes and keys choose on the map."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from PySide6.QtCore import QPointF, Qt

from gis_app.ui.map_tool import GroundEvent
from tests.ui.test_navigation import CONTROL, NONE, SHIFT, mouse


def place_of(window: Any, layer: str, fid: int) -> Any:
    return (
        window.desk.park.project.layers[layer].rows([fid], ["geometry"])["geometry"][0].representative_point()
    )


def fids_of(window: Any, layer: str) -> list[int]:
    return [int(fid) for fid in window.desk.park.project.layers[layer].fids]


def at(window: Any, layer: str, fid: int, keys: Any = NONE) -> GroundEvent:
    place = place_of(window, layer, fid)
    nothing = Qt.MouseButton.NoButton
    return GroundEvent(place.x, place.y, QPointF(), nothing, nothing, keys, 1.0)


@pytest.fixture
def only_parcels(window: Any) -> Any:
    window.map.visible = ["supply_parcel"]
    window.desk.choose_layer("supply_parcel")
    return window


def test_a_second_click_at_the_same_place_turns_to_the_next_below(window: Any) -> None:
    fid = fids_of(window, "supply_parcel")[0]
    place = place_of(window, "supply_parcel", fid)
    window.map.canvas.clicked.emit(place.x, place.y)
    found, card = list(window.desk.features), window.map.card
    assert len(found) > 2 and card.others.currentRow() == 0 and window.map.chosen == found[:1]
    window.map.canvas.clicked.emit(place.x + 0.2, place.y)
    assert card.others.currentRow() == 1 and window.map.chosen == [found[1]]
    for _ in range(len(found) - 1):
        window.map.canvas.clicked.emit(place.x, place.y)
    assert card.others.currentRow() == 0, "after the last comes the first"
    window.map.canvas.clicked.emit(place.x + 500.0, place.y)
    assert window.desk.features != found and card.others.currentRow() <= 0


def test_shift_adds_and_control_takes_out(only_parcels: Any) -> None:
    window = only_parcels
    one, two, three = fids_of(window, "supply_parcel")[:3]
    place = place_of(window, "supply_parcel", one)
    window.map.canvas.clicked.emit(place.x, place.y)
    assert window.map.chosen == [("supply_parcel", one)] and window.map.card.isVisible()
    window.map.canvas.clicked_with.emit(at(window, "supply_parcel", two, SHIFT))
    window.map.canvas.clicked_with.emit(at(window, "supply_parcel", three, SHIFT))
    assert [fid for _, fid in window.map.chosen] == [one, two, three] and len(
        window.map.canvas.selection
    ) == 3
    assert not window.map.card.isVisible(), "a card is of one feature"
    window.map.canvas.clicked_with.emit(at(window, "supply_parcel", two, CONTROL))
    assert [fid for _, fid in window.map.chosen] == [one, three]
    window.actions_.run("clear")
    assert window.map.chosen == [] and window.map.canvas.selection == []


def test_a_shift_click_on_the_widget_adds(only_parcels: Any) -> None:
    window, told = only_parcels, []
    window.map.canvas.clicked_with.connect(told.append)
    for kind in ("press", "release"):
        mouse(window.map.canvas, kind, 300, 200, keys=SHIFT)
    assert len(told) == 1 and told[0].shift and not told[0].control


def test_a_box_chooses_in_the_present_layer(only_parcels: Any) -> None:
    window = only_parcels
    layer = window.desk.park.project.layers["supply_parcel"]
    bounds = shapely.total_bounds(layer.geometry[:6])
    corners = [(bounds[0], bounds[1]), (bounds[0], bounds[3]), (bounds[2], bounds[3]), (bounds[2], bounds[1])]
    window.map.navigation.identify.box(corners, at(window, "supply_parcel", int(layer.fids[0])))
    wanted = {int(fid) for fid, shape in zip(layer.fids, layer.geometry, strict=True)
              if shape.intersects(shapely.box(*bounds))}  # fmt: skip
    assert {fid for _, fid in window.map.chosen} == wanted and len(wanted) >= 6
    far = [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)]
    window.map.navigation.identify.box(far, at(window, "supply_parcel", int(layer.fids[0])))
    assert window.map.chosen == []


def test_the_box_tool_draws_and_chooses(only_parcels: Any) -> None:
    window = only_parcels
    canvas = window.map.canvas
    window.map.frame_layer("supply_parcel")
    window.actions_.run("tool_box")
    assert window.actions_["tool_box"].isChecked() and not window.actions_["tool_select"].isChecked()
    mouse(canvas, "press", 1, 1)
    mouse(canvas, "move", canvas.width() - 2, canvas.height() - 2)
    mouse(canvas, "release", canvas.width() - 2, canvas.height() - 2)
    assert len(window.map.chosen) == 40
    window.actions_.run("clear")
    assert canvas.tool is None and window.actions_["tool_select"].isChecked() and len(window.map.chosen) == 40
    window.actions_.run("clear")
    assert window.map.chosen == []


def test_everything_in_view_of_the_layer_is_chosen(only_parcels: Any) -> None:
    window = only_parcels
    layer = window.desk.park.project.layers["supply_parcel"]
    window.map.frame_layer("supply_parcel")
    window.actions_.run("choose_in_view")
    assert len(window.map.chosen) == 40
    window.map.show_feature("supply_parcel", int(layer.fids[0]))
    window.actions_.run("choose_in_view")
    assert 1 <= len(window.map.chosen) < 40


def test_f_zooms_to_what_is_chosen_else_to_the_layer(only_parcels: Any) -> None:
    window = only_parcels
    layer = window.desk.park.project.layers["supply_parcel"]
    window.map.choose([("supply_parcel", int(fid)) for fid in layer.fids[:2]])
    window.actions_.run("zoom_chosen")
    seen = shapely.box(*window.map.canvas.view.bounds)
    assert seen.contains(shapely.box(*shapely.total_bounds(layer.geometry[:2])))
    window.actions_.run("clear")
    window.actions_.run("zoom_chosen")
    seen = shapely.box(*window.map.canvas.view.bounds)
    assert seen.contains(shapely.box(*shapely.total_bounds(layer.geometry)))


def test_the_pan_tool_chooses_nothing(only_parcels: Any, qtbot: Any) -> None:
    window = only_parcels
    canvas = window.map.canvas
    window.actions_.run("tool_pan")
    before = canvas.view.centre
    with qtbot.assertNotEmitted(canvas.clicked):
        mouse(canvas, "press", 300, 200)
        mouse(canvas, "release", 300, 200)
        mouse(canvas, "press", 300, 200)
        mouse(canvas, "move", 350, 200)
        mouse(canvas, "release", 350, 200)
    assert canvas.view.centre[0] == pytest.approx(before[0] - 50.0 / canvas.view.scale)
    window.actions_.run("tool_select")
    assert canvas.tool is None


def test_the_zoom_tool_zooms_once(only_parcels: Any) -> None:
    window = only_parcels
    canvas = window.map.canvas
    scale = canvas.view.scale
    window.actions_.run("tool_zoom")
    mouse(canvas, "press", 100, 100)
    mouse(canvas, "move", 200, 160)
    mouse(canvas, "release", 200, 160)
    assert canvas.view.scale > 3.0 * scale and canvas.tool is None
