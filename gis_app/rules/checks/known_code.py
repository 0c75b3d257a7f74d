"""Land-use codes that the layer's scheme does not have.

Measures the number of features per unknown or blank code. The same digits mean different things in
different schemes (0601 is an industrial plot in 三调 and a farm road in 2023), so the scheme must be
stated. A code below a known class is accepted and remarked on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import shapely

from gis_app.language import Message
from gis_app.rules.checks.check import Check
from gis_app.rules.finding import Observation
from gis_app.rules.landuse import code_at, land_use_of
from gis_app.rules.neighbourhood import Neighbourhood


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation per unknown code, or one that passes."""
    rows = n.rows["subject"]
    land_use = land_use_of(n.catalogue, rows)
    if isinstance(land_use, Observation):
        yield land_use
        return
    column = str(rows.feature_type.class_field)
    unknown: dict[str, list[int]] = defaultdict(list)
    inherited: set[str] = set()
    for position in range(len(rows)):
        code = code_at(rows, column, position)
        if not land_use.known(code):
            unknown[code].append(position)
        elif land_use.name(code) is None:
            inherited.add(code)
    for code, positions in sorted(unknown.items()):
        figures = {"code": code, "count": len(positions), "scheme": land_use.scheme}
        text = Message("rules.unknown_code" if code else "rules.blank_code", figures)
        fids = tuple(int(rows.fids[position]) for position in positions)
        yield Observation(
            "fail",
            text,
            rows.layer,
            fids,
            float(len(positions)),
            evidence=shapely.GeometryCollection(list(rows.geometry[positions])),
        )
    if not unknown:
        remarks = (Message("rules.inherited_codes", {"codes": sorted(inherited)}),) if inherited else ()
        text = Message("rules.codes_known", {"count": len(rows), "scheme": land_use.scheme})
        yield Observation("pass", text, rows.layer, measured=0.0, remarks=remarks)


CHECK = Check(("subject",), run)
