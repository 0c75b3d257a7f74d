"""The middle: the canvas with what floats on it, or the start page; what is framed and clicked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gis_app.ui.actions import Actions
from gis_app.ui.card import Card
from gis_app.ui.chrome import Callout, Legend, North, ScaleBar, zoom_buttons
from gis_app.ui.desk import Desk
from gis_app.ui.notice import Notice
from gis_app.ui.start import Start

if TYPE_CHECKING:
    from gis_app.render.view import View
    from gis_app.ui.canvas import Canvas

REACH_PX = 5.0
EVIDENCE_MARGIN, FEATURE_MARGIN, PARK_MARGIN = 0.34, 0.3, 0.04
GAP = 12


def make_canvas(parent: QWidget) -> Canvas:
    """Make the canvas; geometry is imported only now."""
    from gis_app.ui.canvas import Canvas

    return Canvas(parent)


class MapArea(QFrame):
    """The canvas is made when the first park comes: it needs what the window must not wait for."""

    view_changed = Signal(object)
    hovered = Signal(float, float)
    painted = Signal(float)

    def __init__(
        self,
        desk: Desk,
        actions: Actions,
        parent: QWidget | None = None,
        canvas: Callable[[QWidget], Any] = make_canvas,
    ) -> None:
        super().__init__(parent)
        self.desk, self._make = desk, canvas
        self.setObjectName("map")
        self.canvas: Any = None
        self.visible: list[str] = []
        self._order: list[str] = []
        self.notice = Notice(desk)
        self.stage = QWidget()
        self.stage.installEventFilter(self)
        self.start = Start(desk.look, actions, self.stage)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notice)
        layout.addWidget(self.stage, 1)
        self.buttons, self.north = zoom_buttons(self.stage, actions), North(desk.look, self.stage)
        self.scale, self.legend = ScaleBar(desk.look, self.stage), Legend(desk.look, self.stage)
        self.callout, self.card = Callout(desk.look, self.stage), Card(desk, self.stage)
        self.card.turned.connect(lambda feature: self.select([feature]))
        self._floating = (self.buttons, self.north, self.scale, self.legend)
        for part in self._floating:
            part.hide()
        self._settled = QTimer(self, singleShot=True, interval=180)
        self._settled.timeout.connect(self._show_legend)
        desk.imported.connect(self._prepare, Qt.ConnectionType.QueuedConnection)
        desk.opened.connect(self._open)
        desk.redrawn.connect(self._draw)
        desk.finding_chosen.connect(self._show_finding)
        desk.features_chosen.connect(self._show_features)
        desk.judged.connect(lambda: self._show_finding(None))
        desk.look.theme_changed.connect(self._dress)
        desk.look.language_changed.connect(lambda _language: self._show_finding(desk.finding, frame=False))

    # --- what is drawn

    def _prepare(self) -> None:
        """Make the canvas, not shown yet: its processes start while the park is read."""
        if self.canvas is not None:
            return
        self.canvas = self._make(self.stage)
        self.canvas.clicked.connect(self.identify)
        self.canvas.hovered.connect(self.hovered)
        self.canvas.view_changed.connect(self._follow)
        self.canvas.picture_ready.connect(self.painted)
        self.canvas.start_processes()

    def _open(self) -> None:
        self._prepare()
        if self.canvas.isHidden():
            self.canvas.lower()
            self.canvas.show()
            self.start.hide()
            for part in self._floating:
                part.show()
            self._lay_out()
        self._dress()
        self.callout.hide()
        self.canvas.set_evidence([])
        self.canvas.set_selection([])
        self._draw()
        self.frame_park()

    def _draw(self) -> None:
        park = self.desk.park
        if self.canvas is None or park is None:
            return
        self.canvas.set_layers([layer for layers in park.scene.values() for layer in layers])
        self._arrange()

    def _arrange(self) -> None:
        if self.canvas is not None and self.desk.park is not None:
            self.canvas.set_order(self._order)
            self.canvas.set_visible(set(self.visible))
            self._settled.start()

    def show_layers(self, ids: Sequence[str]) -> None:
        """Show these, given topmost first."""
        self.visible = list(ids)
        self._arrange()

    def order_layers(self, ids: Sequence[str]) -> None:
        """Draw all layers in this order, from the bottom up."""
        self._order = list(ids)
        self._arrange()

    def _dress(self, _theme: str = "") -> None:
        if self.canvas is not None:
            tokens = self.desk.look
            self.canvas.set_theme(tokens.colour("map").name(), tokens.colour("text").name())
        for part in self._floating:
            part.update()
        self._show_finding(self.desk.finding, frame=False)

    # --- which part of the ground

    def frame(self, bounds: tuple[float, float, float, float] | None, margin: float) -> None:
        """Show some ground with a margin."""
        if self.canvas is not None and bounds is not None:
            self.canvas.zoom_to(bounds, margin)

    def frame_park(self) -> None:
        """Show the park with its proposals."""
        from gis_app.ui.park import framed

        if self.desk.park is not None:
            self.frame(framed(self.desk.park), PARK_MARGIN)

    def frame_layer(self, id: str) -> None:
        """Show all of a layer."""
        from gis_app.render.scene import bounds_of

        if self.desk.park is not None:
            layers = [
                item
                for key, items in self.desk.park.scene.items()
                for item in items
                if id in (key, key.split("/")[0])
            ]
            self.frame(bounds_of(layers), PARK_MARGIN)

    def frame_chosen(self) -> None:
        """Show the chosen features, else the chosen finding."""
        if self.desk.features:
            self._frame_features(self.desk.features[:1])
        elif self.desk.finding is not None:
            self._show_finding(self.desk.finding)

    def zoom_by(self, factor: float) -> None:
        """Zoom about the middle."""
        if self.canvas is None:
            return
        view: View = self.canvas.view
        half = [size / view.scale / factor / 2 for size in view.size_px]
        x, y = view.centre
        self.canvas.zoom_to((x - half[0], y - half[1], x + half[0], y + half[1]), 0.0)

    def toggle_legend(self) -> None:
        """Fold the legend, or open it."""
        self.legend.fold()

    # --- what is chosen

    def identify(self, x: float, y: float) -> None:
        """Choose what lies under a place and is visible, the smallest ground first."""
        from gis_app.ui.park import under

        park = self.desk.park
        if park is not None and self.canvas is not None:
            found = under(park, self.visible, x, y, REACH_PX / self.canvas.view.scale)
            self.desk.choose_features(found)

    def show_feature(self, layer: str, fid: int) -> None:
        """Choose one feature and show it."""
        self.desk.choose_features([(layer, fid)])
        self._frame_features([(layer, fid)])

    def select(self, features: Sequence[tuple[str, int]]) -> None:
        """Mark features as selected."""
        if self.canvas is not None:
            self.canvas.set_selection(self._shapes(features))

    def _shapes(self, features: Sequence[tuple[str, int]]) -> list[Any]:
        from gis_app.ui.park import geometries

        park = self.desk.park
        if park is None:
            return []
        return [shape for layer, fid in features for shape in geometries(park.project.layers[layer], [fid])]

    def _frame_features(self, features: Sequence[tuple[str, int]]) -> None:
        from gis_app.ui.park import bounds

        shapes = self._shapes(features)
        if shapes:
            self.frame(bounds(shapes), FEATURE_MARGIN)

    def _show_features(self, features: list[tuple[str, int]]) -> None:
        self.select(features[:1])
        if features:
            self.callout.hide()
        self._lay_out()

    def _show_finding(self, finding: Any, frame: bool = True) -> None:
        if self.canvas is None or self.desk.park is None:
            return
        from gis_app.ui.park import bounds, evidence_of

        shapes = evidence_of(finding, self.desk.park.project) if finding is not None else []
        self.canvas.set_evidence(shapes)
        self.callout.setVisible(bool(shapes))
        if shapes:
            if frame:
                self.desk.choose_features([])
                self.frame(bounds(shapes), EVIDENCE_MARGIN)
            self.callout.show_finding(finding)
            self.callout.show()
            self._place_callout()

    def _follow(self, view: View) -> None:
        self.scale.show_view(view)
        if self.callout.isVisible():
            self._place_callout()
        self._settled.start()
        self.view_changed.emit(view)

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
        self.legend.show_entries([*lines, *solid], self.stage.height() - self.north.height() - 240)
        self._lay_out()

    # --- where things float

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep everything in its corner when the middle changes its size."""
        if watched is self.stage and event.type() == QEvent.Type.Resize:
            self._lay_out()
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        box = self.stage.rect()
        self.start.setGeometry(box)
        if self.canvas is not None:
            self.canvas.setGeometry(box)
        self.buttons.adjustSize()
        right, bottom = box.right() - GAP, box.bottom() - GAP
        inset = self.card.width() + GAP if self.card.isVisible() else 0
        self.card.move(right - self.card.width(), box.top() + GAP)
        self.north.move(right - inset - self.north.width(), box.top() + GAP)
        self.buttons.move(right - inset - self.buttons.width(), box.top() + GAP + self.north.height() + 8)
        self.scale.move(box.left() + GAP, bottom - self.scale.height())
        self.legend.resize(self.legend.sizeHint())
        self.legend.move(right - self.legend.width(), bottom - self.legend.height())
        self.legend.setVisible(self._legend_has_room())
        for part in (*self._floating, self.card, self.callout):
            part.raise_()
        if self.callout.isVisible():
            self._place_callout()

    def _legend_has_room(self) -> bool:
        covered = self.card.isVisible() and self.card.geometry().intersects(self.legend.geometry())
        return bool(self.legend.entries) and not covered

    def _place_callout(self) -> None:
        """Beside the evidence, where it covers none of it and stays on the map."""
        from gis_app.ui.park import bounds, evidence_of

        park = self.desk.park
        if park is None or self.desk.finding is None:
            return
        shapes = evidence_of(self.desk.finding, park.project)
        if not shapes:
            return
        low_x, low_y, high_x, high_y = bounds(shapes, 0.0)
        view: View = self.canvas.view
        left, top = _px(view, low_x, high_y)
        right, bottom = _px(view, high_x, low_y)
        evidence, stage = (
            QRect(QPoint(left, top), QPoint(right, bottom)),
            self.stage.rect().adjusted(8, 8, -8, -8),
        )
        size = self.callout.size()
        taken = [evidence, *(part.geometry() for part in self._floating)]
        middle = evidence.center().y() - size.height() // 2
        places = [
            QPoint(evidence.left() - size.width() - 24, middle),
            QPoint(evidence.right() + 24, middle),
            QPoint(evidence.center().x() - size.width() // 2, evidence.bottom() + 24),
            QPoint(evidence.center().x() - size.width() // 2, evidence.top() - size.height() - 24),
            QPoint(stage.left() + 4, stage.top() + 4),
        ]
        boxes = [QRect(place, size) for place in places]
        free = (
            box for box in boxes if stage.contains(box) and not any(box.intersects(other) for other in taken)
        )
        self.callout.move(next(free, boxes[-1]).topLeft())
        self.callout.raise_()


def _px(view: View, x: float, y: float) -> tuple[int, int]:
    """Where a place lies on the map, in pixels; far away is cut so that it fits a rectangle."""
    column = (x - view.centre[0]) * view.scale + view.size_px[0] / 2
    line = (view.centre[1] - y) * view.scale + view.size_px[1] / 2
    return (int(max(-1e6, min(1e6, column))), int(max(-1e6, min(1e6, line))))
