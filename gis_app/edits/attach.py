"""Enter a file that lies beside the project as belonging to a record, or change what is said of it."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath

from gis_app.edits.arguments import Argument
from gis_app.edits.edit import Edit
from gis_app.edits.error import refuse
from gis_app.language import Message
from gis_app.model import Changeset, Project, Record

TABLE = "attachment"
KINDS = (
    *("photo", "photo_before", "photo_after", "approval", "contract", "recognition", "drawing"),
    "other",
)
"""What a file is: a photograph, one before or after a rectification, a document by its sort."""


def attach(
    project: Project,
    path: str,
    sha256: str,
    size: int,
    table: str,
    id: str,
    title: str = "",
    kind: str = "other",
    day: date | None = None,
    document: str = "",
) -> Changeset:
    """The step that attaches a file to a record; of one that is attached already it changes the words.

    Parameters
    ----------
    path, sha256, size
        Where it lies in ``NAME.files``, with forward slashes, its digest and its bytes.
    table, id
        Whose it is: a layer and a fid, ``fact`` or ``proposal`` and an id.
    title, kind, day, document
        What it shows, one of ``KINDS``, its day, the number of the document.

    Raises
    ------
    EditError
        The path leads out of the folder, there is no such record, or another file has the path.
    """
    if not _lies_inside(path):
        raise refuse("attachment_path", path=path)
    _require_owner(project, table, id)
    there = project.entries.get(TABLE, {}).get(path)
    values: dict[str, object] = {
        **{"sha256": sha256, "size": size, "table": table, "id": id, "title": title, "kind": kind},
        **{"date": "" if day is None else day.isoformat(), "document": document},
    }
    text = Message("edits.attach", {"file": PurePosixPath(path).name, "table": table, "id": id})
    if there is None:
        return Changeset(text, (Record(TABLE, path, None, values),))
    if there.get("sha256") != sha256:
        raise refuse("attachment_taken", path=path)
    changed = {name: value for name, value in values.items() if there.get(name) != value}
    before = {name: there.get(name) for name in changed}
    return Changeset(text, (Record(TABLE, path, before, changed),) if changed else ())


def _lies_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts and not set(":\\\0") & set(path)


def _require_owner(project: Project, table: str, id: str) -> None:
    layer = project.layers.get(table)
    if layer is not None:
        found = id.isdigit() and bool(layer.table.has([int(id)])[0])
    elif table == "proposal":
        found = id in project.proposals
    else:  # a scan may come before the figure that it proves
        found = table == "fact" and "/" in id
    if not found:
        raise refuse("attachment_owner", table=table, id=id)


EDIT = Edit(
    "attach",
    attach,
    (
        Argument("path", "text"),
        Argument("sha256", "text"),
        Argument("size", "fid"),
        Argument("table", "text"),
        Argument("id", "text"),
        Argument("title", "text", required=False),
        Argument("kind", "text", required=False, choices=KINDS),
        Argument("date", "date", required=False, into="day"),
        Argument("document", "text", required=False),
    ),
)
