"""What an open project file stands on: its connection, its lock, where it lies, what lies beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, cast

import apsw

from gis_app.language import Message, Refused
from gis_app.project_file import attachment, backup, draft, journal, layer_styles, loading, opening
from gis_app.project_file import verify as verifying
from gis_app.project_file.backup import Interrupted
from gis_app.project_file.codec import Codec
from gis_app.project_file.connection import journal_mode, transaction
from gis_app.project_file.digest import Tally
from gis_app.project_file.examination import Examination
from gis_app.project_file.failure import refusing, understood
from gis_app.project_file.layer_styles import LayerStyle
from gis_app.project_file.lock import Owner, OwnerLock, is_held, read_owner
from gis_app.project_file.outside import Outside
from gis_app.project_file.published import WorkingCopy


class Store:
    """An open file with its lock; ``ProjectFile`` says what is in it.

    Attributes
    ----------
    path
        The GeoPackage.
    findings
        What was found so far not to be as the journal says: rows of another program, a broken chain. A large
        file is examined while it is worked on; ``examined`` waits for the end of it.
    notes
        What a person must know of how the file was opened: who else has it, that a copy is worked on.
    owner
        Who has the file open; None for a reader of a file that nobody has open.
    left_by
        Who had it open when the program ended unexpectedly the last time; None where it was closed.
    """

    def __init__(
        self,
        path: Path,
        connection: apsw.Connection,
        codec: Codec,
        lock: OwnerLock | None,
        working: WorkingCopy | None = None,
    ) -> None:
        self.path = path
        self.read_only = lock is None
        self.owner: Owner | None = lock.owner if lock else read_owner(path) if is_held(path) else None
        self.left_by: Owner | None = lock.left_by if lock else None
        self.findings: list[Message] = []
        self.notes: list[Message] = working.notes() if working else []
        self._working = working
        self._connection = connection
        self._codec = codec
        self._lock = lock
        self._tallies: dict[str, Tally] = {}
        self._closed_for_writing: Message | None = None
        self._disk_failed = False
        self._seen_version = self._version()
        self._seen_conflict = self.conflict
        self._examination: Examination | None = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def drafts(self) -> draft.Drafts:
        """Sketches that are not steps yet."""
        return draft.Drafts(self._connection, self._codec, self.path, self.require_writable)

    @property
    def outside(self) -> Outside:
        """Files of others that the project was read from or is written to."""
        return Outside(self._connection, self.path, self.require_writable)

    def backup(self) -> Path:
        """A verified copy in the folder ``NAME.backups`` beside the project; the path of the copy."""
        with refusing(self.path):
            return cast(Path, backup.make(self._connection, self._live))

    def backup_if_due(self, interrupted: Interrupted = lambda: False) -> Path | None:
        """A backup where the newest one is of another state; None where none was made.

        ``interrupted`` is asked between its parts and breaks it off.
        """
        with refusing(self.path):
            if not backup.is_due(self._connection, self._live):
                return None
            return backup.make(self._connection, self._live, interrupted=interrupted)

    def copy_to(self, target: Path) -> None:
        """Write the state that this file shows as one closed file; ``Refused`` where it cannot be."""
        with refusing(target):
            backup.copy(self._connection, target)

    def attachments(self) -> list[attachment.Attachment]:
        """Files in the folder ``NAME.files`` beside the project that the journal knows."""
        with refusing(self.path), understood(self.path):
            return attachment.listed(self._connection)

    def attachment_problems(self, most_bytes: int | None = None) -> list[Message]:
        """Attachments that are missing, or are not what was attached.

        Where all together are larger than ``most_bytes`` only their sizes are compared.
        """
        with refusing(self.path), understood(self.path):
            return list(attachment.problems(self._connection, self.path, most_bytes))

    def layer_types(self) -> list[tuple[str, str, str | None]]:
        """Id, feature type and scheme of every layer that has geometry."""
        with refusing(self.path), understood(self.path):
            records = loading.layer_records(self._connection, self._codec)
            return [(one.id, one.feature_type, one.scheme) for one in records if one.spatial]

    def entries(self, table: str) -> dict[str, dict[str, Any]]:
        """What is entered in one of the project's own tables, by id."""
        with refusing(self.path), understood(self.path):
            return loading.entries(self._connection, self._codec, table)

    def put_styles(self, styles: Mapping[str, LayerStyle]) -> None:
        """Tell QGIS how the layers are drawn; that is no step, and nothing where it is told already."""
        if self.read_only or self._closed_for_writing is not None:
            return
        with self._step():
            if layer_styles.differ(self._connection, styles):
                layer_styles.write(self._connection, styles)

    def publish(self, *, over_others: bool = False) -> bool:
        """Put the working copy in the place of the project on its network or synchronised place.

        False where there is nothing to put. ``Refused`` where somebody else changed the project there, unless
        ``over_others``, which keeps theirs among the backups.
        """
        if self._working is None:
            return False
        with refusing(self.path):
            return self._working.publish(self._connection, over_others=over_others)

    @property
    def conflict(self) -> bool:
        """Whether somebody else changed the project on its network place while a copy was worked on."""
        return self._working is not None and self._working.conflict

    def disturbed(self) -> bool:
        """Whether another program has written since the last look; ``findings`` are looked for anew then."""
        if self.read_only:  # what it sees stays as it was
            return False
        with refusing(self.path):
            if self._working is not None:
                self._working.look()
            version = self._version()
        # publishing may have found the conflict first, and who looks has not heard of it
        is_new, self._seen_conflict = self.conflict and not self._seen_conflict, self.conflict
        if version != self._seen_version:
            self._seen_version = version
            self._examine()
            return bool(self.findings) or is_new
        return is_new

    def close(self) -> None:
        """Bring everything into the one file and let go of it; closing twice does no harm.

        Raises
        ------
        Refused
            A working copy could not be published; the work stays in it and the sentence says where. The file
            is closed all the same.
        """
        try:
            if self._lock is not None and self._closed_for_writing is None:
                self.publish()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        if self._examination is not None:
            self._examination.end()
            self._examination = None
        # What is committed is safe in the log beside the file: where it cannot be taken in now (a reader
        # holds it, the disk is full or has failed), the next opening does.
        try:
            with suppress(apsw.Error, Refused):
                if self._disk_failed:  # a second attempt to synchronise would prove nothing
                    self._connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
                elif self._lock is not None:
                    self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                    journal_mode(self._connection, "delete")
            with suppress(apsw.IOError, apsw.FullError):
                self._connection.close()
        finally:
            if self._lock is not None:
                self._lock.release()
                self._lock = None

    @property
    def _live(self) -> Path:
        return self._working.live if self._working else self.path

    def _version(self) -> int:
        """A number that changes when any other connection writes."""
        return int(next(self._connection.execute("PRAGMA data_version"))[0])

    @contextmanager
    def _step(self) -> Iterator[None]:
        """One transaction; after a failed write to the disk only a fresh look tells what is stored."""
        with refusing(self.path):
            try:
                with transaction(self._connection):
                    yield
            except apsw.IOError:
                self._disk_failed = True
                self._closed_for_writing = Message("project_file.reopen", {"file": self.path.name})
                raise

    def _examine(self) -> None:
        chain = journal.first_break(self._connection)
        self.findings = [chain] if chain else []
        if self._examination is not None:
            self._examination.end()
            self._examination = None
        if opening.is_large(self._live):
            self._examination = Examination(self._live, self._codec)
        else:
            self.findings += verifying.rows(self._connection, self._codec)
        if chain is not None:
            self._closed_for_writing = chain
        else:
            self._tallies = journal.tallies(self._connection)

    def late_findings(self) -> list[Message]:
        """What the examination of a large file has found, once it is over; each time only what is new."""
        if self._examination is None or not self._examination.over:
            return []
        return self.examined()

    def examined(self) -> list[Message]:
        """Wait for the examination of a large file; what it found, which then stands in ``findings``."""
        if self._examination is None:
            return []
        self._require_sound()
        found = self._examination.altered()
        self._examination.end()
        self._examination = None
        self.findings += found
        return found

    def _begin_examination(self) -> None:
        if self._examination is not None:
            self._examination.begin()

    def _require_sound(self) -> None:
        """Nothing is written into a file whose structure is not known to be sound."""
        damage = [] if self._examination is None else self._examination.damage()
        if damage and self._closed_for_writing is None:
            self._closed_for_writing = opening.damaged(self.path, damage[0])
            self.findings.append(self._closed_for_writing)

    def require_writable(self) -> None:
        """Refuse where nothing can be stored: opened to read, a broken journal, a disk that failed."""
        if self.read_only:
            raise Refused(Message("project_file.opened_read_only", {"file": self.path.name}))
        self._require_sound()
        if self._closed_for_writing is not None:
            raise Refused(self._closed_for_writing)
