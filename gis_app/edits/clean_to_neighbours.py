"""Clean a feature to its neighbours: what nearly meets them meets them, what lies over them is cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft
from gis_app.edits.draw_feature import difference, without_slivers
from gis_app.edits.edit import FID, LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import labels, title
from gis_app.geometry.polygons import Floats, Objects, array_of, union
from gis_app.geometry.weave import points_of, with_vertices, without_repeats
from gis_app.model import Changeset, Layer, Project


def clean_to_neighbours(project: Project, layer: Layer, fid: int, within_m: float = 0.5) -> Changeset:
    """The step that snaps a polygon to its neighbours and cuts what then lies over them.

    Parameters
    ----------
    within_m
        Vertices this near to a neighbour's vertex or edge go there; neighbours stay as they are.

    Raises
    ------
    EditError
        Nothing changes, nothing is left, or ``within_m`` is not above zero.
    """
    if within_m <= 0:
        raise refuse("factor")
    draft = Draft(project, layer)
    shape = draft.shape(fid)
    x0, y0, x1, y1 = shape.bounds
    near = draft.neighbours((x0 - within_m, y0 - within_m, x1 + within_m, y1 + within_m), [fid])
    around = [one for one in near.values() if one.is_valid and one.area]
    made = fitted(shape, around, within_m)
    if shapely.equals_exact(shapely.normalize(made), shapely.normalize(shape), 0.0):
        raise refuse("nothing_moves", layer=title(layer))
    draft.put(fid, made)
    return draft.done(
        "clean_to_neighbours", feature=labels(layer, [fid])[0], change_m2=float(made.area - shape.area)
    )


def fitted(shape: BaseGeometry, around: Sequence[BaseGeometry], within_m: float) -> BaseGeometry:
    """A polygon whose outline runs along others where it ran within a distance of them, and not over them.

    Vertices go to the nearest vertex of the others within the distance, else to the nearest place on their
    outlines; where the outline passes one of their vertices it takes it in.
    """
    if not around:
        return shape
    others = array_of(around)
    snapped = _snapped(shape, others, within_m)
    if not snapped.is_valid:
        snapped = without_slivers(shapely.make_valid(snapped, method="structure", keep_collapsed=False))
    return without_slivers(difference(snapped, union(others)))


def _snapped(shape: BaseGeometry, others: Objects, within_m: float) -> BaseGeometry:
    corners = np.unique(shapely.get_coordinates(others), axis=0)
    tree = shapely.STRtree(points_of(corners[:, 0] + 1j * corners[:, 1]))
    outlines: Any = shapely.union_all(np.asarray(shapely.boundary(others), dtype=object))

    def place(points: Floats) -> Floats:
        made, given = points.copy(), points_of(points[:, 0] + 1j * points[:, 1])
        beside = shapely.dwithin(outlines, given, within_m)
        on_edge = shapely.line_interpolate_point(outlines, shapely.line_locate_point(outlines, given[beside]))
        made[beside] = shapely.get_coordinates(on_edge)
        asked, met = tree.query_nearest(given, max_distance=within_m, all_matches=False)
        made[asked] = corners[met]
        return made

    taking = with_vertices(shape, corners[:, 0] + 1j * corners[:, 1], near_m=within_m)
    return without_repeats(shapely.transform(taking, place))


EDIT = Edit(
    "clean_to_neighbours",
    clean_to_neighbours,
    (LAYER, FID, Argument("within_m", "number", required=False)),
)
