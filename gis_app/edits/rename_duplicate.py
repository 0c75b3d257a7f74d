"""Give a duplicate another name."""

from __future__ import annotations

from gis_app.edits.arguments import Argument
from gis_app.edits.duplicate_layer import known, named
from gis_app.edits.edit import Edit
from gis_app.language import Message
from gis_app.model import Changeset, Project, Record
from gis_app.model.duplicate import TABLE, duplicates


def rename_duplicate(project: Project, id: str, name: str) -> Changeset:
    """The step after which it is called so; an empty one where it is already.

    Raises
    ------
    EditError
        There is no such duplicate, or the name is empty or too long.
    """
    before, name = duplicates(project)[known(project, id)].name, named(name)
    text = Message("edits.rename_duplicate", {"before": before, "name": name})
    record = Record(TABLE, id, {"name": before}, {"name": name})
    return Changeset(text, () if before == name else (record,))


EDIT = Edit("rename_duplicate", rename_duplicate, (Argument("id", "text"), Argument("name", "text")))
