"""The middle: the canvas on its stage; what is drawn, framed, chosen and marked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from gis_app.ui.actions import Actions
from gis_app.ui.desk import Desk
from gis_app.ui.stage import GAP, Stage

if TYPE_CHECKING:
    from gis_app.render.scene import SceneLayer
    from gis_app.render.view import View
    from gis_app.ui.canvas import Canvas

EVIDENCE_MARGIN, FEATURE_MARGIN, PARK_MARGIN = 0.34, 0.3, 0.04
MOST_MARKED = 5000
"""Of more features than these the first are marked: no eye tells them apart."""


def make_canvas(parent: QWidget) -> Canvas:
    """Make the canvas; geometry is imported only now."""
    from gis_app.ui.canvas import Canvas

    return Canvas(parent)


class MapArea(Stage):
    """The canvas is made when the first park comes: it needs what the window must not wait for."""

    view_changed = Signal(object)
    hovered = Signal(float, float)
    painted = Signal(float)
    layers_changed = Signal()
    """Other layers are drawn, or others are visible."""
    chosen_changed = Signal(object)
    """The features that are marked as selected: (layer id, fid)."""

    def __init__(
        self,
        desk: Desk,
        actions: Actions,
        parent: QWidget | None = None,
        canvas: Callable[[QWidget], Any] = make_canvas,
    ) -> None:
        super().__init__(desk, actions, parent)
        self._make, self._actions = canvas, actions
        self.chosen: list[tuple[str, int]] = []
        self.closed = False
        self.card.turned.connect(lambda feature: self.select([feature]))
        self.card.asked.connect(self.show_feature)
        self.north.turned.connect(self._turn)
        desk.imported.connect(self._prepare, Qt.ConnectionType.QueuedConnection)
        desk.arrived.connect(self._open)
        desk.redrawn.connect(self._draw)
        desk.finding_chosen.connect(self._show_finding)
        desk.features_chosen.connect(self._show_features)
        desk.judged.connect(lambda: self._show_finding(None))
        desk.look.theme_changed.connect(self._dress)
        desk.look.language_changed.connect(lambda _language: self._show_finding(desk.finding, frame=False))

    # --- what is drawn

    def _prepare(self) -> None:
        """Make the canvas, not shown yet: its processes start while the park is read."""
        if self.canvas is not None or self.closed:
            return
        self.canvas = self._make(self.stage)
        self.canvas.hovered.connect(self.hovered)
        self.canvas.view_changed.connect(self._follow)
        self.canvas.picture_ready.connect(self.painted)
        self.canvas.picture_ready.connect(self.desk.seen)
        self.canvas.start_processes()
        from gis_app.ui.navigation import Navigation

        self.navigation = Navigation(self, self._actions)
        self.navigation.join(self.canvas)

    def _open(self) -> None:
        self._prepare()
        if self.canvas.isHidden():
            self.canvas.lower()
            self.canvas.show()
            self.start.hide()
            for part in (*self._floating, self.navigation.rail):
                part.show()
            self.lay_out()
        self._dress()
        self.callout.hide()
        self.canvas.set_evidence([])
        self.canvas.set_selection([])
        self._draw()
        self.frame_park()
        self.canvas.views.clear()

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
            self.layers_changed.emit()

    def show_layers(self, ids: Sequence[str]) -> None:
        """Show these, given topmost first."""
        self.visible = list(ids)
        self._arrange()

    def order_layers(self, ids: Sequence[str]) -> None:
        """Draw all layers in this order, from the bottom up."""
        self._order = list(ids)
        self._arrange()

    def drawn_order(self) -> list[str]:
        """Give the rows of the layer tree as they are drawn, from the bottom up."""
        return list(self._order)

    def furnish(
        self,
        canvas: Any,
        scene: Mapping[str, Sequence[SceneLayer]] | None = None,
        visible: Sequence[str] | None = None,
        image: str | None = None,
    ) -> None:
        """Show on another canvas what is shown here: with other layers, others of them visible, one image."""
        park = self.desk.park
        if park is None:
            return
        drawn = park.scene if scene is None else scene
        canvas.set_layers([layer for layers in drawn.values() for layer in layers])
        canvas.set_order(self._order)
        canvas.set_visible(set(self.visible if visible is None else visible))
        canvas.set_selection(self._shapes(self.chosen[:MOST_MARKED]))
        canvas.set_evidence(self.evidence())
        imagery = self.imagery()
        if imagery is not None:
            canvas.underlay = imagery.paint if image is None else partial(imagery.paint, only=image)
        self._theme(canvas)

    def another_canvas(self) -> Any:
        """Make a second canvas over the first, below what floats."""
        made = self._make(self.stage)
        made.start_processes()
        return made

    def _theme(self, canvas: Any) -> None:
        look = self.desk.look
        ground, ink, shade = (look.colour(token) for token in ("map", "text", "map_shade"))
        canvas.set_theme(ground.name(), ink.name(), shade)

    def _dress(self, _theme: str = "") -> None:
        if self.canvas is not None:
            self._theme(self.canvas)
        for part in self._floating:
            part.update()
        self._show_finding(self.desk.finding, frame=False)

    # --- which part of the ground

    def _turn(self, rotation_deg: float) -> None:
        self.navigation.turn_to(rotation_deg)

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
        """Show all of a layer, or of a row of the layer tree, what its style leaves out too."""
        from gis_app.render.scene import bounds_of
        from gis_app.ui.park import bounds

        park = self.desk.park
        if park is None:
            return
        from gis_app.model.duplicate import layer_id

        layer = park.project.layers.get(layer_id(id)) if "/" not in id else None
        whole = None if layer is None or not len(layer.geometry) else bounds(layer.geometry.tolist())
        if whole is None or not all(map(math.isfinite, whole)):  # no usable geometry
            whole = bounds_of(park.scene.get(id, ()))
        self.frame(whole, PARK_MARGIN)

    def frame_chosen(self) -> None:
        """Show the chosen features, else the chosen finding, else the present layer."""
        if self.chosen:
            self._frame_features(self.chosen)
        elif self.desk.finding is not None:
            self._show_finding(self.desk.finding)
        else:
            self.frame_layer(self.desk.layer)

    def zoom_by(self, factor: float) -> None:
        """Zoom about the middle."""
        if self.canvas is not None:
            self.canvas.zoom_by(factor)

    def toggle_legend(self) -> None:
        """Fold the legend, or open it."""
        self.legend.fold()

    # --- what is chosen

    def show_feature(self, layer: str, fid: int) -> None:
        """Choose one feature and show it."""
        self.desk.choose_features([(layer, fid)])
        self._frame_features([(layer, fid)])

    def select(self, features: Sequence[tuple[str, int]]) -> None:
        """Mark features as selected."""
        self.chosen = list(features)
        if self.canvas is not None:
            self.canvas.set_selection(self._shapes(features[:MOST_MARKED]))
        self.chosen_changed.emit(self.chosen)

    def choose(self, features: Sequence[tuple[str, int]]) -> None:
        """Choose several features at once: a single one has its card, of more only the marks are shown."""
        self.desk.choose_features(list(features) if len(features) == 1 else [])
        if len(features) != 1:
            self.select(features)

    def _shapes(self, features: Sequence[tuple[str, int]]) -> list[Any]:
        from gis_app.ui.park import geometries

        park = self.desk.park
        if park is None:
            return []
        by_layer: dict[str, list[int]] = {}
        for layer, fid in features:
            by_layer.setdefault(layer, []).append(fid)
        return [shape for id, fids in by_layer.items() for shape in geometries(park.project.layers[id], fids)]

    def _frame_features(self, features: Sequence[tuple[str, int]]) -> None:
        from gis_app.ui.park import bounds

        shapes = self._shapes(features)
        if shapes:
            self.frame(bounds(shapes), FEATURE_MARGIN)
            self._clear_of_card()

    def _clear_of_card(self) -> None:
        """Bring what was framed out from under the card."""
        if self.card.isVisible() and self.stage.width() > 2 * self.card.width():
            covered = self.card.width() + GAP
            self.canvas.zoom_by(1.0 - covered / self.stage.width())
            self.canvas.pan_by(-covered / 2.0, 0.0)

    def _show_features(self, features: list[tuple[str, int]]) -> None:
        self.select(features[:1])
        if features:
            self.callout.hide()
        self.lay_out()

    def _show_finding(self, finding: Any, frame: bool = True) -> None:
        if self.canvas is None or self.desk.park is None:
            return
        from gis_app.ui.park import bounds

        shapes = [] if finding is None else self.evidence()
        self.canvas.set_evidence(shapes)
        self.callout.setVisible(bool(shapes))
        if shapes:
            if frame:
                self.desk.choose_features([])
                self.frame(bounds(shapes), EVIDENCE_MARGIN)
            self.callout.show_finding(finding)
            self.callout.show()
            self.place_callout()

    def _follow(self, view: View) -> None:
        self.scale.show_view(view)
        self.north.show_view(view)
        if self.callout.isVisible():
            self.place_callout()
        self._settled.start()
        self.view_changed.emit(view)
