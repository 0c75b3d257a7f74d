"""The far end: what a child process does from its first line to its reply."""

from __future__ import annotations

import gc
import importlib
import json
import os
import queue
import shutil
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

REQUEST, ARRAYS_IN, REPLY, ARRAYS_OUT, WORKPLACE = "request.json", "in.box", "reply.json", "out.box", "work"
ORPHANED = 70  # exit code of a child whose parent is gone


def main() -> None:
    """Run jobs one after the other: each line on standard input names a job's folder.

    Reply and arrays are left there. Arguments: the program's folder, and, if there is time before the first
    job, as JSON what to get ready, and a private folder for that.
    """
    folders: queue.SimpleQueue[Path] = queue.SimpleQueue()
    own = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    threading.Thread(target=_listen, args=(folders, own), daemon=True).start()
    if own is not None:
        ahead = json.loads(sys.argv[2])
        _keep_out(ahead["keep_out"])
        gc.disable()  # what is imported stays; to look through it again and again is a tenth of the time
        getattr(importlib.import_module(ahead["module"]), ahead["function"])(ahead["request"], own)
        gc.freeze()
        gc.enable()
    while True:
        folder = folders.get()
        os.chdir(folder / WORKPLACE)
        try:
            reply = _perform(folder)
        except MemoryError:
            reply = {"fault": "memory", "detail": ""}
        except Exception as error:  # the parent tells it; a child has nobody to talk to
            reply = {"fault": "crashed", "detail": f"{type(error).__name__}: {error}"}
        os.chdir(
            folder.parent
        )  # the parent removes the folder, which no system allows while somebody is in it
        _leave(folder, reply)


def _keep_out(names: Sequence[str]) -> None:
    for name in names:
        sys.modules[name] = None  # type: ignore[assignment]


def _perform(folder: Path) -> dict[str, Any]:
    request = json.loads((folder / REQUEST).read_text("utf-8"))
    _keep_out(request["keep_out"])
    from gis_app.worker import box
    from gis_app.worker.limits import Limits, confine

    confine(Limits(request["time_s"], request["memory_bytes"]))
    arrays = box.load(folder / ARRAYS_IN) if (folder / ARRAYS_IN).exists() else {}
    function = getattr(importlib.import_module(request["module"]), request["function"])
    value, results = function(request["request"], arrays, folder / WORKPLACE)
    if results:
        box.save(folder / ARRAYS_OUT, results)
    return {"value": value}


def _leave(folder: Path, reply: dict[str, Any]) -> None:
    part = folder / (REPLY + ".part")
    part.write_text(json.dumps(reply, ensure_ascii=False), "utf-8")
    os.replace(part, folder / REPLY)


def _listen(folders: queue.SimpleQueue[Path], own: Path | None) -> None:
    # The parent holds the other end of standard input: the end of it is the parent's end, or its wish to
    # end this.
    folder = None
    while line := sys.stdin.readline():
        folder = Path(line.rstrip("\n"))
        folders.put(folder)
    for left in (folder, own):
        if left is not None:
            shutil.rmtree(left, ignore_errors=True)
    os._exit(ORPHANED)  # libraries loaded here have nothing left to write and may fail on the way out
