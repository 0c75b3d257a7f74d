"""Copy features into a layer, their own or another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft, require_there
from gis_app.edits.draw_feature import CUT, NEW, clear
from gis_app.edits.edit import LAYER, Edit
from gis_app.edits.inherit import values_of
from gis_app.edits.naming import labels, title
from gis_app.model import Changeset, Layer, Project


def copy_features(
    project: Project,
    layer: Layer,
    fids: Sequence[int],
    into: Layer | None = None,
    by: tuple[float, float] = (0.0, 0.0),
    cut: str = NEW,
) -> Changeset:
    """The step that copies features, moved ``by`` (dx, dy) metres, into a layer; the same one when left out.

    Fields go to the fields of the same id; what the other type does not know is left behind.

    Raises
    ------
    EditError
        The layer that takes them is locked, or as ``draw_feature``.
    """
    require_there(layer, fids)
    draft = Draft(project, into or layer)
    target = draft.layer
    known = [
        name for name in layer.table.columns
        if target.feature_type.field(name) is not None or (target is layer and name != "geometry")
    ]  # fmt: skip
    for fid in fids:
        shape = layer.shapes([fid])[0] if layer.table.spatial else None
        if shape is not None and any(by):
            shape = shapely.transform(shape, lambda points: points + np.array(by))
        if shape is not None:
            shape = clear(draft, shape, cut)
        draft.add(shape, values_of(layer, fid, known))
    return draft.done("copy_features", features=labels(layer, fids), into=title(target), count=len(fids))


EDIT = Edit(
    "copy_features",
    copy_features,
    (
        LAYER,
        Argument("fids", "fids"),
        Argument("into", "made_layer", required=False),
        Argument("by", "point", required=False),
        CUT,
    ),
)
