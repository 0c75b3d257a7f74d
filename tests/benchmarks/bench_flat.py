"""Edits of 100 000 parcels with 60 columns after 10 000 others: they take as long as the first."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

from gis_app.session.session import Session
from tests.benchmarks.bench_edit import COLUMNS, PARCELS, TIMES, VERBS, move, opened, park, seconds
from tests.benchmarks.coverage import geometry
from tests.benchmarks.figure import Figure

MANY = 10_000
FLAT = 1.5


def figures() -> Iterator[Figure]:
    """Each verb beside what it took at first, in seconds of the processor, for the run is long."""
    with opened(park(geometry(PARCELS), COLUMNS)) as session:
        numbers = itertools.count(1)
        first_s = _each(session, numbers)
        seconds(session, "move_vertex", move, numbers, MANY)
        for name, later_s in _each(session, numbers).items():
            said = f"{name} after {MANY} edits, processor"
            yield Figure(said, later_s, "the first", later_s / first_s[name], FLAT)


def _each(session: Session, numbers: Iterator[int]) -> dict[str, float]:
    return {
        name: seconds(session, verb, arguments, numbers, TIMES, time.process_time)
        for name, (verb, arguments, _) in VERBS.items()
    }
