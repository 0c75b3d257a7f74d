"""Land used or supplied for one purpose where the plan has another.

Measures, feature by feature, the area (㎡) that the plan gives to another first-level class of 2023.
Right: an industrial plot on industrial land of the plan. Wrong: an industrial plot on planned park green.
Codes that no mapping brings to the classes of 2023 cannot tell.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from gis_app.geometry.overlap import overlay
from gis_app.language import Message
from gis_app.rules.checks.check import Check
from gis_app.rules.core import invalid_shapes, nothing_to_judge
from gis_app.rules.finding import Observation
from gis_app.rules.landuse import LandUse, classes_unknown, code_at, land_use_of
from gis_app.rules.neighbourhood import Neighbourhood
from gis_app.rules.rows import Rows


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation per feature in conflict, one for those that cannot be told.

    Or one that passes.
    """
    subject, plan = n.rows["subject"], n.rows["plan"]
    used, planned = land_use_of(n.catalogue, subject), land_use_of(n.catalogue, plan)
    broken = invalid_shapes(subject) or invalid_shapes(plan)
    if (
        isinstance(used, Observation)
        or isinstance(planned, Observation)
        or broken is not None
        or not len(subject)
    ):
        unknown = used if isinstance(used, Observation) else planned
        yield broken or (unknown if isinstance(unknown, Observation) else nothing_to_judge(subject))
        return
    own = _first_levels(subject, used)
    theirs = _first_levels(plan, planned)
    found = overlay(subject.geometry, plan.geometry)
    left, right, common = found.subjects, found.others, found.geometries
    wrong = (own[left] != theirs[right]) & (own[left] != "") & (theirs[right] != "")
    areas_m2 = np.where(wrong, found.areas_m2, 0.0)
    per_feature = np.bincount(left, areas_m2, minlength=len(subject))
    conflicts = np.flatnonzero(per_feature > n.tolerance)
    for position in conflicts:
        pieces = common[(left == position) & wrong]
        codes = sorted({str(theirs[j]) for j in right[(left == position) & wrong & (areas_m2 > n.tolerance)]})
        figures = {
            "fid": int(subject.fids[position]),
            "own": str(own[position]),
            "plan": codes,
            "area_m2": float(per_feature[position]),
        }
        yield Observation(
            "fail",
            Message("rules.use_conflict", figures),
            subject.layer,
            (int(subject.fids[position]),),
            float(per_feature[position]),
            evidence=shapely.union_all(pieces),
        )
    blank = np.flatnonzero(own == "")
    unplanned = np.unique(right[(theirs[right] == "") & (found.areas_m2 > n.tolerance)])
    if len(blank):
        yield classes_unknown(subject, blank)
    if len(unplanned):
        yield classes_unknown(plan, unplanned)
    if not len(blank) and not len(unplanned) and not len(conflicts):
        yield Observation(
            "pass", Message("rules.uses_agree", {"count": len(subject)}), subject.layer, measured=0.0
        )


def _first_levels(rows: Rows, land_use: LandUse) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """First-level class of 2023 per row (n,), empty text where it cannot be told."""
    column = str(rows.feature_type.class_field)
    levels = np.empty(len(rows), dtype=object)
    for position in range(len(rows)):
        levels[position] = land_use.first_level(code_at(rows, column, position)) or ""
    return levels


CHECK = Check(("subject", "plan"), run)
