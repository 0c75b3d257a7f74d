"""Move a vertex, in all features that share it."""

from __future__ import annotations

import math

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft
from gis_app.edits.edit import LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import labels, title
from gis_app.edits.relocate import relocate
from gis_app.geometry.weave import NEAR_M
from gis_app.model import Changeset, Layer, Project

Point = tuple[float, float]


def move_vertex(
    project: Project, layer: Layer, start: Point, end: Point, fid: int | None = None, alone: bool = False
) -> Changeset:
    """The step that moves the vertex within 1 mm of ``start`` to ``end``.

    A neighbour that has only an edge there gets the vertex and moves along. ``fid`` says which feature's
    vertex is meant; with ``alone`` only that feature moves.

    Raises
    ------
    EditError
        There is no vertex, or the result would be invalid or overlap.
    """
    draft = Draft(project, layer)
    if alone and fid is None:
        raise refuse("missing_argument", names=["fid"])
    require_vertex(draft, start, fid)
    shift = np.array(end) - np.array(start)
    at = np.array([start], dtype=np.float64)
    moved = relocate(draft, at, lambda points: points + shift, [fid] if alone and fid is not None else None)
    if not moved:
        raise refuse("nothing_moves", layer=title(layer))
    return draft.done("move_vertex", features=labels(layer, moved), distance_m=math.dist(start, end))


def require_vertex(draft: Draft, at: Point, fid: int | None) -> None:
    """Refuse a place where no feature, or not the one named, has a vertex within 1 mm.

    Raises
    ------
    EditError
        There is none.
    """
    shapes = [draft.shape(fid)] if fid is not None else draft.neighbours((*at, *at)).values()
    if not any(_has_vertex(shape, at) for shape in shapes):
        raise refuse("no_vertex", layer=title(draft.layer), x=at[0], y=at[1])


def _has_vertex(shape: BaseGeometry, at: Point) -> bool:
    points = shapely.get_coordinates(shape)
    return bool((np.hypot(points[:, 0] - at[0], points[:, 1] - at[1]) <= NEAR_M).any())


EDIT = Edit(
    "move_vertex",
    move_vertex,
    (
        LAYER,
        Argument("from", "point", into="start"),
        Argument("to", "point", into="end"),
        Argument("fid", "fid", required=False),
        Argument("alone", "flag", required=False),
    ),
)
