"""Split a polygon by parallel lines into strips of given widths."""

from __future__ import annotations

from collections.abc import Sequence

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft
from gis_app.edits.edit import FID, LAYER, VALUES, Edit
from gis_app.edits.error import refuse
from gis_app.edits.split import ANGLE, Values, cut_by
from gis_app.geometry.split import cuts_at_widths
from gis_app.model import Changeset, Layer, Project


def split_by_width(
    project: Project,
    layer: Layer,
    fid: int,
    widths_m: Sequence[float],
    angle_deg: float = 0.0,
    values: Values = None,
) -> Changeset:
    """The step that cuts off strips of given widths; what is left over stays the feature.

    Raises
    ------
    EditError
        A width is not positive, or the strips leave nothing.
    """
    draft = Draft(project, layer)
    shape = draft.polygon(fid)
    if not widths_m or min(widths_m) <= 0:
        raise refuse("widths")
    return cut_by(draft, fid, cuts_at_widths(shape, widths_m, angle_deg), angle_deg, values)


EDIT = Edit("split_by_width", split_by_width, (LAYER, FID, Argument("widths_m", "numbers"), ANGLE, VALUES))
