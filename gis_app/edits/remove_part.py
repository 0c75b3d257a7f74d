"""Take a part of a feature away."""

from __future__ import annotations

import shapely

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft
from gis_app.edits.edit import FID, LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import labels, title
from gis_app.edits.relocate import Point
from gis_app.model import Changeset, Layer, Project


def remove_part(project: Project, layer: Layer, fid: int, at: Point) -> Changeset:
    """The step that takes the part of a feature away in which ``at`` lies.

    Raises
    ------
    EditError
        There is no such part, or it is the only one.
    """
    draft = Draft(project, layer)
    shape, point = draft.shape(fid), shapely.Point(at)
    parts = list(shapely.get_parts(shape))
    left = [part for part in parts if not shapely.dwithin(part, point, 1e-9)]
    if len(left) == len(parts) or not left:
        raise refuse("no_part", layer=title(layer), feature=labels(layer, [fid])[0])
    draft.put(fid, left[0] if len(left) == 1 else shapely.union_all(left))
    area_m2 = float(shape.area - draft.shapes[fid].area)
    return draft.done("remove_part", feature=labels(layer, [fid])[0], area_m2=area_m2)


EDIT = Edit("remove_part", remove_part, (LAYER, FID, Argument("at", "point")))
