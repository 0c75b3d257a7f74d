"""A project on a network or in a synchronised folder: worked on in a local copy and put back whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import apsw

from gis_app.language import Message, Refused
from gis_app.project_file import backup, journal
from gis_app.project_file.connection import connect
from gis_app.worker.folders import user_data_dir

_FOLDER = "working"
_BASE = "base.json"
_PART = ".parkplan-publishing"


@dataclass(frozen=True)
class Base:
    """What the working copy started from: digest of the published file and last record in it.

    ``coming`` and ``coming_seq`` are those of what was about to be published; they stay where the program
    ended meanwhile.
    """

    published: str
    sha256: str
    seq: int
    coming: str = ""
    coming_seq: int = 0


class WorkingCopy:
    """The local copy of one published project, in the person's own data folder.

    Attributes
    ----------
    live
        The copy that is worked on.
    unpublished
        Whether it held steps on opening that were never put back.
    conflict
        Whether the published file was changed by somebody else since the copy was taken.
    """

    def __init__(self, published: Path) -> None:
        """Take a copy, or go on with the one that is there.

        Raises
        ------
        OSError, apsw.Error
            The copy could not be made.
        """
        self.published = published.absolute()
        folder = folder_of(self.published)
        folder.mkdir(parents=True, exist_ok=True)
        self.live = folder / self.published.name
        self._base_path = folder / _BASE
        self._base = _known(self.published)
        digest = _digest(self.published)
        if self._base is not None and self._base.coming == digest:  # the program ended just after publishing
            self._remember(Base(str(self.published), digest, self._base.coming_seq))
        self.unpublished = self._base is not None and _last(self.live) != self._base.seq
        self.conflict = self._base is not None and digest != self._base.sha256
        if self._base is None or (self.conflict and not self.unpublished):
            self._take(digest)
            self.conflict = False
        self._looked_at = _stamp_of(self.published)

    def look(self) -> None:
        """Look whether somebody else has changed the published file since; ``conflict`` tells."""
        stamp = _stamp_of(self.published)
        if stamp is not None and stamp != self._looked_at:
            self._looked_at = stamp
            assert self._base is not None
            self.conflict = _digest(self.published) != self._base.sha256

    def publish(self, connection: apsw.Connection, *, over_others: bool = False) -> bool:
        """Put the state of ``connection`` in the place of the published file; False where it is that already.

        The published file is whole at every moment.

        Raises
        ------
        Refused
            Somebody else changed the published file since; it is only replaced with ``over_others``, which
            keeps theirs among the backups.
        """
        assert self._base is not None
        seq = journal.head(connection)[0]
        if seq == self._base.seq and not over_others:
            return False
        ready = self.live.with_name(_PART)
        backup.copy(connection, ready)
        digest = _digest(ready)
        self._remember(replace(self._base, coming=digest, coming_seq=seq))
        part = self.published.with_name(f".{self.published.name}{_PART}")
        try:
            shutil.copyfile(ready, part)
            _sync(part)
            if _digest(part) != digest:
                raise Refused(Message("project_file.publish_differs", {"file": str(self.published)}))
            self._require_unchanged(over_others)
            os.replace(part, self.published)
            _sync(self.published.parent)
        finally:
            part.unlink(missing_ok=True)
            ready.unlink(missing_ok=True)
        self._remember(Base(str(self.published), digest, seq))
        self.conflict, self._looked_at = False, _stamp_of(self.published)
        return True

    def notes(self) -> list[Message]:
        """What a person must know about working on a copy."""
        values = {"file": str(self.published), "copy": str(self.live)}
        found = [Message("project_file.working_copy", values)]
        if self.conflict:
            found.append(Message("project_file.publish_conflict", values))
        elif self.unpublished:
            found.append(Message("project_file.work_resumed", values))
        return found

    def _require_unchanged(self, over_others: bool) -> None:
        assert self._base is not None
        if self.published.exists() and _digest(self.published) == self._base.sha256:
            return
        values = {"file": str(self.published), "copy": str(self.live)}
        if not over_others:
            self.conflict = True
            raise Refused(Message("project_file.publish_conflict", values))
        if self.published.exists():
            kept = backup.folder_of(self.live)
            kept.mkdir(exist_ok=True)
            shutil.copyfile(self.published, kept / f"{_stamp()} {self.published.name}")

    def _take(self, digest: str) -> None:
        part = self.live.with_name(_PART)
        shutil.copyfile(self.published, part)  # nobody has it open: the owner lock beside it is ours
        if _digest(part) != digest:
            raise OSError(0, "the copy differs")
        _sync(part)
        self._base_path.unlink(missing_ok=True)
        for end in ("-journal", "-wal", "-shm"):
            self.live.with_name(self.live.name + end).unlink(missing_ok=True)
        os.replace(part, self.live)
        self._remember(Base(str(self.published), digest, _last(self.live)))

    def _remember(self, base: Base) -> None:
        part = self._base_path.with_suffix(".part")
        part.write_text(json.dumps(asdict(base), ensure_ascii=False), "utf-8")
        _sync(part)
        os.replace(part, self._base_path)
        _sync(self._base_path.parent)
        self._base = base


def folder_of(published: Path) -> Path:
    """Folder of the working copy of a published project."""
    key = hashlib.sha256(str(published.absolute()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return user_data_dir() / _FOLDER / key


def waiting(published: Path) -> list[Message]:
    """What a reader is told where work on this machine was never put back into the published project."""
    base, live = _known(published.absolute()), folder_of(published) / published.name
    if base is None:
        return []
    published_seq = base.coming_seq if base.coming and base.coming == _digest(published) else base.seq
    if _last(live) == published_seq:
        return []
    return [Message("project_file.work_waiting", {"file": str(published), "copy": str(live)})]


def set_aside(published: Path) -> Path | None:
    """Put unpublished work aside, so that the next opening takes the published file anew; where it is now."""
    folder = folder_of(published)
    live = folder / published.name
    if not live.exists():
        return None
    kept = folder / f"{_stamp()} {published.name}"
    connection = connect(live)
    try:
        backup.copy(connection, kept)
    finally:
        connection.close()
    (folder / _BASE).unlink(missing_ok=True)
    return kept


def _known(published: Path) -> Base | None:
    """What the copy of a project started from; None where there is no usable copy."""
    folder = folder_of(published)
    try:
        known = Base(**json.loads((folder / _BASE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return known if (folder / published.name).exists() and known.published == str(published) else None


def _last(live: Path) -> int:
    connection = connect(live)
    try:
        return journal.head(connection)[0]
    finally:
        connection.close()


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    folder = path.is_dir()
    if folder and os.name == "nt":  # there is nothing of the kind there
        return
    handle = os.open(path, os.O_RDONLY if folder or os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _stamp_of(path: Path) -> tuple[int, int] | None:
    """What tells without reading that a file may have changed; None where it cannot be reached now."""
    try:
        known = path.stat()
    except OSError:
        return None
    return known.st_mtime_ns, known.st_size


def _stamp() -> str:
    return datetime.now().strftime("%Y-%m-%dT%H-%M-%S-%f")
