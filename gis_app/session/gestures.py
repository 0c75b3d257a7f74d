"""Gestures of the window in their order: each is worked out when the one before is stored and applied."""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial

from gis_app.language import Message, Refused
from gis_app.model import Changeset, Project
from gis_app.session.session import Session
from gis_app.session.writer import Stored, Writer

Post = Callable[[Callable[[], None]], None]
"""Runs a function in the thread that owns the session, soon; called from the writer's thread."""

Outcome = int | None | BaseException
"""Sequence of the stored step, None where there was nothing to do, or what prevented it."""

Done = Callable[[Outcome], None]


@dataclass(eq=False)
class _Gesture:
    make: Callable[[Project], Changeset] | None  # None: reverses the step that ``reverses`` names
    reverses: str
    done: Done
    draft_id: str | None = None
    op_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    asked_at: float = field(default_factory=time.monotonic)
    undoes: int | None = None


class Gestures:
    """What the hand asks for, stored one after the other without ever blocking it.

    All methods are called in the thread that owns the session. What is queued is never applied ahead; where
    a step cannot be stored nothing of it is applied, and what was queued behind it is refused.
    """

    def __init__(self, session: Session, writer: Writer, post: Post) -> None:
        self._session = session
        self._writer = writer
        self._post = post
        self._queue: deque[_Gesture] = deque()
        self._running: tuple[_Gesture, Future[Stored]] | None = None
        session.store_through(writer, self.finish)

    @property
    def storing_since(self) -> float | None:
        """``time.monotonic()`` when the oldest gesture that is not stored yet was made; None for none."""
        if self._running is not None:
            return self._running[0].asked_at
        return self._queue[0].asked_at if self._queue else None

    def perform(
        self, make: Callable[[Project], Changeset], done: Done, *, draft_id: str | None = None
    ) -> None:
        """Perform what ``make`` works out on the project as it is when its turn comes."""
        self._add(_Gesture(make, "", done, draft_id))

    def undo(self, done: Done) -> None:
        """Undo the step that is the last one when its turn comes."""
        self._add(_Gesture(None, "undo", done))

    def redo(self, done: Done) -> None:
        """Redo what was undone last."""
        self._add(_Gesture(None, "redo", done))

    def finish(self) -> None:
        """Wait until everything asked for is stored and applied, or refused."""
        while self._running is not None:
            gesture, future = self._running
            future.exception()
            self._take(gesture, future)

    def _add(self, gesture: _Gesture) -> None:
        self._queue.append(gesture)
        if self._running is None:
            self._next()

    def _next(self) -> None:
        """Begin with the first in the queue that is a step at all."""
        while self._queue and self._running is None:
            gesture = self._queue.popleft()
            try:
                step = self._step(gesture)
            except Exception as error:  # the gesture's own; those behind it do not depend on it
                gesture.done(error)
                continue
            if not step:
                gesture.done(None)
                continue
            future = self._writer.perform(
                step, op_id=gesture.op_id, undoes=gesture.undoes, draft_id=gesture.draft_id
            )
            self._running = gesture, future
            future.add_done_callback(partial(self._ended, gesture))

    def _step(self, gesture: _Gesture) -> Changeset | Callable[..., Changeset] | None:
        if gesture.make is not None:
            return gesture.make(self._session.project)
        history = self._session.history
        last = history.next_undo() if gesture.reverses == "undo" else history.next_redo()
        if last is None:
            return None
        gesture.undoes = last.seq
        return lambda stored: stored.changeset(last.seq).inverse()

    def _ended(self, gesture: _Gesture, future: Future[Stored]) -> None:
        self._post(partial(self._take, gesture, future))  # we are in the writer's thread here

    def _take(self, gesture: _Gesture, future: Future[Stored]) -> None:
        """Apply what was stored; once, whoever comes first."""
        if self._running is None or self._running[0] is not gesture:
            return
        self._running = None
        error = future.exception()
        if error is None:
            stored = future.result()
            self._session.applied(stored.seq, stored.changeset, gesture.undoes)
            gesture.done(stored.seq)
        else:
            behind = list(self._queue)
            self._queue.clear()
            gesture.done(error)
            for other in behind:
                other.done(Refused(Message("session.step_before_failed")))
        self._next()
