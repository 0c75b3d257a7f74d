"""The far end: what a child process does from its first line to its reply."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
import threading
from pathlib import Path
from typing import Any

REQUEST, ARRAYS_IN, REPLY, ARRAYS_OUT, WORKPLACE = "request.json", "in.npz", "reply.json", "out.npz", "work"
ORPHANED = 70  # exit code of a child whose parent is gone


def main() -> None:
    """Run the job whose folder is the last argument, and leave reply and arrays there."""
    folder = Path(sys.argv[-1])
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    try:
        _leave(folder, _perform(folder))
    except MemoryError:
        _leave(folder, {"fault": "memory", "detail": ""})
    except Exception as error:  # the parent tells it; a child has nobody to talk to
        _leave(folder, {"fault": "crashed", "detail": f"{type(error).__name__}: {error}"})
    os._exit(0)  # libraries loaded here have nothing left to write and may fail on the way out


def _perform(folder: Path) -> dict[str, Any]:
    request = json.loads((folder / REQUEST).read_text("utf-8"))
    for name in request["keep_out"]:
        sys.modules[name] = None  # type: ignore[assignment]
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


def _end_with_parent(folder: Path) -> None:
    # The parent holds the other end of standard input and writes nothing: the end of it is the parent's end.
    while os.read(0, 1):
        continue
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(ORPHANED)
