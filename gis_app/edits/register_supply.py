"""Register a supply of land (供地登记): parcel, lineage and warning dates in one step."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.edits.arguments import Argument
from gis_app.edits.draft import Draft, shape_of
from gis_app.edits.draw_feature import CUT, NEW, clear, difference
from gis_app.edits.edit import Edit
from gis_app.edits.error import refuse
from gis_app.edits.naming import label
from gis_app.edits.values import read_values
from gis_app.geometry.area import to_mu
from gis_app.geometry.polygons import array_of, union
from gis_app.model import Changeset, Layer, Project

PARCEL_CODE = re.compile(r"\d{12}[A-Z]{2}\d{5}")
"""A cadastral parcel code (宗地代码) has 19 places (TD/T 1001-2012, 5.2)."""

NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_FAR_M = 5_000.0


def register_supply(
    project: Project,
    layer: Layer,
    batches: Layer,
    batch: int,
    outline: BaseGeometry | str | Sequence[Sequence[float]],
    values: Mapping[str, object] | None = None,
    cut: str = NEW,
) -> Changeset:
    """The step that enters a parcel supplied out of an approval batch.

    Parameters
    ----------
    layer, batches
        The supply parcels and the approval batches.
    outline
        A polygon, or a list of coordinates, also as pasted text with two numbers at the end of a line; east
        and north in either order, told apart by where the batch lies.
    values
        Field → value of the parcel. The stated, the registered and the drawn area are kept apart.

    Raises
    ------
    EditError
        The batch is not there, the outline cannot be understood, the parcel code is none, or as
        ``draw_feature``.
    """
    draft = Draft(project, layer)
    ground = shape_of(batches, batch)
    given = read_values(layer, values or {})
    code = given.get("parcel_no")
    if code is not None and not PARCEL_CODE.fullmatch(str(code)):
        raise refuse("parcel_code", given=str(code))
    shape = _outline(outline, ground)
    drawn = clear(draft, shape, cut)
    name = label(batches, batch)
    number = 1 + _count(layer, name)
    draft.add(drawn, {**_consequences(drawn, name, number, given), **given})
    return draft.done(
        "register_supply",
        batch=name,
        number=number,
        area_mu=float(to_mu(float(drawn.area))),
        outside_m2=float(difference(drawn, ground).area),
        over_m2=float(shape.area - drawn.area),
        left_mu=float(to_mu(_left_m2(draft, ground, drawn))),
    )


def _consequences(
    shape: BaseGeometry, batch: str, number: int, given: Mapping[str, object]
) -> dict[str, object]:
    """What follows from the rest: lineage, drawn area, and the days on which idleness falls due.

    闲置土地处置办法 (国土资源部令第53号) 2条: one year after the agreed start; 14条: two years.
    """
    made: dict[str, object] = {
        "batch_name": batch,
        "lineage": f"{batch}-{number:03d}",
        "drawn_area_m2": round(float(shape.area), 2),
    }
    start = given.get("agreed_start_date")
    if isinstance(start, date):
        made["idle_warning_date"] = _years_later(start, 1)
        made["recovery_warning_date"] = _years_later(start, 2)
    return made


def _years_later(day: date, years: int) -> date:
    last = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if last else day.day)


def _count(layer: Layer, batch: str) -> int:
    if not layer.has("batch_name"):
        return 0
    return int((layer.rows(None, ["batch_name"])["batch_name"] == batch).sum())


def _left_m2(draft: Draft, ground: BaseGeometry, drawn: BaseGeometry) -> float:
    """What of the batch is not supplied yet."""
    taken = [one for one in draft.neighbours(ground.bounds).values() if one.is_valid]
    return float(difference(ground, union(array_of([drawn, *taken]))).area)


def _outline(given: Any, ground: BaseGeometry) -> BaseGeometry:
    if isinstance(given, BaseGeometry):
        return given
    points = _pasted(given) if isinstance(given, str) else [(float(one[0]), float(one[1])) for one in given]
    if len(points) < 3:
        raise refuse("too_few_vertices")
    reach = shapely.box(*shapely.buffer(shapely.box(*ground.bounds), _FAR_M).bounds)
    for order in (points, [(y, x) for x, y in points]):
        if shapely.contains_xy(reach, np.array(order)).all():
            return shapely.Polygon(order)
    raise refuse("far_from_batch")


def _pasted(text: str) -> list[tuple[float, float]]:
    numbers = [NUMBER.findall(line) for line in text.splitlines()]
    return [(float(found[-2]), float(found[-1])) for found in numbers if len(found) >= 2]


EDIT = Edit(
    "register_supply",
    register_supply,
    (
        Argument("layer", "made_layer", required=False, default="supply_parcel"),
        Argument("batches", "layer", required=False, default="approval_batch"),
        Argument("batch", "fid"),
        Argument("outline", "outline"),
        Argument("values", "values", required=False),
        CUT,
    ),
)
