"""Take a file off the record that it was attached to; the file itself stays, since undo brings it back."""

from __future__ import annotations

from pathlib import PurePosixPath

from gis_app.edits.arguments import Argument
from gis_app.edits.attach import TABLE
from gis_app.edits.edit import Edit
from gis_app.edits.error import refuse
from gis_app.language import Message
from gis_app.model import Changeset, Project, Record


def detach(project: Project, path: str) -> Changeset:
    """The step after which the file belongs to nothing.

    Raises
    ------
    EditError
        No such file is attached.
    """
    there = project.entries.get(TABLE, {}).get(path)
    if there is None:
        raise refuse("attachment_unknown", path=path)
    text = Message("edits.detach", {"file": PurePosixPath(path).name})
    return Changeset(text, (Record(TABLE, path, dict(there), None),))


EDIT = Edit("detach", detach, (Argument("path", "text"),))
