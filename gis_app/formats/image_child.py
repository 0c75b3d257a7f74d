"""The far end of the image reader: takes commands line by line, reads into memory that both ends map."""

from __future__ import annotations

import json
import mmap
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np

from gis_app.formats.grid import Pixels
from gis_app.formats.image import Image
from gis_app.formats.packing import message_data
from gis_app.language import Refused
from gis_app.worker.limits import Limits, confine

MEMORY_BYTES = 1 << 30
NICE = 10


def main() -> None:
    """Read until the near end closes standard input.

    Arguments: file of the slots, bytes of one, folder of overviews. Without slots it builds overviews, and
    gives way to everybody else.
    """
    slots, slot_bytes, cache = sys.argv[-3], int(sys.argv[-2]), Path(sys.argv[-1])
    commands: SimpleQueue[dict[str, Any]] = SimpleQueue()
    threading.Thread(target=_listen, args=(commands,), daemon=True).start()
    confine(Limits(time_s=1e8, memory_bytes=MEMORY_BYTES))
    images: dict[str, Image] = {}
    if not slots:
        if hasattr(os, "nice"):
            os.nice(NICE)
        _serve(commands, images, None, slot_bytes, cache)
    with open(slots, "r+b") as stream, mmap.mmap(stream.fileno(), 0) as memory:
        _serve(commands, images, memory, slot_bytes, cache)


def _listen(commands: SimpleQueue[dict[str, Any]]) -> None:
    for line in sys.stdin.buffer:
        commands.put(json.loads(line))
    os._exit(0)


def _serve(
    commands: SimpleQueue[dict[str, Any]],
    images: dict[str, Image],
    memory: mmap.mmap | None,
    slot_bytes: int,
    cache: Path,
) -> None:
    say({"ready": os.getpid()})
    while True:
        command = commands.get()
        try:
            for reply in perform(command, images, memory, slot_bytes, cache):
                say(reply)
        except Refused as refused:
            say({"refused": command, "message": message_data(refused.message)})
        except Exception as error:  # the near end tells it; a child has nobody to talk to
            say({"failed": command, "detail": f"{type(error).__name__}: {error}"})


def perform(
    command: Mapping[str, Any],
    images: dict[str, Image],
    memory: mmap.mmap | None,
    slot_bytes: int,
    cache: Path,
) -> Iterator[dict[str, Any]]:
    """Do what a command says, and give what is to be told of it.

    ``open`` places an image; ``job`` reads some ground into a slot; ``take`` looks for a new overview;
    ``build`` builds one; ``close`` lets go.
    """
    if "open" in command:
        yield _open(command, images, cache)
    elif "close" in command:
        image = images.pop(command["close"], None)
        if image is not None:
            image.close()
    elif "take" in command:
        yield {"taken": command["take"], "there": images[command["take"]].take_overview()}
    elif "build" in command:
        id = command["build"]
        images[id].build_overview(lambda share: say({"building": id, "share": round(share, 3)}))
        yield {"built": id}
    else:
        width, height = command["size"]
        pixels = images[command["image"]].ground(tuple(command["bounds"]), (height, width))
        assert memory is not None
        yield {"job": command["job"], **put(pixels, memory, command["slot"] * slot_bytes)}


def _open(command: Mapping[str, Any], images: dict[str, Image], cache: Path) -> dict[str, Any]:
    id, affine = command["open"], command["affine"]
    image = Image(
        Path(command["path"]),
        command["project_crs"],
        cache,
        None if affine is None else tuple(affine),
        command["crs"],
        command.get("service"),
    )
    images[id] = image
    return {
        "opened": id,
        "size": list(image.size),
        "bounds": list(image.bounds(command["project_crs"], command["crs"])),
        "needs_overview": image.needs_overview,
        "shift_hint": image.shift_hint,
    }


def put(pixels: Pixels, memory: mmap.mmap, start: int) -> dict[str, bool]:
    """Write a picture as the screen has it: blue, green, red, opacity, each weighed by opacity.

    Returns
    -------
    dict
        ``empty``: nothing of it is seen; ``opaque``: nothing is seen through it.
    """
    opacity = pixels[..., 3]
    low, high = int(opacity.min()), int(opacity.max())
    if high == 0:
        return {"empty": True, "opaque": False}
    target = np.ndarray(pixels.shape, np.uint8, memory, start)
    if low == 255:
        target[:] = pixels[..., [2, 1, 0, 3]]
    else:
        weight = opacity.astype(np.uint16)[..., None]
        target[..., :3] = (pixels[..., 2::-1] * weight + 127) // 255
        target[..., 3] = opacity
    return {"empty": False, "opaque": low == 255}


def say(message: Mapping[str, Any]) -> None:
    """Send one line to the near end."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
