"""Lock a statutory layer again."""

from __future__ import annotations

from gis_app.edits.edit import LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import title
from gis_app.edits.unlock_layer import lock_step
from gis_app.model import Changeset, Layer, Project


def lock_layer(project: Project, layer: Layer) -> Changeset:
    """The step after which it may not be changed any more.

    Raises
    ------
    EditError
        It is locked already, or no statutory result.
    """
    if layer.locked or not layer.feature_type.locked:
        raise refuse("not_unlocked", layer=title(layer))
    return lock_step("lock_layer", layer, "")


EDIT = Edit("lock_layer", lock_layer, (LAYER,))
