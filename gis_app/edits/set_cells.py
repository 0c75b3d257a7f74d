"""Set attributes of several features, each its own: what is pasted into a table, in one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft, require_there
from gis_app.edits.edit import LAYER, Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import field_title, labels
from gis_app.edits.values import read_values
from gis_app.model import Changeset, Layer, Project


def set_cells(project: Project, layer: Layer, rows: Sequence[Mapping[str, Any]]) -> Changeset:
    """The step that gives each feature its values; each row is ``{"fid": …, "values": {field: value}}``.

    Empty when nothing changes.

    Raises
    ------
    EditError
        A feature is not there, or a value does not fit its field.
    """
    draft = Draft(project, layer)
    try:
        given = [(int(row["fid"]), dict(row["values"])) for row in rows]
    except (TypeError, KeyError, ValueError) as error:
        raise refuse("bad_argument", name="rows", kind="rows", given=str(rows)[:80]) from error
    require_there(layer, [fid for fid, _ in given])
    names: dict[str, None] = {}
    for fid, values in given:
        read = read_values(layer, values)
        names.update(dict.fromkeys(read))
        draft.set(fid, read)
    fids = [fid for fid, _ in given]
    fields = [field_title(layer, name) for name in names]
    return draft.done("set_cells", features=labels(layer, fids), fields=fields, count=len(fids))


EDIT = Edit("set_cells", set_cells, (LAYER, Argument("rows", "any")))
