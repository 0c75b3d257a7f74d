"""One step made durable on a local disk: a vertex of one of 100 000 parcels with 60 columns."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Iterator

from gis_app.edits.registry import EDITS
from tests.benchmarks.bench_edit import CATALOGUE, COLUMNS, LAYER, PARCELS, move, opened, park
from tests.benchmarks.coverage import geometry
from tests.benchmarks.figure import REFERENCE_S, Figure, calibration_s

LIMIT_S = 0.002
TIMES, FIRST = 300, 20


def figures() -> Iterator[Figure]:
    """The median of many, from the changeset to COMMIT with its sync (WAL, ``synchronous=FULL``)."""
    machine_s = calibration_s()
    with opened(park(geometry(PARCELS), COLUMNS)) as session:
        taken = []
        for n in itertools.islice(itertools.count(1), TIMES + FIRST):
            step = EDITS["move_vertex"].changeset(
                session.project, CATALOGUE, {"layer": LAYER, **move(session, n)}
            )
            began_s = time.perf_counter()
            session._stored.commit(step, actor="bench", op_id=str(n))
            taken.append(time.perf_counter() - began_s)
            session.project.apply(step)
    taken_s = statistics.median(taken[FIRST:])
    name = f"a vertex moved made durable, {PARCELS} parcels, {COLUMNS} columns, median"
    yield Figure(name, taken_s, "calibration", taken_s / machine_s, LIMIT_S / REFERENCE_S)
