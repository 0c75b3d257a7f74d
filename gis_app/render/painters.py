"""Whoever paints for the canvas: render processes, restarted when they die, or slices of the main thread."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer, Signal
from PySide6.QtGui import QImage

from gis_app.render import starting
from gis_app.render.process import RenderProcess
from gis_app.render.scene import SceneLayer
from gis_app.render.stored import store
from gis_app.render.tile import Job
from gis_app.render.work import blank, work

MOST_DEATHS, DEATHS_WITHIN_S = 4, 60.0
"""After so many deaths in such a time no process is started any more."""
PARTIAL_S = 0.1
SLICE_S = 0.02
_log = logging.getLogger(__name__)


class Painters(QObject):
    """Paints what is wanted, in order, and drops what is no longer wanted.

    Parameters
    ----------
    processes
        How many paint side by side; 0 paints in this process, in slices of 20 ms.
    """

    painted = Signal(object, QImage, bool)
    """A job, its picture so far, whether it is complete."""
    _stored = Signal(int)
    _not_stored = Signal()

    def __init__(self, processes: int = 2, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._layers: dict[int, SceneLayer] = {}
        self._there: set[int] = set()
        self._wanted: list[Job] = []
        self._suspects: dict[Job, int] = {}
        self._here = _Here(self._layers, self)
        self._here.painted.connect(self._deliver)
        self._stored.connect(self._announce)
        self._not_stored.connect(self._give_up)
        self._to_store = _Storing(self._stored.emit, self._not_stored.emit)
        self._deaths_s: list[float] = []
        self._processes: list[RenderProcess] = []
        self._count, self._started, self._closed = processes, False, False

    def start(self) -> None:
        """Start the processes, once; the first layer does it too."""
        if self._count and not self._started and not self._closed:
            self._started = True
            self._folder, ahead = starting.take_ahead() or (starting.new_folder(), None)
            for number in range(self._count):
                self._start(str(number), ahead if number == 0 else None)

    @property
    def pids(self) -> list[int]:
        """The system's numbers of the processes that paint."""
        return [process.pid for process in self._processes]

    def add(self, number: int, layer: SceneLayer) -> None:
        """Make a layer known under a number; jobs that name it wait until the processes have it."""
        self._layers[number] = layer
        self.start()
        if self._folder is not None:
            self._to_store.put(number, layer, self._folder / f"layer-{number}")

    def forget(self, number: int) -> None:
        """Let go of a layer that no wanted job names."""
        self._layers.pop(number, None)
        self._there.discard(number)
        for process in self._processes:
            process.forget(number)
        self._remove(number)

    def _remove(self, number: int) -> None:
        if self._folder is not None:  # where a file in use cannot go, it goes with the folder
            with suppress(OSError):
                (self._folder / f"layer-{number}").unlink(missing_ok=True)

    def want(self, jobs: Sequence[Job]) -> None:
        """Paint these and nothing else, the first first; after the end nothing."""
        if self._closed:
            return
        kept = set(jobs)
        running = set()
        for process in self._processes:
            for job in process.jobs:
                if job in kept:
                    running.add(job)
                else:
                    process.cancel(job)
        self._wanted = [job for job in jobs if job not in running]
        self._hand_out()

    def close(self) -> None:
        """End all processes and remove what they were given."""
        self._wanted, self._closed = [], True
        self._here.want([])
        self._to_store.close()
        self._end()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _start(self, name: str, ahead: QProcess | None = None) -> None:
        assert self._folder is not None
        process = RenderProcess(self._folder, name, self, ahead)
        process.painted.connect(self._deliver)
        process.failed.connect(self._failed)
        process.freed.connect(self._hand_out)
        process.ended.connect(lambda why: self._died(process, name, why))
        self._processes.append(process)
        for number in sorted(self._there):
            process.add(number, self._folder / f"layer-{number}")

    def _end(self) -> list[Job]:
        """End all processes; give what they had still to do."""
        ending, self._processes = self._processes, []
        for process in ending:
            process.part()
        for process in ending:
            process.close()
        return [job for process in ending for job in process.jobs]

    def _give_up(self) -> None:
        """Paint here from now on: the processes cannot be given what they need."""
        self._wanted = self._end() + self._wanted
        self._hand_out()

    def _announce(self, number: int) -> None:
        if self._folder is None or number not in self._layers:
            self._remove(number)
            return
        self._there.add(number)
        for process in self._processes:
            process.add(number, self._folder / f"layer-{number}")
        self._hand_out()

    def _hand_out(self) -> None:
        if not self._processes:
            self._here.want(self._wanted)
            return
        waiting = []
        for job in self._wanted:
            free = min(self._processes, key=lambda process: len(process.jobs))
            if free.has_room and self._there.issuperset(job.layers):
                free.do(job)
            else:
                waiting.append(job)
        self._wanted = waiting

    def _deliver(self, job: Job, image: QImage, complete: bool) -> None:
        if complete and job in self._wanted:
            self._wanted.remove(job)
        self.painted.emit(job, image, complete)

    def _failed(self, job: Job, detail: str) -> None:
        _log.error("a picture could not be painted: %s", detail)
        self.painted.emit(job, blank(job.view), True)

    def _died(self, process: RenderProcess, name: str, why: str) -> None:
        """Start another and give it the same work, unless that is what kills it."""
        _log.error("a render process ended: %s", why)
        self._processes.remove(process)
        lost = process.jobs
        for job in lost[:1]:
            self._suspects[job] = self._suspects.get(job, 0) + 1
        deadly = [job for job in lost if self._suspects.get(job, 0) > 1]
        self._wanted = [job for job in lost if job not in deadly] + self._wanted
        now_s = time.monotonic()
        self._deaths_s = [*(then for then in self._deaths_s if now_s - then < DEATHS_WITHIN_S), now_s]
        if len(self._deaths_s) < MOST_DEATHS:
            self._start(name)
        for job in deadly:
            self._failed(job, "it ended two processes")
        self._hand_out()


