"""Supplied and built land, each with its share of the approved area."""

from __future__ import annotations

import numpy as np

from gis_app.indicators.column import chosen, days, missing_fields, missing_layer, registered_m2
from gis_app.indicators.figure import Amount, Figure, Findings
from gis_app.language import Message
from gis_app.model import GEOMETRY, Project

ID = "supplied_and_built"
READS = {"supply_parcel": ("supply_date", "finish_date", "registered_area_m2", GEOMETRY)}
BASIS = Message("indicators.supplied_and_built_basis")


def figure(project: Project, findings: Findings) -> Figure:
    """Give supplied land, and of it what is finished by the as-of date, in ha.

    Areas are registered ones, drawn ones where none is registered. Without ``finish_date`` only the first
    is told.
    """
    ledger = project.of_type("supply_parcel")
    if ledger is None:
        return Figure(ID, why=missing_layer(Message("indicators.supply_ledger")), basis=BASIS)
    if project.as_of is None:
        return Figure(ID, why=Message("indicators.no_as_of"), basis=BASIS)
    absent = missing_fields(ledger, ("supply_date",))
    if absent is not None:
        return Figure(ID, why=absent, basis=BASIS)
    areas_ha = registered_m2(ledger, project) / 10_000.0
    as_of = project.as_of
    supplied = np.array([day is not None and day <= as_of for day in days(ledger, "supply_date")], dtype=bool)
    built = supplied & np.array(
        [day is not None and day <= as_of for day in days(ledger, "finish_date")], dtype=bool
    )
    amounts = [Amount(float(areas_ha[supplied].sum()), "ha")]
    if ledger.has("finish_date"):
        amounts.append(Amount(float(areas_ha[built].sum()), "ha"))
    return Figure(
        ID,
        tuple(amounts),
        remark=_shares(project, amounts),
        basis=BASIS,
        layer=ledger.id,
        fids=chosen(ledger, supplied),
    )


def _shares(project: Project, amounts: list[Amount]) -> Message | None:
    fact = project.fact("approved_area_ha")
    if fact is None or fact.proposed or not isinstance(fact.value, (int, float)) or not fact.value:
        return None
    shares = [f"{amount.value / float(fact.value):.1%}" for amount in amounts]
    return Message("indicators.shares", {"shares": " / ".join(shares)})
