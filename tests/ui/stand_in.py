"""A map that paints nothing: what it was told, and clicks that a test makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from gis_app.render.scene import SceneLayer, bounds_of
from gis_app.render.view import View
from gis_app.ui.ground import Ground


class StandIn(Ground):
    picture_ready = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers: list[SceneLayer] = []
        self.underlay: Any = None
        self.visible: set[str] = set()
        self.order: list[str] = []
        self.evidence: list[Any] = []
        self.selection: list[Any] = []
        self.theme: tuple[str, str] = ("", "")
        self.view = View((0.0, 0.0), 1.0, (800, 500))

    def start_processes(self) -> None:
        pass

    def show_view(self) -> None:
        pass

    def zoom_full(self) -> None:
        bounds = bounds_of(self.layers)
        if bounds is not None:
            self.zoom_to(bounds)

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        self.refit()

    def set_layers(self, layers: Sequence[SceneLayer]) -> None:
        self.layers = list(layers)
        QTimer.singleShot(20, self, lambda: self.picture_ready.emit(0.02))

    def exchange(self, old: Sequence[SceneLayer], new: Sequence[SceneLayer], changed: Any) -> None:
        gone = {id(layer) for layer in old}
        self.set_layers([*(layer for layer in self.layers if id(layer) not in gone), *new])

    def set_visible(self, ids: set[str]) -> None:
        self.visible = set(ids)

    def set_order(self, ids: Sequence[str]) -> None:
        self.order = list(ids)

    def set_evidence(self, geometries: Sequence[Any]) -> None:
        self.evidence = list(geometries)

    def set_selection(self, geometries: Sequence[Any]) -> None:
        self.selection = list(geometries)

    def set_theme(self, background: str, ink: str, shade: object = None) -> None:
        self.theme = (background, ink)

    def close_process(self) -> None:
        self.layers = []
