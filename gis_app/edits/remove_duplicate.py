"""Take a duplicate away; the layer and its features stay."""

from __future__ import annotations

from gis_app.edits.arguments import Argument
from gis_app.edits.duplicate_layer import known
from gis_app.edits.edit import Edit
from gis_app.language import Message
from gis_app.model import Changeset, Project, Record
from gis_app.model.duplicate import TABLE


def remove_duplicate(project: Project, id: str) -> Changeset:
    """The step after which the layer is shown once less.

    Raises
    ------
    EditError
        There is no such duplicate.
    """
    entry = project.entries.get(TABLE, {}).get(known(project, id), {})
    text = Message("edits.remove_duplicate", {"name": str(entry["name"])})
    return Changeset(text, (Record(TABLE, id, dict(entry), None),))


EDIT = Edit("remove_duplicate", remove_duplicate, (Argument("id", "text"),))
