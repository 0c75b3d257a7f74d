"""The map: shows a scene painted elsewhere, and turns wheel, mouse and keys into views and clicks."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget
from shapely.geometry.base import BaseGeometry

from gis_app.render.painters import Painters
from gis_app.render.scene import SceneLayer, bounds_of
from gis_app.render.tile import Job, snapped, tiles
from gis_app.render.view import Bounds, View, fit
from gis_app.ui.painting import EVIDENCE, SELECTION, Overlay, paint_box
from gis_app.ui.picture import Look, Picture

DPI = 96.0
WHEEL_DOUBLE = 240.0
"""Eighths of a degree of the wheel that double the scale."""
KEY_ZOOM = 2.0**0.5
KEY_PAN = 0.25
"""Share of the map that an arrow key moves it by."""
SMALLEST, LARGEST = 1e-5, 1e4
"""Pixels per metre within which zooming stays."""


@dataclass(frozen=True)
class _Layer:
    number: int
    layer: SceneLayer

    @property
    def owner(self) -> str:
        """The project's layer: what stands before a colon in the id."""
        return self.layer.id.partition(":")[0]


@dataclass
class _Drag:
    """A button that is held: where it went down, where it was last, what it does."""

    start: QPointF
    last: QPointF
    kind: str
    moved: bool = False


