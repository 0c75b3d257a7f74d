"""Land served by a facility in operation: central sewage treatment.

Measures the core (㎡) of industrial land that neither lies in the service area of a facility in operation
and monitored online, nor within the service distance of a built sewer that reaches one. A service area
that is itself only planned does not count. No facility in operation leaves all industrial land unserved. A
town's plant counts with a signed agreement. Source: 水污染防治行动计划 (国发〔2015〕17号): central
treatment with automatic online monitoring.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.geometry.overlap import difference_from_union
from gis_app.language import Message, Words
from gis_app.rules.checks.check import Check
from gis_app.rules.core import NOISE_M2, Ground, invalid_shapes, judge_ground
from gis_app.rules.finding import Missing, Observation
from gis_app.rules.landuse import classes_unknown, code_at, land_use_of
from gis_app.rules.neighbourhood import Neighbourhood
from gis_app.rules.rows import Rows

SERVICE_AREA = "服务范围"
IN_OPERATION = frozenset({"运行", "建成"})
MONITORED = "联网"
TOWN_PLANT = "依托城镇"
BUILT = "现状"
CARRIES_SEWAGE = frozenset({"污水", "合流"})


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation for the park."""
    land, facility = n.rows["land"], n.rows["facility"]
    land_use = land_use_of(n.catalogue, land)
    broken = invalid_shapes(land) or invalid_shapes(facility) or invalid_shapes(n.rows["boundary"])
    if isinstance(land_use, Observation) or broken is not None:
        yield broken or (land_use if isinstance(land_use, Observation) else _blank(n, facility))
        return
    column = str(land.feature_type.class_field)
    park, boundary = n.rows["boundary"].union(), n.rows["boundary"]
    wanted = [land_use.within(code_at(land, column, i), n.values["classes"]) for i in range(len(land))]
    industrial = land.select(np.flatnonzero([answer is True for answer in wanted]))
    ground = industrial.union()
    working = _working(facility)
    if not working.any() and _undecided(facility):
        yield _blank(n, facility)
        return
    service = _service(n, facility, working)
    unknown = facility.unvouched(ground)
    gaps = (
        (facility, unknown),
        (land, land.unvouched(park)),
        (boundary, boundary.unvouched(ground if park.is_empty else park)),
    )
    blank = _unserved(land, [i for i, answer in enumerate(wanted) if answer is None], service)
    seen = judge_ground(
        n,
        Ground(
            industrial.layer,
            tuple(int(fid) for fid in industrial.fids),
            difference_from_union(ground, np.array([*service, unknown], dtype=object)),
            shapely.union_all([gap for _, gap in gaps]),
            Message("rules.measure_unserved"),
            Words(**next((rows for rows, gap in gaps if gap.area > NOISE_M2), land).feature_type.title),
            (Message("rules.no_facility"),) if not working.any() else (),
        ),
    )
    yield classes_unknown(land, blank) if blank and seen.state == "pass" else seen


def _unserved(land: Rows, positions: list[int], service: list[BaseGeometry]) -> list[int]:
    """Those of the plots that no service reaches wholly."""
    area = np.array(service, dtype=object)
    return [i for i in positions if difference_from_union(land.geometry[i], area).area > NOISE_M2]


def _working(facility: Rows) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Facilities (n,) in operation, monitored, and, where they are a town's, under a signed agreement."""
    get = facility.columns
    agreed = get.get("agreement_no", np.full(len(facility), None, dtype=object))
    return np.array(
        [
            get["status"][i] in IN_OPERATION
            and get["online_monitoring"][i] == MONITORED
            and (get["nature"][i] != TOWN_PLANT or bool(agreed[i]))
            for i in range(len(facility))
        ],
        dtype=bool,
    )


def _undecided(facility: Rows) -> bool:
    """Whether a facility might count, were its blank fields filled in."""
    get = facility.columns
    return any(
        get["status"][i] is None
        or (get["status"][i] in IN_OPERATION and get["online_monitoring"][i] is None)
        or (get["nature"][i] == TOWN_PLANT and "agreement_no" not in get)
        for i in range(len(facility))
    )


def _service(
    n: Neighbourhood, facility: Rows, working: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> list[BaseGeometry]:
    get = facility.columns
    names = {get["name"][i] for i in np.flatnonzero(working) if get["name"][i]}
    areas = [
        facility.geometry[i]
        for i in range(len(facility))
        if get["part"][i] == SERVICE_AREA
        and (working[i] or (get["name"][i] in names and get["status"][i] in {*IN_OPERATION, None}))
    ]
    plants = [facility.geometry[i] for i in np.flatnonzero(working) if get["part"][i] != SERVICE_AREA]
    return [*areas, *_along_sewers(n, plants)]


def _along_sewers(n: Neighbourhood, plants: list[BaseGeometry]) -> list[BaseGeometry]:
    """Ground within the service distance of built sewers whose network reaches a plant."""
    pipes, distance_m = n.rows.get("pipes"), n.number("distance")
    if pipes is None or distance_m is None or not plants or not len(pipes):
        return []
    built = [
        pipes.geometry[i]
        for i in range(len(pipes))
        if pipes.columns["status"][i] == BUILT and pipes.columns["kind"][i] in CARRIES_SEWAGE
    ]
    if not built:
        return []
    network = shapely.get_parts(shapely.union_all(shapely.buffer(np.array(built, dtype=object), 0.5)))
    reach = shapely.union_all(shapely.buffer(np.array(plants, dtype=object), distance_m))
    return [part.buffer(distance_m) for part in network if part.intersects(reach)]


def _blank(n: Neighbourhood, facility: Rows) -> Observation:
    text = Message("rules.facility_unknown", {"layer": Words(**facility.feature_type.title)})
    return Observation(
        "cannot_tell",
        text,
        facility.layer,
        tuple(int(f) for f in facility.fids),
        missing=(Missing("value", f"{facility.feature_type.id}.status", text),),
    )


CHECK = Check(
    ("land", "facility", "boundary", "classes"), run, may=("pipes", "distance", "width", "gap_allowance_m2")
)
