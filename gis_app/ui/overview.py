"""The overview: a small picture of everything, and the box of what the map shows, which can be dragged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QFrame, QWidget

from gis_app.render.painter import blank, paint
from gis_app.render.scene import Scene, SceneLayer, bounds_of
from gis_app.render.view import View, fit

if TYPE_CHECKING:
    from gis_app.ui.map_area import MapArea

WIDTH, HEIGHT, INSET = 216, 156, 5
SHOWN = (
    *("park_boundary", "proposal_block", "urban_development_boundary", "road", "ecological_red_line"),
    *("village", "reserve_parcel", "supply_parcel"),
)
"""What tells one where one is, the most telling first."""
MOST_COORDINATES = 20_000
"""What is painted here is painted in the main thread: a few milliseconds."""
LEAST_BOX_PX = 5.0
BOX = "#D42020"


class Overview(QFrame):
    """A press or drag brings a place to the middle of the map; the wheel over it zooms the map."""

    closed = Signal()

    def __init__(self, area: MapArea, parent: QWidget) -> None:
        super().__init__(parent)
        self._area = area
        self._picture: QPixmap | None = None
        self._view: View | None = None
        self._grip: QPointF | None = None
        self.setProperty("kind", "floating")
        self.setFixedSize(WIDTH, HEIGHT)
        area.view_changed.connect(lambda _view: self.update())
        area.layers_changed.connect(self.forget)
        area.desk.look.language_changed.connect(self._retitle)
        self._retitle()

    def _retitle(self, _language: str = "") -> None:
        self.setToolTip(self._area.desk.look.text("overview_tip"))
        self.setAccessibleName(self._area.desk.look.text("action_overview"))

    def sizeHint(self) -> QSize:
        """Small."""
        return QSize(WIDTH, HEIGHT)

    def open_panel(self) -> None:
        """Show it."""
        self.show()
        self.raise_()

    def close_panel(self) -> None:
        """Put it away."""
        self.hide()
        self.closed.emit()

    def forget(self) -> None:
        """Something else is drawn on the map: make the picture anew when it is next seen."""
        self._picture = None
        self.update()

    def layers(self) -> list[SceneLayer]:
        """What is painted: visible layers that tell one where one is, as far as they are quickly painted."""
        park = self._area.desk.park
        if park is None:
            return []
        left, chosen = MOST_COORDINATES, set()
        for kind in SHOWN:
            for id in self._area.visible:
                size = sum(len(layer.shapes.coords) for layer in park.scene.get(id, ()))
                if id.split("/")[0] == kind and size <= left:
                    chosen.add(id)
                    left -= size
        return [layer for id in self._area.drawn_order() if id in chosen for layer in park.scene.get(id, ())]

    @property
    def view(self) -> View | None:
        """What of the ground it shows, None where there is nothing."""
        park = self._area.desk.park
        if self._view is None and park is not None:
            everything = bounds_of([layer for layers in park.scene.values() for layer in layers])
            inside = (self.width() - 2 * INSET, self.height() - 2 * INSET)
            self._view = None if everything is None else fit(everything, inside, 0.03)
        return self._view

    def box(self) -> QPolygonF:
        """What the map shows, in pixels of the widget; a cross's worth of it at least."""
        view, shown = self.view, self._area.canvas.view
        if view is None:
            return QPolygonF()
        width, height = shown.size_px
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
        places = view.to_px(shown.to_ground(corners)) + INSET
        middle = places.mean(axis=0)
        grow = max(1.0, LEAST_BOX_PX / max(float(np.abs(places - middle).max()), 1e-9))
        return QPolygonF([QPointF(x, y) for x, y in (middle + (places - middle) * grow).tolist()])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture and the box."""
        super().paintEvent(event)
        if self.view is None:
            return
        if self._picture is None:
            self._picture = self._painted(self.view)
        painter = QPainter(self)
        inside = QRectF(INSET, INSET, self.width() - 2 * INSET, self.height() - 2 * INSET)
        painter.drawPixmap(inside, self._picture, QRectF(self._picture.rect()))
        painter.setClipRect(inside)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        box = self.box()
        tint = QColor(BOX)
        tint.setAlphaF(0.10)
        painter.setBrush(tint)
        for colour, width in (("#FFFFFF", 3.4), (BOX, 1.6)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawPolygon(box)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _painted(self, view: View) -> QPixmap:
        ratio = self.devicePixelRatioF()
        fine = replace(
            view,
            scale=view.scale * ratio,
            dpi=view.dpi * ratio * 0.5,  # lines half as thick as on the map
            size_px=(round(view.size_px[0] * ratio), round(view.size_px[1] * ratio)),
        )
        image = blank(fine.size_px, fine.dpi, self._area.desk.look.colour("map").name())
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        paint(painter, Scene(tuple(self.layers()), fine), labels=False)
        painter.end()
        return QPixmap.fromImage(image)

    # --- the hand on it

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the box, or bring the place to the middle and take it there."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        box = self.box()
        middle = box.boundingRect().center()
        inside = box.containsPoint(event.position(), Qt.FillRule.OddEvenFill)
        self._grip = middle - event.position() if inside else QPointF(0.0, 0.0)
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the map."""
        view = self.view
        if self._grip is None or view is None:
            return
        at = event.position() + self._grip - QPointF(INSET, INSET)
        self._area.canvas.centre_on(*view.to_ground(np.array([[at.x(), at.y()]]))[0].tolist())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grip = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom the map about its middle."""
        self._area.canvas.zoom_by(2.0 ** (event.angleDelta().y() / 240.0))
        event.accept()