class _Storing:
    """Writes layers where the processes find them, one after the other, beside the main thread."""

    def __init__(self, done: Callable[[int], object], failed: Callable[[], object]) -> None:
        self._done, self._failed = done, failed
        self._waiting: list[tuple[int, SceneLayer, Path]] = []
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def put(self, number: int, layer: SceneLayer, path: Path) -> None:
        with self._changed:
            self._waiting.append((number, layer, path))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._closed or not self._waiting:
                    self._thread = None
                    return
                number, layer, path = self._waiting.pop(0)
            try:
                store(path, layer)
            except OSError:
                _log.exception("a layer could not be given to the render processes")
                self._failed()
                continue
            self._done(number)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            thread = self._thread
        if thread is not None:
            thread.join()


class _Here(QObject):
    """Paints in the main thread, a slice at a time."""

    painted = Signal(object, QImage, bool)

    def __init__(self, layers: dict[int, SceneLayer], parent: QObject) -> None:
        super().__init__(parent)
        self._layers = layers
        self._wanted: list[Job] = []
        self._now: tuple[Job, QImage, Generator[None, None, None]] | None = None
        self._shown_s = 0.0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._slice)

    def want(self, jobs: Sequence[Job]) -> None:
        """Paint these and nothing else."""
        self._wanted = list(jobs)
        if self._now is not None and self._now[0] not in jobs:
            self._now[2].close()
            self._now = None
        if self._wanted:
            self._timer.start(0)
        else:
            self._timer.stop()

    def _slice(self) -> None:
        until_s = time.monotonic() + SLICE_S
        while time.monotonic() < until_s:
            if self._now is None:
                if not self._wanted:
                    self._timer.stop()
                    return
                image = blank(self._wanted[0].view)
                self._now = (self._wanted[0], image, work(image, self._wanted[0], self._layers))
                self._shown_s = time.monotonic()
            job, image, steps = self._now
            if next(steps, self) is self:
                self._now = None
                self._wanted.remove(job)
                self.painted.emit(job, image, True)
                return
        if self._now is not None and time.monotonic() - self._shown_s > PARTIAL_S:
            self._shown_s = time.monotonic()
            self.painted.emit(self._now[0], self._now[1].copy(), False)
