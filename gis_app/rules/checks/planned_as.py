"""Ground that the plan means for building.

Measures the core (㎡) of the part of ``subject`` that the plan shows as land not to be built on (outside
07–16 of the classes of 2023). Where there is no plan parcel, or its code says nothing, nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gis_app.geometry.overlap import difference_from_union, intersection_with_union
from gis_app.language import Message, Words
from gis_app.rules.checks.check import Check
from gis_app.rules.core import Ground, invalid_shapes, judge_ground, nothing_to_judge
from gis_app.rules.finding import Observation
from gis_app.rules.landuse import code_at, land_use_of
from gis_app.rules.neighbourhood import Neighbourhood


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation for all subjects together."""
    subject, plan = n.rows["subject"], n.rows["plan"]
    if not len(subject):
        yield nothing_to_judge(subject)
        return
    ground = subject.union()
    land_use = land_use_of(n.catalogue, plan)
    broken = invalid_shapes(subject) or invalid_shapes(plan, ground)
    if isinstance(land_use, Observation) or broken is not None:
        yield broken or (land_use if isinstance(land_use, Observation) else nothing_to_judge(subject))
        return
    near = plan.meeting(ground)
    column = str(plan.feature_type.class_field)
    built = {int(i): land_use.is_construction(code_at(plan, column, int(i))) for i in near}
    forbidden = [plan.geometry[i] for i, answer in built.items() if answer is False]
    told = [plan.geometry[i] for i, answer in built.items() if answer is not None]
    yield judge_ground(
        n,
        Ground(
            plan.layer,
            tuple(int(plan.fids[i]) for i, answer in built.items() if answer is False),
            intersection_with_union(ground, np.array(forbidden, dtype=object)),
            difference_from_union(ground, np.array(told, dtype=object)),
            Message("rules.measure_planned"),
            Words(**plan.feature_type.title),
        ),
    )


CHECK = Check(("subject", "plan"), run, may=("width", "gap_allowance_m2"))
