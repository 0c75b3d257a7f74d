"""A map that paints nothing: what it was told, and clicks that a test makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gis_app.render.scene import SceneLayer
from gis_app.render.view import View, fit


class StandIn(QWidget):
    clicked = Signal(float, float)
    hovered = Signal(float, float)
    view_changed = Signal(object)
    picture_ready = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers: list[SceneLayer] = []
        self.visible: set[str] = set()
        self.order: list[str] = []
        self.evidence: list[Any] = []
        self.selection: list[Any] = []
        self.theme: tuple[str, str] = ("", "")
        self.view = View((0.0, 0.0), 1.0, (800, 500))

    def start_processes(self) -> None:
        pass

    def set_layers(self, layers: Sequence[SceneLayer]) -> None:
        self.layers = list(layers)

    def set_visible(self, ids: set[str]) -> None:
        self.visible = set(ids)

    def set_order(self, ids: Sequence[str]) -> None:
        self.order = list(ids)

    def zoom_to(self, bounds: tuple[float, float, float, float], margin: float = 0.1) -> None:
        self.view = fit(bounds, (max(64, self.width()), max(64, self.height())), margin)
        self.view_changed.emit(self.view)

    def set_evidence(self, geometries: Sequence[Any]) -> None:
        self.evidence = list(geometries)

    def set_selection(self, geometries: Sequence[Any]) -> None:
        self.selection = list(geometries)

    def set_theme(self, background: str, ink: str) -> None:
        self.theme = (background, ink)

    def close_process(self) -> None:
        self.layers = []
