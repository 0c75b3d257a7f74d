"""What was done and undone: one stack for everything, rebuilt from the journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gis_app.language import Message


@dataclass(frozen=True)
class Step:
    """One performed changeset.

    Its journal sequence, its text, and the sequence that it undoes, if it is an undo. A redo is the undo of
    an undo, so the journal needs no other word for it.
    """

    seq: int
    text: Message
    undoes: int | None = None

    @property
    def name(self) -> Message:
        """What was done, without saying that it was undone or done again."""
        named = self.text.values.get("step") if self.text.id in ("model.undo", "model.redo") else None
        return named if isinstance(named, Message) else self.text


class History:
    """The steps in order, and which of them undo and redo would reverse next.

    A new step forgets what could be redone; an undo moves a step over to what can be redone, and a redo
    moves it back.
    """

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        self._steps: list[Step] = []
        self._done: list[Step] = []
        self._undone: list[Step] = []
        for step in steps:
            self.add(step)

    def add(self, step: Step) -> None:
        """Take in a step that has just become durable."""
        self._steps.append(step)
        if step.undoes is None:
            self._done.append(step)
            self._undone.clear()
        elif any(undo.seq == step.undoes for undo in self._undone):
            self._undone = [undo for undo in self._undone if undo.seq != step.undoes]
            self._done.append(step)
        else:
            self._done = [done for done in self._done if done.seq != step.undoes]
            self._undone.append(step)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, oldest first."""
        return tuple(self._steps)

    def way_to(self, seq: int) -> int | None:
        """How many steps lead to the state right after a step: below zero to undo, above to redo.

        None where it was undone and something else was done since.
        """
        step = self._root(seq)
        done, undone = ([self._root(one.seq) for one in side] for side in (self._done, self._undone))
        if step in done:
            return done.index(step) + 1 - len(done)
        return len(undone) - undone.index(step) if step in undone else None

    @property
    def done(self) -> int:
        """How many steps hold now, one after the other."""
        return len(self._done)

    def _root(self, seq: int) -> int:
        """The step that a step is about, through however many undos."""
        by_seq = {step.seq: step for step in self._steps}
        while seq in by_seq and (undoes := by_seq[seq].undoes) is not None:
            seq = undoes
        return seq

    def next_undo(self) -> Step | None:
        """The step that undo would reverse, None when there is none."""
        return self._done[-1] if self._done else None

    def next_redo(self) -> Step | None:
        """The undo that redo would reverse, None when there is none."""
        return self._undone[-1] if self._undone else None
