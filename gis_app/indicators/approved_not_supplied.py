"""Approved and not yet supplied land (批而未供), net of what cannot be supplied."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.geometry.area import planar_area_m2, to_mu
from gis_app.indicators.column import chosen, days, missing_layer, texts
from gis_app.indicators.figure import Amount, Figure, Findings
from gis_app.language import Message
from gis_app.model import GEOMETRY, Layer, Project

ID = "approved_not_supplied"
READS = {
    "approval_batch": ("unsuppliable", "batch_name", GEOMETRY),
    "supply_parcel": ("supply_date", GEOMETRY),
}
BASIS = Message("indicators.approved_not_supplied_basis")
NOISE_M2 = 1.0
"""What is left of a batch by rounded coordinates is no land."""


def figure(project: Project, findings: Findings) -> Figure:
    """Give the ground of approved batches that no plot supplied by the as-of date covers, in mu.

    Ground marked as unsuppliable (roads, green strips, remnants) does not count.
    """
    batches, ledger = project.of_type("approval_batch"), project.of_type("supply_parcel")
    if batches is None or not len(batches.geometry):
        return Figure(ID, why=missing_layer(Message("indicators.approval_batches")), basis=BASIS)
    if ledger is None:
        return Figure(ID, why=missing_layer(Message("indicators.supply_ledger")), basis=BASIS)
    if project.as_of is None:
        return Figure(ID, why=Message("indicators.no_as_of"), basis=BASIS)
    counted = ~_unsuppliable(batches)
    shapes = batches.geometry[counted]
    supplied = _supplied(ledger, project)
    if not (shapely.is_valid(shapes).all() and shapely.is_valid(supplied).all()):
        return Figure(ID, why=Message("indicators.invalid_geometry"), basis=BASIS)
    left = shapely.difference(shapes, shapely.union_all(supplied))
    areas_m2 = planar_area_m2(left, project.crs)
    open_ones = areas_m2 > NOISE_M2
    names = {name for name, is_open in zip(_names(batches, counted), open_ones, strict=True) if is_open}
    return Figure(
        ID,
        (Amount(float(to_mu(float(areas_m2.sum()))), "mu"),),
        remark=Message("indicators.batches", {"count": len(names)}),
        basis=BASIS,
        layer=batches.id,
        fids=tuple(np.asarray(chosen(batches, counted))[open_ones].tolist()),
    )


def _unsuppliable(batches: Layer) -> NDArray[np.bool_]:
    if not batches.has("unsuppliable"):
        return np.zeros(len(batches.fids), dtype=bool)
    return np.array(
        [bool(value) for value in batches.rows(None, ["unsuppliable"])["unsuppliable"]], dtype=bool
    )


def _supplied(ledger: Layer, project: Project) -> NDArray[Any]:
    as_of = project.as_of
    dated = [day is not None and as_of is not None and day <= as_of for day in days(ledger, "supply_date")]
    return np.asarray(ledger.geometry[np.array(dated, dtype=bool)])


def _names(batches: Layer, counted: NDArray[np.bool_]) -> list[str]:
    return [
        name for name, is_counted in zip(texts(batches, "batch_name"), counted, strict=True) if is_counted
    ]
