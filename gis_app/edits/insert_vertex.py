"""Insert a vertex into an edge, in all features that share it."""

from __future__ import annotations

import numpy as np

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft
from gis_app.edits.edit import LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import labels, title
from gis_app.edits.relocate import holders, relocate
from gis_app.geometry.weave import on_grid
from gis_app.model import Changeset, Layer, Project

Point = tuple[float, float]


def insert_vertex(
    project: Project, layer: Layer, at: Point, fid: int | None = None, to: Point | None = None
) -> Changeset:
    """The step that inserts a vertex where an edge passes within 1 mm of ``at``; ``fid`` alone, or all.

    With ``to`` the new vertex is moved there in the same step.

    Raises
    ------
    EditError
        No edge passes there, or only vertices are there.
    """
    draft = Draft(project, layer)
    place = on_grid(np.array([at], dtype=np.float64))
    shapes = holders(draft, place, None if fid is None else [fid])
    for one, shape in shapes.items():
        if shape is not draft.shape(one):
            draft.put(one, shape)
    if not draft.shapes:
        raise refuse("no_edge", layer=title(layer), x=at[0], y=at[1])
    if to is not None:
        shift = np.array(to) - np.array(at)
        relocate(draft, place, lambda points: points + shift, [*draft.shapes])
    return draft.done("insert_vertex", features=labels(layer, draft.shapes))


EDIT = Edit(
    "insert_vertex",
    insert_vertex,
    (
        LAYER,
        Argument("at", "point"),
        Argument("fid", "fid", required=False),
        Argument("to", "point", required=False),
    ),
)
