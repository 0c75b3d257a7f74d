"""What an ended program left half done outside the project file: brought to its end or back."""

from __future__ import annotations

from gis_app.formats import format_of, recover
from gis_app.formats.install import present
from gis_app.language import Message, Refused
from gis_app.project_file import ProjectFile


def recover_exports(stored: ProjectFile) -> list[Message]:
    """End every export of this project that was interrupted; what was found, for a person.

    Each set is whole afterwards, the old one or the new one. One in a folder that cannot be reached now stays
    noted and is tried at the next opening.
    """
    said = []
    for file in stored.outside.unfinished():
        chosen = format_of(file)
        try:
            recover(file.parent)
            members = {} if chosen is None else present(file, chosen.members or chosen.extensions)
        except (OSError, Refused) as error:
            said.append(Message("session.export_not_recovered", {"file": str(file), "cause": str(error)}))
            continue
        stored.outside.end(file, members)
        said.append(Message("session.export_recovered", {"file": str(file)}))
    return said
