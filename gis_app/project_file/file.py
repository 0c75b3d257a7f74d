"""The open project file: one connection, one owner, every step durable before it is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import apsw

from gis_app import __version__
from gis_app.language import Message, Refused
from gis_app.model import Changeset, Project
from gis_app.project_file import (
    attachment,
    draft,
    foreign,
    geopackage,
    journal,
    loading,
    opening,
    place,
    schema,
)
from gis_app.project_file import verify as verifying
from gis_app.project_file.codec import Codec
from gis_app.project_file.connection import connect, journal_mode, transaction
from gis_app.project_file.digest import Tally
from gis_app.project_file.failure import refusing, understood
from gis_app.project_file.history_body import everything
from gis_app.project_file.journal import Entry
from gis_app.project_file.lock import OwnerLock
from gis_app.project_file.published import WorkingCopy, waiting
from gis_app.project_file.store import Store
from gis_app.project_file.writing import Writing

if TYPE_CHECKING:
    from gis_app.catalogue import Catalogue


class ProjectFile(Store):
    """A project file while it is open; made by ``create`` and ``open``."""

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
                _, made._tallies = made._append(everything(project), journal.CREATE, actor, None, None)
            if place.warning(path) is None:
                journal_mode(connection, "wal")
                return made
            connection.close()
            working = WorkingCopy(path)
            connection = opening.for_writing(working.live, made._codec)
            opened = cls(path, connection, made._codec, lock, working)
            opened._examine()
            return opened
        except BaseException:
            if connection is not None:
                connection.close()
            for end in ("", "-journal", "-wal", "-shm"):
                path.with_name(path.name + end).unlink(missing_ok=True)
            raise

    @classmethod
    def open(
        cls, path: Path, *, catalogue: Catalogue, read_only: bool = False, doubted: bool = False
    ) -> ProjectFile:
        """Open a project; ``Refused`` with a sentence on anything that is wrong with the file or its place.

        A writer takes the owner lock, lets SQLite recover what an interrupted program left, and brings an
        older schema up to date after a backup. A reader sees the state of one moment (``state_seq``), whoever
        has it open. Rows that are not as the journal says do not prevent opening: they are in ``findings``.
        A reader who has doubts wants to ``verify`` and no more: then no damage prevents opening.
        """
        opening.require_ours(path)
        codec = Codec(catalogue)
        with refusing(path):
            if read_only or doubted:
                opened = cls(path, opening.for_reading(path, sound=not doubted), codec, None)
                if opened.owner is not None:
                    opened.notes += opening.who_has_it(opened.owner, path, opened.state_seq)
                elif place.warning(path) is not None:
                    opened.notes += waiting(path)
            else:
                opened = cls._for_writing(path, codec)
                opened.notes += opening.left_open(opened.left_by, path)
            if doubted:
                return opened
            try:
                opened._examine()
                opened.notes += opened.attachment_problems(attachment.MOST_AT_ONCE_BYTES)
            except BaseException:
                opened._let_go()
                raise
            return opened

    @classmethod
    def _for_writing(cls, path: Path, codec: Codec) -> ProjectFile:
        lock = OwnerLock(path)
        try:
            working = WorkingCopy(path) if place.warning(path) is not None else None
            connection = opening.for_writing(working.live if working else path, codec, path)
            return cls(path, connection, codec, lock, working)
        except BaseException:
            lock.release()
            raise

    def __enter__(self) -> ProjectFile:
        return self

    @property
    def state_seq(self) -> int:
        """Sequence of the last journal record of the state that this file shows."""
        return journal.head(self._connection)[0]

    def load(self) -> Project:
        """The project as it stands; ``Refused`` where a row or record cannot be understood."""
        with refusing(self.path), understood(self.path):
            project = loading.load(self._connection, self._codec, self._live)
        self._begin_examination()  # not before: both would wait for each other
        return project

    def commit(
        self,
        changeset: Changeset,
        *,
        actor: str,
        op_id: str | None = None,
        undoes: int | None = None,
        redoes: int | None = None,
        draft_id: str | None = None,
    ) -> int:
        """Make a step durable; its journal sequence. On any failure nothing of it has happened.

        Parameters
        ----------
        op_id
            Identity of the step given by whoever asked for it; one that is already journalled is refused
            (``has_op`` tells beforehand).
        undoes
            Sequence of the record that this one reverses; to reverse an undo is to redo.
        redoes
            Sequence of the undo that this one reverses; not together with ``undoes``, and stored like it.
        draft_id
            The sketch that this step was; it is forgotten in the same moment.

        Raises
        ------
        Refused
            Disk full, no longer writable, a row changed by another program, a value of the wrong kind.
        ValueError
            The changeset is empty or does not fit what the file holds, or what it reverses is not there or
            of another kind.
        """
        if not changeset:
            raise ValueError("an empty changeset is no step")
        self.require_writable()
        if op_id is not None and self.has_op(op_id):
            raise Refused(Message("project_file.known_step", {"op_id": op_id}))
        kind = self._kind(changeset, undoes, redoes)
        undoes = redoes if undoes is None else undoes
        with self._step():
            seq, tallies = self._append(changeset, kind, actor, op_id, undoes)
            if draft_id is not None:
                draft.remove(self._connection, draft_id)
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

    def has_op(self, op_id: str) -> bool:
        """Whether a step with this identity is journalled, and so need not be done again."""
        return self.seq_of(op_id) is not None

    def foreign_edits(self) -> list[foreign.ForeignEdits]:
        """Features that another program changed, by layer; ``Refused`` where it changed anything else."""
        with refusing(self.path), understood(self.path):
            return foreign.find(self._connection, self._codec)

    def take_in_foreign_edits(self, *, actor: str, op_id: str | None = None) -> int | None:
        """Make what another program wrote a step of the journal; its sequence, None where there is nothing.

        The step can be undone where a backup tells what was there before. ``Refused`` as ``foreign_edits``,
        or where a value is none that its column can hold; then nothing has happened.
        """
        self.require_writable()
        seq = None
        with understood(self.path), self._step():
            taken = foreign.take_in(self._connection, self._codec, self._tallies, self._live)
            if taken is not None:
                kind = journal.FOREIGN if taken.known else journal.FOREIGN_FINAL
                tables = {table: taken.writing.tallies[table] for table in taken.writing.touched}
                record = journal.Unwritten(kind, taken.text, actor, taken.body, tables, op_id)
                seq = journal.append(self._connection, self._codec, record)
        if taken is not None:
            self._tallies = taken.writing.tallies
        self._examine()
        self._begin_examination()
        return seq

    def put_back_foreign_edits(self) -> int:
        """Bring what another program changed back to what the journal says; the number of features.

        The file as it was is kept among the backups. ``Refused`` where no backup knows a row; then nothing
        has happened.
        """
        self.require_writable()
        self.backup()
        with understood(self.path), self._step():
            count = foreign.put_back(self._connection, self._codec, self._live)
        self._examine()
        self._begin_examination()
        return count

    def verify(self) -> list[Message]:
        """Everything that is not as the journal and the GeoPackage standard say; empty when all is well.

        The first record of the journal that does not fit comes first.
        """
        connection, codec = self._connection, self._codec
        found: list[Message] = []
        parts: tuple[Callable[[], Iterable[Message]], ...] = (
            lambda: filter(None, [journal.first_break(connection)]),
            lambda: verifying.structure(connection, quick=False),
            lambda: verifying.rows(connection, codec),
            lambda: verifying.metadata(connection, codec),
            lambda: verifying.indexes(connection, codec),
            lambda: attachment.problems(connection, self.path),
        )
        for part in parts:
            try:
                found += part()
            except Refused as refused:
                found.append(refused.message)
            except Exception as error:  # what cannot be read, whatever it is, is not as the journal says
                found.append(Message("project_file.damaged", {"file": self.path.name, "cause": str(error)}))
        return found

    def _kind(self, changeset: Changeset, undoes: int | None, redoes: int | None) -> str:
        """Kind of the record; ValueError where what it reverses is not what it says."""
        if undoes is None and redoes is None:
            return journal.IMPORT if changeset.arrivals else journal.EDIT
        if undoes is not None and redoes is not None:
            raise ValueError("a step is an undo or a redo")
        reversed_seq = cast(int, redoes if undoes is None else undoes)
        reversed_kind = journal.kind_of(self._connection, reversed_seq)
        if reversed_kind not in journal.STEPS or (redoes is not None and reversed_kind != journal.UNDO):
            raise ValueError(f"record {reversed_seq} of kind {reversed_kind!r} is not to be reversed so")
        return journal.REDO if reversed_kind == journal.UNDO else journal.UNDO

    def _append(
        self, changeset: Changeset, kind: str, actor: str, op_id: str | None, undoes: int | None
    ) -> tuple[int, dict[str, Tally]]:
        writing = Writing(self._connection, self._codec, self._tallies)
        body = writing.perform(changeset)
        tables = {table: writing.tallies[table] for table in writing.touched}
        draft = journal.Unwritten(kind, changeset.text, actor, body, tables, op_id, undoes)
        return journal.append(self._connection, self._codec, draft), writing.tallies
