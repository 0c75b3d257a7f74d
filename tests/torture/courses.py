"""Kills a child at random moments of a course of edits, undone, redone and reopened, with a real SIGKILL.

The same course, drawn from the same seed, was gone to its end before, so that the state after each step is
known: what is found must be the state of the last acknowledged step, or of the one after it.

``python -m tests.torture.courses [KILLS] [SEED]`` prints the figures as JSON and ends in 1 where something
was lost.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gis_app.session.door import open_for_work
from gis_app.session.session import Session
from tests.edits.coverages import CATALOGUE
from tests.torture.course import Course, child, digest
from tests.torture.told import asked, progress, reported


@dataclass
class Figures:
    """What the kills came to."""

    kills: int = 0
    inside: int = 0
    acknowledged: int = 0
    one_beyond: int = 0
    lost: int = 0
    unknown: int = 0
    not_verified: int = 0
    not_undone: int = 0

    @property
    def failures(self) -> int:
        """Everything that must be 0."""
        return self.lost + self.unknown + self.not_verified + self.not_undone

    def as_json(self) -> dict[str, Any]:
        """For the record."""
        return {
            "kills": self.kills,
            "kills before the last step": self.inside,
            "acknowledged steps": self.acknowledged,
            "one step beyond the acknowledged one": self.one_beyond,
            "acknowledged steps lost": self.lost,
            "states that no step explains": self.unknown,
            "projects that verify found fault with": self.not_verified,
            "not undone to the first byte": self.not_undone,
        }


def states(folder: Path, seed: int) -> tuple[list[str], float]:
    """The state at the start and after each step of a course, and how long it took in seconds."""
    course, known = Course(), []
    course.hear = lambda session: known.append(digest(session))
    course.start(folder / "known" / "p.gpkg")
    known.insert(0, digest(course.session))
    began = time.perf_counter()
    course.go(seed)
    took = time.perf_counter() - began
    course.stored.close()
    return known, took


def kill(folder: Path, seed: int, figures: Figures) -> None:
    """Go one course, kill it, and look at what is left."""
    known, took = states(folder, seed)
    moment = np.random.default_rng(seed + 1).uniform(0, took)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([child.__module__])
    told, tell = context.Pipe(duplex=False)
    path = folder / "killed" / "p.gpkg"
    process = context.Process(target=child, args=(path, seed, tell))
    process.start()
    tell.close()
    told.recv_bytes()
    time.sleep(moment)
    process.kill()
    process.join()
    acknowledged = 0
    while told.poll():
        try:
            acknowledged += len(told.recv_bytes())
        except EOFError:
            break
    figures.kills += 1
    figures.inside += acknowledged < len(known) - 1
    figures.acknowledged += acknowledged
    _look(path, known, acknowledged, figures)


def _look(path: Path, known: list[str], acknowledged: int, figures: Figures) -> None:
    stored = open_for_work(path, CATALOGUE)
    try:
        session = Session(stored, CATALOGUE, "t")
        reached = sum(1 for _ in stored.journal()) - 1
        figures.lost += reached < acknowledged
        figures.one_beyond += reached == acknowledged + 1
        explained = acknowledged <= reached <= acknowledged + 1 and digest(session) == known[reached]
        figures.unknown += not explained
        while session.undo() is not None:
            pass
        figures.not_undone += digest(session) != known[0]
        figures.not_verified += stored.verify() != []
    finally:
        stored.close()


def run(kills: int, seed: int) -> Figures:
    """So many courses, each killed once."""
    figures = Figures()
    for number in range(kills):
        with tempfile.TemporaryDirectory() as place:
            kill(Path(place), seed * 100_000 + number, figures)
        progress(number + 1, kills)
    return figures


def main(arguments: list[str]) -> int:
    """Print the figures."""
    found = run(*asked(arguments))
    return reported({"courses of edits, killed": found.as_json()}, found.failures)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
