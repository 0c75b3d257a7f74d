"""Enter, change or take away an exception note, a decision, a sheet, a bookmark."""

from __future__ import annotations

from collections.abc import Mapping

from gis_app.edits.arguments import Argument
from gis_app.edits.edit import Edit
from gis_app.language import Message
from gis_app.model import Changeset, Project, Record

TABLES = ("exception_note", "decision", "sheet", "bookmark", "period")


def set_entry(project: Project, table: str, id: str, values: Mapping[str, object] | None = None) -> Changeset:
    """The step that enters values under an id, adding to what stands there; without values it is taken away.

    An empty changeset when nothing would change.
    """
    there = project.entries.get(table, {}).get(id)
    text = Message("edits.set_entry" if values else "edits.remove_entry",
                   {"table": Message(f"edits.table_{table}"), "id": id})  # fmt: skip
    if not values:
        return Changeset(text, () if there is None else (Record(table, id, dict(there), None),))
    if there is None:
        return Changeset(text, (Record(table, id, None, dict(values)),))
    changed = {name: value for name, value in values.items() if there.get(name) != value}
    before = {name: there.get(name) for name in changed}
    return Changeset(text, (Record(table, id, before, changed),) if changed else ())


EDIT = Edit(
    "set_entry",
    set_entry,
    (
        Argument("table", "text", choices=TABLES),
        Argument("id", "text"),
        Argument("values", "values", required=False),
    ),
)
