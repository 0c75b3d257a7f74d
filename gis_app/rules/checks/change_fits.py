"""A change that fits the park it changes.

What leaves lies inside the original boundary, what comes lies outside it, nothing is counted twice.

Measures the core (㎡) of the ground that breaks this. Right: 调出 within the original boundary, 调入 and
扩入 beyond it. Wrong: a block that comes in lying on ground the park has already, or new ground drawn as a
block that stays (``staying``, where the rule gives it).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import shapely

from gis_app.geometry.overlap import difference_from_union, intersection_with_union
from gis_app.geometry.polygons import union
from gis_app.language import Message, Words
from gis_app.rules.checks.check import Check
from gis_app.rules.core import Ground, invalid_shapes, judge_ground, nothing_to_judge
from gis_app.rules.finding import Observation
from gis_app.rules.neighbourhood import Neighbourhood


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation for the proposal."""
    coming, original = n.rows["coming"], n.rows["original"]
    own = [n.rows[name] for name in ("leaving", "staying") if name in n.rows]
    groups = [*own, coming]
    if not any(len(rows) for rows in groups):
        yield nothing_to_judge(coming)
        return
    broken = next((seen for rows in (*groups, original) if (seen := invalid_shapes(rows)) is not None), None)
    if broken is not None:
        yield broken
        return
    kept, added = union(np.concatenate([rows.geometry for rows in own])), coming.union()
    unvouched = original.unvouched(shapely.union(kept, added))
    outside = difference_from_union(
        difference_from_union(kept, original.geometry), np.array([unvouched], dtype=object)
    )
    blocks = [shape for rows in groups for shape in rows.geometry]
    twice = [intersection_with_union(a, np.array([b], dtype=object)) for a, b in combinations(blocks, 2)]
    returning = intersection_with_union(added, original.geometry)
    wrong = union(np.array([outside, returning, *twice], dtype=object))
    yield judge_ground(
        n,
        Ground(
            coming.layer,
            tuple(int(fid) for rows in groups for fid in rows.fids),
            wrong,
            unvouched,
            Message("rules.measure_change"),
            Words(**original.feature_type.title),
        ),
    )


CHECK = Check(("leaving", "coming", "original"), run, may=("staying", "width", "gap_allowance_m2"))
