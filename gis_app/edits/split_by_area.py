"""Split a polygon by parallel lines into pieces of given areas."""

from __future__ import annotations

from collections.abc import Sequence

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft
from gis_app.edits.edit import FID, LAYER, VALUES, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import labels, title
from gis_app.edits.split import ANGLE, Values, cut_by
from gis_app.geometry.split import cuts_at_areas
from gis_app.model import Changeset, Layer, Project


def split_by_area(
    project: Project,
    layer: Layer,
    fid: int,
    areas_m2: Sequence[float],
    angle_deg: float = 0.0,
    values: Values = None,
) -> Changeset:
    """The step that cuts off pieces of given areas one after the other, by lines of a direction.

    Parameters
    ----------
    areas_m2
        Planar; what is left over stays the feature.
    angle_deg
        Direction of the lines, counter-clockwise from east; the pieces follow to the left of it.

    Raises
    ------
    EditError
        The areas are not positive or leave nothing.
    """
    draft = Draft(project, layer)
    shape = draft.polygon(fid)
    if not areas_m2 or min(areas_m2) <= 0 or sum(areas_m2) >= shape.area:
        raise refuse("areas", layer=title(layer), feature=labels(layer, [fid])[0], area_m2=float(shape.area))
    return cut_by(draft, fid, cuts_at_areas(shape, areas_m2, angle_deg), angle_deg, values)


EDIT = Edit("split_by_area", split_by_area, (LAYER, FID, Argument("areas_m2", "numbers"), ANGLE, VALUES))
