"""A file becomes an attachment: copied beside the project whole, then entered in the journal by an edit."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gis_app.edits.attach import KINDS, TABLE
from gis_app.edits.attach import attach as entered
from gis_app.edits.set_fact import set_fact
from gis_app.language import Message, Refused
from gis_app.model import Changeset, Fact, Project, Record
from gis_app.session.attachments import FOLDER_NAME, Attachment
from gis_app.session.imagery import files_folder
from gis_app.session.session import Session

MOST_BYTES = 2 << 30
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Laid:
    """A file that was copied beside a project: path in ``NAME.files``, digest, bytes."""

    path: str
    sha256: str
    size: int

    @property
    def values(self) -> dict[str, Any]:
        """As arguments of the edit ``attach``."""
        return {"path": self.path, "sha256": self.sha256, "size": self.size}


def lay_beside(park: Path, source: Path) -> Laid:
    """Copy a file into ``NAME.files`` of a project; it stays where it is, and nothing knows the copy yet.

    The copy has its name only when it is whole and on the disk.

    Raises
    ------
    Refused
        It is no ordinary file, is too large, or cannot be copied; nothing is left behind.
    """
    folder = files_folder(park) / FOLDER_NAME
    part: Path | None = None
    try:
        found = source.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
            values = {"path": str(source), "most_mb": MOST_BYTES >> 20}
            raise Refused(Message("session.attachment_no_file", values))
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
        part = Path(name)
        sha256, size = _copied(source, handle)
        target = _free(folder / source.name)
        os.replace(part, target)
    except OSError as error:
        if part is not None:
            part.unlink(missing_ok=True)
        values = {"path": str(source), "cause": error.strerror or str(error)}
        raise Refused(Message("session.attachment_not_kept", values)) from error
    return Laid(f"{FOLDER_NAME}/{target.name}", sha256, size)


def take_away(park: Path, laid: Laid) -> None:
    """Remove a copy that no step came of."""
    (files_folder(park) / laid.path).unlink(missing_ok=True)


def attach(session: Session, park: Path, source: Path, owner: tuple[str, str], **words: object) -> Laid:
    """Copy a file beside the project and attach it to a record, as one step.

    Parameters
    ----------
    session, park
        At work on the project file at this path.
    source
        The file; it stays where it is.
    owner
        Table and id of the record.
    **words
        ``title``, ``kind``, ``date``, ``document`` of the edit ``attach``.

    Raises
    ------
    Refused
        It cannot be copied or entered; nothing is left behind.
    """
    laid = lay_beside(park, source)
    try:
        session.edit("attach", {**laid.values, "table": owner[0], "id": owner[1], **words})
    except Refused:
        take_away(park, laid)
        raise
    return laid


def enter_with_scan(session: Session, fact: Fact, laid: Laid) -> None:
    """Enter a fact and attach the scan of its document, as one step.

    Raises
    ------
    Refused
        It could not be stored; nothing has happened.
    """
    words: dict[str, Any] = {"kind": "approval", "day": fact.document_date, "document": fact.document}
    entry = entered(session.project, table="fact", id=fact.id, **laid.values, **words)
    step = set_fact(session.project, fact)
    session.perform(Changeset(step.text, (*step.records, *entry.records)))


@dataclass(frozen=True)
class Adopted:
    """The step that attaches what was delivered, and what could not be taken over."""

    step: Changeset
    left: tuple[Message, ...]


def adopt(project: Project, park: Path, delivered: tuple[Attachment, ...], facts_from: Path) -> Adopted:
    """Copy what a delivery attaches beside a project.

    Parameters
    ----------
    project, park
        As it was just made from the delivery, and where it is.
    delivered
        From the delivery's list.
    facts_from
        The folder in which the scans lie that facts name.

    Raises
    ------
    Refused
        There is no room.
    """
    records: list[Record] = []
    left: list[Message] = []
    for each in delivered:
        trouble, fids = each.trouble(), owners(project, each)
        if trouble is None and not fids:
            trouble = Message("session.attachment_ownerless", {"path": each.given, "key": each.key})
        if trouble is not None or each.path is None:
            left += [trouble] if trouble is not None else []
            continue
        layer, fid = fids[0]
        kind = each.kind if each.kind in KINDS else "other"
        words: dict[str, Any] = {
            "title": each.title,
            "kind": kind,
            "day": each.day,
            "document": each.document,
        }
        laid = lay_beside(park, each.path)
        records += entered(project, table=layer, id=str(fid), **laid.values, **words).records
    for fact in project.facts.values():
        scan = facts_from / fact.attachment
        if fact.attachment and scan.is_file() and scan.resolve().is_relative_to(facts_from.resolve()):
            told: dict[str, Any] = {"kind": "approval", "day": fact.document_date, "document": fact.document}
            laid = lay_beside(park, scan)
            records += entered(project, table="fact", id=fact.id, **laid.values, **told).records
    names = [Path(str(record.id)).name for record in records]
    text = Message("session.attached", {"files": names[:5], "count": len(names)})
    return Adopted(Changeset(text, tuple(records)), tuple(left))


def owners(project: Project, entry: Attachment) -> list[tuple[str, int]]:
    """Give the features that an attachment belongs to, by layer and fid; none where they are gone."""
    found: list[tuple[str, int]] = []
    for layer in project.layers.values():
        if entry.table not in (layer.id, layer.feature_type.id):
            continue
        if not entry.field:
            there = entry.key.isdigit() and bool(layer.table.has([int(entry.key)])[0])
            found += [(layer.id, int(entry.key))] if there else []
        elif layer.has(entry.field):
            values = layer.rows(None, [entry.field])[entry.field]
            same = np.flatnonzero([str(value) == entry.key for value in values])
            found += [(layer.id, int(layer.fids[place])) for place in same]
    return found


def known(project: Project) -> set[str]:
    """Give the paths of everything that is attached."""
    return {str(path) for path in project.entries.get(TABLE, {})}


def _copied(source: Path, handle: int) -> tuple[str, int]:
    """Copy into an open file and bring it to the disk; digest and bytes."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as stream, os.fdopen(handle, "wb") as target:
        while block := stream.read(_BLOCK):
            digest.update(block)
            size += target.write(block)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest(), size


def _free(path: Path) -> Path:
    number = 2
    free = path
    while free.exists():
        free, number = path.with_name(f"{path.stem}-{number}{path.suffix}"), number + 1
    return free
