"""What a writer process does: take a prepared table and write it to an empty folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gis_app.formats.kinds import formats
from gis_app.formats.packing import message_data, unpack
from gis_app.formats.table import Column
from gis_app.language import Refused


def write(
    request: dict[str, Any], arrays: dict[str, Column], folder: Path
) -> tuple[dict[str, Any], dict[str, Column]]:
    """Write one set.

    Parameters
    ----------
    request : dict
        ``path`` of the main file, ``format``, ``encoding``, ``table``.
    arrays : dict
        The table's.
    folder : Path
        Not used.

    Returns
    -------
    tuple[dict, dict]
        Nothing, or ``refused`` with a message, or ``failed`` with number and text of the system's error.
    """
    chosen = next(each for each in formats() if each.id == request["format"])
    assert chosen.write is not None
    try:
        chosen.write(Path(request["path"]), unpack(request["table"], arrays, "0"), request["encoding"])
    except Refused as refused:
        return {"refused": message_data(refused.message)}, {}
    except OSError as error:
        return {"failed": [error.errno or 0, error.strerror or str(error)]}, {}
    return {}, {}
