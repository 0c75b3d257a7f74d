"""The open project file: one connection, one owner, every step durable before it is seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import apsw

from gis_app import __version__
from gis_app.language import Message, Refused
from gis_app.model import Changeset, Project, Record
from gis_app.project_file import backup, geopackage, journal, loading, opening, schema, verify
from gis_app.project_file.codec import Codec
from gis_app.project_file.connection import connect, journal_mode, transaction
from gis_app.project_file.digest import Tally
from gis_app.project_file.failure import refusing, understood
from gis_app.project_file.journal import Entry
from gis_app.project_file.lock import Owner, OwnerLock, read_owner
from gis_app.project_file.writing import Writing

if TYPE_CHECKING:
    from gis_app.catalogue import Catalogue


class ProjectFile:
    """A project file while it is open; made by ``create`` and ``open``.

    Attributes
    ----------
    path
        The GeoPackage.
    findings
        What was found on opening not to be as the journal says: rows of another program, a broken chain.
    owner
        Who has the file open; None for a reader of a file that nobody has open.
    """

    def __init__(self, path: Path, connection: apsw.Connection, codec: Codec, lock: OwnerLock | None) -> None:
        self.path = path
        self.read_only = lock is None
        self.owner: Owner | None = lock.owner if lock else read_owner(path)
        self.findings: list[Message] = []
        self._connection = connection
        self._codec = codec
        self._lock = lock
        self._tallies: dict[str, Tally] = {}
        self._closed_for_writing: Message | None = None

    @classmethod
    def create(cls, path: Path, project: Project, *, actor: str) -> ProjectFile:
        """Make a new project file with what ``project`` holds; ``Refused`` where the path is taken.

        Nothing is left behind when it fails.
        """
        with refusing(path):
            lock = OwnerLock(path)
            try:
                if path.exists():
                    raise Refused(Message("project_file.exists", {"file": str(path)}))
                return cls._create(path, project, actor, lock)
            except BaseException:
                lock.release()
                raise

    @classmethod
    def _create(cls, path: Path, project: Project, actor: str, lock: OwnerLock) -> ProjectFile:
        connection: apsw.Connection | None = None
        try:
            connection = connect(path, create=True)
            made = cls(path, connection, Codec(), lock)
            journal_mode(connection, "delete")
            with transaction(connection):
                geopackage.create_tables(connection)
                schema.create_tables(connection, f"parkplan {__version__}")
                made._write(_everything(project), journal.CREATE, actor)
            journal_mode(connection, "wal")
            return made
        except BaseException:
            if connection is not None:
                connection.close()
            for end in ("", "-journal", "-wal", "-shm"):
                path.with_name(path.name + end).unlink(missing_ok=True)
            raise

    @classmethod
    def open(cls, path: Path, *, catalogue: Catalogue, read_only: bool = False) -> ProjectFile:
        """Open a project; ``Refused`` with a sentence on anything that is wrong with the file or its place.

        A writer takes the owner lock, lets SQLite recover what an interrupted program left, and brings an
        older schema up to date after a backup. A reader sees the state of one moment (``state_seq``), whoever
        has it open. Rows that are not as the journal says do not prevent opening: they are in ``findings``.
        """
        opening.require_ours(path)
        codec = Codec(catalogue)
        with refusing(path):
            lock = None if read_only else OwnerLock(path)
            try:
                connection = opening.for_reading(path) if read_only else opening.for_writing(path, codec)
            except BaseException:
                if lock is not None:
                    lock.release()
                raise
            opened = cls(path, connection, codec, lock)
            try:
                opened._examine()
            except BaseException:
                opened.close()
                raise
            return opened

    def __enter__(self) -> ProjectFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def state_seq(self) -> int:
        """Sequence of the last journal record of the state that this file shows."""
        return journal.head(self._connection)[0]

    def load(self) -> Project:
        """The project as it stands; ``Refused`` where a row or record cannot be understood."""
        with refusing(self.path), understood(self.path):
            return loading.load(self._connection, self._codec)

    def commit(
        self, changeset: Changeset, *, op_id: str | None = None, actor: str, undoes: int | None = None
    ) -> int:
        """Make a step durable; its journal sequence. On any failure nothing of it has happened.

        Parameters
        ----------
        op_id
            Identity of the step given by whoever asked for it; one that is already journalled is refused
            (``seq_of`` finds it).
        undoes
            Sequence of the step that this one reverses.

        Raises
        ------
        Refused
            Disk full, no longer writable, a row changed by another program, a value of the wrong kind.
        ValueError
            The changeset is empty or does not fit what the file holds.
        """
        if not changeset:
            raise ValueError("an empty changeset is no step")
        self._require_writable()
        if op_id is not None and self.seq_of(op_id) is not None:
            raise Refused(Message("project_file.known_step", {"op_id": op_id}))
        kind = journal.UNDO if undoes is not None else journal.IMPORT if changeset.arrivals else journal.EDIT
        with refusing(self.path):
            try:
                with transaction(self._connection):
                    seq, tallies = self._append(changeset, kind, actor, op_id, undoes)
            except apsw.IOError:
                # after a failed write to the disk only a fresh look at the file tells what is stored
                self._closed_for_writing = Message("project_file.reopen", {"file": self.path.name})
                raise
            self._tallies = tallies
            return seq

    def journal(self) -> Iterator[Entry]:
        """All records of the journal, oldest first."""
        with refusing(self.path), understood(self.path):
            yield from journal.entries(self._connection, self._codec)

    def changeset(self, seq: int) -> Changeset:
        """The changeset of a journal record, for undo; KeyError when there is none of this sequence."""
        with refusing(self.path):
            return loading.changeset(self._connection, self._codec, seq)

    def seq_of(self, op_id: str) -> int | None:
        """Sequence of the step with this identity, None when it is not journalled."""
        statement = "SELECT seq FROM parkplan_journal WHERE op_id = ?"
        row = self._connection.execute(statement, (op_id,)).fetchone()
        return None if row is None else int(row[0])

    def verify(self) -> list[Message]:
        """Everything that is not as the journal and the GeoPackage standard say; empty when all is well."""
        try:
            found = list(verify.structure(self._connection, quick=False))
            chain = journal.first_break(self._connection)
            found += [chain] if chain else []
            found += verify.rows(self._connection, self._codec)
            found += verify.metadata(self._connection, self._codec)
            found += verify.indexes(self._connection, self._codec)
        except (apsw.Error, UnicodeDecodeError) as error:
            return [Message("project_file.damaged", {"file": self.path.name, "cause": str(error)})]
        return found

    def backup(self) -> Path:
        """A verified copy in the folder ``NAME.backups`` beside the project; the path of the copy."""
        with refusing(self.path):
            return backup.make(self._connection, self.path)

    def close(self) -> None:
        """Bring everything into the one file and let go of it; closing twice does no harm."""
        if self._lock is not None:
            # What is committed is safe in the log beside the file: where it cannot be taken in now (a reader
            # holds it, the disk is full), the next opening does.
            with suppress(apsw.Error, Refused):
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                journal_mode(self._connection, "delete")
        self._connection.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _examine(self) -> None:
        chain = journal.first_break(self._connection)
        self.findings = [chain] if chain else []
        self.findings += verify.rows(self._connection, self._codec)
        if chain is not None:
            self._closed_for_writing = chain
        else:
            self._tallies = journal.tallies(self._connection)

    def _require_writable(self) -> None:
        if self.read_only:
            raise Refused(Message("project_file.opened_read_only", {"file": self.path.name}))
        if self._closed_for_writing is not None:
            raise Refused(self._closed_for_writing)

    def _write(self, changeset: Changeset, kind: str, actor: str) -> None:
        _, self._tallies = self._append(changeset, kind, actor, None, None)

    def _append(
        self, changeset: Changeset, kind: str, actor: str, op_id: str | None, undoes: int | None
    ) -> tuple[int, dict[str, Tally]]:
        writing = Writing(self._connection, self._codec, self._tallies)
        body = writing.perform(changeset)
        tables = {table: writing.tallies[table] for table in writing.touched}
        draft = journal.Draft(kind, changeset.text, actor, body, tables, op_id, undoes)
        return journal.append(self._connection, self._codec, draft), writing.tallies


def _everything(project: Project) -> Changeset:
    """What a project holds, as the changeset that makes it."""
    properties = {
        "crs": project.crs,
        "name": project.name,
        "as_of": project.as_of,
        "period": project.period,
        "missing_files": project.missing_files,
        "next_fid": project.next_fid,
    }
    records = [Record("project", key, None, {"value": value}) for key, value in properties.items()]
    records += [Record("fact", id, None, vars(fact)) for id, fact in project.facts.items()]
    records += [Record("proposal", id, None, vars(one)) for id, one in project.proposals.items()]
    text = Message("project_file.created", {"name": project.name})
    return Changeset(text, tuple(records), tuple(project.layers.values()))
