"""What was done and undone: one stack for everything, rebuilt from the journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gis_app.language import Message


@dataclass(frozen=True)
class Step:
    """One performed changeset.

    Its journal sequence, its text, and the sequence that it undoes, if it is an undo.
    """

    seq: int
    text: Message
    undoes: int | None = None


class History:
    """The steps in order. The next to undo is the last one that is neither undone nor itself an undo."""

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        self._steps: list[Step] = []
        self._undone: set[int] = set()
        for step in steps:
            self.add(step)

    def add(self, step: Step) -> None:
        """Take in a step that has just become durable."""
        self._steps.append(step)
        if step.undoes is not None:
            self._undone.add(step.undoes)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, oldest first."""
        return tuple(self._steps)

    def next_undo(self) -> Step | None:
        """The step that undo would reverse, None when there is none."""
        for step in reversed(self._steps):
            if step.undoes is None and step.seq not in self._undone:
                return step
        return None
