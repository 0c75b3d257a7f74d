"""The map is moved by wheel, mouse, touchpad and keys in any tool, and goes back to where it was."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QInputDevice, QKeyEvent, QMouseEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication

from gis_app.ui import glide
from gis_app.ui.ground import Ground
from gis_app.ui.map_tool import BoxTool, GroundEvent, Tool

BOUNDS = (0.0, 0.0, 1000.0, 800.0)
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


class Plain(Ground):
    """A ground that draws nothing."""

    def zoom_full(self) -> None:
        self.zoom_to(BOUNDS, 0.0)

    def show_view(self) -> None:
        self.update()

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        self.refit()


class Sketch(Tool):
    """Notes what it is offered, and uses what the left and right button do."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self) -> None:
        self.told: list[tuple[str, float, float]] = []
        self.keys: list[int] = []
        self.points = 0

    def press(self, event: GroundEvent) -> bool:
        self.told.append(("press", event.x, event.y))
        self.points += 1
        return True

    def move(self, event: GroundEvent) -> bool:
        self.told.append(("move", event.x, event.y))
        return True

    def release(self, event: GroundEvent) -> bool:
        self.told.append(("release", event.x, event.y))
        return True

    def key(self, event: QKeyEvent) -> bool:
        self.keys.append(event.key())
        return event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Left)

    def wants(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Z

    def cancel(self) -> bool:
        had, self.points = self.points > 0, 0
        return had


@pytest.fixture
def ground(qtbot: Any) -> Iterator[Plain]:
    made = Plain()
    qtbot.addWidget(made)
    made.resize(1000, 800)
    made.show()
    made.zoom_to(BOUNDS, 0.0)
    yield made


def mouse(
    ground: Ground, kind: str, x: float, y: float, button: Any = LEFT, held: Any = None, keys: Any = NONE
) -> None:
    types = {
        "press": QEvent.Type.MouseButtonPress,
        "move": QEvent.Type.MouseMove,
        "release": QEvent.Type.MouseButtonRelease,
        "double": QEvent.Type.MouseButtonDblClick,
    }
    held = button if held is None else held
    if kind == "release":
        held = Qt.MouseButton.NoButton
    if kind == "move":
        button = Qt.MouseButton.NoButton
    at = QPointF(x, y)
    event = QMouseEvent(types[kind], at, ground.mapToGlobal(at), button, held, keys)
    QApplication.sendEvent(ground, event)


def drag(ground: Ground, start: Any, end: Any, button: Any = LEFT, keys: Any = NONE) -> None:
    mouse(ground, "press", *start, button, keys=keys)
    for share in (0.3, 0.6, 1.0):
        at = [a + (b - a) * share for a, b in zip(start, end, strict=True)]
        mouse(ground, "move", *at, button, keys=keys)
    mouse(ground, "release", *end, button, keys=keys)


def wheel(ground: Ground, x: float, y: float, angle: int, keys: Any = NONE) -> None:
    at = QPointF(x, y)
    nothing = QPoint(0, 0)
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(
        at, ground.mapToGlobal(at), nothing, QPoint(0, angle), Qt.MouseButton.NoButton, keys, phase, False
    )
    QApplication.sendEvent(ground, event)


def rest(ground: Ground) -> None:
    """Let the view rest without waiting."""
    ground._resting.stop()
    ground.views.note(ground.view)


def test_the_wheel_holds_what_is_under_the_pointer_from_the_first_tick(ground: Plain) -> None:
    held = ground.to_ground(QPointF(730, 190))
    for _ in range(7):
        wheel(ground, 730, 190, 120)
        assert ground.to_ground(QPointF(730, 190)) == pytest.approx(held)
    assert ground.view.scale == pytest.approx(2.0**3.5)
    wheel(ground, 730, 190, 120, CONTROL)
    assert ground.view.scale == pytest.approx(2.0 ** (3.5 + 0.125))


def test_two_fingers_move_and_a_pinch_zooms(ground: Plain) -> None:
    pad = QPointingDevice(
        "pad",
        7,
        QInputDevice.DeviceType.TouchPad,
        QPointingDevice.PointerType.Finger,
        QInputDevice.Capability.PixelScroll,
        2,
        2,
    )
    at = QPointF(500, 400)
    event = QWheelEvent(
        at,
        ground.mapToGlobal(at),
        QPoint(30, -20),
        QPoint(60, -40),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.ScrollUpdate,
        False,
        Qt.MouseEventSource.MouseEventNotSynthesized,
        pad,
    )
    QApplication.sendEvent(ground, event)
    assert ground.view.scale == 1.0 and ground.view.centre == pytest.approx((470.0, 380.0))


@pytest.mark.parametrize("tool", [None, Sketch(), BoxTool()])
def test_middle_button_space_and_wheel_move_the_map_in_any_tool(ground: Plain, tool: Any, qtbot: Any) -> None:
    ground.set_tool(tool)
    with qtbot.assertNotEmitted(ground.clicked):
        drag(ground, (400, 400), (500, 350), MIDDLE)
        assert ground.view.centre == pytest.approx((400.0, 350.0))
        qtbot.keyPress(ground, Qt.Key.Key_Space)
        assert ground.cursor().shape() == Qt.CursorShape.OpenHandCursor
        mouse(ground, "press", 400, 400)
        mouse(ground, "move", 300, 450)
        assert ground.cursor().shape() == Qt.CursorShape.ClosedHandCursor
        mouse(ground, "release", 300, 450)
        qtbot.keyRelease(ground, Qt.Key.Key_Space)
    assert ground.view.centre == pytest.approx((500.0, 400.0))
    wheel(ground, 500, 400, 240)
    assert ground.view.scale == pytest.approx(2.0)
    if isinstance(tool, Sketch):
        assert not [told for told in tool.told if told[0] != "move"] and tool.points == 0
        assert ground.cursor().shape() == tool.cursor
        tool.told.clear()


def test_a_sketch_goes_on_after_the_map_was_moved_under_it(ground: Plain, qtbot: Any) -> None:
    tool = Sketch()
    ground.set_tool(tool)
    with qtbot.assertNotEmitted(ground.clicked):
        mouse(ground, "press", 100, 100)
        mouse(ground, "release", 100, 100)
        drag(ground, (400, 400), (500, 400), MIDDLE)
        mouse(ground, "press", 100, 100)
        mouse(ground, "release", 100, 100)
        mouse(ground, "press", 120, 100, RIGHT)
        mouse(ground, "release", 120, 100, RIGHT)
    presses = [told[1:] for told in tool.told if told[0] == "press"]
    assert presses == [(100.0, 700.0), (0.0, 700.0), (20.0, 700.0)]
    assert ground.cancel() and ground.tool is tool, "the first Esc steps out of the sketch"
    assert ground.cancel() and ground.tool is None, "the second puts the tool away"
    assert not ground.cancel()


def test_a_tool_has_keys_before_map_and_shortcuts(ground: Plain, qtbot: Any) -> None:
    tool = Sketch()
    ground.set_tool(tool)
    qtbot.keyClick(ground, Qt.Key.Key_Left)
    qtbot.keyClick(ground, Qt.Key.Key_Backspace)
    assert tool.keys == [Qt.Key.Key_Left, Qt.Key.Key_Backspace] and not ground._glide.moving
    for key, used in ((Qt.Key.Key_Z, True), (Qt.Key.Key_Y, False)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, CONTROL)
        event.ignore()
        QApplication.sendEvent(ground, event)
        assert event.isAccepted() == used


def test_quick_clicks_in_a_tool_are_clicks(ground: Plain) -> None:
    tool = Sketch()
    ground.set_tool(tool)
    for kind in ("press", "release", "double", "release"):
        mouse(ground, kind, 200, 200)
    assert [told[0] for told in tool.told] == ["press", "release", "press", "release"]
    assert ground.view.scale == 1.0


def test_a_double_click_zooms_in_and_with_shift_out(ground: Plain) -> None:
    held = ground.to_ground(QPointF(200, 300))
    mouse(ground, "double", 200, 300)
    assert ground.view.scale == pytest.approx(2.0)
    assert ground.to_ground(QPointF(200, 300)) == pytest.approx(held)
    mouse(ground, "double", 200, 300, keys=SHIFT)
    assert ground.view.scale == pytest.approx(1.0)


def test_shift_and_a_drag_zoom_into_a_box(ground: Plain) -> None:
    drag(ground, (100, 100), (600, 500), keys=SHIFT)
    assert ground.view.bounds == pytest.approx((100.0, 300.0, 600.0, 700.0))


def test_a_box_tool_gives_its_box(ground: Plain) -> None:
    boxes: list[QRectF] = []

    class Box(BoxTool):
        def boxed(self, box: QRectF, event: GroundEvent) -> None:
            boxes.append(box)

    tool = Box()
    ground.set_tool(tool)
    mouse(ground, "press", 50, 60)
    mouse(ground, "move", 150, 40)
    assert tool.box == QRectF(50, 40, 100, 20)
    mouse(ground, "release", 150, 40)
    assert boxes == [QRectF(50, 40, 100, 20)] and tool.box is None
    mouse(ground, "press", 50, 60)
    mouse(ground, "release", 51, 60)
    assert len(boxes) == 1


def test_views_are_gone_back_to_and_forward(ground: Plain) -> None:
    rest(ground)
    ground.zoom_by(2.0)
    ground.zoom_by(2.0)  # still moving: not a view to come back to
    rest(ground)
    ground.pan_by(100, 0)  # not at rest when one goes back
    last = ground.view
    ground.go_back()
    assert ground.view.scale == 4.0 and ground.view.centre == pytest.approx((500.0, 400.0))
    ground.go_back()
    assert ground.view.bounds == pytest.approx(BOUNDS)
    ground.go_back()
    assert ground.view.bounds == pytest.approx(BOUNDS)
    ground.go_forward()
    ground.go_forward()
    assert ground.view == last
    ground.go_back()
    ground.zoom_by(0.25)
    rest(ground)
    kept = ground.view
    ground.go_forward()
    assert ground.view == kept, "a new view drops what lay ahead"
    mouse(ground, "press", 10, 10, Qt.MouseButton.BackButton)
    assert ground.view.scale == 4.0
    mouse(ground, "press", 10, 10, Qt.MouseButton.ForwardButton)
    assert ground.view == kept


def test_a_view_is_gone_back_to_in_a_window_of_another_size(ground: Plain) -> None:
    rest(ground)
    ground.zoom_by(4.0)
    rest(ground)
    ground.resize(600, 500)
    ground.go_back()
    assert ground.view.size_px == (600, 500) and ground.view.centre == pytest.approx((500.0, 400.0))
    assert ground.view.scale == 1.0


def test_a_held_arrow_moves_evenly_and_stops_with_the_key(
    ground: Plain, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(glide.time, "monotonic", lambda: now[0])
    qtbot.keyPress(ground, Qt.Key.Key_Right)
    ground._glide._timer.stop()
    xs = []
    for _ in range(20):
        now[0] += 0.016
        ground._glide.step()
        xs.append(ground.view.centre[0])
    steps = {round(b - a) for a, b in pairwise(xs)}
    assert steps == {14}, "0.9 of 1000 px a second, in whole pixels"
    qtbot.keyRelease(ground, Qt.Key.Key_Right)
    now[0] += 0.016
    ground._glide.step()
    assert ground.view.centre[0] == xs[-1] and not ground._glide.moving, "nothing goes on by itself"
    now[0] += 10.0
    qtbot.keyPress(ground, Qt.Key.Key_Down)
    now[0] += 3.0  # the program was held up
    ground._glide.step()
    assert 400.0 - ground.view.centre[1] <= 0.05 * 0.9 * 800 + 1


def test_a_tap_moves_by_its_share_however_short(ground: Plain, qtbot: Any) -> None:
    qtbot.keyClick(ground, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: not ground._glide.moving)
    assert ground.view.centre == pytest.approx((500.0, 500.0), abs=10.0)


def test_keys_are_let_go_of_with_the_focus(ground: Plain, qtbot: Any) -> None:
    qtbot.keyPress(ground, Qt.Key.Key_Space)
    qtbot.keyPress(ground, Qt.Key.Key_Left)
    QApplication.sendEvent(ground, QFocusEvent(QEvent.Type.FocusOut))
    assert not ground._space and not ground._glide.moving


def test_page_keys_zoom_and_home_shows_everything(ground: Plain, qtbot: Any) -> None:
    qtbot.keyClick(ground, Qt.Key.Key_PageUp)
    qtbot.keyClick(ground, Qt.Key.Key_PageUp)
    assert ground.view.scale == pytest.approx(2.0)
    qtbot.keyClick(ground, Qt.Key.Key_PageDown)
    assert ground.view.scale == pytest.approx(2.0**0.5)
    qtbot.keyClick(ground, Qt.Key.Key_Home)
    assert ground.view.bounds == pytest.approx(BOUNDS)


def test_a_place_is_brought_to_the_middle_at_a_scale(ground: Plain) -> None:
    ground.centre_on(123.0, 456.0, 5000.0)
    assert ground.view.centre == (123.0, 456.0) and ground.view.denominator == pytest.approx(5000.0)
