"""Photographs and scans of features: files beside the project, and the list that says whose each is."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path, PureWindowsPath

from gis_app.language import Message, Refused
from gis_app.model import Layer
from gis_app.session.imagery import files_folder

LIST_NAME = "attachments.csv"
FOLDER_NAME = "attachments"
COLUMNS = ("feature_type", "field", "key", "path", "title", "date", "sha256")
PICTURES = (".jpg", ".jpeg", ".png")
MOST_LIST_BYTES = 16 << 20
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Attachment:
    """One file that belongs to a feature.

    Attributes
    ----------
    feature_type, field, key
        Whose it is: the feature of a type whose field has this value.
    path
        Where it lies; None where its entry leads out of the folder.
    given
        The path as the list says it, relative to the list.
    title, day
        What it shows, and of which day.
    sha256
        As it was recorded; empty where it was not.
    """

    feature_type: str
    field: str
    key: str
    path: Path | None
    given: str
    title: str = ""
    day: date | None = None
    sha256: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown as it is."""
        return Path(self.given).suffix.lower() in PICTURES

    def trouble(self) -> Message | None:
        """Say what is wrong with it: outside its folder, missing, or altered; None when it is sound."""
        values = {"path": self.given}
        if self.path is None:
            return Message("session.attachment_elsewhere", values)
        if not self.path.is_file():
            return Message("session.attachment_missing", values)
        state = self.path.stat()
        if self.sha256 and _digest(self.path, state.st_size, state.st_mtime_ns) != self.sha256:
            return Message("session.attachment_altered", values)
        return None


def attachments(park: Path) -> tuple[Attachment, ...]:
    """Give everything that is attached to features of a park, in the order of the list.

    Parameters
    ----------
    park
        A folder, whose list lies in it, or a project file, whose list lies in ``NAME.files``.

    Raises
    ------
    Refused
        The list cannot be read.
    """
    folder = files_folder(park)
    path = folder / LIST_NAME
    if not path.is_file():
        return ()
    try:
        if path.stat().st_size > MOST_LIST_BYTES:
            raise ValueError(f"{path.stat().st_size} bytes")
        rows = list(csv.DictReader(io.StringIO(_text(path.read_bytes()), newline="")))
        lacking = [name for name in COLUMNS if rows and name not in rows[0]]
        if lacking:
            raise Refused(Message("session.attachments_columns", {"path": str(path), "columns": lacking}))
        return tuple(_entry(folder, row) for row in rows)
    except (OSError, ValueError, csv.Error) as error:
        values = {"path": str(path), "cause": str(error)}
        raise Refused(Message("session.attachments_unreadable", values)) from error


def attachments_of(entries: tuple[Attachment, ...], layer: Layer, fid: int) -> Iterator[Attachment]:
    """Give what is attached to a feature.

    Parameters
    ----------
    entries
        From ``attachments``.
    layer, fid
        The feature.
    """
    for entry in entries:
        if (
            entry.feature_type == layer.feature_type.id
            and layer.has(entry.field)
            and layer.table.has([fid]).all()
            and str(layer.rows([fid], [entry.field])[entry.field][0]) == entry.key
        ):
            yield entry


def attach(park: Path, source: Path, owner: tuple[str, str, str], title: str, day: date | None) -> Attachment:
    """Copy a file beside the project and enter it in the list.

    Parameters
    ----------
    park
        Folder or project file.
    source
        The file; it stays where it is.
    owner
        Feature type, field and its value.
    title, day
        What it shows, and of which day.

    Raises
    ------
    Refused
        It cannot be stored; the list is then as it was.
    """
    folder = files_folder(park)
    try:
        (folder / FOLDER_NAME).mkdir(parents=True, exist_ok=True)
        target = _free(folder / FOLDER_NAME / source.name)
        shutil.copyfile(source, target)
        given = target.relative_to(folder).as_posix()
        state = target.stat()
        made = Attachment(
            *owner, target, given, title, day, _digest(target, state.st_size, state.st_mtime_ns)
        )
        _write(folder / LIST_NAME, (*attachments(park), made))
    except OSError as error:
        values = {"path": str(source), "cause": error.strerror or str(error)}
        raise Refused(Message("session.attachment_not_kept", values)) from error
    return made


def _entry(folder: Path, row: dict[str, str]) -> Attachment:
    given = (row["path"] or "").strip()
    day = (row["date"] or "").strip()
    return Attachment(
        row["feature_type"] or "",
        row["field"] or "",
        row["key"] or "",
        _inside(folder, given),
        given,
        row["title"] or "",
        date.fromisoformat(day) if day else None,
        (row["sha256"] or "").strip().lower(),
    )


def _inside(folder: Path, given: str) -> Path | None:
    """Give the path of an entry; None where it, or a link on the way, leads out of the folder."""
    windows = PureWindowsPath(given)
    if not given or windows.drive or windows.root or ".." in windows.parts or "\\" in given or "\0" in given:
        return None
    path = folder / given
    return path if path.resolve().is_relative_to(folder.resolve()) else None


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:  # as a spreadsheet on a Chinese system writes it
        return content.decode("gb18030")


def _free(path: Path) -> Path:
    number = 2
    free = path
    while free.exists():
        free, number = path.with_name(f"{path.stem}-{number}{path.suffix}"), number + 1
    return free


def _write(path: Path, entries: tuple[Attachment, ...]) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for entry in entries:
            day = entry.day.isoformat() if entry.day is not None else ""
            whose = (entry.feature_type, entry.field, entry.key)
            writer.writerow((*whose, entry.given, entry.title, day, entry.sha256))
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(part, path)


@cache
def _digest(path: Path, size_bytes: int, changed_ns: int) -> str:
    """Give a file's SHA-256; asked again for the same size and time of change it is not read again."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
