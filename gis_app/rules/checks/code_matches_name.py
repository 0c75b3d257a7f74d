"""Codes whose written name is another class.

Measures the number of features per code whose delivered name is not the scheme's. A few are slips of the
pen; many mean that the scheme is the wrong one. Names are compared without blanks and brackets; a name
that the code's parent or child has is no contradiction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import shapely

from gis_app.language import Message
from gis_app.rules.checks.check import Check
from gis_app.rules.core import nothing_to_judge
from gis_app.rules.finding import Observation
from gis_app.rules.landuse import code_at, land_use_of
from gis_app.rules.neighbourhood import Neighbourhood


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation per pair of code and wrong name, or one that passes."""
    rows = n.rows["subject"]
    land_use = land_use_of(n.catalogue, rows)
    if isinstance(land_use, Observation) or not len(rows):
        yield land_use if isinstance(land_use, Observation) else nothing_to_judge(rows)
        return
    column, names = str(rows.feature_type.class_field), str(n.values["names"])
    wrong: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position in range(len(rows)):
        code, name = code_at(rows, column, position), code_at(rows, names, position)
        if name and land_use.agrees(code, name) is False:
            wrong[code, name].append(position)
    for (code, name), positions in sorted(wrong.items()):
        figures = {"code": code, "name": name, "expected": land_use.name(code), "count": len(positions)}
        fids = tuple(int(rows.fids[position]) for position in positions)
        yield Observation(
            "fail",
            Message("rules.name_mismatch", figures),
            rows.layer,
            fids,
            float(len(positions)),
            evidence=shapely.GeometryCollection(list(rows.geometry[positions]))
            if len(rows.geometry)
            else None,
        )
    if not wrong:
        yield Observation(
            "pass", Message("rules.names_agree", {"count": len(rows)}), rows.layer, measured=0.0
        )


CHECK = Check(("subject", "names"), run, names={"names": "subject"})
