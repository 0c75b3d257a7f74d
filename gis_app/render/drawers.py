"""Threads that draw tiles with the compiled kernels, which let the main thread run meanwhile."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType

import numpy as np
from PySide6.QtGui import QImage

from gis_app.render.scene import Scene, SceneLayer
from gis_app.render.shape import Shapes
from gis_app.render.tile import TILE_PX, Job, corner_px, joined
from gis_app.render.work import blank
from gis_app.worker.priority import give_way

MOST_THREADS = 8
QUICK_S = 0.006
"""A tile that takes no longer is drawn with its neighbours in one go: to begin is then a large part of it."""
SHARES = 2
"""Into so many portions for each thread the work is divided, so that all end together."""
MANY = 1000
"""So many neighbours are drawn by their seams, which are found when nothing else is to do."""
_log = logging.getLogger(__name__)


Drawn = list[tuple[Job, QImage]]


class Drawers:
    """Draws what is wanted, the first first, on as many threads as the machine has cores.

    Parameters
    ----------
    raster
        The module that draws.
    layers
        By number; whoever owns it adds and removes.
    done
        Told jobs that were drawn together, each with its picture, from the thread that drew them.
    """

    def __init__(
        self, raster: ModuleType, layers: Mapping[int, SceneLayer], done: Callable[[Drawn], object]
    ) -> None:
        self._raster, self._layers, self._done = raster, layers, done
        self._wanted: list[Job] = []
        self._most = 1
        self._quick = False
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
            self._most = max(1, len(self._wanted) // (SHARES * len(self._threads)))
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
        while strip := self._next():
            started_s = time.thread_time()
            try:
                drawn = self._draw(strip, easel)
            except Exception:  # a thread has nobody to talk to; the picture stays empty there
                _log.exception("a picture could not be drawn")
                easel, drawn = self._raster.Easel(), [(job, blank(job.view)) for job in strip]
            tiles = sum(width * height for width, height in (job.view.size_px for job in strip)) / TILE_PX**2
            each_s = (time.thread_time() - started_s) / tiles
            with self._changed:
                self._quick = each_s < QUICK_S
                self._running.difference_update(strip)
                drawn = [(job, image) for job, image in drawn if job in self._kept]
            if drawn:
                self._done(drawn)

    def _next(self) -> list[Job]:
        """Wait for work; give what is drawn in one go, side by side from the left; nothing at the end."""
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
                return []
            strip = self._strip(self._wanted[0])
            self._wanted = [job for job in self._wanted if job not in strip]
            self._running.update(strip)
            return strip

    def _strip(self, first: Job) -> list[Job]:
        """Give a wanted job with wanted neighbours left and right of it."""
        strip = [first]
        if not self._quick or self._most == 1:
            return strip
        left, row = corner_px(first.view)[0], _row(first)
        right = left + first.view.size_px[0]
        at = {corner_px(job.view)[0]: job for job in self._wanted if _row(job) == row}
        ends = {corner + job.view.size_px[0]: job for corner, job in at.items()}
        while len(strip) < self._most and (left in ends or right in at):
            if right in at:
                strip.append(at[right])
                right += strip[-1].view.size_px[0]
            else:
                strip.insert(0, ends[left])
                left -= strip[0].view.size_px[0]
        return strip

    def _seamless(self) -> Iterator[Shapes]:
        """Give coordinates of neighbours whose seams nobody has looked for yet."""
        for layer in list(self._layers.values()):
            shapes = layer.shapes
            is_worth_it = layer.coverage and shapes.kind == "polygon" and len(shapes) >= MANY
            if is_worth_it and shapes.known_seams is None and id(shapes) not in self._at_work:
                yield shapes

    def _draw(self, strip: list[Job], easel: object) -> Drawn:
        """Draw what stands side by side, and cut it up; nothing where nobody wants it any more."""
        view = joined([job.view for job in strip])
        image = blank(view)
        width, height = view.size_px
        pixels = np.frombuffer(image.bits(), np.uint32).reshape(height, width)
        layers = tuple(layer for number in strip[0].layers if (layer := self._layers.get(number)) is not None)
        scene = Scene(layers, view)
        if not self._raster.draw(scene, pixels, easel, lambda: self._kept.isdisjoint(strip)):
            return []
        if len(strip) == 1:
            return [(strip[0], image)]
        drawn, left = [], 0
        for job in strip:
            wide, high = job.view.size_px
            drawn.append((job, image.copy(left, 0, wide, high)))
            left += wide
        return drawn


def _row(job: Job) -> tuple[object, ...]:
    """What jobs have in common that are drawn in one go, side by side."""
    view = job.view
    return corner_px(view)[1], view.size_px[1], view.scale, view.dpi, view.rotation_deg, job.layers
