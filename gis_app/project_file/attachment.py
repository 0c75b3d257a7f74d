"""Files that belong to a project, beside it in ``NAME.files``; the journal holds their SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import apsw

from gis_app.language import Message

MOST_AT_ONCE_BYTES = 64 << 20
"""So much is read through while a project is opened; the window reads more beside the work."""


@dataclass(frozen=True)
class Attachment:
    """One attached file: its path in the folder with forward slashes, its SHA-256 and its size in bytes."""

    path: str
    sha256: str
    size: int


def folder_of(project: Path) -> Path:
    """The folder of a project's attachments; it is there only where something is attached."""
    return project.with_name(project.stem + ".files")


def listed(connection: apsw.Connection) -> list[Attachment]:
    """What the journal says is attached; a record whose path leads out of the folder is left out."""
    rows = connection.execute("SELECT id, body FROM parkplan_attachment ORDER BY rowid")
    told = [(str(id), json.loads(body)) for id, body in rows]
    return [
        Attachment(path, str(body.get("sha256", "")), int(body.get("size") or 0))
        for path, body in told
        if _inside(path)
    ]


def problems(connection: apsw.Connection, project: Path, most_bytes: int | None = None) -> Iterator[Message]:
    """Attachments that are missing or are not what was attached.

    Where all together are larger than ``most_bytes`` only their sizes are compared.
    """
    folder, attached = folder_of(project), listed(connection)
    reads = most_bytes is None or sum(one.size for one in attached) <= most_bytes
    for one in attached:
        path = folder / one.path
        values = {"file": one.path, "folder": folder.name}
        if not path.is_file():
            yield Message("project_file.attachment_missing", values)
        elif path.stat().st_size != one.size or (reads and digest(path) != one.sha256):
            yield Message("project_file.attachment_altered", values)


def lying(project: Path) -> list[Path]:
    """Every file in the folder, in the order of their names; hidden and unfinished ones are left out."""
    folder = folder_of(project)
    found = (path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else ()
    return sorted(path for path in found if not path.name.startswith(".") and path.suffix != ".part")


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts and ":" not in path
