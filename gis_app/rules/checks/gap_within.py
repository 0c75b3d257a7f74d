"""Holes between features of a layer that should leave none.

Measures the area (㎡) of each hole in the union of the layer. Holes wider than ``widest_m`` are ground
that belongs to nobody's parcel on purpose and are not named. Invalid shapes are left out and named by the
check of validity.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from shapely.geometry.base import BaseGeometry

from gis_app.geometry.coverage import gaps
from gis_app.language import Message
from gis_app.rules.checks.check import Check
from gis_app.rules.finding import Observation
from gis_app.rules.neighbourhood import Neighbourhood


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation per gap, or one that passes."""
    rows = n.rows["subject"]
    shapes = rows.geometry[rows.valid]
    found: list[BaseGeometry] = list(gaps(shapes, tolerance_m2=n.tolerance)) if len(shapes) else []
    for gap in found:
        around = rows.meeting(gap.buffer(0.001))
        fids = tuple(int(fid) for fid in rows.fids[around])
        yield Observation(
            "fail",
            Message("rules.gap", {"area_m2": float(gap.area), "fids": list(fids[:10])}),
            rows.layer,
            fids,
            float(gap.area),
            evidence=gap,
        )
    if not len(found):
        left_out = int(np.count_nonzero(~rows.valid))
        remarks = (Message("rules.left_out_invalid", {"count": left_out}),) if left_out else ()
        text = Message("rules.no_gap", {"count": len(rows) - left_out})
        yield Observation("pass", text, rows.layer, measured=0.0, remarks=remarks)


CHECK = Check(("subject",), run)
