"""Files that were laid beside the project become part of it: their digests enter the journal."""

from __future__ import annotations

from pathlib import Path

from gis_app.language import Message
from gis_app.model import Changeset, Project, Record
from gis_app.project_file.attachment import digest, folder_of, lying
from gis_app.session.attachments import FOLDER_NAME

_TABLE = "attachment"


def keep_attachments(project: Project, path: Path) -> Changeset:
    """The step that enters the attachments in ``NAME.files`` that the journal does not know yet.

    Empty where there is none. What is known and altered or missing is left as it is:
    ``ProjectFile.attachment_problems`` names it.
    """
    folder, known = folder_of(path), project.entries.get(_TABLE, {})
    new = {each.relative_to(folder).as_posix(): each for each in lying(path)}
    records = [
        Record(_TABLE, name, None, {"sha256": digest(each), "size": each.stat().st_size})
        for name, each in new.items()
        if name not in known and name.startswith(f"{FOLDER_NAME}/")
    ]
    names = [str(record.id) for record in records]
    return Changeset(Message("session.attached", {"files": names, "count": len(names)}), tuple(records))
