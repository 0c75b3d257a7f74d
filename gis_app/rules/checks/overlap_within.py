"""Features of one layer that lie on each other.

Measures the common area (㎡) of each pair. In a coverage every piece of ground belongs to one parcel;
ground counted twice makes every sum wrong. Right: neighbours share an edge. Wrong: a parcel moved by 2 m
lies on its neighbours. Invalid shapes are left out and named by the check of validity.
"""

from __future__ import annotations

from collections.abc import Iterator

from gis_app.language import Message
from gis_app.rules.checks.check import Check
from gis_app.rules.finding import Observation
from gis_app.rules.neighbourhood import Neighbourhood


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation per overlapping pair, or one that passes."""
    rows = n.rows["subject"]
    found = n.overlaps(rows)
    wrong = [i for i, area_m2 in enumerate(found.areas_m2) if area_m2 > n.tolerance]
    for i in wrong:
        pair = tuple(int(rows.fids[position]) for position in found.pairs[i])
        figures = {"first": pair[0], "second": pair[1], "area_m2": float(found.areas_m2[i])}
        yield Observation(
            "fail",
            Message("rules.overlap", figures),
            rows.layer,
            pair,
            float(found.areas_m2[i]),
            evidence=found.geometries[i],
        )
    if not wrong:
        left_out = int((~rows.valid).sum())
        text = Message("rules.no_overlap", {"count": len(rows) - left_out})
        remarks = (Message("rules.left_out_invalid", {"count": left_out}),) if left_out else ()
        yield Observation("pass", text, rows.layer, measured=0.0, remarks=remarks)


CHECK = Check(("subject",), run)
