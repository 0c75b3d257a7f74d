"""Fit a draft to a control line (贴合控制线): along it vertex by vertex, and not over it by any sliver."""

from __future__ import annotations

import itertools

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis_app.edits.arguments import Argument
from gis_app.edits.clean_to_neighbours import fitted
from gis_app.edits.draft import Draft
from gis_app.edits.draw_feature import difference, intersection, without_slivers
from gis_app.edits.edit import FID, LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import labels, title
from gis_app.geometry.polygons import Floats, Objects, union
from gis_app.geometry.weave import GRID_DECIMALS
from gis_app.model import Changeset, Layer, Project

_STEP = 10.0**-GRID_DECIMALS
_ROUNDS = 4


def fit_control_line(
    project: Project, layer: Layer, fid: int, control: Layer, within_m: float = 0.5
) -> Changeset:
    """The step that lets the outline of a feature run along the control line and gives up what lies over it.

    Vertices within ``within_m`` go to the line's own vertices and edges, bytes and all; where the outline
    crosses the line, the new vertex is rounded away from it, for who receives the file knows no tolerance.

    Raises
    ------
    EditError
        The line is not near, nothing would be left, or the distance is not above zero.
    """
    if within_m <= 0:
        raise refuse("factor")
    draft = Draft(project, layer)
    shape = draft.shape(fid)
    lines = _near(control, shape, within_m)
    if not len(lines):
        raise refuse(
            "no_control_line", layer=title(layer), feature=labels(layer, [fid])[0], control=title(control)
        )
    ground = union(lines)
    over = intersection(shape, ground).area if shape.is_valid else 0.0
    made = _clear_of(fitted(shape, [*lines], within_m), ground, shape)
    if shapely.equals_exact(shapely.normalize(made), shapely.normalize(shape), 0.0):
        raise refuse("nothing_moves", layer=title(layer))
    draft.put(fid, made)
    return draft.done(
        "fit_control_line",
        feature=labels(layer, [fid])[0],
        control=title(control),
        change_m2=float(made.area - shape.area),
        over_m2=float(over),
    )


def _near(control: Layer, shape: BaseGeometry, within_m: float) -> Objects:
    x0, y0, x1, y1 = shape.bounds
    fids = control.near((x0 - within_m, y0 - within_m, x1 + within_m, y1 + within_m))
    found = control.shapes(fids.tolist())
    usable = shapely.is_valid(found) & (shapely.area(found) > 0)
    usable &= shapely.dwithin(found, shape, within_m)
    return np.asarray(found[usable], dtype=object)


def _clear_of(shape: BaseGeometry, ground: BaseGeometry, model: BaseGeometry) -> BaseGeometry:
    """The shape on the grid and clear of the ground, however its new vertices round."""
    known = np.unique(
        np.concatenate((shapely.get_coordinates(ground), shapely.get_coordinates(model))), axis=0
    )
    kept = known[:, 0] + 1j * known[:, 1]
    shapely.prepare(ground)
    for _ in range(_ROUNDS):
        shape = shapely.transform(shape, lambda points: _rounded_away(points, kept, ground))
        if not shape.is_valid:
            shape = without_slivers(shapely.make_valid(shape, method="structure", keep_collapsed=False))
        over = shapely.intersection(shape, ground)
        if over.area <= _STEP**2:
            break
        shape = without_slivers(difference(shape, ground))
    return shape


def _rounded_away(points: Floats, kept: NDArray[np.complex128], ground: BaseGeometry) -> Floats:
    """Vertices that are not known go to the nearest place of the grid that is not inside the ground."""
    made = points.copy()
    for place in np.flatnonzero(~np.isin(points[:, 0] + 1j * points[:, 1], kept)).tolist():
        x, y = points[place]
        options = [
            (round(np.floor(x / _STEP) * _STEP + dx * _STEP, GRID_DECIMALS),
             round(np.floor(y / _STEP) * _STEP + dy * _STEP, GRID_DECIMALS))
            for dx, dy in itertools.product((0, 1, -1, 2), repeat=2)
        ]  # fmt: skip
        options.sort(key=lambda at: (at[0] - x) ** 2 + (at[1] - y) ** 2)
        outside = (at for at in options if not shapely.contains_properly(ground, shapely.Point(at)))
        made[place] = next(outside, options[0])
    return made


EDIT = Edit(
    "fit_control_line",
    fit_control_line,
    (LAYER, FID, Argument("control", "layer"), Argument("within_m", "number", required=False)),
)
