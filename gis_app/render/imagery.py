"""The near end of the image reader: asks for pieces of ground, hands on their pictures, watches the child."""

from __future__ import annotations

import json
import mmap
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal
from PySide6.QtGui import QImage

from gis_app.render.piece import PIECE_PX, Piece, Placed

SLOTS = 3
SLOT_BYTES = PIECE_PX * PIECE_PX * 4
MOST_S = 30.0
"""A piece that takes longer is given up, and the child with it."""
MOST_BYTES = 700 << 20
RESTARTS = 3
_END_MS = 300
_ROOT = str(Path(__file__).resolve().parents[2])
_START = "import sys; sys.path.append(sys.argv[1]); from gis_app.formats.image_child import main; main()"


class _Child(QObject):
    """One child process that is told and tells things line by line."""

    told = Signal(object)
    gone = Signal(str)

    def __init__(self, folder: Path, name: str, slots: Path | None, cache: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._rest = b""
        self._errors = folder / f"errors-{name}.txt"
        self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        for key, value in (("OPENBLAS_NUM_THREADS", "1"), ("OMP_NUM_THREADS", "1"), ("PYTHONUTF8", "1")):
            environment.insert(key, value)
        self._process.setProcessEnvironment(environment)
        self._process.setStandardErrorFile(str(self._errors))
        self._process.readyReadStandardOutput.connect(self._hear)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._error)
        # -P: the working folder may not offer modules of its own
        place = [str(slots) if slots is not None else "", str(SLOT_BYTES), str(cache)]
        self._process.start(sys.executable, ["-P", "-c", _START, _ROOT, *place])

    @property
    def pid(self) -> int:
        return int(self._process.processId())

    def tell(self, command: Mapping[str, Any]) -> None:
        self._process.write((json.dumps(command) + "\n").encode("utf-8"))

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self._process.readyReadStandardOutput.disconnect(self._hear)
        self._process.finished.disconnect(self._finished)
        self._process.errorOccurred.disconnect(self._error)
        self._process.closeWriteChannel()
        is_running = self._process.state() != QProcess.ProcessState.NotRunning
        if is_running and not self._process.waitForFinished(_END_MS):
            self._process.kill()
            self._process.waitForFinished(-1)

    def _hear(self) -> None:
        *lines, self._rest = (self._rest + self._process.readAllStandardOutput().data()).split(b"\n")
        for line in lines:
            self.told.emit(json.loads(line))

    def _error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.gone.emit(self._process.errorString())

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        tail = self._errors.read_bytes()[-2000:].decode("utf-8", "replace") if self._errors.exists() else ""
        self.gone.emit(f"{status.name} {code}: {tail}")


