"""Delete features; what they covered is left open."""

from __future__ import annotations

from collections.abc import Sequence

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft
from gis_app.edits.edit import LAYER, Edit
from gis_app.edits.naming import labels
from gis_app.model import Changeset, Layer, Project


def delete_features(project: Project, layer: Layer, fids: Sequence[int]) -> Changeset:
    """The step that removes features.

    Raises
    ------
    EditError
        The layer is locked, or one of them is not there.
    """
    draft = Draft(project, layer)
    draft.drop(fids)
    return draft.done("delete_features", features=labels(layer, fids), count=len(fids))


EDIT = Edit("delete_features", delete_features, (LAYER, Argument("fids", "fids")))
