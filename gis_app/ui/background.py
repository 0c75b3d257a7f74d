"""Work beside the main thread: a thread that waits for processes, results as queued signals."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

JOIN_S = 10.0


class Cancelled(Exception):
    """The person no longer wants the result."""


class Job(QObject):
    """One piece of work; lives in the main thread, its function runs in its own."""

    progressed = Signal(object)
    done = Signal(object)
    failed = Signal(object)
    ended = Signal()
    _came = Signal(str, object)

    def __init__(self, work: Callable[[Job], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._stop = threading.Event()
        self.started_s = time.monotonic()
        self.thread_ = threading.Thread(target=self._run, name="work", daemon=True)
        self._came.connect(self._arrive, Qt.ConnectionType.QueuedConnection)

    @property
    def cancelled(self) -> bool:
        """Whether its result is no longer wanted."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Drop the work: it ends at its next step, and its result is not delivered."""
        self._stop.set()

    def tell(self, step: object) -> None:
        """From the work's own thread: say how far it is.

        Raises
        ------
        Cancelled
            The work is no longer wanted.
        """
        self.check()
        self._came.emit("progressed", step)

    def check(self) -> None:
        """From the work's own thread: go on only if the work is still wanted.

        Raises
        ------
        Cancelled
            It is not.
        """
        if self._stop.is_set():
            raise Cancelled

    def _run(self) -> None:
        try:
            result = self._work(self)
        except Cancelled:
            self._end("ended", None)
        except BaseException as error:
            self._end("failed", error)
        else:
            self._end("done", result)

    def _end(self, kind: str, value: object) -> None:
        with suppress(RuntimeError):  # the window was closed meanwhile, and nobody waits for it
            self._came.emit(kind, value)

    def _arrive(self, kind: str, value: object) -> None:
        if kind == "progressed":
            if not self.cancelled:
                self.progressed.emit(value)
            return
        if not self.cancelled and kind == "done":
            self.done.emit(value)
        elif not self.cancelled and kind == "failed":
            self.failed.emit(value)
        self.ended.emit()


class Workers(QObject):
    """The registry: holds every job until its thread has ended."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs: list[Job] = []

    def start(
        self,
        work: Callable[[Job], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        progressed: Callable[[Any], None] | None = None,
    ) -> Job:
        """Run ``work`` in a thread; the rest is called in the main thread."""
        job = Job(work, self)
        self.jobs.append(job)
        job.done.connect(done)
        job.failed.connect(failed)
        if progressed is not None:
            job.progressed.connect(progressed)
        job.ended.connect(lambda: self._forget(job))
        job.thread_.start()
        return job

    def close(self) -> None:
        """Cancel everything and wait for the threads."""
        for job in self.jobs:
            job.cancel()
        deadline = time.monotonic() + JOIN_S
        for job in self.jobs:
            job.thread_.join(max(0.0, deadline - time.monotonic()))

    def _forget(self, job: Job) -> None:
        job.thread_.join()
        if job in self.jobs:
            self.jobs.remove(job)
        job.deleteLater()
