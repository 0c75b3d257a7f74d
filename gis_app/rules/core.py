"""Judging a piece of ground that should not be there, by its core.

Shared by every check that measures such ground.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis_app.geometry.overlap import split_overlap
from gis_app.language import Message, Words
from gis_app.rules.finding import Missing, Observation, State
from gis_app.rules.neighbourhood import Neighbourhood
from gis_app.rules.rows import Rows

NOISE_M2 = 1e-4
"""Rounding of coordinates of the order of 10⁶ m along edges of kilometres.

Below this nothing was measured.
"""

DIMENSIONS = {"point": 0, "line": 1, "polygon": 2}

CORE_NOISE_M2 = 0.005
"""Half of the smallest area that is ever printed."""


@dataclass(frozen=True)
class Ground:
    """Ground under judgement.

    ``wrong`` is the ground that should not be there (overlap, or part outside); ``unvouched`` the ground
    of which nobody says that the data are complete there; ``measure`` names what was measured, in both
    languages; ``remarks`` are added as they are.
    """

    layer: str
    fids: tuple[int, ...]
    wrong: BaseGeometry
    unvouched: BaseGeometry | None
    measure: Message
    source: Words
    remarks: tuple[Message, ...] = ()


def judge_ground(n: Neighbourhood, ground: Ground) -> Observation:
    """Judge by the core of the wrong ground.

    Per single part, the core is what survives shrinking and growing by half the least overlap width. Core
    of at least the rule's tolerance (㎡) fails; otherwise incomplete data, a smaller core, or gaps above
    ``gap_allowance_m2`` cannot tell; a pass still says how many gaps there are. While the least overlap
    width is unset, any wrong ground cannot tell.
    """
    wrong_m2 = float(ground.wrong.area)
    width = n.number("width")
    if wrong_m2 > NOISE_M2 and (width is None or width <= 0):
        return _width_unset(n, ground, wrong_m2)
    if wrong_m2 <= NOISE_M2:
        return _unvouched(n, ground, 0.0) or Observation(
            "pass",
            Message("rules.ground_pass", {"measure": ground.measure}),
            ground.layer,
            ground.fids,
            0.0,
            remarks=ground.remarks,
        )
    assert width is not None
    split = split_overlap(ground.wrong, width)
    core_m2 = 0.0 if split.core_area_m2 < CORE_NOISE_M2 else split.core_area_m2
    figures = {
        "measure": ground.measure,
        "core_m2": core_m2,
        "cores": sum(part.core_area_m2 >= CORE_NOISE_M2 for part in split.parts),
        "gaps": split.gap_count,
        "gap_m2": split.gap_area_m2,
        "width_m": split.greatest_width_m,
        "least_m": width,
    }
    allowance = n.number("gap_allowance_m2") or 0.0
    core_gaps = Message("rules.ground_gaps", figures)

    def seen(state: State, text: str, *remarks: Message) -> Observation:
        message = Message(f"rules.{text}", figures)
        return Observation(
            state, message, ground.layer, ground.fids, core_m2, evidence=ground.wrong,
            remarks=(*remarks, *ground.remarks),
        )  # fmt: skip

    if core_m2 > 0 and core_m2 >= n.tolerance - NOISE_M2:
        return seen("fail", "ground_fail")
    if (unvouched := _unvouched(n, ground, core_m2)) is not None:
        return unvouched
    if core_m2 > 0 or split.gap_area_m2 > allowance + NOISE_M2:
        return seen("cannot_tell", "ground_near_limit")
    return seen("pass", "ground_pass", core_gaps)


def _width_unset(n: Neighbourhood, ground: Ground, wrong_m2: float) -> Observation:
    declared = n.catalogue.facts[n.rule.inputs["width"]["fact"]]
    title = Words(**declared.title)
    return Observation(
        "cannot_tell",
        Message("rules.ground_width_unset", {"measure": ground.measure, "area_m2": wrong_m2, "fact": title}),
        ground.layer,
        ground.fids,
        wrong_m2,
        evidence=ground.wrong,
        missing=(Missing("fact", declared.id, Message("rules.missing_fact", {"fact": title})),),
    )


def _unvouched(n: Neighbourhood, ground: Ground, core_m2: float) -> Observation | None:
    outside = ground.unvouched
    if outside is None or outside.area <= max(n.tolerance, NOISE_M2):
        return None
    figures = {"layer": ground.source, "area_m2": float(outside.area)}
    source = next(
        (rows for rows in n.rows.values() if Words(**rows.feature_type.title) == ground.source), None
    )
    text, seen = Message("rules.missing_completeness", figures), Message("rules.ground_unvouched", figures)
    if source is not None and source.left_out:
        text = seen = records_left_out(source)
    return Observation(
        "cannot_tell",
        seen,
        ground.layer,
        ground.fids,
        core_m2,
        evidence=outside,
        missing=(Missing("completeness", "" if source is None else source.feature_type.id, text),),
    )


def records_left_out(rows: Rows) -> Message:
    """That records of the delivery could not be used, so that nobody knows what they would have shown."""
    return Message(
        "rules.records_left_out", {"layer": Words(**rows.feature_type.title), "count": rows.left_out}
    )


def invalid_shapes(rows: Rows, near: BaseGeometry | None = None) -> Observation | None:
    """An observation that cannot tell when rows have shapes that cannot be judged; None when all are sound.

    With ``near`` only shapes near that ground matter, and those of which nobody can say where they are.
    Rows without any shape at all cannot be placed.
    """
    layer = Words(**rows.feature_type.title)
    if len(rows.geometry) != len(rows):
        text = Message("rules.no_shapes", {"layer": layer})
        return Observation(
            "cannot_tell", text, rows.layer, missing=(Missing("geometry", rows.feature_type.id, text),)
        )
    unsound = ~rows.valid | ~_fitting(rows)
    if near is not None:
        placed = np.isfinite(shapely.bounds(rows.geometry)).all(axis=1)
        unsound &= ~placed | np.isin(np.arange(len(rows)), rows.meeting(near))
    if not unsound.any():
        return None
    broken = [int(fid) for fid in rows.fids[unsound]]
    text = Message("rules.invalid_shapes", {"layer": layer, "count": len(broken), "fids": broken[:10]})
    points = shapely.get_coordinates(rows.geometry[unsound])
    return Observation(
        "cannot_tell",
        text,
        rows.layer,
        tuple(broken),
        evidence=shapely.MultiPoint(points[np.isfinite(points).all(axis=1)]),
        missing=(Missing("geometry", rows.feature_type.id, text),),
    )


def _fitting(rows: Rows) -> NDArray[np.bool_]:
    """Whether each shape (n,) is there and of the dimension of its feature type."""
    wanted = DIMENSIONS.get(rows.feature_type.geometry)
    fits = ~shapely.is_missing(rows.geometry) & ~shapely.is_empty(rows.geometry)
    if wanted is not None:
        fits &= shapely.get_dimensions(rows.geometry) == wanted
    return np.asarray(fits, dtype=bool)


def nothing_to_judge(rows: Rows) -> Observation:
    """An observation that does not apply: the rule's subject has no rows."""
    return Observation(
        "not_applicable", Message("rules.no_subject", {"layer": Words(**rows.feature_type.title)}), rows.layer
    )
