"""Another style for layers of the open park, seen a moment after it was chosen; in a project it is a step."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from gis_app.ui.desk import Desk

if TYPE_CHECKING:  # tables are imported after the window is on the screen
    from gis_app.catalogue import Catalogue, Style
    from gis_app.model import Changeset
    from gis_app.session.session import Session

SETTLED_MS = 90
"""What is changed again within this time is drawn once."""


class Restyle(QObject):
    """Draws what was asked last; the picture is made beside the main thread."""

    entered = Signal()
    """The styles that the project holds are others, or could not be stored."""
    _failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._wanted: dict[str, Catalogue] = {}
        self._busy = False
        self._heard: Session | None = None
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settled.timeout.connect(self._draw)
        self._failed.connect(lambda error: desk.fail(error) if error is not None else None)
        desk.opened.connect(self._open)

    def wear(self, style: Style) -> None:
        """Draw the layers of a style as it now is."""
        from gis_app.session.styles import with_style

        park = self.desk.park
        if park is not None:
            self.wear_catalogue(with_style(park.catalogue, style), {style.id})

    def wear_catalogue(self, catalogue: Catalogue, ids: set[str]) -> None:
        """Draw the layers of some styles as a catalogue has them."""
        from gis_app.model.duplicate import is_duplicate

        park = self.desk.park
        if park is None:
            return
        self.desk.park = replace(park, catalogue=catalogue)
        for layer in park.project.layers.values():
            if layer.feature_type.style in ids:
                self._wanted[layer.id] = catalogue
        self._wanted |= {id: catalogue for id in ids if is_duplicate(id)}
        self._settled.start()

    def enter(self, styles: Mapping[str, str | None]) -> None:
        """Make styles of the open project a step: by id their TOML, None for the program's again.

        Raises
        ------
        Refused
            They cannot be read, or could not be stored.
        """
        park = self.desk.park
        if park is not None and park.session is not None:
            park.perform("set_styles", {"styles": styles}, self._done)

    def _done(self, outcome: object) -> None:
        if isinstance(outcome, BaseException):
            self.desk.fail(outcome)
            self._wear_entered()

    def _open(self) -> None:
        park = self.desk.park
        if park is not None and park.session is not None and park.session is not self._heard:
            self._heard = park.session
            park.session.listen(self._applied)

    def _applied(self, changeset: Changeset) -> None:
        """Show a step that styles, and tell QGIS of it and of layers that came."""
        from gis_app.model.duplicate import TABLE, is_duplicate

        styled = {str(record.id) for record in changeset.records if record.table == TABLE}
        if styled:
            self._wear_entered({id for id in styled if is_duplicate(id)})
        if styled or changeset.arrivals:
            self._hand_on()

    def _wear_entered(self, renamed: Collection[str] = ()) -> None:
        from gis_app.session.styles import worn

        park = self.desk.park
        if park is None or park.session is None:
            return
        catalogue, _ = worn(park.session.catalogue, park.opened)
        before, now = park.catalogue.styles, catalogue.styles
        changed = {id for id in {*before, *now} if before.get(id) != now.get(id)}
        self.wear_catalogue(catalogue, changed | set(renamed))
        self.entered.emit()

    def _hand_on(self) -> None:
        from gis_app.session.handed_on import hand_on_styles

        park = self.desk.park
        if park is None or park.session is None or park.stored is None:
            return
        catalogue = park.session.catalogue
        if park.writer is None:
            hand_on_styles(park.stored, catalogue)
            return
        asked = park.writer.ask(lambda stored: hand_on_styles(stored, catalogue))
        asked.add_done_callback(lambda future: self._failed.emit(future.exception()))

    @property
    def waiting(self) -> bool:
        """Whether the map does not show yet what was asked."""
        return bool(self._wanted) or self._busy

    def _draw(self) -> None:
        from gis_app.model.duplicate import duplicates, is_duplicate, layer_id

        park = self.desk.park
        if park is None or not self._wanted or self._busy:
            return
        ids, self._wanted = set(self._wanted), {}
        language, self._busy = self.desk.look.language, True
        shown = {id for id in park.scene if id.split("/")[0] in ids}

        def work(_job: Any) -> Any:
            from gis_app.ui.park import scene_of

            project = park.project
            owners = {layer_id(id) for id in ids}
            layers = {id: layer for id, layer in project.layers.items() if id in owners}
            only = replace(project, layers=layers)
            made = scene_of(only, park.catalogue, language, drawn_before=park.scene)
            return {**dict.fromkeys(shown, ()), **made}

        def take(made: Any) -> None:
            now = self.desk.park
            if now is not None and now.project is park.project:
                scene = {**now.scene, **made}
                gone = {id for id in scene if is_duplicate(id)} - duplicates(now.project).keys()
                self.desk.park = replace(now, scene={id: scene[id] for id in scene if id not in gone})
                self.desk.redrawn.emit()

        job = self.desk.workers.start(work, take, self.desk.fail)
        job.ended.connect(self._ended)

    def _ended(self) -> None:
        self._busy = False
        if self._wanted:
            self._settled.start()
