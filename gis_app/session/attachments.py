"""What is attached to the records of a park: photographs, scans, contracts; and what is wrong with each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path, PureWindowsPath

from gis_app.edits.attach import TABLE
from gis_app.language import Message
from gis_app.model import Layer, Project
from gis_app.session.imagery import files_folder

FOLDER_NAME = "attachments"
PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff")
PHOTO, BEFORE, AFTER = "photo", "photo_before", "photo_after"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Attachment:
    """One file that belongs to a record.

    Attributes
    ----------
    table, field, key
        Whose it is: the record of a table whose field has this value; without a field the record of this id.
    path
        Where it lies; None where its entry leads out of the folder.
    given
        The path as the entry says it, relative to the folder.
    title, day
        What it shows, and of which day.
    sha256
        As it was recorded; empty where it was not.
    kind, document
        One of ``gis_app.edits.attach.KINDS``; the number of the document.
    """

    table: str
    field: str
    key: str
    path: Path | None
    given: str
    title: str = ""
    day: date | None = None
    sha256: str = ""
    kind: str = PHOTO
    document: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown small."""
        return Path(self.given).suffix.lower() in PICTURES

    @property
    def name(self) -> str:
        """Its title, or that of its file."""
        return self.title or Path(self.given).name

    def trouble(self) -> Message | None:
        """Say what is wrong with it: outside its folder, missing, or altered; None when it is sound."""
        values = {"path": self.given}
        if self.path is None:
            return Message("session.attachment_elsewhere", values)
        if not self.path.is_file():
            return Message("session.attachment_missing", values)
        state = self.path.stat()
        if self.sha256 and digest_of(self.path, state.st_size, state.st_mtime_ns) != self.sha256:
            return Message("session.attachment_altered", values)
        return None


def attachments(park: Path, project: Project) -> tuple[Attachment, ...]:
    """Give everything that is attached to records of a park.

    Parameters
    ----------
    park
        A folder, whose list lies in it, or a project file, whose journal knows them.
    project
        What was read from it.

    Raises
    ------
    Refused
        The list of a folder cannot be read.
    """
    if park.is_dir():
        from gis_app.session.attachment_list import listed

        return listed(park)
    folder = files_folder(park)
    return tuple(_entry(folder, str(path), row) for path, row in project.entries.get(TABLE, {}).items())


def attachments_of(entries: Iterable[Attachment], layer: Layer, fid: int) -> Iterator[Attachment]:
    """Give what is attached to a feature.

    Parameters
    ----------
    entries
        From ``attachments``.
    layer, fid
        The feature.
    """
    for entry in entries:
        if entry.table not in (layer.id, layer.feature_type.id):
            continue
        if not entry.field:
            belongs = entry.key == str(fid)
        else:
            there = layer.has(entry.field) and bool(layer.table.has([fid]).all())
            belongs = there and str(layer.rows([fid], [entry.field])[entry.field][0]) == entry.key
        if belongs:
            yield entry


def pairs(entries: Iterable[Attachment]) -> list[tuple[Attachment, Attachment]]:
    """Put photographs from before and after a rectification side by side: the last before, the first after.

    One without a counterpart makes no pair.
    """
    told = sorted((each for each in entries if each.kind in (BEFORE, AFTER)), key=_when)
    found: list[tuple[Attachment, Attachment]] = []
    earlier: list[Attachment] = []
    for each in told:
        if each.kind == BEFORE:
            earlier.append(each)
        elif earlier:
            found.append((earlier.pop(), each))
    return found


def in_order(entries: Iterable[Attachment]) -> list[Attachment]:
    """Photographs of before and after side by side first, then the others by day."""
    every = list(entries)
    beside = [each for pair in pairs(every) for each in pair]
    rest = sorted((each for each in every if each not in beside), key=lambda each: str(each.day or ""))
    return [*beside, *rest]


def _when(entry: Attachment) -> tuple[date, bool]:
    return (entry.day or date.min, entry.kind == AFTER)


def _entry(folder: Path, given: str, row: Mapping[str, object]) -> Attachment:
    told = {name: str(row.get(name) or "") for name in ("table", "id", "title", "date", "kind", "document")}
    return Attachment(
        told["table"],
        "",
        told["id"],
        inside(folder, given),
        given,
        told["title"],
        day_from(told["date"]),
        str(row.get("sha256") or ""),
        told["kind"] or "other",
        told["document"],
    )


def day_from(text: str) -> date | None:
    """Read a day; None for an empty text."""
    return date.fromisoformat(text) if text else None


def inside(folder: Path, given: str) -> Path | None:
    """Give the path of an entry; None where it, or a link on the way, leads out of the folder."""
    windows = PureWindowsPath(given)
    if not given or windows.drive or windows.root or ".." in windows.parts or "\\" in given or "\0" in given:
        return None
    path = folder / given
    return path if path.resolve().is_relative_to(folder.resolve()) else None


@cache
def digest_of(path: Path, size_bytes: int, changed_ns: int) -> str:
    """Give a file's SHA-256; asked again for the same size and time of change it is not read again."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
