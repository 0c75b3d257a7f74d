"""The far end of a render process: takes commands line by line, paints into a file both ends have mapped."""

from __future__ import annotations

import json
import mmap
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from gis_app.language import Refused
from gis_app.render.label import Label, Placed, paint_label
from gis_app.render.painter import application
from gis_app.render.scene import SceneLayer
from gis_app.render.stored import stored
from gis_app.render.symbol import LabelStyle
from gis_app.render.tile import TILE_PX, Job
from gis_app.render.view import View
from gis_app.render.work import blank, work

SLOTS = 3
SLOT_BYTES = TILE_PX * TILE_PX * 4
SWITCH_S = 0.0005
"""A command waits no longer than this for the painting to let it in."""
PARTIAL_S = 0.1
"""A picture that takes longer is shown unfinished as often."""


def main() -> None:
    """Paint until the near end closes standard input; arguments: folder of the scene, file of the slots."""
    folder, slots = Path(sys.argv[-2]), Path(sys.argv[-1])
    if sys.platform not in ("win32", "darwin"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"  # a process that only paints needs no screen
    sys.setswitchinterval(SWITCH_S)
    inbox = Inbox()
    threading.Thread(target=inbox.fill, args=(folder,), daemon=True).start()
    application()
    with slots.open("w+b") as stream:
        stream.truncate(SLOTS * SLOT_BYTES)
    with slots.open("r+b") as stream, mmap.mmap(stream.fileno(), 0) as memory:
        say({"ready": os.getpid()})
        warm_up()
        layers: dict[int, SceneLayer] = {}
        desk = Desk(inbox, memory)
        for command in inbox:
            perform(command, layers, desk)


def warm_up() -> None:
    """Write a name that nobody sees: fonts are looked for and letters outlined before they are wanted."""
    view = View((0.0, 0.0), 1.0, (32, 32))
    image = blank(view)
    painter = QPainter(image)
    with suppress(Refused):  # without a font the first picture says so
        paint_label(painter, Placed(Label("Aa", (16.0, 16.0), LabelStyle(3.0)), QRectF(image.rect())), view)
    painter.end()


class Inbox:
    """Commands in the order in which they came; those that cancel act at once."""

    def __init__(self) -> None:
        self._waiting: list[dict[str, Any]] = []
        self._cancelled: set[int] = set()
        self._changed = threading.Condition()

    def fill(self, folder: Path) -> None:
        """Read commands; when the near end is gone, remove what it left and end."""
        for line in sys.stdin.buffer:
            self.take(json.loads(line))
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)

    def take(self, command: dict[str, Any]) -> None:
        """Queue a command."""
        with self._changed:
            if "cancel" in command:
                self._cancelled.add(command["cancel"])
            else:
                self._waiting.append(command)
            self._changed.notify()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        while True:
            with self._changed:
                while not self._waiting:
                    self._cancelled.clear()  # jobs that were cancelled after they were done
                    self._changed.wait()
                command = self._waiting.pop(0)
            yield command

    def is_cancelled(self, job: int) -> bool:
        """Whether a job is no longer wanted."""
        with self._changed:
            return job in self._cancelled


@dataclass(frozen=True)
class Desk:
    """What a picture is painted with: the commands that come, the memory both ends see."""

    inbox: Inbox
    memory: mmap.mmap

    def slot(self, number: int, size_px: tuple[int, int]) -> QImage:
        """Give an empty tile, or a part of one, in the shared memory."""
        start = number * SLOT_BYTES
        pixels = memoryview(self.memory)[start : start + SLOT_BYTES]
        width, height = size_px
        image = QImage(pixels, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        return image


def perform(command: Mapping[str, Any], layers: dict[int, SceneLayer], desk: Desk) -> None:
    """Do what a command says, and tell how a picture ended."""
    if "layer" in command:
        with suppress(FileNotFoundError):  # forgotten before it was its turn
            layers[command["layer"]] = stored(Path(command["file"]))
    elif "forget" in command:
        layers.pop(command["forget"], None)
    else:
        number = command["job"]
        try:
            done = _paint(command, _job(command), layers, desk)
            say({"job": number, "state": "done" if done else "cancelled"})
        except Exception as error:  # the near end tells it; a child has nobody to talk to
            say({"job": number, "state": "failed", "detail": f"{type(error).__name__}: {error}"})


def _job(command: Mapping[str, Any]) -> Job:
    x, y, scale, width, height, dpi, rotation_deg = command["view"]
    view = View((x, y), scale, (width, height), dpi, rotation_deg)
    return Job(view, tuple(command["layers"]), command["names"])


def _paint(command: Mapping[str, Any], job: Job, layers: Mapping[int, SceneLayer], desk: Desk) -> bool:
    """Paint a tile right where the near end sees it, names into a file of their own; whether to the end."""
    number = command["job"]
    if desk.inbox.is_cancelled(number):  # its layers may be forgotten already
        return False
    image = blank(job.view) if job.names else desk.slot(command["slot"], job.view.size_px)
    shown_s = time.monotonic()
    for _ in work(image, job, layers):
        if desk.inbox.is_cancelled(number):
            return False
        if time.monotonic() - shown_s > PARTIAL_S and not job.names:
            say({"job": number, "state": "partial"})
            shown_s = time.monotonic()
    if job.names:
        Path(command["file"]).write_bytes(image.constBits())
    return True


def say(message: Mapping[str, Any]) -> None:
    """Send one line to the near end."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
