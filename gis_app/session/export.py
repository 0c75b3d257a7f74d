"""A layer of a project written for others, never over what another program changed there unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_app.formats import Table, Written, format_of, losses, write
from gis_app.formats.install import digest
from gis_app.formats.table import geometry_type_of
from gis_app.geometry.crs import epsg_of
from gis_app.language import Message, Refused
from gis_app.model import GEOMETRY, Layer, Project
from gis_app.project_file import ProjectFile
from gis_app.project_file.column import columns_of

Tell = Callable[[Message], None]


def export_layer(
    stored: ProjectFile,
    project: Project,
    layer: str,
    target: Path,
    *,
    encoding: str = "UTF-8",
    overwrite: bool = False,
    over_changed: bool = False,
    workers: int | None = None,
    tell: Tell = lambda message: None,
) -> Written:
    """Write one layer; the target is whole at every moment, also when the program ends meanwhile.

    Parameters
    ----------
    layer
        Id of the layer.
    overwrite
        Whether a set that is there may be replaced; it is kept in a hidden folder beside it.
    over_changed
        Whether it may be replaced although another program changed it since this project last saw it.
    workers
        0 writes in this process.
    tell
        Is told what the format will lose, before anything is written.

    Raises
    ------
    Refused
        There is no such layer or format, the target was changed, or it cannot be written; the target is as
        it was.
    """
    if layer not in project.layers:
        values = {"layer": layer, "known": sorted(project.layers)}
        raise Refused(Message("session.no_layer", values))
    chosen = format_of(target)
    if chosen is None:
        raise Refused(Message("session.convert_unknown", {"file": target.name}))
    table = as_table(project.layers[layer], project, target)
    for loss in losses(table, chosen.id, encoding):
        tell(loss)
    known = stored.outside.members(target)
    expected = None
    if known and overwrite and not over_changed:
        expected = tuple((target.with_name(name), sha256) for name, sha256 in known.items())
    stored.outside.begin(target)
    try:
        written = write(
            target, table, encoding=encoding, overwrite=overwrite, expected=expected, workers=workers
        )
    except BaseException:
        stored.outside.end(target, None)
        raise
    stored.outside.end(target, {file.name: digest(file) for file in written.files})
    return written


def as_table(layer: Layer, project: Project, target: Path) -> Table:
    """The rows of a layer as a format takes them; columns by the ids of the fields."""
    frame = layer.frame
    types = {field.id: field.type for field in layer.feature_type.fields}
    columns = columns_of(frame, types)
    shapes: NDArray[Any] | None = None
    if GEOMETRY in frame:
        shapes = frame[GEOMETRY].to_numpy(dtype=object)
    return Table(
        path=target,
        name=target.stem,
        files=(),
        columns={column.id: _values(frame[column.id], column.kind) for column in columns},
        types={column.id: column.kind for column in columns},
        geometry=shapes,
        geometry_type=None if shapes is None else geometry_type_of(shapes),
        source_ids=frame.index.to_numpy(dtype=np.int64),
        encoding="UTF-8",
        encoding_basis="stated",
        crs_wkt=_crs_of(project),
        declared_count=len(frame),
    )


def _values(series: Any, kind: str) -> NDArray[Any]:
    """A column as formats hold it: numbers as such where none is missing, else objects with None."""
    if series.dtype.kind in "if":
        return np.asarray(series.to_numpy())
    return np.asarray(series.astype(object).where(series.notna(), None).to_numpy(dtype=object))


def _crs_of(project: Project) -> str | None:
    if project.crs is None:
        return None
    code = epsg_of(project.crs)
    return project.crs.to_wkt() if code is None else f"EPSG:{code}"