class Canvas(QWidget):
    """A map of scene layers.

    Coordinates of signals and methods are the project's, metres; ``view`` counts the pixels of the window
    (not those of a finer screen), so that ``view.to_px`` gives positions in the widget.

    Parameters
    ----------
    parent
        The widget it lies in.
    processes
        How many processes paint; 0 paints in this one, in slices.
    """

    clicked = Signal(float, float)
    """The left button went down and up without a drag."""
    hovered = Signal(float, float)
    view_changed = Signal(object)
    """A ``View``."""
    picture_ready = Signal(float)
    """The complete picture of the present view is shown; the seconds it took."""

    def __init__(self, parent: QWidget | None = None, processes: int = 2) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(64, 64)
        self.view = View((0.0, 0.0), 1.0, (self.width(), self.height()), DPI)
        self._layers: list[_Layer] = []
        self._gone: list[int] = []
        self._numbers = 0
        self._visible: set[str] | None = None
        self._order: dict[str, int] = {}
        self._frame: tuple[Bounds, float] | None = None
        self._background = QColor("#EEF0F3")
        self._picture = Picture()
        self._evidence, self._selection = Overlay(EVIDENCE), Overlay(SELECTION)
        self._drag: _Drag | None = None
        self._space = False
        self._changed_s: float | None = None
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._ask)
        self._painters = Painters(processes)
        self._painters.painted.connect(self._take)
        self.destroyed.connect(self._painters.close)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._painters.close)

    # --- what is shown

    def set_layers(self, layers: Sequence[SceneLayer]) -> None:
        """Show these, from the bottom up; what was there already is not sent and not painted again."""
        known = {id(one.layer): one for one in self._layers}
        made = [known.pop(id(layer)) if id(layer) in known else self._new(layer) for layer in layers]
        self._gone += [gone.number for gone in known.values()]
        self._layers = made
        self._change()

    def set_visible(self, ids: set[str]) -> None:
        """Show only the layers of these project layers."""
        self._visible = set(ids)
        self._change()

    def set_order(self, ids: Sequence[str]) -> None:
        """Draw the project layers in this order, from the bottom up; others stay below them."""
        self._order = {id: place for place, id in enumerate(ids)}
        self._change()

    def set_evidence(self, geometries: Sequence[BaseGeometry]) -> None:
        """Mark geometries as evidence, above everything, instead of those marked before."""
        self._evidence.set(geometries)
        self.update()

    def set_selection(self, geometries: Sequence[BaseGeometry]) -> None:
        """Mark geometries as selected instead of those marked before."""
        self._selection.set(geometries)
        self.update()

    def set_theme(self, background: str, ink: str) -> None:
        """Set the colours of the ground and of what is written on it (``#RRGGBB``)."""
        self._background = QColor(background)
        self.setProperty("ink", ink)
        self.update()

    # --- which part of the ground

    @property
    def metres_per_pixel(self) -> float:
        """Metres that one pixel of the window shows."""
        return 1.0 / self.view.scale

    def zoom_to(self, bounds: Bounds, margin: float = 0.1) -> None:
        """Show a part of the ground, also when the window changes its size before it is moved."""
        view = fit(bounds, self.view.size_px, margin, DPI)
        self._set_view(replace(view, scale=min(max(view.scale, SMALLEST), LARGEST)))
        self._frame = (bounds, margin)

    def zoom_full(self) -> None:
        """Show everything that is drawn."""
        bounds = bounds_of([one.layer for one in self._layers])
        if bounds is not None:
            self.zoom_to(bounds, 0.03)

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

    def close_process(self) -> None:
        """End the processes that paint; nothing new is painted any more."""
        self._asking.stop()
        self._painters.close()

    @property
    def pids(self) -> list[int]:
        """The system's numbers of the processes that paint."""
        return self._painters.pids

    # --- from a view to its picture

    def _new(self, layer: SceneLayer) -> _Layer:
        self._numbers += 1
        self._painters.add(self._numbers, layer)
        return _Layer(self._numbers, layer)

    def _set_view(self, view: View) -> None:
        self._frame = None
        if view != self.view:
            self.view = view
            self._change()
            self.view_changed.emit(view)

    def _change(self) -> None:
        """Show what there is at once, and ask for the rest when all that happens now has happened."""
        self._changed_s = time.perf_counter()
        self._asking.start()
        self._picture.show(self._look())
        self.update()

    def _ask(self) -> None:
        self._painters.want(self._picture.missing())
        for number in self._gone:
            self._painters.forget(number)
        self._gone = []
        self._look_whether_complete()

    def _look(self) -> Look:
        ratio = self.devicePixelRatioF()
        size = (round(self.width() * ratio), round(self.height() * ratio))
        view = snapped(replace(self.view, scale=self.view.scale * ratio, size_px=size, dpi=DPI * ratio))
        shown = self._shown()
        made = [(Job(tile, _meeting(shown, tile)), at) for tile, at in tiles(view)]
        named = tuple(one.number for one in shown if one.layer.labels)
        return Look(view, tuple(made), Job(view, named, names=True) if named else None)

    def _shown(self) -> list[_Layer]:
        shown = [one for one in self._layers if self._visible is None or one.owner in self._visible]
        return sorted(shown, key=lambda one: self._order.get(one.owner, -1))

    def _take(self, job: Job, image: QImage, complete: bool) -> None:
        changed = self._picture.take(job, image, complete)
        if changed is not None:
            ratio = self.devicePixelRatioF()
            corner, size = QPointF(changed.topLeft()) / ratio, QSizeF(changed.size()) / ratio
            self.update(QRectF(corner, size).toAlignedRect())
            self._look_whether_complete()

    def _look_whether_complete(self) -> None:
        if self._changed_s is not None and not self._picture.missing():
            seconds, self._changed_s = time.perf_counter() - self._changed_s, None
            # after the paint event that shows it
            QTimer.singleShot(0, self, lambda: self._tell(seconds))

    def _tell(self, seconds: float) -> None:
        if self._changed_s is None:  # nothing changed since
            self.picture_ready.emit(seconds)

    # --- Qt's events

    def sizeHint(self) -> QSize:
        """Give a size for a window without a layout."""
        return QSize(960, 640)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the middle, or what was framed last."""
        self.view = replace(self.view, size_px=(max(self.width(), 1), max(self.height(), 1)))
        if self._frame is not None:
            frame = self._frame
            self.view = fit(frame[0], self.view.size_px, frame[1], DPI)
        self._change()
        self.view_changed.emit(self.view)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is ready, then the overlays."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._background)
        ratio = self.devicePixelRatioF()
        painter.save()
        painter.scale(1.0 / ratio, 1.0 / ratio)
        clip = QRectF(event.rect())
        self._picture.paint(
            painter,
            QRectF(clip.topLeft() * ratio, clip.size() * ratio).toAlignedRect(),
        )
        painter.restore()
        self._selection.paint(painter, self.view)
        self._evidence.paint(painter, self.view)
        if self._drag is not None and self._drag.kind == "box" and self._drag.moved:
            paint_box(painter, QRectF(self._drag.start, self._drag.last).normalized())
        painter.end()

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


_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def _meeting(layers: Sequence[_Layer], view: View) -> tuple[int, ...]:
    """Numbers of the layers that draw anything in a view: a change elsewhere leaves its picture as it is."""
    return tuple(one.number for one in layers if one.layer.meets(view))
