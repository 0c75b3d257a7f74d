"""The hand's tools: what they draw is stored, shown, taken back; a sketch survives Esc, tools and a crash."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication

from gis_app.geometry.snap import KINDS
from gis_app.render.view import View
from gis_app.session.new_project import new_project
from gis_app.session.open_path import open_path
from gis_app.session.options import Options
from gis_app.session.sample import folder
from gis_app.ui.editing import marks
from gis_app.ui.editing.sketch import Sketch, pasted_points, typed_point
from tests.render.parks import catalogue
from tests.ui.screens import until

ALT, NO_KEYS = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
LAYER = "reserve_parcel"


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("project") / "park.gpkg"
    opened = open_path(folder() / "2026-11", Options(), catalogue(), lambda message: None)
    assert opened.intake is not None
    new_project(path, opened.intake, Options(), catalogue(), "test")
    return path


@pytest.fixture
def window(empty_window: Any, stored: Path, tmp_path: Path) -> Iterator[Any]:
    path = tmp_path / "park.gpkg"
    path.write_bytes(stored.read_bytes())
    shutil.copytree(stored.with_suffix(".files"), path.with_suffix(".files"))
    said: list[Any] = []
    empty_window.desk.noticed.connect(lambda state, message: said.append(message))
    empty_window.said = said
    empty_window.desk.open(path)
    until(lambda: empty_window.desk.park is not None and not empty_window.desk.workers.jobs, "the project")
    empty_window.show_task("edit")
    empty_window.desk.choose_layer(LAYER)
    yield empty_window


def bench(window: Any) -> Any:
    return window.toolbox.bench


def layer(window: Any, id: str = LAYER) -> Any:
    return window.desk.park.project.layers[id]


def settle(window: Any) -> None:
    until(lambda: not bench(window).is_storing, "storing")
    QApplication.processEvents()


def at(window: Any, place: tuple[float, float]) -> QPointF:
    x, y = window.map.canvas.view.to_px(np.array([place]))[0]
    return QPointF(float(x), float(y))


def event(window: Any, kind: QEvent.Type, place: tuple[float, float], button: Any, keys: Any) -> None:
    point = at(window, place)
    canvas = window.map.canvas
    held = Qt.MouseButton.NoButton if kind != QEvent.Type.MouseButtonPress else button
    QApplication.sendEvent(canvas, QMouseEvent(kind, point, canvas.mapToGlobal(point), button, held, keys))


def click(
    window: Any, place: tuple[float, float], button: Any = LEFT, keys: Any = Qt.KeyboardModifier.AltModifier
) -> None:
    """Alt: where the pointer is, and not what lies near it."""
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        event(window, kind, place, button, keys)


def drag(window: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    none = Qt.KeyboardModifier.NoModifier
    event(window, QEvent.Type.MouseButtonPress, start, LEFT, none)
    event(window, QEvent.Type.MouseMove, end, LEFT, Qt.KeyboardModifier.AltModifier)
    event(window, QEvent.Type.MouseButtonRelease, end, LEFT, Qt.KeyboardModifier.AltModifier)


def press(window: Any, key: Any, text: str = "", keys: Any = Qt.KeyboardModifier.NoModifier) -> None:
    canvas = window.map.canvas
    QApplication.sendEvent(canvas, QKeyEvent(QEvent.Type.KeyPress, key, keys, text))


def place_of(window: Any, fid: int, id: str = LAYER) -> Any:
    return layer(window, id).rows([fid], ["geometry"])["geometry"][0]


def frame(window: Any, bounds: tuple[float, float, float, float]) -> None:
    window.map.canvas.zoom_to(bounds, 0.3)


@pytest.fixture
def corner(window: Any) -> tuple[float, float]:
    """A place beside everything."""
    _, _, east, north = shapely.total_bounds(layer(window, "park_boundary").geometry)
    place = (float(east) + 900.0, float(north) + 900.0)
    frame(window, (place[0] - 100, place[1] - 100, place[0] + 300, place[1] + 300))
    return place


def draw_square(window: Any, corner: tuple[float, float], size: float = 100.0) -> None:
    x, y = corner
    window.take_tool("tool_draw")
    for place in ((x, y), (x + size, y), (x + size, y + size), (x, y + size)):
        click(window, place)
    press(window, Qt.Key.Key_Return)
    settle(window)


def test_a_drawn_feature_is_stored_and_shown_and_taken_back(window: Any, corner: Any) -> None:
    before = len(layer(window))
    draw_square(window, corner)
    assert len(layer(window)) == before + 1, window.said
    fid = int(layer(window).fids[-1])
    assert place_of(window, fid).area == pytest.approx(10_000.0, rel=0.01)
    until(lambda: any(fid in one.fids for one in window.desk.park.scene.get(LAYER, ())), "the scene")
    assert window.desk.park.writer.ask(lambda stored: len(list(stored.journal()))).result() >= 2
    window.actions_.run("undo")
    settle(window)
    assert len(layer(window)) == before
    window.actions_.run("redo")
    settle(window)
    assert len(layer(window)) == before + 1


def test_escape_and_another_tool_leave_the_sketch(window: Any, corner: Any) -> None:
    window.take_tool("tool_draw")
    click(window, corner)
    click(window, (corner[0] + 50, corner[1]))
    press(window, Qt.Key.Key_Escape)
    window.take_tool("tool_vertex")
    window.take_tool("tool_draw")
    assert len(bench(window).sketches["draw"].points) == 2
    press(window, Qt.Key.Key_Backspace)
    assert len(bench(window).sketches["draw"].points) == 1
    press(window, Qt.Key.Key_Z, keys=Qt.KeyboardModifier.ControlModifier)
    press(window, Qt.Key.Key_Y, keys=Qt.KeyboardModifier.ControlModifier)
    assert len(bench(window).sketches["draw"].points) == 1


def test_a_sketch_survives_the_end_of_the_program(window: Any, corner: Any) -> None:
    window.take_tool("tool_draw")
    click(window, corner)
    click(window, (corner[0] + 50, corner[1]))
    path = window.desk.park.path
    window.desk.park.close()  # as the end of the program does
    window.desk.park = None
    window.desk.open(path)
    until(lambda: window.desk.park is not None and not window.desk.workers.jobs, "the project")
    assert len(bench(window).sketches["draw"].points) == 2
    assert any(message.id == "ui.sketch_recovered" for message in window.said)


def test_lengths_angles_and_places_can_be_typed(window: Any, corner: Any) -> None:
    window.take_tool("tool_draw")
    click(window, corner)
    for text in ("40<0", "@0,30"):
        for letter in text:
            press(window, Qt.Key.Key_A, letter)
        press(window, Qt.Key.Key_Return)
    points = bench(window).sketches["draw"].points
    x, y = points[0]
    assert points[1:] == [pytest.approx((x + 40, y)), pytest.approx((x + 40, y + 30))]


def test_a_list_of_coordinates_can_be_pasted(window: Any, corner: Any) -> None:
    x, y = corner
    rows = [f"J{i}\t{a:.3f}\t{b:.3f}" for i, (a, b) in enumerate([(x, y), (x + 9, y), (x + 9, y + 9)])]
    QGuiApplication.clipboard().setText("\n".join(rows))
    window.take_tool("tool_draw")
    press(window, Qt.Key.Key_V, keys=Qt.KeyboardModifier.ControlModifier)
    assert len(bench(window).sketches["draw"].points) == 3
    QGuiApplication.clipboard().setText("nothing")
    press(window, Qt.Key.Key_V, keys=Qt.KeyboardModifier.ControlModifier)
    assert window.said[-1].id == "ui.sketch_pasted"


def test_a_vertex_is_moved_inserted_and_deleted(window: Any, corner: Any) -> None:
    draw_square(window, corner)
    fid = int(layer(window).fids[-1])
    ring = shapely.get_coordinates(place_of(window, fid))
    window.take_tool("tool_vertex")
    start = tuple(ring[2])
    drag(window, start, (start[0] + 30.0, start[1] + 30.0))
    settle(window)
    moved = shapely.get_coordinates(place_of(window, fid))
    assert np.hypot(*(moved - (start[0] + 30.0, start[1] + 30.0)).T).min() < 2.0
    middle = tuple(((ring[0] + ring[1]) / 2.0).tolist())
    event(window, QEvent.Type.MouseMove, middle, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier)
    event(window, QEvent.Type.MouseButtonDblClick, middle, LEFT, Qt.KeyboardModifier.NoModifier)
    settle(window)
    assert len(shapely.get_coordinates(place_of(window, fid))) == len(ring) + 1
    click(window, middle, keys=Qt.KeyboardModifier.ControlModifier)
    settle(window)
    assert len(shapely.get_coordinates(place_of(window, fid))) == len(ring)


def test_what_was_edited_looks_as_before(window: Any) -> None:
    id = "supply_parcel"
    window.desk.choose_layer(id)

    def looks() -> set[Any]:
        scene = window.desk.park.scene[id]
        shown = [one for one in scene if (one.symbol_of >= 0).any()]
        return {(one.symbols[0].fill, one.symbols[0].hatch, bool(one.labels), one.opacity) for one in shown}

    before, drawn = looks(), len(window.desk.park.scene[id])
    start = shapely.get_coordinates(layer(window, id).geometry[0])[0]
    frame(window, (*(start - 60.0), *(start + 60.0)))
    window.take_tool("tool_vertex")
    steps = len(window.desk.park.session.history.steps)
    drag(window, tuple(start), tuple(start + 1.0))
    settle(window)
    assert len(window.desk.park.session.history.steps) == steps + 1
    assert len(window.desk.park.scene[id]) > drawn
    assert looks() == before


def test_a_feature_is_split_and_merged_again(window: Any, corner: Any) -> None:
    draw_square(window, corner)
    fid = int(layer(window).fids[-1])
    before, area = len(layer(window)), place_of(window, fid).area
    window.take_tool("tool_split")
    x, y = corner
    click(window, (x + 50, y - 20))
    click(window, (x + 50, y + 120))
    press(window, Qt.Key.Key_Return)
    settle(window)
    assert len(layer(window)) == before + 1, window.said
    halves = [(LAYER, int(one)) for one in layer(window).near((x, y, x + 100, y + 100))]
    assert len(halves) == 2
    window.map.choose(halves)
    window.actions_.run("edit_merge")
    settle(window)
    assert len(layer(window)) == before
    assert place_of(window, halves[0][1]).area == pytest.approx(area)


def test_what_is_chosen_is_moved_and_deleted_by_no_single_key(window: Any, corner: Any) -> None:
    draw_square(window, corner)
    fid = int(layer(window).fids[-1])
    window.map.choose([(LAYER, fid)])
    centre = place_of(window, fid).centroid
    window.take_tool("tool_move")
    drag(window, (centre.x, centre.y), (centre.x + 40.0, centre.y))
    settle(window)
    assert place_of(window, fid).centroid.x == pytest.approx(centre.x + 40.0, abs=2.0)
    press(window, Qt.Key.Key_Delete)
    press(window, Qt.Key.Key_Backspace)
    settle(window)
    assert fid in layer(window).fids
    window.map.choose([(LAYER, fid)])
    window.actions_.run("edit_delete")
    settle(window)
    assert fid not in layer(window).fids
    assert not window.map.chosen


def test_a_statutory_layer_is_locked_until_a_reason_is_given(window: Any, corner: Any) -> None:
    window.desk.choose_layer("permanent_basic_farmland")
    before = len(layer(window, "permanent_basic_farmland"))
    draw_square(window, corner)
    assert len(layer(window, "permanent_basic_farmland")) == before
    assert window.said[-1].id == "ui.edit_layer_locked"
    assert len(bench(window).sketches["draw"].points) == 4  # what was drawn is still there
    bench(window).unlock("permanent_basic_farmland", "复测更正")
    settle(window)
    press(window, Qt.Key.Key_Return)
    settle(window)
    assert len(layer(window, "permanent_basic_farmland")) == before + 1, window.said


def test_a_refused_edit_keeps_the_sketch_and_says_why(window: Any, corner: Any) -> None:
    x, y = corner
    window.take_tool("tool_draw")
    for place in ((x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)):  # it crosses itself
        click(window, place)
    before = len(layer(window))
    press(window, Qt.Key.Key_Return)
    settle(window)
    assert len(layer(window)) == before
    assert window.said
    assert len(bench(window).sketches["draw"].points) == 4


def test_the_pointer_snaps_to_other_layers_and_names_them(window: Any) -> None:
    parcel = layer(window, "supply_parcel").geometry[0]
    vertex = tuple(shapely.get_coordinates(parcel)[0])
    frame(window, parcel.bounds)
    found = bench(window).snap((vertex[0] + 0.5, vertex[1]), window.map.canvas.metres_per_pixel)
    assert found is not None
    assert found[0].kind == "vertex"
    assert bench(window).snapped is not None and found[1] in window.desk.park.project.layers
    window.actions_.run("snapping")
    assert bench(window).snap(vertex, window.map.canvas.metres_per_pixel) is None


def test_tracing_follows_neighbours_vertex_by_vertex(window: Any, corner: Any) -> None:
    x, y = corner
    window.tree.set_visible(LAYER, True)
    draw_square(window, corner, 60.0)
    draw_square(window, (x + 60.0, y), 60.0)
    one, other = (place_of(window, int(fid)) for fid in layer(window).fids[-2:])
    window.take_tool("tool_draw")
    window.actions_.run("tracing")
    assert window.actions_["tracing"].isChecked()
    snaps = Qt.KeyboardModifier.NoModifier
    click(window, (x, y + 60.0), keys=snaps)
    click(window, (x + 120.0, y), keys=snaps)
    click(window, (x + 90.0, y - 60.0))
    points = bench(window).sketches["draw"].points
    assert len(points) == 5, points
    known = {tuple(point) for point in shapely.get_coordinates([one, other]).tolist()}
    assert set(points[:4]) <= known  # byte for byte
    press(window, Qt.Key.Key_Return)
    settle(window)
    window.actions_.run("tracing")
    window.take_tool("tool_draw")
    click(window, (x, y + 60.0), keys=snaps)
    click(window, (x + 120.0, y), keys=snaps)
    assert len(bench(window).sketches["draw"].points) == 2


def test_shift_keeps_to_round_angles_and_f2_ends(window: Any, corner: Any) -> None:
    x, y = corner
    window.take_tool("tool_draw")
    click(window, (x, y))
    click(window, (x + 100.0, y + 4.0), keys=Qt.KeyboardModifier.ShiftModifier)
    click(window, (x + 60.0, y + 90.0))
    points = bench(window).sketches["draw"].points
    assert points[1][1] == pytest.approx(points[0][1])
    before = len(layer(window))
    press(window, Qt.Key.Key_F2)
    settle(window)
    assert len(layer(window)) == before + 1


def test_arrows_nudge_a_chosen_vertex_and_the_middle_of_an_edge_can_be_dragged(
    window: Any, corner: Any
) -> None:
    draw_square(window, corner)
    fid = int(layer(window).fids[-1])
    ring = shapely.get_coordinates(place_of(window, fid))
    window.take_tool("tool_vertex")
    start = tuple(ring[2].tolist())
    click(window, start)
    assert window.toolbox.tools["tool_vertex"].chosen == start
    press(window, Qt.Key.Key_Right)
    settle(window)
    press(window, Qt.Key.Key_Up, keys=Qt.KeyboardModifier.ShiftModifier)
    settle(window)
    moved = shapely.get_coordinates(place_of(window, fid))
    assert np.hypot(*(moved - (start[0] + 0.1, start[1] + 1.0)).T).min() < 1e-3
    assert len(moved) == len(ring)
    middle = tuple(((ring[0] + ring[1]) / 2.0).tolist())
    drag(window, middle, (middle[0] - 5.0, middle[1] - 20.0))
    settle(window)
    assert len(shapely.get_coordinates(place_of(window, fid))) == len(ring) + 1


@pytest.mark.parametrize("way", ["enter", "f2", "right", "double"])
def test_every_way_of_finishing_finishes(window: Any, corner: Any, way: str) -> None:
    x, y = corner
    before = len(layer(window))
    window.take_tool("tool_draw")
    for place in ((x, y), (x + 100, y), (x + 100, y + 100)):
        click(window, place)
    if way == "right":
        click(window, (x + 50, y + 50), RIGHT)
    elif way == "double":
        event(window, QEvent.Type.MouseButtonDblClick, (x + 100, y + 100), LEFT, NO_KEYS)
    else:
        press(window, Qt.Key.Key_Return if way == "enter" else Qt.Key.Key_F2)
    settle(window)
    assert len(layer(window)) == before + 1, window.said


def test_control_z_takes_back_the_point_and_then_the_feature(window: Any, corner: Any) -> None:
    before = len(layer(window))
    window.take_tool("tool_draw")
    click(window, corner)
    click(window, (corner[0] + 50, corner[1]))
    tool = window.toolbox.tools["tool_draw"]
    control_z = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert tool.wants(control_z)
    tool.key(control_z)
    assert len(bench(window).sketches["draw"].points) == 1
    bench(window).drop("draw")
    draw_square(window, corner)
    assert not tool.wants(control_z)  # it is the window's again
    window.actions_.run("undo")
    settle(window)
    assert len(layer(window)) == before


def test_a_split_is_told_before_it_is_made(window: Any, corner: Any) -> None:
    draw_square(window, corner)
    x, y = corner
    before = len(layer(window))
    window.take_tool("tool_split")
    click(window, (x + 25, y - 20))
    event(window, QEvent.Type.MouseMove, (x + 25, y + 120), Qt.MouseButton.NoButton, ALT)
    tool = window.toolbox.tools["tool_split"]
    tool._told_at = 0.0
    told = " ".join(tool.tell(bench(window).sketches["split"]))
    sizes = [float(found) for found in re.findall(r"(\d+\.\d+) ㎡", told)]
    assert sorted(sizes)[:2] == pytest.approx([2500.0, 7500.0], rel=0.03), told
    assert len(layer(window)) == before


def test_each_kind_of_snapping_has_a_mark_of_its_own() -> None:
    drawn = set()
    for kind in KINDS:
        image = QImage(40, 40, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        marks.paint_snap(painter, kind, (20.0, 20.0), View((20.0, 20.0), 1.0, (40, 40)), "")
        painter.end()
        drawn.add(bytes(image.constBits()))
    assert len(drawn) == len(KINDS)


@pytest.mark.parametrize("metres_per_pixel", [0.05, 1.0])
def test_snapping_reaches_twelve_pixels_at_every_scale(window: Any, metres_per_pixel: float) -> None:
    window.map.show_layers(["supply_parcel"])
    parcel = layer(window, "supply_parcel").geometry[0]
    x, y = shapely.get_coordinates(parcel)[0]
    outside = np.array([x, y]) - np.array(parcel.centroid.coords[0])
    outside /= np.hypot(*outside)
    bench(window).kinds = {"vertex"}
    for pixels, snaps in ((11.0, True), (13.0, False)):
        place = tuple((np.array([x, y]) + outside * pixels * metres_per_pixel).tolist())
        found = bench(window).snap(place, metres_per_pixel)
        assert (found is not None and found[0].point == (x, y)) is snaps


def test_measuring_tells_all_and_leaves_nothing(window: Any, corner: Any) -> None:
    x, y = corner
    steps = len(window.desk.park.session.history.steps)
    window.take_tool("tool_measure")
    for place in ((x, y), (x + 100, y), (x + 100, y + 100)):
        click(window, place)
    event(window, QEvent.Type.MouseMove, (x, y + 100), Qt.MouseButton.NoButton, ALT)
    tool = window.toolbox.tools["tool_measure"]
    told = " ".join(tool.tell(bench(window).sketches["measure"]))
    for unit in ("m", "km", "°", "㎡", "公顷", "亩"):
        assert unit in told, told
    click(window, (x, y + 100), RIGHT)
    assert QGuiApplication.clipboard().text()
    assert "measure" not in bench(window).sketches
    assert len(window.desk.park.session.history.steps) == steps


def test_a_folder_is_not_edited(empty_window: Any, sample_park: Any) -> None:
    said: list[Any] = []
    empty_window.desk.noticed.connect(lambda state, message: said.append(message))
    empty_window.desk._take(sample_park)
    empty_window.show_task("edit")
    assert not empty_window.toolbox.bench.perform("delete_features", {"layer": LAYER, "fids": [1]})
    assert said[-1].id == "ui.edit_needs_project"


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("25", (25.0, 0.0)),
        ("25<90", (0.0, 25.0)),
        ("@3,4", (3.0, 4.0)),
        ("500,600", (500.0, 600.0)),
        ("abc", None),
        ("", None),
    ],
)
def test_typed_points(text: str, point: Any) -> None:
    found = typed_point(text, (0.0, 0.0), (10.0, 0.0))
    assert found == (None if point is None else pytest.approx(point, abs=1e-9))
    assert typed_point("25", None, None) is None


def test_pasted_points() -> None:
    assert pasted_points("1 500.5 600.25\n2, 510, 601") == [(500.5, 600.25), (510.0, 601.0)]
    assert pasted_points("POLYGON((0 0, 1 0, 1 1, 0 0))")[:2] == [(0.0, 0.0), (1.0, 0.0)]
    assert pasted_points("no numbers\nhere") == []


def test_a_sketch_loses_nothing_but_what_is_taken_back() -> None:
    sketch = Sketch()
    for point in ((0.0, 0.0), (1.0, 0.0), (1.0, 0.0), (1.0, 1.0)):
        sketch.add(point)
    assert len(sketch.points) == 3
    assert sketch.back()
    assert sketch.again()
    assert Sketch.of(sketch.body()).points == sketch.points
