"""Threads that draw tiles with the compiled kernels, which let the main thread run meanwhile."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType

import numpy as np
from PySide6.QtGui import QImage

from gis_app.render.scene import Scene, SceneLayer
from gis_app.render.shape import Shapes
from gis_app.render.tile import Job
from gis_app.render.work import blank
from gis_app.worker.priority import give_way

MOST_THREADS = 8
MANY = 1000
"""So many neighbours are drawn by their seams, which are found when nothing else is to do."""
_log = logging.getLogger(__name__)


class Drawers:
    """Draws what is wanted, the first first, on as many threads as the machine has cores.

    Parameters
    ----------
    raster
        The module that draws.
    layers
        By number; whoever owns it adds and removes.
    done
        Told each job and its picture, from the thread that drew it.
    """

    def __init__(
        self, raster: ModuleType, layers: Mapping[int, SceneLayer], done: Callable[[Job, QImage], object]
    ) -> None:
        self._raster, self._layers, self._done = raster, layers, done
        self._wanted: list[Job] = []
        self._running: set[Job] = set()
        self._at_work: set[int] = set()
        self._changed = threading.Condition()
        self._closed = False
        count = min(os.cpu_count() or 1, MOST_THREADS)
        self._threads = [
            threading.Thread(target=self._run, name=f"draw-{i}", daemon=True) for i in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def want(self, jobs: Sequence[Job]) -> None:
        """Draw these and nothing else; what is under way and not among them is given up."""
        with self._changed:
            self._wanted = [job for job in jobs if job not in self._running]
            self._kept = set(jobs)
            self._changed.notify_all()

    def close(self) -> None:
        """End all threads."""
        with self._changed:
            self._closed, self._wanted, self._kept = True, [], set()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        give_way()
        easel = self._raster.Easel()
        while (job := self._next()) is not None:
            try:
                image = self._draw(job, easel)
            except Exception:  # a thread has nobody to talk to; the picture stays empty there
                _log.exception("a picture could not be drawn")
                easel, image = self._raster.Easel(), blank(job.view)
            with self._changed:
                self._running.discard(job)
                is_wanted = job in self._kept
            if image is not None and is_wanted:
                self._done(job, image)

    def _next(self) -> Job | None:
        with self._changed:
            while not self._wanted and not self._closed:
                shapes = next(self._seamless(), None)
                if shapes is None:
                    self._changed.wait()
                    continue
                self._at_work.add(id(shapes))
                self._changed.release()
                try:
                    _ = shapes.seams
                finally:
                    self._changed.acquire()
                    self._at_work.discard(id(shapes))
            if self._closed:
                return None
            job = self._wanted.pop(0)
            self._running.add(job)
            return job

    def _seamless(self) -> Iterator[Shapes]:
        """Give coordinates of neighbours whose seams nobody has looked for yet."""
        for layer in list(self._layers.values()):
            shapes = layer.shapes
            is_worth_it = layer.coverage and shapes.kind == "polygon" and len(shapes) >= MANY
            if is_worth_it and shapes.known_seams is None and id(shapes) not in self._at_work:
                yield shapes

    def _draw(self, job: Job, easel: object) -> QImage | None:
        image = blank(job.view)
        width, height = job.view.size_px
        pixels = np.frombuffer(image.bits(), np.uint32).reshape(height, width)
        layers = tuple(layer for number in job.layers if (layer := self._layers.get(number)) is not None)
        drawn = self._raster.draw(Scene(layers, job.view), pixels, easel, lambda: job not in self._kept)
        return image if drawn else None
