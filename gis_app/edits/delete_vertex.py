"""Delete a vertex, from all features that share it."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft
from gis_app.edits.edit import LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.move_vertex import Point, require_vertex
from gis_app.edits.naming import labels, title
from gis_app.geometry.weave import NEAR_M, remade
from gis_app.model import Changeset, Layer, Project

Floats = NDArray[np.float64]


def delete_vertex(project: Project, layer: Layer, at: Point, fid: int | None = None) -> Changeset:
    """The step that removes the vertex within 1 mm of ``at``; from ``fid`` alone, or from all that have it.

    Raises
    ------
    EditError
        There is none, three boundaries meet in it, or too little of a shape would be left.
    """
    draft = Draft(project, layer)
    require_vertex(draft, at, fid)
    shapes = draft.neighbours((*at, *at)) if fid is None else {fid: draft.shape(fid)}
    ends: set[tuple[float, float]] = set()
    for one, shape in shapes.items():
        made = remade(shape, lambda ring: _without(ring, at, ends))
        if shapely.get_num_coordinates(made) != shapely.get_num_coordinates(shape):
            draft.put(one, made)
    if draft.coverage and len(ends) > 2:
        raise refuse("junction", layer=title(layer), features=labels(layer, draft.shapes))
    return draft.done("delete_vertex", features=labels(layer, draft.shapes))


def _without(ring: Floats, at: Point, ends: set[tuple[float, float]]) -> Floats:
    """The ring without the vertex; the vertices beside it are added to ``ends``."""
    closed = bool((ring[0] == ring[-1]).all())
    points = ring[:-1] if closed else ring
    hit = np.hypot(points[:, 0] - at[0], points[:, 1] - at[1]) <= NEAR_M
    if not hit.any():
        return ring
    count = len(points)
    for place in np.flatnonzero(hit).tolist():
        beside = [(place - 1) % count, (place + 1) % count] if closed else [place - 1, place + 1]
        ends.update((float(x), float(y)) for x, y in (points[n] for n in beside if 0 <= n < count))
    left = points[~hit]
    if len(left) < (3 if closed else 2):
        raise refuse("too_few_vertices")
    return np.vstack((left, left[:1])) if closed else left


EDIT = Edit(
    "delete_vertex",
    delete_vertex,
    (LAYER, Argument("at", "point"), Argument("fid", "fid", required=False)),
)
