"""The thread that owns the project file: steps are stored in their order, and nobody waits at the pointer."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gis_app.language import Message, Refused
from gis_app.model import Changeset
from gis_app.project_file import ProjectFile

T = TypeVar("T")
Tell = Callable[[Message], None]

SKETCH_EVERY_S = 0.2
BACKUP_EVERY_S = 600.0
_IDLE_S = 1.0


@dataclass(frozen=True)
class Stored:
    """A step that is durable: its sequence in the journal, and what it changed."""

    seq: int
    changeset: Changeset


@dataclass
class _Job:
    work: Callable[[ProjectFile], Any]
    stores: bool
    asked_at: float
    future: Future[Any] = field(default_factory=Future)


class Writer:
    """Stores steps one after the other in a thread of its own.

    From its making to ``close`` nobody else may use the project file. Where a step cannot be stored, those
    that were waiting behind it are refused: they were made on the belief that it would be.

    Parameters
    ----------
    tell
        Is told, in the writer's thread, what goes wrong with backups, sketches and the published copy;
        none of that loses a step.
    """

    def __init__(
        self,
        stored: ProjectFile,
        actor: str,
        tell: Tell = lambda message: None,
        backup_every_s: float = BACKUP_EVERY_S,
    ) -> None:
        self._stored = stored
        self._actor = actor
        self._tell = tell
        self._backup_every_s = backup_every_s
        self._backup_at = 0.0
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._open_jobs: list[_Job] = []
        self._sketches: dict[str, Mapping[str, object]] = {}
        self._sketched_at = 0.0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    @property
    def storing_since(self) -> float | None:
        """``time.monotonic()`` when the oldest step that is not stored yet was asked for; None for none."""
        with self._lock:
            return next((job.asked_at for job in self._open_jobs if job.stores), None)

    @property
    def waiting(self) -> int:
        """Number of steps that are not stored yet."""
        with self._lock:
            return sum(job.stores for job in self._open_jobs)

    def perform(
        self,
        step: Changeset | Callable[[ProjectFile], Changeset],
        *,
        op_id: str | None = None,
        actor: str | None = None,
        undoes: int | None = None,
        draft_id: str | None = None,
    ) -> Future[Stored]:
        """Store a step when its turn comes; the future ends after COMMIT, or with what prevented it.

        Parameters
        ----------
        step
            What changes, or a function that reads it from the project file (the inverse of a record).
        draft_id
            The sketch that the step was; it is forgotten with it.
        """

        def work(stored: ProjectFile) -> Stored:
            changeset = step if isinstance(step, Changeset) else step(stored)
            who = actor or self._actor
            seq = stored.commit(changeset, op_id=op_id, actor=who, undoes=undoes, draft_id=draft_id)
            return Stored(seq, changeset)

        if draft_id is not None:
            with self._lock:
                self._sketches.pop(draft_id, None)
        return self._submit(work, stores=True)

    def ask(self, question: Callable[[ProjectFile], T]) -> Future[T]:
        """Look something up in the project file, after every step asked for before."""
        return self._submit(question, stores=False)

    def commit(
        self,
        changeset: Changeset,
        *,
        actor: str,
        op_id: str | None = None,
        undoes: int | None = None,
        draft_id: str | None = None,
    ) -> int:
        """Store a step and wait for it, as ``ProjectFile.commit``."""
        future = self.perform(changeset, op_id=op_id, actor=actor, undoes=undoes, draft_id=draft_id)
        return future.result().seq

    def changeset(self, seq: int) -> Changeset:
        """The changeset of a record, as ``ProjectFile.changeset``."""
        return self.ask(lambda stored: stored.changeset(seq)).result()

    def has_op(self, op_id: str) -> bool:
        """Whether a step with this identity is journalled, as ``ProjectFile.has_op``."""
        return self.ask(lambda stored: stored.has_op(op_id)).result()

    def sketch(self, id: str, body: Mapping[str, object]) -> None:
        """Keep a running sketch; written at most every 200 ms, the newest state of each."""
        with self._lock:
            self._sketches[id] = body
        self._jobs.put(None)

    def drop_sketch(self, id: str) -> Future[None]:
        """Forget a sketch that somebody gave up."""
        with self._lock:
            self._sketches.pop(id, None)
        return self.ask(lambda stored: stored.drafts.drop(id))

    def close(self) -> None:
        """Wait for the last step and sketch, then close the project file; closing twice does no harm.

        Raises
        ------
        Refused
            As ``ProjectFile.close``; the file is closed all the same.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._thread.join()
        self._stored.close()

    def _submit(self, work: Callable[[ProjectFile], T], stores: bool) -> Future[T]:
        job = _Job(work, stores, time.monotonic())
        with self._lock:
            if not self._closed:
                self._open_jobs.append(job)
                self._jobs.put(job)
                return job.future
        job.future.set_exception(Refused(Message("session.writer_closed")))
        return job.future

    def _run(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=self._patience())
            except queue.Empty:
                job = None
            if job is not None:
                self._do(job)
            self._write_sketches()
            if self._jobs.empty():
                if self._closed:
                    self._write_sketches(now=True)
                    return
                if job is None:
                    self._look_after()

    def _patience(self) -> float | None:
        """Seconds to wait for a job: until the next sketch is due, or until there is time for a backup."""
        with self._lock:
            return SKETCH_EVERY_S if self._sketches else _IDLE_S

    def _do(self, job: _Job) -> None:
        if not job.future.set_running_or_notify_cancel():
            self._forget(job)
            return
        try:
            found = job.work(self._stored)
        except BaseException as error:  # whatever it is belongs to who asked; the thread goes on
            self._forget(job)
            if job.stores:
                self._refuse_waiting()
            job.future.set_exception(error)
        else:
            self._forget(job)
            job.future.set_result(found)

    def _refuse_waiting(self) -> None:
        """Steps behind one that failed are not tried; questions are."""
        kept: list[_Job | None] = []
        while not self._jobs.empty():
            kept.append(self._jobs.get())
        for job in kept:
            if job is not None and job.stores and job.future.set_running_or_notify_cancel():
                self._forget(job)
                job.future.set_exception(Refused(Message("session.step_before_failed")))
            elif job is None or not job.stores:
                self._jobs.put(job)

    def _forget(self, job: _Job) -> None:
        with self._lock:
            self._open_jobs.remove(job)

    def _write_sketches(self, *, now: bool = False) -> None:
        if not now and time.monotonic() - self._sketched_at < SKETCH_EVERY_S:
            return
        with self._lock:
            sketches, self._sketches = self._sketches, {}
        for id, body in sketches.items():
            self._sketched_at = time.monotonic()
            self._guarded(lambda id=id, body=body: self._stored.drafts.put(id, body))  # type: ignore[misc]

    def _look_after(self) -> None:
        """While nothing else is to be done: what was found in a large file, a backup, the published copy."""
        for message in self._stored.late_findings():
            self._tell(message)
        if time.monotonic() < self._backup_at:
            return
        self._backup_at = time.monotonic() + self._backup_every_s
        if not self._stored.read_only:
            self._guarded(lambda: self._stored.backup_if_due(lambda: not self._jobs.empty()))
            self._guarded(self._stored.publish)

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Refused as refused:
            self._tell(refused.message)
