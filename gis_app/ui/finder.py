"""Names of the open park, gathered beside the main thread and asked by the search box and the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gis_app.language import Message
from gis_app.ui.background import Job
from gis_app.ui.desk import Desk

if TYPE_CHECKING:
    from gis_app.session.find import Hit, Names

WAIT_MS = 400
"""The first picture comes first."""


class Finder(QObject):
    """Holds the index of the park as it is; asks for another when the park changes."""

    ready = Signal()
    """What could not be answered yet can be asked again."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.names: Names | None = None
        self._job: Job | None = None
        self._closed = False
        self._later = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._later.timeout.connect(self.gather)
        desk.opened.connect(self._renew)
        desk.judged.connect(self._later.start)

    def _renew(self) -> None:
        self.names = None
        self._later.start()

    def gather(self) -> None:
        """Gather the names; what was gathered before answers until then."""
        self._later.stop()
        park = self.desk.park
        if park is None or self._closed:
            return
        if self._job is not None:
            self._job.cancel()
        project, told = park.project, Message("ui.gathering")

        def work(job: Job) -> Names:
            from gis_app.session.find import Names

            return Names(project, lambda: job.tell(told))

        self._job = self.desk.workers.start(work, self._take, self.desk.fail, lambda _step: None)

    def stop(self) -> None:
        """Gather nothing any more: the window closes."""
        self._later.stop()
        self._closed = True

    def _take(self, names: Names) -> None:
        self.names, self._job = names, None
        self.ready.emit()

    def find(self, text: str, most: int = 12) -> list[Hit] | None:
        """Give features by number, name or pinyin; None while the names are still being gathered."""
        if self.names is None:
            if self._job is None and self.desk.park is not None:
                self.gather()
            return None
        layers = self.desk.park.project.layers if self.desk.park is not None else {}
        found = self.names.find(text, most)
        return [hit for hit in found if hit.layer in layers and layers[hit.layer].table.has([hit.fid])[0]]
