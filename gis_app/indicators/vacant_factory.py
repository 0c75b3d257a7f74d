"""Vacant floor area of standard factories."""

from __future__ import annotations

import numpy as np

from gis_app.indicators.column import chosen, missing_fields, missing_layer, numbers, texts
from gis_app.indicators.figure import Amount, Figure, Findings
from gis_app.language import Message
from gis_app.model import Project

ID = "vacant_factory"
READS = {"standard_factory": ("status", "lettable_area_m2", "let_area_m2")}
BASIS = Message("indicators.vacant_factory_basis")
BUILT = "建成"


def figure(project: Project, findings: Findings) -> Figure:
    """Give lettable minus let floor area of the built ones, in m², and its share of what is lettable."""
    factories = project.of_type("standard_factory")
    if factories is None:
        return Figure(ID, why=missing_layer(Message("indicators.standard_factories")), basis=BASIS)
    absent = missing_fields(factories, ("status", "lettable_area_m2", "let_area_m2"))
    if absent is not None:
        return Figure(ID, why=absent, basis=BASIS)
    lettable, let = numbers(factories, "lettable_area_m2"), numbers(factories, "let_area_m2")
    built = np.array([status == BUILT for status in texts(factories, "status")], dtype=bool)
    if np.isnan(lettable[built] + let[built]).any():
        return Figure(ID, why=Message("indicators.blank_areas"), basis=BASIS, layer=factories.id)
    vacant = lettable[built] - let[built]
    total = float(lettable[built].sum())
    share = float(vacant.sum()) / total if total else 0.0
    open_ones = np.zeros(len(built), dtype=bool)
    open_ones[np.flatnonzero(built)[vacant > 0]] = True
    return Figure(
        ID,
        (Amount(float(vacant.sum()), "m2", 0),),
        remark=Message("indicators.share", {"share": share}),
        basis=BASIS,
        layer=factories.id,
        fids=chosen(factories, open_ones),
    )
