"""Ground that must not lie on other features.

Measures the core (㎡) of the overlap of ``subject`` with ``other``: farmland, red lines, other parks.
Right: no core. Wrong: a strip 2 m wide. A gap narrower than the least overlap width is reported and does
not fail. Since a pass means that nothing was found, ``other`` must be vouched complete over the whole
subject.
"""

from __future__ import annotations

from collections.abc import Iterator

import shapely

from gis_app.geometry.overlap import intersection_with_union
from gis_app.language import Message, Words
from gis_app.rules.checks.check import Check
from gis_app.rules.core import Ground, invalid_shapes, judge_ground, nothing_to_judge
from gis_app.rules.finding import Observation
from gis_app.rules.neighbourhood import Neighbourhood


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation for all subjects together."""
    subject, other = n.rows["subject"], n.rows["other"]
    if not len(subject):
        yield nothing_to_judge(subject)
        return
    ground = subject.union()
    broken = invalid_shapes(subject) or invalid_shapes(other, ground)
    if broken is not None:
        yield broken
        return
    near = other.meeting(ground)
    shapes = other.geometry[near]
    wrong = intersection_with_union(ground, shapes)
    touched = near[shapely.intersects(wrong, shapes)] if not wrong.is_empty else near[:0]
    yield judge_ground(
        n,
        Ground(
            other.layer,
            tuple(int(fid) for fid in other.fids[touched]),
            wrong,
            other.unvouched(ground),
            Message("rules.measure_overlap", {"layer": Words(**other.feature_type.title)}),
            Words(**other.feature_type.title),
        ),
    )


CHECK = Check(("subject", "other"), run, may=("width", "gap_allowance_m2"))
