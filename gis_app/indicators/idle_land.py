"""Idle land (闲置土地处置办法 2条): suspected by computation, and recognised by a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gis_app.geometry.area import to_mu
from gis_app.indicators.column import missing_layer
from gis_app.indicators.figure import Amount, Figure, Findings
from gis_app.language import Message
from gis_app.model import Project

ID = "idle_land"
BASIS = Message("indicators.idle_land_basis")
CHECK = "idle_land"


def figure(project: Project, findings: Findings) -> Figure:
    """Give the number of plots and their area in mu as the check on idle land found them, open cases only."""
    judged = [finding for finding in findings if finding["check"] == CHECK]
    if project.of_type("supply_parcel") is None:
        return Figure(
            ID, why=missing_layer(Message("indicators.supply_ledger")), basis=BASIS, checks=(CHECK,)
        )
    if not judged or all(not finding["cases"] and finding["state"] == "cannot_tell" for finding in judged):
        why = Message("indicators.idle_not_told")
        return Figure(ID, state="cannot_tell" if judged else None, why=why, basis=BASIS, checks=(CHECK,))
    opened = [finding for finding in judged if finding["state"] == "fail"]
    recognised = [finding for finding in opened if _recognised(finding)]
    suspected = len(opened) - len(recognised)
    area_m2 = sum(float(finding["measured"] or 0.0) for finding in opened)
    unsure = sum(finding["state"] == "cannot_tell" for finding in judged)
    return Figure(
        ID,
        (
            Amount(suspected, "plots", 0, Message("indicators.suspected")),
            Amount(len(recognised), "plots", 0, Message("indicators.recognised")),
        ),
        remark=Message("indicators.idle_area", {"area_mu": float(to_mu(area_m2)), "unsure": unsure})
        if unsure
        else Message("indicators.idle_area_only", {"area_mu": float(to_mu(area_m2))}),
        basis=BASIS,
        layer="supply_parcel",
        fids=tuple(int(fid) for finding in opened for fid in finding["fids"]),
        checks=(CHECK,),
    )


def _recognised(finding: Mapping[str, Any]) -> bool:
    return any(case.get("recognition_no") for case in finding["cases"])
