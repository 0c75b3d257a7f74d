"""Photographs made small in a child: they may be anybody's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from gis_app.formats.photograph import job
from gis_app.worker.crew import WorkerFault, run


def made_small(paths: list[Path], box_px: tuple[int, int]) -> list[NDArray[Any] | None]:
    """Give each picture, (height, width, 4) of bytes that fit a box; None for what is none.

    Where one of them broke the reader the list is empty: none is shown, all can still be opened.
    """
    if not paths:
        return []
    try:
        reply = run(job([path.absolute() for path in paths], box_px))
    except WorkerFault:
        return []
    return [reply.arrays.get(str(number)) for number in range(len(paths))]
