"""The second reader, for files that the first one refuses; only ever in a reader process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.formats.drivers import Raw, Unopened
from gis_app.formats.table import objects

_TYPES = {
    "int": "OFTInteger64",
    "float": "OFTReal",
    "str": "OFTString",
    "date": "OFTDate",
    "bool": "OFSTBoolean",
}
_TYPES |= {"int32": "OFTInteger", "int64": "OFTInteger64", "datetime": "OFTDateTime", "bytes": "OFTBinary"}


def layers(path: Path) -> list[str]:
    """List the layers of a file.

    Parameters
    ----------
    path : Path
        A private copy.

    Returns
    -------
    list[str]
        Their names.

    Raises
    ------
    Unopened
        The library refused.
    """
    import fiona

    try:
        return list(fiona.listlayers(path))
    except (fiona.errors.FionaError, ValueError, OSError) as error:
        raise Unopened(str(error)) from error


def read_layer(path: Path, layer: str | None, *, attributes: bool) -> Raw:
    """Read a layer.

    Parameters
    ----------
    path : Path
        A private copy.
    layer : str, optional
        Its name; the first one when not given.
    attributes : bool
        Whether fields are wanted too.

    Returns
    -------
    Raw
        In the same form as that of the first reader.

    Raises
    ------
    Unopened
        The library refused.
    """
    import fiona

    try:
        with fiona.open(
            path, layer=layer, ignore_fields=None if attributes else _fields(path, layer)
        ) as opened:
            schema = dict(opened.schema["properties"])
            kind = opened.schema["geometry"]
            features = [(int(each["id"]), each["geometry"], each["properties"]) for each in opened]
    except (fiona.errors.FionaError, ValueError, OSError, KeyError) as error:
        raise Unopened(str(error)) from error
    names = list(schema)
    values: list[NDArray[Any]] = [objects(each[2].get(name) for each in features) for name in names]
    return Raw(
        names=names,
        types=[_TYPES.get(str(schema[name]).split(":")[0], "OFTOther") for name in names],
        values=values,
        fids=np.array([each[0] for each in features], dtype=np.int64),
        wkb=None if kind == "None" else objects(_wkb(each[1]) for each in features),
        geometry_type=None if kind == "None" else str(kind).split()[-1],
        notes=[],
    )


def _fields(path: Path, layer: str | None) -> list[str]:
    import fiona

    with fiona.open(path, layer=layer) as opened:
        return list(opened.schema["properties"])


def _wkb(geometry: Any) -> bytes | None:
    if geometry is None:
        return None
    try:
        made: bytes = shapely.to_wkb(shapely.geometry.shape(geometry))
    except (ValueError, TypeError, shapely.errors.GEOSException):
        return None
    return made
