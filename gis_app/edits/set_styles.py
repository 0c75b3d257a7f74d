"""Give layers another look, or the one that program and office give them again."""

from __future__ import annotations

from collections.abc import Mapping

from gis_app.edits.arguments import Argument, NamedStyle
from gis_app.edits.edit import Edit
from gis_app.language import Message
from gis_app.model import Changeset, Project, Record, Row
from gis_app.model.duplicate import TABLE, is_duplicate


def set_styles(project: Project, styles: Mapping[str, NamedStyle]) -> Changeset:
    """The step that enters styles of the project's own.

    Parameters
    ----------
    styles
        By id: the text of its TOML file, None where the project's own is taken away.
    """
    entered = project.entries.get(TABLE, {})
    records = []
    for id, style in styles.items():
        before = entered.get(id)
        after: Row | None = None if style.toml is None else {"toml": style.toml}
        if before is not None and is_duplicate(id):  # its name and place stay
            before, after = {"toml": before["toml"]}, {"toml": style.toml}
        if before != after:
            records.append(Record(TABLE, id, None if before is None else dict(before), after))
    changed = {str(record.id) for record in records}
    back = all(styles[id].toml is None for id in changed)
    names = [style.title for id, style in styles.items() if id in changed or not changed]
    return Changeset(
        Message("edits.reset_styles" if back else "edits.set_styles", {"layers": names}), tuple(records)
    )


EDIT = Edit("set_styles", set_styles, (Argument("styles", "styles"),))
