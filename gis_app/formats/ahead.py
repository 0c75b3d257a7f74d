"""Reader processes started before it is known what they shall read; nothing else is imported for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from gis_app import worker
from gis_app.worker import WorkerFault

READER = "gis_app.formats.reader"
LEAN = ("geopandas", "pandas", "pyarrow")  # what the reading library would take in
AHEAD = 1
"""One reads the small files of a park sooner than two start."""


def prepare(path: Path, workers: int | None = None, encodings: Mapping[str, str] | None = None) -> None:
    """Start a reader process ahead of the files that are read next; it reads the small ones at once.

    Parameters
    ----------
    path : Path
        What will be opened; a GeoPackage may be a project file, and then nothing is read.
    workers : int, optional
        As of the reading; 0 starts none.
    encodings : Mapping[str, str], optional
        What will be said of the text of files, by their path in the folder.
    """
    if path.suffix.lower() == ".gpkg":
        return
    request = json.dumps({"path": str(path.absolute()), "encodings": dict(encodings or {})})
    with suppress(WorkerFault):  # the reading says so
        count = AHEAD if workers is None else min(AHEAD, workers)
        worker.prepare(READER, "get_ready", count, LEAN, request)
