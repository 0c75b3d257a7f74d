"""Another style for one layer of the open park, seen on the map a moment after it was chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from gis_app.ui.desk import Desk

if TYPE_CHECKING:  # tables are imported after the window is on the screen
    from gis_app.catalogue import Catalogue, Style

SETTLED_MS = 90
"""What is changed again within this time is drawn once."""


class Restyle(QObject):
    """Draws what was asked last; the picture is made beside the main thread."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._wanted: dict[str, Catalogue] = {}
        self._busy = False
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settled.timeout.connect(self._draw)

    def wear(self, style: Style) -> None:
        """Draw the layers of a style as it now is."""
        from gis_app.session.styles import with_style

        park = self.desk.park
        if park is not None:
            self.wear_catalogue(with_style(park.catalogue, style), {style.id})

    def wear_catalogue(self, catalogue: Catalogue, ids: set[str]) -> None:
        """Draw the layers of some styles as a catalogue has them."""
        park = self.desk.park
        if park is None:
            return
        self.desk.park = replace(park, catalogue=catalogue)
        for layer in park.project.layers.values():
            if layer.feature_type.style in ids:
                self._wanted[layer.id] = catalogue
        self._settled.start()

    @property
    def waiting(self) -> bool:
        """Whether the map does not show yet what was asked."""
        return bool(self._wanted) or self._busy

    def _draw(self) -> None:
        park = self.desk.park
        if park is None or not self._wanted or self._busy:
            return
        ids, self._wanted = set(self._wanted), {}
        language, self._busy = self.desk.look.language, True
        shown = {id for id in park.scene if id.split("/")[0] in ids}

        def work(_job: Any) -> Any:
            from gis_app.ui.park import scene_of

            project = park.project
            layers = {id: layer for id, layer in project.layers.items() if id in ids}
            only = replace(project, layers=layers)
            made = scene_of(only, park.catalogue, language, drawn_before=park.scene)
            return {**dict.fromkeys(shown, ()), **made}

        def take(made: Any) -> None:
            now = self.desk.park
            if now is not None and now.project is park.project:
                self.desk.park = replace(now, scene={**now.scene, **made})
                self.desk.redrawn.emit()

        job = self.desk.workers.start(work, take, self.desk.fail)
        job.ended.connect(self._ended)

    def _ended(self) -> None:
        self._busy = False
        if self._wanted:
            self._settled.start()
