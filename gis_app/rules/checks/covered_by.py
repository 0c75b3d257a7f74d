"""Ground that must lie wholly on other features.

Measures the core (㎡) of the part of ``subject`` outside ``cover``: an expansion outside the development
boundary, a factory outside the park. Right: nothing outside. Wrong: a strip 2 m wide beyond the line. The
cover must be vouched complete: outside a delivery that was cut short, nobody can tell. With ``each`` every
subject is judged by itself, else all together.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gis_app.geometry.overlap import difference_from_union
from gis_app.language import Message, Words
from gis_app.rules.checks.check import Check
from gis_app.rules.core import Ground, invalid_shapes, judge_ground, nothing_to_judge
from gis_app.rules.finding import Observation
from gis_app.rules.neighbourhood import Neighbourhood
from gis_app.rules.rows import Rows


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation for all subjects; with ``each`` one per subject that is not clean, else one."""
    subject, cover = n.rows["subject"], n.rows["cover"]
    if not len(subject):
        yield nothing_to_judge(subject)
        return
    if not n.values.get("each"):
        yield _judge(n, subject, cover)
        return
    seen = [_judge(n, subject.select(np.array([i])), cover) for i in range(len(subject))]
    wrong = [observation for observation in seen if observation.state != "pass"]
    yield from wrong or [_all_covered(seen, subject)]


def _judge(n: Neighbourhood, subject: Rows, cover: Rows) -> Observation:
    ground = subject.union()
    broken = invalid_shapes(subject) or invalid_shapes(cover, ground)
    if broken is not None:
        return broken
    shapes = cover.geometry[cover.meeting(ground)]
    unvouched = cover.unvouched(ground)
    outside = difference_from_union(
        difference_from_union(ground, shapes), np.array([unvouched], dtype=object)
    )
    return judge_ground(
        n,
        Ground(
            subject.layer,
            tuple(int(fid) for fid in subject.fids),
            outside,
            unvouched,
            Message("rules.measure_outside", {"layer": Words(**cover.feature_type.title)}),
            Words(**cover.feature_type.title),
        ),
    )


def _all_covered(seen: list[Observation], subject: Rows) -> Observation:
    remarks = tuple(remark for observation in seen for remark in observation.remarks)
    return Observation(
        "pass", seen[0].message, subject.layer, tuple(int(fid) for fid in subject.fids), 0.0, remarks=remarks
    )


CHECK = Check(("subject", "cover"), run, may=("width", "gap_allowance_m2", "each"))
