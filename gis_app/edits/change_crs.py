"""Carry the whole project to another reference system; the step says what the way there and back leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gis_app.edits.arguments import Argument
from gis_app.edits.edit import Edit
from gis_app.edits.error import refuse
from gis_app.geometry.crs import describe, is_metre_grid, parse_crs, same_crs
from gis_app.geometry.operations import Operation, operation, transform
from gis_app.geometry.polygons import array_of
from gis_app.geometry.weave import on_grid
from gis_app.language import Message
from gis_app.model import GEOMETRY, Changeset, Layer, Project, Record


def change_crs(project: Project, crs: object) -> Changeset:
    """The step that carries all layers, and the ground for which they are complete, to another metre grid.

    Coordinates are written on the grid of 0.0001 m. The text gives the largest distance between a vertex and
    the same vertex carried there and back, and how many shapes became invalid.

    Raises
    ------
    Refused
        The system is unknown or no metre grid, the same as now, or reached only by a ballpark operation.
    """
    target = parse_crs(crs)
    if project.crs is None or not is_metre_grid(target) or same_crs(project.crs, target):
        raise refuse("crs", crs=describe(target))
    spatial = [layer for layer in project.layers.values() if len(layer.geometry)]
    bounds = shapely.total_bounds(np.concatenate([layer.geometry for layer in spatial])) if spatial else None
    where = None if bounds is None else tuple(bounds.tolist())
    there, back = operation(project.crs, target, where), operation(target, project.crs)
    carried = {layer.id: _carried(layer, there, target) for layer in project.layers.values()}
    residuals = [_residual_m(layer.geometry, carried[layer.id].geometry, back) for layer in spatial]
    broken = sum(
        int((shapely.is_valid(layer.geometry) & ~shapely.is_valid(carried[layer.id].geometry)).sum())
        for layer in spatial
    )
    text = Message(
        "edits.change_crs",
        {"source": describe(project.crs), "target": describe(target), "operation": there.name,
         "residual_mm": 1000 * max(residuals, default=0.0), "invalid": broken},
    )  # fmt: skip
    order = {"value": tuple(project.layers)}
    records = (Record("project", "crs", {"value": project.crs}, {"value": target}),
               Record("project", "layer_order", order, order))  # fmt: skip
    return Changeset(text, records, tuple(carried.values()), tuple(project.layers.values()))


def _carried(layer: Layer, there: Operation, target: CRS) -> Layer:
    area = layer.completeness.area
    if area is not None:
        area = transform(array_of([area]), there)[0]
    frame = layer.frame
    if GEOMETRY in frame:
        shapes = shapely.transform(transform(layer.geometry, there), on_grid)
        frame = cast(Any, frame).set_geometry(gpd.array.from_shapely(shapes, crs=cast(Any, target)))
        frame = frame.rename_geometry(GEOMETRY) if frame.geometry.name != GEOMETRY else frame
    return replace(layer, frame=frame, completeness=replace(layer.completeness, area=area))


def _residual_m(before: NDArray[Any], after: NDArray[Any], back: Operation) -> float:
    """The largest distance between vertices and the same ones carried there and back, m."""
    returned = shapely.get_coordinates(transform(after, back))
    away = returned - shapely.get_coordinates(before)
    return float(np.hypot(away[:, 0], away[:, 1]).max(initial=0.0))


EDIT = Edit("change_crs", change_crs, (Argument("crs", "any"),))
