"""The near end of a render process: sends layers and jobs, hands on pictures, tells when it died."""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QTimer, Signal
from PySide6.QtGui import QImage

from gis_app.render import starting
from gis_app.render.child import SLOT_BYTES, SLOTS
from gis_app.render.tile import Job
from gis_app.render.work import blank

_END_MS = 300


class RenderProcess(QObject):
    """One child process that paints; it ends when this end does, whatever ends it.

    Parameters
    ----------
    folder
        Where the layers are stored; the child removes it when it is left alone.
    name
        Of this process among those that share the folder.
    ahead
        The process itself, where it was started before.
    """

    painted = Signal(object, QImage, bool)
    """A job, its picture so far, whether it is complete."""
    failed = Signal(object, str)
    """A job that cannot be painted, and what is known of the cause."""
    freed = Signal()
    """There is room for another job."""
    ended = Signal(str)
    """The process is gone without having been asked to go; why."""

    def __init__(
        self, folder: Path, name: str, parent: QObject | None = None, ahead: QProcess | None = None
    ) -> None:
        super().__init__(parent)
        self._folder, self._name = folder, name
        self._jobs: dict[int, tuple[Job, int]] = {}
        self._slots: mmap.mmap | None = None
        self._count = 0
        self._rest = b""
        self.ready = False
        self._process = ahead or QProcess()
        self._process.setParent(self)
        self._process.readyReadStandardOutput.connect(self._hear)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._error)
        if ahead is None:
            starting.start(self._process, folder, name)
        else:
            QTimer.singleShot(0, self, self._hear)  # it may have spoken before anybody listened

    @property
    def pid(self) -> int:
        """The system's number of the process."""
        return int(self._process.processId())

    @property
    def jobs(self) -> list[Job]:
        """What it has to do, in order."""
        return [job for job, _ in self._jobs.values()]

    @property
    def has_room(self) -> bool:
        """Whether another job would not wait for long."""
        return len(self._jobs) < SLOTS

    def add(self, number: int, path: Path) -> None:
        """Make a stored layer known."""
        self._send({"layer": number, "file": str(path)})

    def forget(self, number: int) -> None:
        """Let go of a layer."""
        self._send({"forget": number})

    def do(self, job: Job) -> None:
        """Send a job; there must be room."""
        view = job.view
        self._count += 1
        slot = min(set(range(SLOTS)) - {taken for _, taken in self._jobs.values()})
        self._jobs[self._count] = (job, slot)
        command = {
            "job": self._count,
            "view": [*view.centre, view.scale, *view.size_px, view.dpi, view.rotation_deg],
            "layers": list(job.layers),
            "names": job.names,
        }
        self._send(command | ({"file": str(self._file(self._count))} if job.names else {"slot": slot}))

    def cancel(self, job: Job) -> None:
        """Give a job up; its room is free when the child has heard of it."""
        for number, (own, _) in self._jobs.items():
            if own == job:
                self._send({"cancel": number})

    def part(self) -> None:
        """Tell the child to end."""
        self._process.readyReadStandardOutput.disconnect(self._hear)
        self._process.finished.disconnect(self._finished)
        self._process.errorOccurred.disconnect(self._error)
        self._process.closeWriteChannel()
        if not self.ready:  # it would not notice before it has loaded everything
            self._process.kill()

    def close(self) -> None:
        """Wait for the end of a child that was told to end."""
        is_running = self._process.state() != QProcess.ProcessState.NotRunning
        if is_running and not self._process.waitForFinished(_END_MS):
            self._process.kill()
            self._process.waitForFinished(-1)
        if self._slots is not None:
            self._slots.close()

    def _send(self, command: Mapping[str, Any]) -> None:
        self._process.write((json.dumps(command) + "\n").encode("utf-8"))

    def _file(self, number: int) -> Path:
        return self._folder / f"names-{self._name}-{number}"

    def _hear(self) -> None:
        *lines, self._rest = (self._rest + self._process.readAllStandardOutput().data()).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "ready" in message:
                self._begin()
            else:
                self._take(message)

    def _begin(self) -> None:
        """Map the tiles that the child has made room for."""
        with starting.slots(self._folder, self._name).open("r+b") as stream:
            self._slots = mmap.mmap(stream.fileno(), SLOTS * SLOT_BYTES)
        self.ready = True

    def _take(self, message: Mapping[str, Any]) -> None:
        number, state = message["job"], message["state"]
        if state == "partial":
            job, slot = self._jobs[number]
            if not job.names:
                self.painted.emit(job, self._picture(job, number, slot), False)
            return
        job, slot = self._jobs.pop(number)
        if state == "done":
            self.painted.emit(job, self._picture(job, number, slot), True)
        elif state == "failed":
            self.failed.emit(job, message["detail"])
        self.freed.emit()

    def _picture(self, job: Job, number: int, slot: int) -> QImage:
        if job.names:
            pixels: Any = self._names(self._file(number))
        else:
            assert self._slots is not None
            pixels = memoryview(self._slots)[slot * SLOT_BYTES : (slot + 1) * SLOT_BYTES]
        width, height = job.view.size_px
        if not pixels:
            return blank(job.view)
        return QImage(pixels, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()

    @staticmethod
    def _names(path: Path) -> bytes:
        try:
            pixels = path.read_bytes()
        except FileNotFoundError:  # the folder went with the window that asked
            return b""
        with suppress(PermissionError):  # still open at the other end on some systems; goes with the folder
            path.unlink()
        return pixels

    def _error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.ended.emit(self._process.errorString())

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        errors = starting.errors(self._folder, self._name)
        tail = errors.read_bytes()[-2000:].decode("utf-8", "replace") if errors.exists() else ""
        self.ended.emit(f"{status.name} {code}: {tail}")
