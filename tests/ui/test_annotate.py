"""Annotations are drawn by hand, each a step, and are features like any other afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from gis_app.ui.editing.annotate import KINDS, LAYER
from tests.ui.park_file import sample_file
from tests.ui.screens import until

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
X, Y = 512_000.0, 3_079_000.0
PLACES = ((X, Y), (X + 120.0, Y), (X + 120.0, Y + 80.0))


@pytest.fixture
def window(empty_window: Any, tmp_path: Path) -> Iterator[Any]:
    said: list[Any] = []
    empty_window.said = said
    empty_window.desk.noticed.connect(lambda state, message: said.append(message.id))
    empty_window.desk.open(sample_file(tmp_path / "park.gpkg"))
    until(lambda: empty_window.desk.park is not None and not empty_window.desk.workers.jobs, "the project")
    empty_window.show_task("edit")
    empty_window.map.canvas.zoom_to((X - 100, Y - 100, X + 300, Y + 200), 0.0)
    yield empty_window


def click(window: Any, place: tuple[float, float], button: Any = LEFT) -> None:
    """Shift: where the pointer is, and not what lies near it."""
    canvas = window.map.canvas
    (at,) = canvas.view.to_px([place])
    point = QPointF(float(at[0]), float(at[1]))
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        held = button if kind == QEvent.Type.MouseButtonPress else Qt.MouseButton.NoButton
        keys = Qt.KeyboardModifier.AltModifier
        QApplication.sendEvent(
            canvas, QMouseEvent(kind, point, canvas.mapToGlobal(point), button, held, keys)
        )


def settle(window: Any) -> None:
    until(lambda: not window.toolbox.bench.is_storing, "storing")
    QApplication.processEvents()


def field(window: Any) -> QLineEdit:
    return window.map.canvas.findChild(QLineEdit, "annotation_text")


def key(widget: Any, code: Any) -> None:
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, code, Qt.KeyboardModifier.NoModifier, ""))


def draw(window: Any, kind: str, text: str = "") -> None:
    window.actions_.run(f"annotate_{kind}")
    one = KINDS[kind]
    for place in PLACES[: max(one.least, 1)]:
        click(window, place)
    if one.most > 3:
        click(window, PLACES[-1], RIGHT)
    if one.writes:
        made = field(window)
        made.setText(text)
        key(made, Qt.Key.Key_Return)
    settle(window)


def rows(window: Any) -> list[tuple[str, Any, str]]:
    layer = window.desk.park.project.layers[LAYER]
    found = layer.rows(None, ["kind", "text", "geometry"] if layer.has("text") else ["kind", "geometry"])
    texts = found.get("text", [None] * len(layer))
    return [(k, t, g.geom_type) for k, t, g in zip(found["kind"], texts, found["geometry"], strict=True)]


def test_each_kind_is_a_feature_that_the_map_draws(window: Any) -> None:
    assert LAYER not in window.desk.park.project.layers
    for kind in KINDS:
        draw(window, kind, f"注 {kind}" if KINDS[kind].writes else "")
    assert [row[0] for row in rows(window)] == [one.value for one in KINDS.values()], window.said
    assert [row[2] for row in rows(window)] == [
        *("Point", "LineString", "Polygon", "LineString"),
        *("LineString", "Polygon", "LineString"),
    ]
    assert rows(window)[0][1] == "注 text" and not rows(window)[4][1]
    until(lambda: LAYER in window.desk.park.scene and not window.desk.workers.jobs, "the scene")
    assert {fid for one in window.desk.park.scene[LAYER] for fid in one.fids} == set(
        window.desk.park.project.layers[LAYER].fids.tolist()
    )
    assert window.tree.item_of(LAYER) is not None and LAYER in window.tree.visible_ids()
    steps = [step for step in window.desk.park.session.history.steps]
    for _ in KINDS:
        window.actions_.run("undo")
        settle(window)
    assert LAYER not in window.desk.park.project.layers and steps


def test_the_bar_of_the_tool_shows_the_kinds_and_which_is_drawn(window: Any) -> None:
    window.actions_.run("tool_annotate")
    bar = window.map.navigation.options
    assert bar.isVisible() and window.actions_["annotate_text"].isChecked()
    window.actions_.run("annotate_ring")
    assert window.actions_["annotate_ring"].isChecked() and not window.actions_["annotate_text"].isChecked()
    window.take_tool("tool_measure")
    assert bar.isVisible() and bar.tool == "tool_measure"
    window.take_tool("tool_vertex")
    assert not bar.isVisible()


def test_a_text_that_is_not_written_leaves_the_place_and_says_so(window: Any) -> None:
    window.actions_.run("annotate_text")
    click(window, PLACES[0])
    made = field(window)
    key(made, Qt.Key.Key_Return)
    assert window.said[-1] == "ui.annotation_unwritten" and field(window) is made
    key(made, Qt.Key.Key_Escape)
    assert window.toolbox.annotating.field is None
    assert len(window.toolbox.annotating.sketch.points) == 1
    assert LAYER not in window.desk.park.project.layers


def test_an_annotation_is_moved_and_deleted_by_the_ordinary_tools(window: Any) -> None:
    draw(window, "ring", "看这里")
    layer = window.desk.park.project.layers[LAYER]
    (fid,) = layer.fids.tolist()
    before = layer.geometry[0].centroid
    assert window.toolbox.bench.layer == LAYER
    assert "ui.sketch_too_short" not in window.said
    window.map.choose([(LAYER, fid)])
    move = {"layer": LAYER, "fids": [fid], "by": [30.0, 0.0]}
    if not window.toolbox.bench.perform("move", move):
        pytest.fail(str(window.said))
    settle(window)
    assert window.desk.park.project.layers[LAYER].geometry[0].centroid.x == pytest.approx(before.x + 30.0)
    window.map.choose([(LAYER, fid)])
    window.actions_.run("edit_delete")
    settle(window)
    assert not len(window.desk.park.project.layers[LAYER])


def test_what_was_measured_is_kept_on_request(window: Any) -> None:
    window.actions_.run("keep_length")
    assert window.said[-1] == "ui.sketch_too_short"
    window.take_tool("tool_measure")
    for place in PLACES:
        click(window, place)
    click(window, PLACES[-1], RIGHT)
    settle(window)
    window.actions_.run("keep_area")
    window.actions_.run("keep_length")
    settle(window)
    assert [row[0] for row in rows(window)] == [KINDS["area"].value, KINDS["length"].value]
