"""Approved area of the park, with how far the drawn boundary differs from it."""

from __future__ import annotations

from gis_app.geometry.area import planar_area_m2
from gis_app.indicators.figure import Amount, Figure, Findings
from gis_app.language import Message
from gis_app.model import GEOMETRY, Project

ID = "approved_area"
READS = {"park_boundary": (GEOMETRY,)}
BASIS = Message("indicators.approved_area_basis")


def figure(project: Project, findings: Findings) -> Figure:
    """Give the approved area in ha: the fact with its document, never the drawn area."""
    fact = project.fact("approved_area_ha")
    if fact is None or fact.proposed or not isinstance(fact.value, (int, float)):
        return Figure(ID, why=Message("indicators.no_approved_area"), basis=BASIS)
    boundary = project.of_type("park_boundary")
    approved_ha = float(fact.value)
    if boundary is None:
        return Figure(ID, (Amount(approved_ha, "ha"),), basis=BASIS)
    drawn_ha = float(planar_area_m2(boundary.geometry, project.crs).sum()) / 10_000.0
    return Figure(
        ID,
        (Amount(approved_ha, "ha"),),
        remark=Message("indicators.drawn_difference", {"difference_ha": drawn_ha - approved_ha}),
        basis=BASIS,
        layer=boundary.id,
        fids=tuple(int(fid) for fid in boundary.fids),
    )
