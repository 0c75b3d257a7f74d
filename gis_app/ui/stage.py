"""The middle without its map: the start page, and what floats on the map and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gis_app.ui.actions import Actions
from gis_app.ui.callout import Callout, box_px
from gis_app.ui.card import Card
from gis_app.ui.chrome import Legend, North, ScaleBar, zoom_buttons
from gis_app.ui.desk import Desk
from gis_app.ui.lasting import Lasting
from gis_app.ui.notice import Notice
from gis_app.ui.start import Start

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from gis_app.ui.imagery import Imagery

GAP = 12
SETTLED_MS = 180
"""The legend waits until the map has stood still so long."""


class Stage(QFrame):
    """Keeps everything that floats in its corner, the legend with what is shown, the callout by evidence."""

    def __init__(self, desk: Desk, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setObjectName("map")
        self.canvas: Any = None
        self.navigation: Any = None
        self.visible: list[str] = []
        self._order: list[str] = []
        self.imagery: Callable[[], Imagery | None] = lambda: None
        """Gives the images under the map, None while there are none."""
        self.legend_head: Callable[[], list[Any]] = list
        """Gives what stands at the head of the legend, before the layers: images with their day."""
        self.notice, self.lasting = Notice(desk), Lasting(desk.look)
        self.stage = QWidget()
        self.stage.installEventFilter(self)
        self.start = Start(desk.look, actions, self.stage)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.lasting)
        layout.addWidget(self.notice)
        layout.addWidget(self.stage, 1)
        self.buttons, self.north = zoom_buttons(self.stage, actions), North(desk.look, self.stage)
        self.scale, self.legend = ScaleBar(desk.look, self.stage), Legend(desk.look, self.stage)
        self.callout, self.card = Callout(desk.look, self.stage), Card(desk, self.stage)
        self._floating = (self.buttons, self.north, self.scale, self.legend)
        for part in self._floating:
            part.hide()
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settled.timeout.connect(self._show_legend)

    # --- the legend

    def refresh_legend(self) -> None:
        """Show the legend anew when all that happens now has happened."""
        self._settled.start()

    def _show_legend(self) -> None:
        park = self.desk.park
        if park is None or self.canvas is None:
            return
        from gis_app.render.legend import entries
        from gis_app.render.scene import Scene

        visible = [id for id in self._order if id in self.visible]
        layers = tuple(layer for id in visible for layer in park.scene.get(id, ()))
        lines, classes = entries(Scene(layers, self.canvas.view), self.desk.look.language)
        solid = [replace(entry, opacity=max(entry.opacity, 0.6)) for entry in classes]
        rows = [*self.legend_head(), *lines, *solid]
        self.legend.show_entries(rows, self.stage.height() - self.north.height() - 240)
        self.lay_out()

    # --- where things float

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep everything in its corner when the middle changes its size."""
        if watched is self.stage and event.type() == QEvent.Type.Resize:
            self.lay_out()
        return super().eventFilter(watched, event)

    def lay_out(self) -> None:
        """Keep everything in its corner."""
        box = self.stage.rect()
        self.start.setGeometry(box)
        if self.canvas is not None and not self._is_comparing():
            self.canvas.setGeometry(box)
        self.buttons.adjustSize()
        right, bottom = box.right() - GAP, box.bottom() - GAP
        inset = self.card.width() + GAP if self.card.isVisible() else 0
        self.card.fit(box.height() - 2 * GAP)
        self.card.move(right - self.card.width(), box.top() + GAP)
        self.north.move(right - inset - self.north.width(), box.top() + GAP)
        self.buttons.move(right - inset - self.buttons.width(), box.top() + GAP + self.north.height() + 8)
        self.scale.move(box.left() + GAP, bottom - self.scale.height())
        self.legend.resize(self.legend.sizeHint())
        self.legend.move(right - self.legend.width(), bottom - self.legend.height())
        self.legend.setVisible(self._legend_has_room())
        for part in (*self._floating, self.card, self.callout):
            part.raise_()
        if self.navigation is not None:
            self.navigation.lay_out(box)
        if self.callout.isVisible():
            self.place_callout()

    def _is_comparing(self) -> bool:
        return self.navigation is not None and self.navigation.is_comparing

    def _legend_has_room(self) -> bool:
        covered = self.card.isVisible() and self.card.geometry().intersects(self.legend.geometry())
        return bool(self.legend.entries) and not covered

    def evidence(self) -> list[BaseGeometry]:
        """Give the ground that the chosen finding points at."""
        from gis_app.ui.park import evidence_of

        park, finding = self.desk.park, self.desk.finding
        return [] if park is None or finding is None else evidence_of(finding, park.project)

    def place_callout(self) -> None:
        """Put it beside the evidence, where it covers none of it and stays on the map."""
        from gis_app.ui.park import bounds

        shapes = self.evidence()
        if shapes:
            taken = [part.geometry() for part in (*self._floating, self.navigation.rail)]
            where = box_px(self.canvas.view, bounds(shapes, 0.0))
            self.callout.place(where, self.stage.rect(), taken)

    def part_of_picture(self) -> list[QWidget]:
        """Give what floats on the map and belongs to a picture of it."""
        parts = (self.north, self.scale, self.legend, self.callout)
        return [part for part in parts if part.isVisible()]
