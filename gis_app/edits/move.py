"""Move whole features; what neighbours share with them goes along."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from gis_app.edits.arguments import Argument
from gis_app.edits.edit import FIDS, LAYER, Edit
from gis_app.edits.relocate import TOGETHER, Point, moved
from gis_app.model import Changeset, Layer, Project


def move(
    project: Project, layer: Layer, fids: Sequence[int], by: Point, together: bool | None = None
) -> Changeset:
    """The step that moves features by (dx, dy) metres.

    ``together`` takes along the vertices that neighbours share; left out, on a coverage.

    Raises
    ------
    EditError
        The result would be invalid, or features of a coverage would overlap.
    """
    shift = np.array(by)
    return moved(project, layer, fids, lambda points: points + shift, together, "move",
                  distance_m=math.hypot(*by))  # fmt: skip


EDIT = Edit("move", move, (LAYER, FIDS, Argument("by", "point"), TOGETHER))
