"""Whoever draws for the canvas: compiled kernels on threads; Qt's painter for names, and without kernels."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from types import ModuleType

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QImage

from gis_app.render import compiling
from gis_app.render.drawers import Drawers, Drawn
from gis_app.render.painters import Painters
from gis_app.render.scene import SceneLayer
from gis_app.render.tile import Job

FEW_NAMES = 5000
"""So many names are written in the main thread in less than it takes to start a process."""
MANY = 20_000
"""With so many features the kernels are waited for; they draw faster than they load."""
PLAIN, COMING, READY = "plain", "coming", "ready"


class Studio(QObject):
    """Draws what is wanted, in order, and drops what is no longer wanted.

    Parameters
    ----------
    processes
        How many paint side by side where the kernels are not there; 0 paints in this process.
    compiled
        Whether tiles are drawn by the kernels where they can be had.
    """

    painted = Signal(object, QImage, bool)
    """A job, its picture so far, whether it is complete."""
    _loaded = Signal(object)
    _drawn = Signal(object)

    def __init__(self, processes: int = 2, parent: QObject | None = None, *, compiled: bool = True) -> None:
        super().__init__(parent)
        self._layers: dict[int, SceneLayer] = {}
        self._plain = Painters(processes, self)
        self._near = Painters(0, self)
        for painters in (self._plain, self._near):
            painters.painted.connect(self._deliver)
        self._drawers: Drawers | None = None
        self._sent: set[int] = set()
        self._wanted: dict[Job, None] = {}
        self._loaded.connect(self._use)
        self._drawn.connect(self._take)
        self._closed = False
        self._loading: threading.Thread | None = None
        self.state = PLAIN
        if compiled and compiling.is_wanted():
            self._loading = threading.Thread(target=self._load, name="kernels", daemon=True)

    def start(self) -> None:
        """Get ready to paint, once; the first layer does it too."""
        if self.state == PLAIN:
            self._plain.start()

    def load_kernels(self) -> None:
        """Load the kernels beside the main thread, once: best when the first picture stands."""
        if self._loading is not None and self._loading.ident is None and not self._closed:
            self._loading.start()

    @property
    def pids(self) -> list[int]:
        """The system's numbers of the processes that paint."""
        return self._plain.pids

    def wait(self) -> bool:
        """Wait until the kernels are there or known not to come; whether they are."""
        self.load_kernels()
        if self._loading is not None:
            self._loading.join()
            QCoreApplication.processEvents()
        return self.state == READY

    def add(self, number: int, layer: SceneLayer) -> None:
        """Make a layer known under a number."""
        self._layers[number] = layer
        self._near.add(number, layer)
        if len(layer.fids) > MANY:
            self.load_kernels()
            if self.state == PLAIN and self._loading is not None and compiling.is_compiled():
                self.state = COMING
        self.start()
        if self.state == PLAIN:
            self._send([number])

    def _send(self, numbers: Iterable[int]) -> None:
        """Give layers to the processes that do not have them yet."""
        for number in numbers:
            if number not in self._sent and number in self._layers:
                self._sent.add(number)
                self._plain.add(number, self._layers[number])

    def forget(self, number: int) -> None:
        """Let go of a layer that no wanted job names."""
        self._layers.pop(number, None)
        self._near.forget(number)
        if number in self._sent:
            self._sent.discard(number)
            self._plain.forget(number)

    def want(self, jobs: Sequence[Job]) -> None:
        """Draw these and nothing else, the first first; after the end nothing."""
        if self._closed:
            return
        self._wanted = dict.fromkeys(jobs)
        tiles = [job for job in jobs if not job.names]
        names = [job for job in jobs if job.names]
        near = [job for job in names if self._few(job)]  # a process that paints has the tiles to do
        plain = [job for job in names if job not in near]
        if self.state == PLAIN:
            plain = [*tiles, *plain]
        elif self._drawers is not None:
            self._drawers.want(tiles)
        self._send(number for job in plain for number in job.layers)
        self._near.want(near)
        self._plain.want(plain)

    def close(self) -> None:
        """End all threads and processes."""
        self._closed, self._wanted = True, {}
        compiling.stop()
        if self._drawers is not None:
            self._drawers.close()
        self._near.close()
        self._plain.close()

    def _few(self, job: Job) -> bool:
        layers = [self._layers[number] for number in job.layers if number in self._layers]
        return all(len(layer.labels) <= FEW_NAMES for layer in layers)

    def _load(self) -> None:
        raster = compiling.load()
        if not self._closed:
            with suppress(RuntimeError):  # the window was closed between these two lines
                self._loaded.emit(raster)

    def _use(self, raster: ModuleType | None) -> None:
        """Draw with the kernels from now on; without them everything is given to the painter."""
        if self._closed:
            return
        if raster is None:
            self.state = PLAIN
            self._send(list(self._layers))
        else:
            self._drawers = Drawers(raster, self._layers, self._drawn.emit)
            self.state = READY
        self.want(list(self._wanted))

    def _take(self, drawn: Drawn) -> None:
        for job, image in drawn:
            self._deliver(job, image, True)

    def _deliver(self, job: Job, image: QImage, complete: bool) -> None:
        """Hand on what is still wanted; a job that changed hands may come twice."""
        if job in self._wanted:
            if complete:
                del self._wanted[job]
            self.painted.emit(job, image, complete)
