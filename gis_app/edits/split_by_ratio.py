"""Split a polygon by parallel lines into pieces whose areas are in a ratio."""

from __future__ import annotations

from collections.abc import Sequence

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft
from gis_app.edits.edit import FID, LAYER, VALUES, Edit
from gis_app.edits.error import refuse
from gis_app.edits.split import ANGLE, Values, cut_by
from gis_app.geometry.split import cuts_at_areas
from gis_app.model import Changeset, Layer, Project


def split_by_ratio(
    project: Project,
    layer: Layer,
    fid: int,
    ratios: Sequence[float],
    angle_deg: float = 0.0,
    values: Values = None,
) -> Changeset:
    """The step that cuts a polygon into pieces whose areas are as ``ratios``.

    Raises
    ------
    EditError
        Fewer than two ratios, or one that is not positive.
    """
    draft = Draft(project, layer)
    shape = draft.polygon(fid)
    if len(ratios) < 2 or min(ratios) <= 0:
        raise refuse("ratios")
    areas = [shape.area * ratio / sum(ratios) for ratio in ratios[:-1]]
    return cut_by(draft, fid, cuts_at_areas(shape, areas, angle_deg), angle_deg, values)


EDIT = Edit("split_by_ratio", split_by_ratio, (LAYER, FID, Argument("ratios", "numbers"), ANGLE, VALUES))
