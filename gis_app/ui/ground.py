"""A widget that shows a part of the ground: wheel, mouse and keys become views and clicks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from gis_app.render.view import Bounds, View, fit

DPI = 96.0
WHEEL_DOUBLE = 240.0
"""Eighths of a degree of the wheel that double the scale."""
KEY_ZOOM = 2.0**0.5
KEY_PAN = 0.25
"""Share of the map that an arrow key moves it by."""
SMALLEST, LARGEST = 1e-5, 1e4
"""Pixels per metre within which zooming stays."""


@dataclass
class _Drag:
    """A button that is held: where it went down, where it was last, what it does."""

    start: QPointF
    last: QPointF
    kind: str
    moved: bool = False


class Ground(QWidget):
    """What shows the ground and is moved over it.

    Coordinates of signals and methods are the project's, metres; ``view`` counts the pixels of the window
    (not those of a finer screen), so that ``view.to_px`` gives positions in the widget.
    """

    clicked = Signal(float, float)
    """The left button went down and up without a drag."""
    hovered = Signal(float, float)
    view_changed = Signal(object)
    """A ``View``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.view = View((0.0, 0.0), 1.0, (self.width(), self.height()), DPI)
        self._frame: tuple[Bounds, float] | None = None
        self._drag: _Drag | None = None
        self._space = False

    def zoom_full(self) -> None:
        """Show everything there is."""
        raise NotImplementedError

    def show_view(self) -> None:
        """Draw what ``view`` shows now."""
        raise NotImplementedError

    @property
    def metres_per_pixel(self) -> float:
        """Metres that one pixel of the window shows."""
        return 1.0 / self.view.scale

    def zoom_to(self, bounds: Bounds, margin: float = 0.1) -> None:
        """Show a part of the ground, also when the window changes its size before it is moved."""
        view = fit(bounds, self.view.size_px, margin, DPI)
        self._set_view(replace(view, scale=min(max(view.scale, SMALLEST), LARGEST)))
        self._frame = (bounds, margin)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Make everything larger around a point of the widget, its middle by default."""
        at = QPointF(self.width() / 2.0, self.height() / 2.0) if at is None else at
        x, y = self.to_ground(at)
        scale = min(max(self.view.scale * factor, SMALLEST), LARGEST)
        width, height = self.view.size_px
        centre = (x - (at.x() - width / 2.0) / scale, y + (at.y() - height / 2.0) / scale)
        self._set_view(replace(self.view, centre=centre, scale=scale))

    def pan_by(self, right_px: float, down_px: float) -> None:
        """Move the picture by pixels of the widget."""
        x, y = self.view.centre
        centre = (x - right_px / self.view.scale, y + down_px / self.view.scale)
        self._set_view(replace(self.view, centre=centre))

    def to_ground(self, at: QPointF) -> tuple[float, float]:
        """Turn a position in the widget into project coordinates."""
        west, _, _, north = self.view.bounds
        return (west + at.x() / self.view.scale, north - at.y() / self.view.scale)

    def _set_view(self, view: View) -> None:
        self._frame = None
        if view != self.view:
            self.view = view
            self.show_view()
            self.view_changed.emit(view)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        self.zoom_by(2.0 ** (delta / WHEEL_DOUBLE), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click, a pan or a zoom box."""
        kind = self._kind(event)
        if kind is None or self._drag is not None:
            event.ignore()
            return
        self._drag = _Drag(event.position(), event.position(), kind)

    def _kind(self, event: QMouseEvent) -> str | None:
        if event.button() == Qt.MouseButton.MiddleButton:
            return "pan"
        if event.button() != Qt.MouseButton.LeftButton:
            return None
        if self._space:
            return "pan"
        return "box" if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else "click"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the picture or the zoom box; tell where the pointer is."""
        drag = self._drag
        if drag is not None:
            away: QPoint = (event.position() - drag.start).toPoint()
            drag.moved = drag.moved or away.manhattanLength() >= QApplication.startDragDistance()
            if drag.moved:
                step = event.position() - drag.last
                drag.last = event.position()
                if drag.kind == "box":
                    self.update()
                else:
                    self.setCursor(Qt.CursorShape.ClosedHandCursor)
                    self.pan_by(step.x(), step.y())
        self.hovered.emit(*self.to_ground(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End what the press began."""
        drag, self._drag = self._drag, None
        if drag is None:
            return
        self.unsetCursor()
        if drag.kind == "box" and drag.moved:
            self._zoom_box(QRectF(drag.start, event.position()).normalized())
        elif drag.kind != "pan" and not drag.moved:
            self.clicked.emit(*self.to_ground(event.position()))

    def _zoom_box(self, box: QRectF) -> None:
        self.update()
        west, north = self.to_ground(box.topLeft())
        east, south = self.to_ground(box.bottomRight())
        self.zoom_to((west, south, east, north), 0.0)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Zoom in around the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.zoom_by(2.0, event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom, move, show everything; hold the space bar to move with the left button."""
        key = event.key()
        right, down = _ARROWS.get(key, (0, 0))
        if right or down:
            self.pan_by(-right * KEY_PAN * self.width(), -down * KEY_PAN * self.height())
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(KEY_ZOOM)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom_by(1.0 / KEY_ZOOM)
        elif key == Qt.Key.Key_Home:
            self.zoom_full()
        elif key == Qt.Key.Key_Space:
            self._space = True
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let go of the space bar."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self.unsetCursor()
        else:
            super().keyReleaseEvent(event)

    def refit(self) -> None:
        """Take the widget's size; keep the middle, or what was framed last."""
        size = (max(self.width(), 1), max(self.height(), 1))
        kept = replace(self.view, size_px=size)
        self.view = kept if self._frame is None else fit(self._frame[0], size, self._frame[1], DPI)
        self.show_view()
        self.view_changed.emit(self.view)

    def zoom_box(self) -> QRectF | None:
        """Give the box that is being drawn to zoom into."""
        if self._drag is None or self._drag.kind != "box" or not self._drag.moved:
            return None
        return QRectF(self._drag.start, self._drag.last).normalized()


_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
