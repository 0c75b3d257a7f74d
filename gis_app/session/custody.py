"""Who may write the open project file, and what others did to it: what lasts until a person settles it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gis_app.catalogue import Catalogue
from gis_app.language import Message, Refused
from gis_app.model import Project
from gis_app.project_file import ProjectFile
from gis_app.project_file.attachment import folder_of
from gis_app.project_file.published import set_aside
from gis_app.session.difference import compared
from gis_app.session.open_path import Opened
from gis_app.session.styles import own_folder

HELD, CONFLICT, FOREIGN, DAMAGED = "held", "conflict", "foreign", "damaged"
ANSWERS: Mapping[str, tuple[str, ...]] = {
    HELD: ("write", "again"),
    CONFLICT: ("differences", "over", "theirs", "copy"),
    FOREIGN: ("differences", "take_in", "put_back", "copy"),
    DAMAGED: ("backups", "copy"),
}
"""What can be done about each, the usual first."""


@dataclass(frozen=True)
class Trouble:
    """What lasts: its kind, the sentence, and what can be done about it."""

    kind: str
    message: Message

    @property
    def answers(self) -> tuple[str, ...]:
        """Names of what can be done."""
        return ANSWERS[self.kind]


@dataclass(frozen=True)
class Difference:
    """One feature that is not the same in both states; ``how`` is ``changed``, ``added`` or ``removed``."""

    layer: str
    fid: int
    how: str


def trouble(stored: ProjectFile) -> Trouble | None:
    """The one thing that must be settled first; None where the file is ours alone and as we left it."""
    if stored.read_only:
        notes = (note for note in stored.notes if note.id == "project_file.read_beside")
        held = Message("project_file.opened_read_only", {"file": stored.path.name})
        return Trouble(HELD, next(notes, held))
    if stored.conflict:
        return Trouble(CONFLICT, Message("session.custody_conflict", {"file": str(stored.path)}))
    if not stored.findings:
        return None
    try:
        edits = stored.foreign_edits()
    except Refused as refused:
        return Trouble(DAMAGED, refused.message)
    if not edits:
        return Trouble(DAMAGED, stored.findings[0])
    counts = {name: sum(len(getattr(one, name)) for one in edits) for name in ("changed", "added", "removed")}
    return Trouble(FOREIGN, Message("session.custody_foreign", {"file": stored.path.name, **counts}))


def foreign_differences(stored: ProjectFile) -> list[Difference]:
    """What another program changed in the file, feature by feature."""
    return [
        Difference(one.layer, fid, how)
        for one in stored.foreign_edits()
        for how in ("changed", "added", "removed")
        for fid in getattr(one, how)
    ]


def published_differences(stored: ProjectFile, mine: Project, catalogue: Catalogue) -> list[Difference]:
    """How what is worked on here differs from what somebody else put in its place; the theirs comes first.

    Raises
    ------
    Refused
        What lies there now cannot be opened.
    """
    with ProjectFile.open(stored.path, catalogue=catalogue, read_only=True) as published:
        theirs = Opened(stored.path, published.load(), None, ())
    result = compared(theirs, Opened(stored.path, mine, None, ()), same_project=True)
    return [one for layer in result["layers"] for one in _of_layer(layer)]


def _of_layer(layer: Mapping[str, Any]) -> Iterator[Difference]:
    kinds = {
        "changed": ("boundary_moved", "use_changed", "attribute_changed"),
        "added": ("added",),
        "removed": ("removed",),
    }
    for how, names in kinds.items():
        rows = [row for name in names for row in layer[name]]
        for fid in dict.fromkeys(int(row["after_fid"] if "after_fid" in row else row["fid"]) for row in rows):
            yield Difference(layer["layer"], fid, how)


def save_copy(stored: ProjectFile, target: Path) -> Path:
    """Write the state that is seen, with what lies beside the project, as another project; give its path.

    Raises
    ------
    Refused
        There is such a file already, or it cannot be written.
    """
    if target.exists():
        raise Refused(Message("project_file.exists", {"file": str(target)}))
    stored.copy_to(target)
    for beside in (folder_of, own_folder):
        if beside(stored.path).is_dir() and not beside(target).exists():
            shutil.copytree(beside(stored.path), beside(target))
    return target


def take_theirs(path: Path, tell: Callable[[Message], None]) -> None:
    """Put what was worked on here aside, so that the next opening takes what lies there now.

    The project must not be open in this program.
    """
    kept = set_aside(path)
    if kept is not None:
        tell(Message("session.custody_aside", {"copy": str(kept)}))