class ImageReader(QObject):
    """Reads images in a process of its own, and builds overviews in another that gives way.

    Parameters
    ----------
    cache
        Folder of overviews.
    """

    opened = Signal(str, object)
    """An image's id and what is known of it: ``bounds``, ``size``, ``needs_overview``, ``shift_hint``."""
    refused = Signal(str, object)
    """An image's id and the message, as data, that says why it cannot be shown."""
    troubled = Signal(str, object)
    """An image's id and the message, as data, of what of it could not be read."""
    painted = Signal(object, object)
    """A piece and its picture; None where nothing of it is seen."""
    building = Signal(str, float)
    """An image's id and which share of its overview is built; 1 when it is used."""
    ended = Signal(str)
    """The process came to its end too often; nothing more is read."""

    def __init__(self, cache: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._folder: Path | None = None
        self._memory: mmap.mmap | None = None
        self._reader: _Child | None = None
        self._builder: _Child | None = None
        self._images: dict[str, Placed] = {}
        self._waiting: list[Piece] = []
        self._jobs: dict[int, tuple[Piece, int, float]] = {}
        self._to_build: list[str] = []
        self._count = self._starts = 0
        self._watch = QTimer(self, interval=1000)
        self._watch.timeout.connect(self._look)

    # --- what is asked

    def open(self, image: Placed) -> None:
        """Make an image known; ``opened`` or ``refused`` follows."""
        self._images[image.id] = image
        self._started().tell(image.command())

    def forget(self, id: str) -> None:
        """Let go of an image."""
        if self._images.pop(id, None) is not None and self._reader is not None:
            self._reader.tell({"close": id})
        self._waiting = [piece for piece in self._waiting if piece.image != id]
        if id in self._to_build:
            self.stop_building(id)

    def want(self, pieces: Sequence[Piece]) -> None:
        """Read these, the first first, instead of what was wanted before and is not yet being read."""
        under_way = {piece for piece, _, _ in self._jobs.values()}
        self._waiting = [piece for piece in pieces if piece not in under_way]
        self._feed()

    def build(self, id: str) -> None:
        """Build an image's overview beside everything else."""
        if id in self._images and id not in self._to_build:
            self._to_build.append(id)
            if len(self._to_build) == 1:
                self._build_next()

    def stop_building(self, id: str) -> None:
        """Give an overview up; nothing of it stays."""
        if self._to_build and self._to_build[0] == id and self._builder is not None:
            self._builder.close()
            self._builder = None
        self._to_build.remove(id)
        for left in self._cache.glob("*.part"):
            left.unlink(missing_ok=True)
        self._build_next()

    @property
    def pids(self) -> list[int]:
        """The system's numbers of its processes."""
        return [child.pid for child in (self._reader, self._builder) if child is not None]

    def close(self) -> None:
        """End the processes."""
        self._watch.stop()
        self._waiting.clear()
        self._jobs.clear()
        self._to_build.clear()
        for child in (self._reader, self._builder):
            if child is not None:
                child.close()
        self._reader = self._builder = None
        if self._memory is not None:
            self._memory.close()
            self._memory = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    # --- the reader

    def _started(self) -> _Child:
        if self._reader is not None:
            return self._reader
        slots = self._place() / "slots"
        if self._memory is None:
            with slots.open("w+b") as stream:
                stream.truncate(SLOTS * SLOT_BYTES)
                self._memory = mmap.mmap(stream.fileno(), SLOTS * SLOT_BYTES)
        self._starts += 1
        self._reader = _Child(self._place(), f"reader-{self._starts}", slots, self._cache, self)
        self._reader.told.connect(self._hear)
        self._reader.gone.connect(self._fell)
        self._watch.start()
        return self._reader

    def _place(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="parkplan-imagery-"))
        return self._folder

    def _feed(self) -> None:
        while self._reader is not None and self._waiting and len(self._jobs) < SLOTS - 1:
            piece = self._waiting.pop(0)
            slot = min(set(range(SLOTS)) - {taken for _, taken, _ in self._jobs.values()})
            self._count += 1
            self._jobs[self._count] = (piece, slot, time.monotonic())
            place = {"image": piece.image, "bounds": list(piece.bounds), "size": list(piece.size)}
            self._reader.tell({"job": self._count, "slot": slot, **place})

    def _hear(self, message: Mapping[str, Any]) -> None:
        command = message.get("refused") or message.get("failed") or {}
        if "opened" in message:
            if message["opened"] in self._images:
                self.opened.emit(message["opened"], message)
        elif "taken" in message:
            self.building.emit(message["taken"], 1.0)
        elif "open" in command:
            self._images.pop(command["open"], None)
            self.refused.emit(command["open"], message.get("message") or _said(message))
        elif "job" in message or "job" in command:
            number = message["job"] if "job" in message else command["job"]
            piece, slot, _ = self._jobs.pop(number)
            if "job" in command:
                self.troubled.emit(piece.image, message.get("message") or _said(message))
            self.painted.emit(piece, self._picture(piece, slot, message))
            self._feed()

    def _picture(self, piece: Piece, slot: int, message: Mapping[str, Any]) -> QImage | None:
        if message.get("empty", True) or self._memory is None:
            return None
        width, height = piece.size
        kind = QImage.Format.Format_RGB32 if message["opaque"] else QImage.Format.Format_ARGB32_Premultiplied
        pixels = memoryview(self._memory)[slot * SLOT_BYTES : (slot + 1) * SLOT_BYTES]
        return QImage(pixels, width, height, width * 4, kind).copy()

    def _look(self) -> None:
        """End a child that takes too long over one piece or too much memory."""
        import psutil

        if self._reader is None:
            return
        late = any(time.monotonic() - begun > MOST_S for _, _, begun in self._jobs.values())
        try:
            is_large = psutil.Process(self._reader.pid).memory_info().rss > MOST_BYTES
        except psutil.Error:
            is_large = False
        if late or is_large:
            self._reader.kill()

    def _fell(self, reason: str) -> None:
        """Start again with everything but the piece that it fell over."""
        lost = [piece for piece, _, _ in self._jobs.values()]
        self._jobs.clear()
        if self._reader is not None:
            self._reader.deleteLater()
            self._reader = None
        if self._starts > RESTARTS:
            self._waiting.clear()
            self.ended.emit(reason)
            return
        for image in self._images.values():
            self._started().tell(image.command())
        for piece in lost[:1]:
            self.painted.emit(piece, None)
        self._waiting = lost[1:] + self._waiting
        self._feed()

    # --- the builder

    def _build_next(self) -> None:
        if not self._to_build:
            if self._builder is not None:
                self._builder.close()
                self._builder = None
            return
        if self._builder is None:
            self._builder = _Child(self._place(), "builder", None, self._cache, self)
            self._builder.told.connect(self._hear_builder)
            self._builder.gone.connect(self._builder_fell)
        self._builder.tell(self._images[self._to_build[0]].command())
        self._builder.tell({"build": self._to_build[0]})

    def _hear_builder(self, message: Mapping[str, Any]) -> None:
        if "building" in message:
            self.building.emit(message["building"], min(0.999, message["share"]))
        elif "built" in message:
            self._started().tell({"take": message["built"]})
            self._built()
        elif "refused" in message or "failed" in message:
            self.refused.emit(self._to_build[0], message.get("message") or _said(message))
            self._built()

    def _built(self) -> None:
        self._to_build.pop(0)
        self._build_next()

    def _builder_fell(self, reason: str) -> None:
        self._builder = None
        if self._to_build:
            self.refused.emit(self._to_build[0], _said({"detail": reason}))
            self._built()


def _said(message: Mapping[str, Any]) -> dict[str, Any]:
    """Give an unforeseen failure as the data of a message."""
    return {"id": "render.image_failed", "values": {"detail": message["detail"]}}
