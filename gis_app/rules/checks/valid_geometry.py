"""Shapes that are no shapes: rings that cross themselves, holes outside, fewer points than an outline needs.

Measures the number of invalid features of a layer. An area of an invalid shape depends on the program that
computes it, so no verdict is built on one. Source: OGC Simple Features 06-103r4, 6.1.11. Nothing is
repaired here; the fix shows the area before and after.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from gis_app.geometry.validity import invalid, repair
from gis_app.language import Message
from gis_app.rules.checks.check import Check
from gis_app.rules.finding import Observation
from gis_app.rules.neighbourhood import Neighbourhood


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation per invalid feature, or one that passes."""
    rows = n.rows["subject"]
    broken = np.flatnonzero(~rows.valid)
    if not len(broken):
        yield Observation("pass", Message("rules.all_valid", {"count": len(rows)}), rows.layer, measured=0.0)
        return
    found = invalid(rows.geometry)
    mended = repair(rows.geometry[found.indices])
    for i, (position, reason) in enumerate(zip(found.indices.tolist(), found.reasons, strict=True)):
        shape, point = rows.geometry[position], found.locations[i]
        fid = int(rows.fids[position])
        before_m2, after_m2 = float(mended.area_before_m2[i]), float(mended.area_after_m2[i])
        figures = {"fid": fid, "reason": reason, "before_m2": before_m2, "after_m2": after_m2}
        yield Observation(
            "fail",
            Message("rules.invalid", figures),
            rows.layer,
            (fid,),
            1.0,
            evidence=point if point is not None else shapely.Point(shapely.get_coordinates(shape)[0]),
            fix={"edit": "repair_geometry", "args": {"layer": rows.layer, "fids": [fid]}},
        )


CHECK = Check(("subject",), run)
