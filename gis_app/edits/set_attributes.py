"""Set attributes, of one feature or of many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft, require_there
from gis_app.edits.edit import LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import field_title, labels
from gis_app.edits.values import read_values
from gis_app.model import Changeset, Layer, Project


def set_attributes(
    project: Project,
    layer: Layer,
    values: Mapping[str, object],
    fid: int | None = None,
    fids: Sequence[int] = (),
) -> Changeset:
    """The step that gives features the same values in some fields; None clears. Empty when nothing changes.

    Raises
    ------
    EditError
        No feature is named, one is not there, or a value does not fit its field.
    """
    draft = Draft(project, layer)
    chosen = [*dict.fromkeys([*fids, *([] if fid is None else [fid])])]
    if not chosen:
        raise refuse("missing_argument", names=["fid", "fids"])
    require_there(layer, chosen)
    read = read_values(layer, values)
    for one in chosen:
        draft.set(one, read)
    fields = [field_title(layer, name) for name in read]
    return draft.done("set_attributes", features=labels(layer, chosen), fields=fields, count=len(chosen))


EDIT = Edit(
    "set_attributes",
    set_attributes,
    (LAYER, Argument("fid", "fid", required=False), Argument("fids", "fids", required=False),
     Argument("values", "values")),
)  # fmt: skip
