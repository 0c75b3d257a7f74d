"""Turn whole features; what neighbours share with them goes along."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from gis_app.edits.arguments import Argument
from gis_app.edits.edit import FIDS, LAYER, Edit
from gis_app.edits.relocate import ABOUT, TOGETHER, Point, centre, moved
from gis_app.model import Changeset, Layer, Project


def rotate(
    project: Project,
    layer: Layer,
    fids: Sequence[int],
    angle_deg: float,
    about: Point | None = None,
    together: bool | None = None,
) -> Changeset:
    """The step that turns features counter-clockwise about a point, or about the middle of their bounds.

    Raises
    ------
    EditError
        As ``move``.
    """
    middle = centre(layer, fids, about)
    cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    turn = np.array([[cos, sin], [-sin, cos]])
    return moved(project, layer, fids, lambda points: (points - middle) @ turn + middle, together, "rotate",
                  angle_deg=angle_deg)  # fmt: skip


EDIT = Edit("rotate", rotate, (LAYER, FIDS, Argument("angle_deg", "number"), ABOUT, TOGETHER))
