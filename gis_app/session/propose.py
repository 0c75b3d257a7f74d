"""A proposal of ``park.toml``: what the program would answer, every guess marked as one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_app.geometry.crs import epsg_of
from gis_app.geometry.overlap import intersection_area
from gis_app.session.answers import SCHEMA_ID
from gis_app.session.delivery import Delivery
from gis_app.session.intake import Intake

YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:[-年.]?(0[1-9]|1[0-2])(?!\d))?(?!\d)")
SAME_GROUND = 0.98
"""Parts whose ground is that of a whole, to this share, are parts of it."""


def propose_answers(intake: Intake) -> dict[str, Any]:
    """What ``park.toml`` could say of these files; nothing in it counts as confirmed.

    Periods come from years (and months) in file names; a file whose ground is a piece of another file's of
    the same period, such that all its pieces together make up the other, is proposed as a part of it.
    """
    folder = (intake.path if intake.path.is_dir() else intake.path.parent).resolve()
    wholes = _wholes(intake.deliveries)
    files = []
    for delivery in intake.deliveries:
        entry: dict[str, Any] = {"path": delivery.table.path.resolve().relative_to(folder).as_posix()}
        if delivery.table.name != delivery.table.path.stem:
            entry["layer"] = delivery.table.name
        if delivery.kind is not None:
            entry["feature_type"] = delivery.kind.id
        if period := _period(delivery):
            entry["period"] = period
        if delivery.placed.source is not None:
            code = epsg_of(delivery.placed.source.crs)
            entry["source_crs"] = delivery.placed.source.crs.to_wkt() if code is None else code
        entry["encoding"] = delivery.table.encoding
        if delivery.scheme.proposals:
            entry["scheme"] = delivery.scheme.proposals[0].scheme
        if whole := wholes.get(id(delivery)):
            entry["part_of"] = whole
        entry["proposed"] = True
        files.append(entry)
    park: dict[str, Any] = {"name": folder.name, "proposed": True}
    if intake.crs is not None and (code := epsg_of(intake.crs)) is not None:
        park["crs"] = code
    periods = [entry["period"] for entry in files if "period" in entry]
    if periods:
        park["period"] = max(periods)
    return {"schema": SCHEMA_ID, "park": park, "file": files}


def _period(delivery: Delivery) -> str:
    found = YEAR.search(delivery.table.path.stem)
    if found is None:
        return ""
    return found[1] if found[2] is None else f"{found[1]}-{found[2]}"


def _wholes(deliveries: Sequence[Delivery]) -> dict[int, str]:
    """For each delivery that is a piece of another one, the other's file name."""
    polygons = [d for d in deliveries if d.geometry is not None and len(d) and _flat(d.geometry)]
    found: dict[int, str] = {}
    for whole in polygons:
        pieces = [d for d in polygons if d is not whole and _same_matter(d, whole) and _is_piece(d, whole)]
        made_up = sum(_area_m2(piece.geometry) for piece in pieces)
        if len(pieces) > 1 and abs(made_up / _area_m2(whole.geometry) - 1) < 1 - SAME_GROUND:
            found.update({id(piece): whole.table.path.name for piece in pieces})
    return found


def _same_matter(part: Delivery, whole: Delivery) -> bool:
    return part.kind is not None and part.kind is whole.kind and _period(part) == _period(whole)


def _is_piece(part: Delivery, whole: Delivery) -> bool:
    """Every feature of ``part`` lies on ``whole``.

    Which is larger and of as many columns of the same names.
    """
    if len(part) >= len(whole) or part.geometry is None or whole.geometry is None:
        return False
    own = {name for name in part.table.columns}
    if len(own & set(whole.table.columns)) < len(own) / 2:
        return False
    common = _common(part.geometry, whole.geometry)
    return common > SAME_GROUND * _area_m2(part.geometry)


def _flat(geometry: NDArray[Any]) -> bool:
    return bool(shapely.get_dimensions(geometry).min() == 2)


def _area_m2(geometry: NDArray[Any] | None) -> float:
    return 0.0 if geometry is None else float(np.sum(shapely.area(geometry)))


def _common(a: NDArray[Any], b: NDArray[Any]) -> float:
    valid_a, valid_b = a[shapely.is_valid(a)], b[shapely.is_valid(b)]
    left, right = shapely.STRtree(valid_b).query(valid_a, predicate="intersects")
    return float(np.sum(intersection_area(valid_a[left], valid_b[right]))) if len(left) else 0.0
