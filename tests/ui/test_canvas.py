"""The canvas: views from wheel, mouse and keys; the old picture until the new; only the new is painted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import psutil
import pytest
import shapely
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from gis_app.catalogue.style import Line
from gis_app.render.scene import scene_layer
from gis_app.render.symbol import LabelStyle, Symbol
from gis_app.render.tile import Job
from gis_app.ui.canvas import Canvas
from tests.benchmarks import coverage

RED = Symbol(fill="#ff0000")
BLUE = Symbol(fill="#0000ff")
BOUNDS = (0.0, 0.0, 1000.0, 800.0)


class Watched(Canvas):
    """A canvas that tells what it had painted."""

    def __init__(self, processes: int = 1, compiled: bool = True) -> None:
        super().__init__(processes=processes, compiled=compiled)
        self.jobs: list[Job] = []
        self._painters.painted.connect(self.note)

    def note(self, job: Job, image: QImage, complete: bool) -> None:
        if complete:
            self.jobs.append(job)

    def ready(self, qtbot: Any, act: Any = None) -> None:
        """Do something and wait for its complete picture."""
        with qtbot.waitSignal(self.picture_ready, timeout=30_000):
            if act is not None:
                act()
        qtbot.waitUntil(lambda: not self._picture.beyond())  # what lies just outside is painted ahead

    def colour(self, x: int, y: int) -> QColor:
        return self.grab().toImage().pixelColor(x, y)


@pytest.fixture
def canvas(qtbot: Any) -> Iterator[Watched]:
    made = Watched()
    qtbot.addWidget(made)
    made.resize(1000, 800)
    made.set_theme("#FFFFFF", "#1A2230")
    made.show()
    yield made
    made.close_process()


def left_half() -> Any:
    return scene_layer("left", [shapely.box(0, 0, 500, 800)], RED)[0]


def right_half() -> Any:
    return scene_layer("right", [shapely.box(500, 0, 1000, 800)], BLUE)[0]


def shown(canvas: Watched, qtbot: Any) -> None:
    canvas.ready(qtbot, lambda: (canvas.set_layers([left_half(), right_half()]), canvas.zoom_to(BOUNDS, 0.0)))


def move(
    canvas: Canvas, kind: QEvent.Type, x: float, y: float, held: Any, button: Any = None, **keys: Any
) -> None:
    button = held if button is None else button
    at = QPointF(x, y)
    modifiers = keys.get("modifiers", Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, modifiers))


def drag(canvas: Canvas, start: tuple[int, int], end: tuple[int, int], button: Any, **keys: Any) -> None:
    none = Qt.MouseButton.NoButton
    move(canvas, QEvent.Type.MouseButtonPress, *start, button, **keys)
    for share in (0.5, 1.0):
        x, y = (a + (b - a) * share for a, b in zip(start, end, strict=True))
        move(canvas, QEvent.Type.MouseMove, x, y, button, none, **keys)
    move(canvas, QEvent.Type.MouseButtonRelease, *end, none, button, **keys)


def wheel(canvas: Canvas, x: float, y: float, delta: int) -> None:
    at = QPointF(x, y)
    event = QWheelEvent(
        at, canvas.mapToGlobal(at), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def test_layers_are_shown_in_their_place(canvas: Watched, qtbot: Any) -> None:
    shown(canvas, qtbot)
    assert canvas.view.bounds == pytest.approx(BOUNDS)
    assert canvas.colour(100, 400) == QColor("#ff0000")
    assert canvas.colour(900, 400) == QColor("#0000ff")
    assert canvas.metres_per_pixel == pytest.approx(1.0)


def test_the_wheel_zooms_around_the_pointer(canvas: Watched, qtbot: Any) -> None:
    shown(canvas, qtbot)
    before = canvas.to_ground(QPointF(200, 300))
    with qtbot.waitSignal(canvas.view_changed) as told:
        wheel(canvas, 200, 300, 240)
    assert told.args[0] is canvas.view
    assert canvas.view.scale == pytest.approx(2.0)
    assert canvas.to_ground(QPointF(200, 300)) == pytest.approx(before)
    wheel(canvas, 200, 300, -240)
    assert canvas.view.bounds == pytest.approx(BOUNDS)


@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton])
def test_a_drag_moves_the_ground_with_the_pointer_and_is_no_click(
    canvas: Watched, qtbot: Any, button: Any
) -> None:
    shown(canvas, qtbot)
    held = canvas.to_ground(QPointF(300, 300))
    with qtbot.assertNotEmitted(canvas.clicked):
        drag(canvas, (300, 300), (420, 250), button)
    assert canvas.to_ground(QPointF(420, 250)) == pytest.approx(held)


def test_a_press_without_a_drag_is_a_click(canvas: Watched, qtbot: Any) -> None:
    shown(canvas, qtbot)
    with qtbot.waitSignal(canvas.clicked) as told:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(250, 200))
    assert told.args == pytest.approx([250.0, 600.0])
    assert canvas.view.bounds == pytest.approx(BOUNDS)
    with qtbot.waitSignal(canvas.hovered) as hovered:
        move(canvas, QEvent.Type.MouseMove, 100, 100, Qt.MouseButton.NoButton)
    assert hovered.args == pytest.approx([100.0, 700.0])


def test_shift_and_a_drag_zoom_into_the_box(canvas: Watched, qtbot: Any) -> None:
    shown(canvas, qtbot)
    with qtbot.assertNotEmitted(canvas.clicked):
        shift = Qt.KeyboardModifier.ShiftModifier
        drag(canvas, (100, 100), (600, 500), Qt.MouseButton.LeftButton, modifiers=shift)
    assert canvas.view.bounds == pytest.approx((100.0, 300.0, 600.0, 700.0))


def test_keys_move_zoom_and_show_everything(canvas: Watched, qtbot: Any) -> None:
    shown(canvas, qtbot)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: not canvas._glide.moving)
    assert canvas.view.centre == pytest.approx((625.0, 400.0), abs=8.0)
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.view.scale == pytest.approx(2.0)
    qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.view.scale == pytest.approx(2.0**0.5)
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    assert canvas.view.centre == pytest.approx((500.0, 400.0))
    qtbot.keyPress(canvas, Qt.Key.Key_Space)
    with qtbot.assertNotEmitted(canvas.clicked):
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(250, 200))
    qtbot.keyRelease(canvas, Qt.Key.Key_Space)


def test_a_double_click_zooms_in(canvas: Watched, qtbot: Any) -> None:
    shown(canvas, qtbot)
    before = canvas.to_ground(QPointF(250, 200))
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(250, 200))
    assert canvas.view.scale == pytest.approx(2.0)
    assert canvas.to_ground(QPointF(250, 200)) == pytest.approx(before)


def test_the_old_picture_stays_until_the_new_one_is_there(canvas: Watched, qtbot: Any) -> None:
    shown(canvas, qtbot)
    canvas.zoom_by(2.0)  # nothing can have been painted before the next event
    assert canvas.colour(300, 400) == QColor("#ff0000") and canvas.colour(700, 400) == QColor("#0000ff")
    assert canvas.colour(2, 2) == QColor("#ff0000")
    canvas.ready(qtbot)
    canvas.zoom_by(0.25)
    assert canvas.colour(450, 400) == QColor("#ff0000") and canvas.colour(550, 400) == QColor("#0000ff")
    assert canvas.colour(10, 10) == QColor("#ffffff")


def test_what_was_painted_is_not_painted_again(canvas: Watched, qtbot: Any) -> None:
    shown(canvas, qtbot)
    first = list(canvas.jobs)
    assert len(first) == len(set(first)) and 4 <= len(first) <= 9
    canvas.ready(qtbot, lambda: canvas.pan_by(-30.0, 0.0))
    canvas.ready(qtbot, lambda: canvas.pan_by(30.0, 0.0))
    assert len(canvas.jobs) == len(set(canvas.jobs)), "a tile was painted twice"
    before = len(canvas.jobs)
    canvas.ready(qtbot, lambda: canvas.pan_by(-512.0, 0.0))
    assert len(canvas.jobs) - before <= 3, "more than the newly exposed column was painted"
    assert canvas.colour(100, 400) == QColor("#0000ff")


def test_hiding_a_layer_repaints_only_where_it_was(canvas: Watched, qtbot: Any) -> None:
    (small,) = scene_layer("small", [shapely.box(20, 20, 60, 60)], BLUE)
    canvas.ready(qtbot, lambda: (canvas.set_layers([left_half(), small]), canvas.zoom_to(BOUNDS, 0.0)))
    before = len(canvas.jobs)
    canvas.ready(qtbot, lambda: canvas.set_visible({"left"}))
    assert len(canvas.jobs) - before == 1
    assert canvas.colour(40, 760) == QColor("#ff0000")
    canvas.ready(qtbot, lambda: canvas.set_visible({"left", "small"}))
    assert len(canvas.jobs) - before == 1, "what was there before it was hidden is still there"
    assert canvas.colour(40, 760) == QColor("#0000ff")


def test_order_and_exchange_of_layers(canvas: Watched, qtbot: Any) -> None:
    below, above = left_half(), scene_layer("over", [shapely.box(0, 0, 500, 800)], BLUE)[0]
    canvas.ready(qtbot, lambda: (canvas.set_layers([below, above]), canvas.zoom_to(BOUNDS, 0.0)))
    assert canvas.colour(100, 400) == QColor("#0000ff")
    canvas.ready(qtbot, lambda: canvas.set_order(["over", "left"]))
    assert canvas.colour(100, 400) == QColor("#ff0000")
    canvas.ready(qtbot, lambda: canvas.set_layers([above, right_half()]))
    assert canvas.colour(100, 400) == QColor("#0000ff")
    canvas.ready(qtbot, lambda: canvas.set_layers([]))
    assert canvas.colour(100, 400) == QColor("#ffffff")


def test_names_stand_over_all_tiles(canvas: Watched, qtbot: Any) -> None:
    named = replace(RED, label=LabelStyle(6.0, "#000000", ""))
    (layer,) = scene_layer("named", [shapely.box(0, 0, 1000, 800)], named)
    canvas.ready(
        qtbot,
        lambda: (canvas.set_layers([replace(layer, labels=("澜溪园区",))]), canvas.zoom_to(BOUNDS, 0.0)),
    )
    image = canvas.grab().toImage()
    dark = [x for x in range(400, 600) if any(image.pixelColor(x, y).red() < 90 for y in range(380, 420))]
    assert len(dark) > 20
    assert sum(job.names for job in canvas.jobs) == 1


def test_no_names_are_looked_for_where_the_scale_has_none(canvas: Watched, qtbot: Any) -> None:
    named = replace(RED, label=LabelStyle(6.0, "#000000", "", smallest_scale=100.0))
    (layer,) = scene_layer("named", [shapely.box(0, 0, 1000, 800)], named)
    named_layer = replace(layer, labels=("澜溪园区",))
    canvas.ready(qtbot, lambda: (canvas.set_layers([named_layer]), canvas.zoom_to(BOUNDS, 0.0)))
    assert canvas.jobs and not any(job.names for job in canvas.jobs)
    canvas.ready(qtbot, lambda: canvas.zoom_to((400.0, 400.0, 410.0, 408.0), 0.0))
    assert sum(job.names for job in canvas.jobs) == 1


def test_evidence_and_selection_lie_above_everything(canvas: Watched, qtbot: Any) -> None:
    shown(canvas, qtbot)
    canvas.set_selection([shapely.box(600, 100, 900, 700)])
    assert canvas.colour(600, 400) == QColor("#00A3FF")
    canvas.set_evidence([shapely.box(100, 100, 400, 700), shapely.Point(700, 400)])
    image = canvas.grab().toImage()
    edge = {image.pixelColor(100, y).name() for y in range(150, 650)}
    assert {"#ffe600", "#000000"} <= edge, "black and yellow dashes"
    inside = image.pixelColor(250, 400)
    assert inside.red() == 255 and inside.green() > 100
    assert image.pixelColor(707, 400) != QColor("#0000ff")
    canvas.set_evidence([])
    canvas.set_selection([])
    assert canvas.colour(100, 400) == QColor("#ff0000") and canvas.colour(600, 400) == QColor("#0000ff")


def test_evidence_far_beyond_the_view_is_cut_and_drawn_in_time(canvas: Watched, qtbot: Any) -> None:
    shown(canvas, qtbot)
    canvas.set_evidence([shapely.box(-1e6, -1e6, 500, 1e6), shapely.LineString([(0, -1e7), (0, 1e7)])])
    started_s = time.perf_counter()
    assert canvas.colour(250, 400).green() > 100
    assert time.perf_counter() - started_s < 0.5


def test_what_is_framed_stays_framed_when_the_window_grows(canvas: Watched, qtbot: Any) -> None:
    shown(canvas, qtbot)
    canvas.ready(qtbot, lambda: canvas.resize(500, 400))
    assert canvas.view.bounds == pytest.approx(BOUNDS)
    canvas.pan_by(10, 0)
    middle, scale = canvas.view.centre, canvas.view.scale
    canvas.resize(600, 500)
    assert (canvas.view.centre, canvas.view.scale) == (middle, scale)


def test_a_killed_process_leaves_the_canvas_working(qtbot: Any) -> None:
    canvas = Watched(compiled=False)
    qtbot.addWidget(canvas)
    canvas.resize(1000, 800)
    canvas.show()
    shown(canvas, qtbot)
    for pid in canvas.pids:
        psutil.Process(pid).kill()
    canvas.ready(qtbot, lambda: canvas.zoom_by(3.0))
    assert canvas.colour(100, 400) == QColor("#ff0000")
    assert len(canvas.pids) == 1
    canvas.close_process()


def test_without_processes_the_picture_is_the_same(qtbot: Any) -> None:
    pictures = []
    for processes in (0, 2):
        made = Watched(processes)
        qtbot.addWidget(made)
        made.resize(700, 500)
        made.show()
        made.ready(qtbot, lambda made=made: (made.set_layers([coverage.layer(800)]), made.zoom_full()))
        pictures.append(made.grab().toImage())
        made.close_process()
    assert pictures[0] == pictures[1]


def test_closing_leaves_no_process(qtbot: Any) -> None:
    made = Canvas(processes=2, compiled=False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: len(made.pids) == 2)
    pids = made.pids
    assert all(psutil.pid_exists(pid) for pid in pids)
    made.close_process()
    assert not any(psutil.pid_exists(pid) for pid in pids)
    made.set_layers([left_half()])  # closed means closed, not broken
    made.zoom_full()


def test_a_finer_screen_gets_finer_tiles(
    canvas: Watched, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Canvas, "devicePixelRatioF", lambda self: 2.0)
    line = scene_layer(
        "line", [shapely.LineString([(0, 400), (1000, 400)])], Symbol(outline=Line("#ff0000", 2.0))
    )
    canvas.ready(qtbot, lambda: (canvas.set_layers(line), canvas.zoom_to(BOUNDS, 0.0)))
    assert {(job.view.scale, job.view.dpi) for job in canvas.jobs} == {(2.0, 192.0)}
    assert canvas.view.bounds == pytest.approx(BOUNDS) and canvas.view.dpi == 96.0
    assert canvas.colour(500, 400) == QColor("#ff0000") and canvas.colour(500, 410) == QColor("#ffffff")


def test_no_event_of_a_large_layer_takes_long(canvas: Watched, qtbot: Any) -> None:
    layer = coverage.layer(100_000)
    assert layer.bounds is not None  # found when a layer is made from a file
    taken: dict[str, float] = {}

    def timed(name: str, act: Any) -> None:
        started_s = time.perf_counter()
        act()
        taken[name] = time.perf_counter() - started_s

    timed("layers", lambda: canvas.set_layers([layer]))
    timed("full", canvas.zoom_full)
    canvas.ready(qtbot)
    for name, act in (
        ("wheel", lambda: wheel(canvas, 300, 300, 120)),
        ("pan", lambda: canvas.pan_by(80.0, 20.0)),
        ("paint", lambda: canvas.repaint()),
    ):
        runs = []
        for _ in range(9):
            timed(name, act)
            runs.append(taken[name])
        taken[name] = float(np.median(runs))
    assert max(taken.values()) < 0.05, taken


def test_an_edit_repaints_only_what_it_touches(canvas: Watched, qtbot: Any) -> None:
    shown(canvas, qtbot)
    old = left_half()
    (moved,) = scene_layer("left", [shapely.box(0, 0, 500, 800), shapely.box(20, 20, 60, 60)], BLUE)
    canvas.ready(qtbot, lambda: canvas.set_layers([old, right_half()]))
    before = len(canvas.jobs)
    canvas.ready(qtbot, lambda: canvas.exchange([old], [moved], (20.0, 20.0, 60.0, 60.0)))
    assert len(canvas.jobs) - before == 1
    assert canvas.colour(40, 760) == QColor("#0000ff")
    assert canvas.colour(100, 100) == QColor("#ff0000")  # it was not painted again, as nothing changed there


def test_what_an_edit_repaints_is_what_was_never_painted_before(canvas: Watched, qtbot: Any) -> None:
    parcels = coverage.layer(600)
    x, y = parcels.shapes.bounds[300, :2].tolist()
    around = (x - 200.0, y - 200.0, x + 200.0, y + 200.0)
    canvas.ready(qtbot, lambda: (canvas.set_layers([parcels]), canvas.zoom_to(around, 0.0)))
    gone = parcels.symbol_of.copy()
    gone[300] = -1
    without = replace(parcels, symbol_of=gone)
    changed = tuple(parcels.shapes.bounds[300].tolist())
    before = len(canvas.jobs)
    canvas.ready(qtbot, lambda: canvas.exchange([parcels], [without], changed))
    assert all(max(job.view.size_px) < 512 for job in canvas.jobs[before:])  # no tile was painted whole
    exchanged = canvas.grab().toImage()
    other = Watched()
    qtbot.addWidget(other)
    other.resize(canvas.size())
    other.set_theme("#FFFFFF", "#1A2230")
    other.show()
    other.ready(qtbot, lambda: (other.set_layers([without]), other.zoom_to(around, 0.0)))
    pixels = [
        np.frombuffer(one.constBits(), np.uint8).astype(int) for one in (exchanged, other.grab().toImage())
    ]
    other.close_process()
    assert (np.abs(pixels[0] - pixels[1]) > 32).mean() < 1e-5  # drawn by seams or without them


def test_the_picture_stays_on_the_screen_until_what_changed_in_it_is_painted(
    canvas: Watched, qtbot: Any
) -> None:
    shown(canvas, qtbot)
    old = canvas._layers[0].layer
    (moved,) = scene_layer("left", [shapely.box(0, 0, 400, 800)], BLUE)
    canvas.exchange([old], [moved], (0.0, 0.0, 500.0, 800.0))
    assert canvas.colour(100, 400) == QColor("#ff0000")
    canvas.ready(qtbot)
    assert canvas.colour(100, 400) == QColor("#0000ff")
    assert canvas.colour(450, 400) == QColor("#ffffff")


def test_a_turned_view_shows_the_ground_turned(canvas: Watched, qtbot: Any) -> None:
    shown(canvas, qtbot)
    canvas.ready(qtbot, lambda: canvas.turn_to(90.0))
    assert canvas.colour(500, 700) == QColor("#ff0000")  # the west lies below
    assert canvas.colour(500, 100) == QColor("#0000ff")
