"""Scale whole features; what neighbours share with them goes along."""

from __future__ import annotations

from collections.abc import Sequence

from gis_app.edits.arguments import Argument
from gis_app.edits.edit import FIDS, LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.relocate import ABOUT, TOGETHER, Point, centre, moved
from gis_app.model import Changeset, Layer, Project


def scale(
    project: Project,
    layer: Layer,
    fids: Sequence[int],
    factor: float,
    about: Point | None = None,
    together: bool | None = None,
) -> Changeset:
    """The step that makes features ``factor`` times as large in both directions.

    Raises
    ------
    EditError
        As ``move``, or the factor is not above zero.
    """
    if factor <= 0:
        raise refuse("factor")
    middle = centre(layer, fids, about)
    return moved(project, layer, fids, lambda points: (points - middle) * factor + middle, together, "scale",
                  factor=factor)  # fmt: skip


EDIT = Edit("scale", scale, (LAYER, FIDS, Argument("factor", "number"), ABOUT, TOGETHER))
