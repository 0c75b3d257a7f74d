"""Fill a hole of a polygon."""

from __future__ import annotations

import shapely

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft
from gis_app.edits.edit import FID, LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import labels, title
from gis_app.edits.relocate import Point
from gis_app.geometry.polygons import parts_of
from gis_app.model import Changeset, Layer, Project


def remove_hole(project: Project, layer: Layer, fid: int, at: Point) -> Changeset:
    """The step that fills the hole of a feature in which ``at`` lies.

    Raises
    ------
    EditError
        There is no hole, or it is another feature's ground.
    """
    draft = Draft(project, layer)
    shape, point = draft.polygon(fid), shapely.Point(at)
    parts, area = [], 0.0
    for part in parts_of(shape)[0]:
        rings = [ring for ring in part.interiors if not shapely.intersects(shapely.Polygon(ring), point)]
        made = part if len(rings) == len(part.interiors) else shapely.Polygon(part.exterior, rings)
        area += made.area - part.area
        parts.append(made)
    if not area:
        raise refuse("no_hole", layer=title(layer), feature=labels(layer, [fid])[0])
    draft.put(fid, parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts))
    return draft.done("remove_hole", feature=labels(layer, [fid])[0], area_m2=area)


EDIT = Edit("remove_hole", remove_hole, (LAYER, FID, Argument("at", "point")))
