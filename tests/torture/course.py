"""One course of edits drawn from a seed, and the child that goes it until it is ended."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from gis_app.model import Changeset
from gis_app.session.session import Session
from tests.edits.editing import Editing, rows
from tests.edits.gestures import draw, merge, move, move_vertex, reshape, split

STEPS = 50
GESTURES = (move_vertex, move, split, merge, reshape, draw)
OTHERS = ("attributes", "delete", "undo", "undo", "redo", "redo", "reopen", "undo_to_the_start")

Hear = Callable[[Session], None]


class Course(Editing):
    """The machine, led by a generator of random numbers, with somebody who hears of every durable step."""

    hear: Hear

    def open(self) -> None:
        super().open()
        self.session.listen(self._heard)

    def _heard(self, changeset: Changeset) -> None:
        self.hear(self.session)

    def go(self, seed: int) -> None:
        """Fifty steps."""
        random = np.random.default_rng(seed)
        for _ in range(STEPS):
            choice = int(random.integers(len(GESTURES) + len(OTHERS)))
            draws = [int(number) for number in random.integers(0, 900, 2)]
            if choice < len(GESTURES):
                self.a_gesture(seed=draws[0], gesture=GESTURES[choice])
            else:
                self._other(OTHERS[choice - len(GESTURES)], draws)

    def _other(self, name: str, draws: list[int]) -> None:
        if name == "attributes":
            self.set_attributes(seed=draws[0], values={"contract_area_m2": draws[1] / 7})
        elif name == "delete":
            self.delete(seed=draws[0])
        elif name != "undo_to_the_start" or (len(self.past) > 1 and draws[0] < 200):
            getattr(self, name)()


def digest(session: Session) -> str:
    """Of all that the model knows of."""
    return hashlib.sha256(repr(sorted(rows(session).items())).encode()).hexdigest()


def child(path: Path, seed: int, told: Connection) -> None:
    """Go a course and acknowledge each step once it is durable."""
    course = Course()
    course.hear = lambda session: told.send_bytes(b"1")
    course.start(path)
    told.send_bytes(b"0")
    course.go(seed)
    time.sleep(60)
