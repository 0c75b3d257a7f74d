"""Printed areas that close: original − out + in + expansion = total.

Measures the absolute difference (ha) of the stated figures. Parts printed with two decimals and added may
miss by rounding: with n printed parts, 0.005·(n+1) ha are allowed and called rounding; above that it is an
error. The stated areas must also be those of the drawn blocks (planar or ellipsoidal, within the rounding
of one figure): a verdict on one shape says nothing about another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from gis_app.geometry.area import ellipsoidal_area_m2, planar_area_m2
from gis_app.language import Message, Words
from gis_app.rules.checks.check import Check
from gis_app.rules.core import invalid_shapes
from gis_app.rules.finding import Missing, Observation
from gis_app.rules.neighbourhood import Neighbourhood

PARTS = {"original": 1, "out": -1, "in": 1, "expand": 1}


def run(n: Neighbourhood) -> Iterator[Observation]:
    """Yield one observation for the proposal."""
    blocks = n.rows["blocks"]
    broken = invalid_shapes(blocks)
    if broken is not None:
        yield broken
        return
    stated = {name: Decimal(str(n.facts[name].value)) for name in (*PARTS, "total")}
    computed = sum((sign * stated[name] for name, sign in PARTS.items()), Decimal(0))
    difference_ha = abs(computed - stated["total"])
    printed = sum(1 for name in PARTS if stated[name] != 0)
    limit_ha = Decimal(str(n.values["rounding_ha"])) * (printed + 1)
    figures = {name: float(value) for name, value in stated.items()}
    figures |= {"computed": float(computed), "difference": float(difference_ha), "limit": float(limit_ha)}
    fids = tuple(int(fid) for fid in blocks.fids)
    if difference_ha > limit_ha:
        yield Observation(
            "fail",
            Message("rules.sum_open", figures),
            blocks.layer,
            fids,
            float(difference_ha),
            float(limit_ha),
        )
        return
    apart = _drawn_otherwise(n, figures)
    if apart is not None:
        yield Observation(
            "cannot_tell",
            apart,
            blocks.layer,
            fids,
            float(difference_ha),
            float(limit_ha),
            missing=(Missing("value", "proposal_block.area_ha", apart),),
        )
        return
    remarks = (Message("rules.sum_rounding", figures),) if difference_ha else ()
    yield Observation(
        "pass",
        Message("rules.sum_closed", figures),
        blocks.layer,
        fids,
        float(difference_ha),
        float(limit_ha),
        remarks=remarks,
    )


def _drawn_otherwise(n: Neighbourhood, stated_ha: Mapping[str, float]) -> Message | None:
    """The first stated figure that the drawn blocks do not have, None when all agree."""
    blocks = n.rows["blocks"]
    kinds: Mapping[str, str] = n.values["change_types"]
    areas = {"planar": planar_area_m2, "ellipsoidal": ellipsoidal_area_m2}
    for name, kind in kinds.items():
        chosen = blocks.columns["change_type"] == kind
        drawn = {label: _sum_ha(area(blocks.geometry[chosen], n.crs)) for label, area in areas.items()}
        if not any(
            abs(value - stated_ha[name]) <= n.values["drawn_tolerance_ha"] for value in drawn.values()
        ):
            return Message(
                "rules.drawn_otherwise",
                {
                    "kind": Words(kind, name),
                    "stated": stated_ha[name],
                    **{k: float(v) for k, v in drawn.items()},
                },
            )
    return None


def _sum_ha(areas_m2: np.ndarray[Any, Any]) -> float:
    return float(areas_m2.sum()) / 10_000


CHECK = Check(
    (
        "blocks",
        "original",
        "out",
        "in",
        "expand",
        "total",
        "rounding_ha",
        "change_types",
        "drawn_tolerance_ha",
    ),
    run,
    words=("change_types",),
)
