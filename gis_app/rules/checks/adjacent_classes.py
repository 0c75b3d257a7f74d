"""Land uses that should not lie side by side: living next to heavy industry.

Measures the distance (m) between parcels of two classes of the table of conflicts (codes of 2023). Where
the table has no distance, touching is the conflict; codes that no mapping brings to the classes of 2023
cannot tell. The table is visible and editable; distances come from environmental assessments and are the
user's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import shapely

from gis_app.language import Message
from gis_app.rules.checks.check import Check
from gis_app.rules.core import invalid_shapes, nothing_to_judge
from gis_app.rules.finding import Observation
from gis_app.rules.landuse import LandUse, classes_unknown, code_at, land_use_of
from gis_app.rules.neighbourhood import Neighbourhood
from gis_app.rules.rows import Rows

UNCERTAIN = "U"
"""Confidence mark of what differs from place to place: never a limit until somebody enters one."""

TOUCHING_M = 0.01
"""Two outlines nearer than this share an edge on any plan."""


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation per conflicting pair, or one that passes."""
    rows = n.rows["subject"]
    land_use = land_use_of(n.catalogue, rows)
    broken = invalid_shapes(rows)
    if isinstance(land_use, Observation) or broken is not None or not len(rows):
        yield broken or (land_use if isinstance(land_use, Observation) else nothing_to_judge(rows))
        return
    seen = [pair for conflict in _decided(n) for pair in _pairs(rows, land_use, conflict)]
    yield from seen
    blank = [
        i
        for i in range(len(rows))
        if land_use.first_level(code_at(rows, str(rows.feature_type.class_field), i)) is None
    ]
    if blank:
        yield classes_unknown(rows, blank)
    elif not seen:
        yield Observation(
            "pass", Message("rules.no_conflict", {"count": len(rows)}), rows.layer, measured=0.0
        )


def _decided(n: Neighbourhood) -> list[Mapping[str, str]]:
    """Rows of the table that may ship as a limit, or whose distance somebody has entered."""
    rows = n.catalogue.tables[n.values["table"]].rows
    return [row for row in rows if row["mark"] != UNCERTAIN or row["distance_m"]]


def _of_class(codes: Sequence[str], land_use: LandUse, wanted: str) -> list[int]:
    """Positions of the codes that are a class or below it; each code is looked up once."""
    within = {code for code in set(codes) if land_use.within(code, (wanted,))}
    return [position for position, code in enumerate(codes) if code in within]


def _pairs(rows: Rows, land_use: LandUse, conflict: Mapping[str, str]) -> Iterator[Observation]:
    column = str(rows.feature_type.class_field)
    codes = [code_at(rows, column, position) for position in range(len(rows))]
    first, second = (
        _of_class(codes, land_use, wanted) for wanted in (conflict["class_a"], conflict["class_b"])
    )
    if not first or not second:
        return
    limit_m = float(conflict["distance_m"] or TOUCHING_M)
    found = shapely.STRtree(rows.geometry[second]).query(
        rows.geometry[first], predicate="dwithin", distance=limit_m
    )
    for a, b in zip(*found, strict=True):
        i, j = first[int(a)], second[int(b)]
        distance_m = float(shapely.distance(rows.geometry[i], rows.geometry[j]))
        if distance_m >= limit_m:
            continue
        figures = {
            "first": codes[i],
            "second": codes[j],
            "distance_m": distance_m,
            "basis": conflict["basis"],
            "first_name": land_use.name(codes[i]) or codes[i],
            "second_name": land_use.name(codes[j]) or codes[j],
        }
        yield Observation(
            "fail",
            Message("rules.conflict", figures),
            rows.layer,
            (int(rows.fids[i]), int(rows.fids[j])),
            distance_m,
            limit_m,
            shapely.GeometryCollection([rows.geometry[i], rows.geometry[j]]),
        )


CHECK = Check(("subject", "table"), run, names={"table": "table"})
