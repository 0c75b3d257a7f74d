"""Reads the table of a layer whole, by GDAL, in a process of its own.

In the process that has the project open GDAL would break SQLite's locks on it; beside it, it only reads. What
it read lies in files that hold one array each, and ``bulk.py`` takes them over.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from gis_app.project_file.arrow import Piece, pieces

VALUES, LENGTHS, VALID = "values", "lengths", "valid"
_ROWS = 65_536


def read(
    request: dict[str, Any], _arrays: dict[str, NDArray[Any]], _folder: Path
) -> tuple[Any, dict[str, NDArray[Any]]]:
    """Write the columns of a table into a folder; what each is, and which step of the journal was the last.

    Parameters
    ----------
    request
        ``file``, ``table``, ``columns`` (names in the file) and ``into``, the folder.
    """
    import pyogrio
    from pyogrio import raw

    into = Path(request["into"])
    _, _, _, (seq,) = raw.read(request["file"], sql="SELECT seq FROM parkplan_head")
    with ExitStack() as stack:
        options = {"use_pyarrow": False, "return_fids": True, "batch_size": _ROWS}
        _, stream = stack.enter_context(
            pyogrio.open_arrow(request["file"], layer=request["table"], columns=request["columns"], **options)
        )
        columns: dict[str, _Column] = {}
        for batch in pieces(stream.__arrow_c_stream__()):
            for place, (name, piece) in enumerate(batch.items()):
                if name not in columns:
                    columns[name] = _Column(into / str(place), stack)
                columns[name].take(piece)
    told = {
        name: [place, column.form, column.counted] for place, (name, column) in enumerate(columns.items())
    }
    return {"seq": int(seq[0]), "columns": told}, {}


class _Column:
    """A column on its way into files: values, which there are, and where they are bytes how many each has."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self._path, self._stack = path, stack
        self._files: dict[str, IO[bytes]] = {}
        self.form, self.counted = "", 0

    def take(self, piece: Piece) -> None:
        """Append some rows."""
        count = len(piece.values if piece.lengths is None else piece.lengths)
        self.form = "bytes" if piece.lengths is not None else piece.values.dtype.str
        self._append(VALUES, piece.values)
        if piece.lengths is not None:
            self._append(LENGTHS, piece.lengths)
        self._append(VALID, np.ones(count, dtype=bool) if piece.valid is None else piece.valid)
        self.counted += count

    def _append(self, part: str, values: NDArray[Any]) -> None:
        if part not in self._files:
            path = self._path.with_suffix(f".{part}")
            self._files[part] = self._stack.enter_context(path.open("wb"))
        self._files[part].write(np.ascontiguousarray(values).data)
