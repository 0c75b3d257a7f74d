"""Add ground to a feature, touching it or not."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft
from gis_app.edits.draw_feature import CUT, NEW, clear
from gis_app.edits.edit import FID, LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import labels, title
from gis_app.geometry.weave import weave
from gis_app.model import Changeset, Layer, Project


def add_part(project: Project, layer: Layer, fid: int, geometry: BaseGeometry, cut: str = NEW) -> Changeset:
    """The step that adds ground to a feature, touching it or not; on a coverage as ``draw_feature``.

    Raises
    ------
    EditError
        As ``draw_feature``, or the part is of another kind than the feature.
    """
    draft = Draft(project, layer)
    shape = draft.shape(fid)
    part = clear(draft, geometry, cut, (fid,))
    if part.geom_type.removeprefix("Multi") != shape.geom_type.removeprefix("Multi"):
        raise refuse("wrong_kind", layer=title(layer), given=part.geom_type)
    woven = weave({-1: part}, {fid: shape}, {})
    draft.put(fid, shapely.union(woven.get(fid, shape), woven[-1]))
    return draft.done("add_part", feature=labels(layer, [fid])[0], area_m2=float(part.area))


EDIT = Edit("add_part", add_part, (LAYER, FID, Argument("geometry", "geometry"), CUT))
