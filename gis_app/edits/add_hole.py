"""Cut a hole into a polygon."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import KINDS, Draft
from gis_app.edits.draw_feature import difference
from gis_app.edits.edit import FID, LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import labels, title
from gis_app.model import Changeset, Layer, Project


def add_hole(project: Project, layer: Layer, fid: int, ring: BaseGeometry) -> Changeset:
    """The step that cuts a polygon out of the inside of a feature.

    Raises
    ------
    EditError
        The hole does not lie inside.
    """
    draft = Draft(project, layer)
    shape, hole = draft.polygon(fid), _closed(ring)
    if (
        hole.geom_type not in KINDS["polygon"]
        or not hole.is_valid
        or not shapely.contains_properly(shape, hole)
    ):
        raise refuse("hole_outside", layer=title(layer), feature=labels(layer, [fid])[0])
    draft.put(fid, difference(shape, hole))
    return draft.done("add_hole", feature=labels(layer, [fid])[0], area_m2=float(hole.area))


def _closed(ring: BaseGeometry) -> BaseGeometry:
    return shapely.Polygon(ring.coords) if ring.geom_type == "LineString" and len(ring.coords) > 2 else ring


EDIT = Edit("add_hole", add_hole, (LAYER, FID, Argument("ring", "geometry")))
