"""A widget that shows a part of the ground: wheel, mouse, touchpad and keys become views and clicks.

Navigation works whatever tool is at hand: wheel, pinch, middle button, space and arrow keys are the map's,
everything else is offered to the tool first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from gis_app.ui.glide import ARROWS, Glide
from gis_app.ui.map_tool import GroundEvent, MapTool
from gis_app.ui.painting import paint_box, paint_mark
from gis_app.ui.sight import Sight

WHEEL_DOUBLE, WHEEL_DOUBLE_FINE = 240.0, 960.0
"""Eighths of a degree of the wheel that double the scale; the second with Ctrl."""
KEY_ZOOM = 2.0**0.5
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@dataclass
class _Drag:
    """A button that is held: which, where it went down, where it was last, what it does."""

    button: Qt.MouseButton
    start: QPointF
    last: QPointF
    kind: str
    moved: bool = False


class Ground(Sight):
    """What shows the ground and is moved over it; coordinates are the project's, metres."""

    clicked = Signal(float, float)
    """The left button went down and up without a drag, and no tool used it."""
    clicked_with = Signal(object)
    """The same with Shift or Ctrl held; a ``GroundEvent``."""
    hovered = Signal(float, float)
    tool_changed = Signal(object)
    """A ``MapTool``, None for none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.tool: MapTool | None = None
        self._drag: _Drag | None = None
        self._space = False
        self._mark: tuple[float, float] | None = None
        self._glide = Glide(self._pan_share, self)

    # --- tools

    def set_tool(self, tool: MapTool | None) -> None:
        """Take a tool in hand; what the one before had under way is dropped."""
        if tool is self.tool:
            return
        if self.tool is not None:
            self.tool.cancel()
        self.tool = tool
        self._show_cursor()
        self.update()
        self.tool_changed.emit(tool)

    def cancel(self) -> bool:
        """Step out of what the tool has under way, else put the tool away; False where there is none."""
        if self.tool is None:
            return False
        if not self.tool.cancel():
            self.set_tool(None)
        self.update()
        return True

    def set_mark(self, place: tuple[float, float] | None) -> None:
        """Mark a place instead of the one marked before (project coordinates)."""
        self._mark = place
        self.update()

    def update_over(self) -> None:
        """Draw anew what the tool draws over the picture."""
        self.update()

    def paint_over(self, painter: QPainter) -> None:
        """Draw the marked place, what the tool shows, and the zoom box."""
        if self._mark is not None:
            paint_mark(painter, *self.view.to_px(np.array([self._mark]))[0].tolist())
        if self.tool is not None:
            painter.save()
            self.tool.paint(painter, self.view)
            painter.restore()
        drag = self._drag
        if drag is not None and drag.kind == "box" and drag.moved:
            paint_box(painter, QRectF(drag.start, drag.last).normalized())

    def _offered(self, act: Callable[[GroundEvent], bool], event: QMouseEvent) -> bool:
        """Whether the tool used what the mouse did."""
        used = act(self._event(event))
        if used:
            self.update()
        return used

    def _event(self, event: QMouseEvent) -> GroundEvent:
        x, y = self.to_ground(event.position())
        held = (event.button(), event.buttons(), event.modifiers())
        return GroundEvent(x, y, event.position(), *held, self.metres_per_pixel)

    def _show_cursor(self) -> None:
        drag = self._drag
        if drag is not None and drag.moved and drag.kind in ("pan", "click"):
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self.tool is not None:
            self.setCursor(self.tool.cursor)
        else:
            self.unsetCursor()

    # --- mouse and touchpad

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer, finer with Ctrl; two fingers on a touchpad move the map."""
        event.accept()
        fine = bool(event.modifiers() & CONTROL)
        two_fingers = event.device() is not None and event.device().type() == QInputDevice.DeviceType.TouchPad
        if two_fingers and not fine and not event.pixelDelta().isNull():
            self.pan_by(event.pixelDelta().x(), event.pixelDelta().y())
            return
        delta = event.angleDelta().y() or event.angleDelta().x()
        double = WHEEL_DOUBLE_FINE if fine and not two_fingers else WHEEL_DOUBLE
        self.zoom_by(2.0 ** (delta / double), event.position())

    def event(self, event: QEvent) -> bool:
        """Take in pinches, and keys that a tool wants before the window's shortcuts have them."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_by(max(0.1, 1.0 + event.value()), event.position())
                return True
            if event.gestureType() == Qt.NativeGestureType.RotateNativeGesture:
                self.turn_to(self.view.rotation_deg - event.value(), event.position())
                return True
        elif event.type() == QEvent.Type.ShortcutOverride and self._is_wanted(event):
            event.accept()
            return True
        return super().event(event)

    def _is_wanted(self, event: QEvent) -> bool:
        return self.tool is not None and isinstance(event, QKeyEvent) and self.tool.wants(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a pan, or what the tool makes of it, or a click or a zoom box."""
        button = event.button()
        if button in (Qt.MouseButton.BackButton, Qt.MouseButton.ForwardButton):
            (self.go_back if button == Qt.MouseButton.BackButton else self.go_forward)()
        elif self._drag is not None or button not in (LEFT, MIDDLE, RIGHT):
            event.ignore()
        else:
            self._glide.stop()
            kind = self._kind(event)
            if kind is None:
                event.ignore()
            else:
                self._drag = _Drag(button, event.position(), event.position(), kind)

    def _kind(self, event: QMouseEvent) -> str | None:
        if event.button() == MIDDLE or (self._space and event.button() == LEFT):
            return "pan"
        if self.tool is not None and self._offered(self.tool.press, event):
            return "tool"
        if event.button() != LEFT:
            return None
        return "box" if event.modifiers() & SHIFT else "click"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the picture, the zoom box or what the tool holds; tell where the pointer is."""
        drag = self._drag
        if drag is not None:
            away: QPoint = (event.position() - drag.start).toPoint()
            drag.moved = drag.moved or away.manhattanLength() >= QApplication.startDragDistance()
            step, drag.last = event.position() - drag.last, event.position() if drag.moved else drag.last
            if drag.kind == "box":
                self.update()
            elif drag.kind != "tool" and drag.moved:
                self._show_cursor()
                self.pan_by(step.x(), step.y())
        if self.tool is not None and (drag is None or drag.kind == "tool"):
            self._offered(self.tool.move, event)
        self.hovered.emit(*self.to_ground(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End what the press began."""
        drag = self._drag
        if drag is None or event.button() != drag.button:
            return
        self._drag = None
        self._show_cursor()
        if drag.kind == "tool" and self.tool is not None:
            self._offered(self.tool.release, event)
        elif drag.kind == "box" and drag.moved:
            self.update()
            self.zoom_box(QRectF(drag.start, event.position()).normalized())
        elif drag.kind in ("box", "click") and not drag.moved:
            if event.modifiers() & (SHIFT | CONTROL):
                self.clicked_with.emit(self._event(event))
            else:
                self.clicked.emit(*self.to_ground(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Zoom in around the pointer, out with Shift; a tool may finish by it."""
        if self.tool is not None:
            if not self._offered(self.tool.double, event):
                self.mousePressEvent(event)  # quick clicks are clicks
        elif event.button() == LEFT and not self._space:
            self.zoom_by(0.5 if event.modifiers() & SHIFT else 2.0, event.position())

    def _pan_share(self, right: float, down: float) -> None:
        self.pan_by(-round(right * self.width()), -round(down * self.height()))

    # --- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom, move, show everything; hold the space bar to move with the left button."""
        key = event.key()
        if key == Qt.Key.Key_Space:
            self._space = True
            self._show_cursor()
        elif self.tool is not None and self.tool.key(event):
            self.update()
        elif key in ARROWS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            if not event.isAutoRepeat():
                self._glide.press(key)
        elif key in _ZOOM:
            self.zoom_by(KEY_ZOOM ** _ZOOM[key])
        elif key == Qt.Key.Key_Home:
            self.zoom_full()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let go of the space bar or an arrow."""
        if event.isAutoRepeat():
            return
        if event.key() == Qt.Key.Key_Space:
            self._space = False
            self._show_cursor()
        elif event.key() in ARROWS:
            self._glide.release(event.key())
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keys that are let go of elsewhere are not told."""
        self._space = False
        self._glide.stop()
        self._show_cursor()
        super().focusOutEvent(event)


_ZOOM: dict[int, int] = {
    Qt.Key.Key_Plus: 1,
    Qt.Key.Key_Equal: 1,
    Qt.Key.Key_PageUp: 1,
    Qt.Key.Key_Minus: -1,
    Qt.Key.Key_Underscore: -1,
    Qt.Key.Key_PageDown: -1,
}
