"""What was delivered, in figures: the result of ``parkplan info``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gis_app.catalogue import FeatureType
from gis_app.formats import Excluded
from gis_app.geometry.area import ellipsoidal_area_m2, planar_area_m2, to_mu
from gis_app.geometry.crs import describe, epsg_of, is_metre_grid
from gis_app.language import LANGUAGES, Message, Refused, say
from gis_app.model import GEOMETRY, Layer, Project
from gis_app.session.columns import SOURCE_ID
from gis_app.session.delivery import Delivery
from gis_app.session.georeference import bounds_of, proposals
from gis_app.session.intake import Intake
from gis_app.session.schema import INFO

SAMPLES = 5
PYTHON_TYPES = {bool: "boolean", int: "integer", float: "number", date: "date", str: "text"}


def both(message: Message) -> dict[str, str]:
    """A message in every language."""
    return {language: say(message, language) for language in LANGUAGES}


def describe_intake(intake: Intake) -> dict[str, Any]:
    """The layers of files, as delivered and as understood."""
    return {
        "schema": INFO,
        "project_crs": None if intake.crs is None else describe(intake.crs),
        "layers": [_delivery(delivery, intake.crs) for delivery in intake.deliveries],
        "missing": list(intake.missing),
        "refused": [both(refused.message) for refused in intake.refused],
        "notes": [both(note) for note in intake.notes],
    }


def _delivery(delivery: Delivery, crs: CRS | None) -> dict[str, Any]:
    table, placed = delivery.table, delivery.placed
    shown = crs if crs is not None else None if placed.source is None else placed.source.crs
    return {
        "name": table.name,
        "path": str(table.path),
        "files": [{"path": str(path), "sha256": digest} for path, digest in table.files],
        "sha256": table.digest,
        "feature_type": None if delivery.kind is None else delivery.kind.id,
        "feature_type_basis": delivery.kind_basis or None,
        "count": len(delivery),
        "declared_count": table.declared_count,
        "excluded": [_excluded(excluded) for excluded in delivery.excluded],
        "geometry_type": table.geometry_type,
        "encoding": table.encoding,
        "encoding_basis": table.encoding_basis,
        "crs": None if placed.source is None else placed.source.text,
        "crs_basis": None if placed.source is None else placed.source.basis,
        "operation": placed.operation or None,
        "crs_proposals": _crs_proposals(delivery, crs),
        **_figures(delivery.geometry, shown),
        "scheme": delivery.scheme.id,
        "scheme_basis": delivery.scheme.basis or None,
        "scheme_proposals": [
            {"scheme": p.scheme, "agreement": p.agreement, "known": p.known}
            for p in delivery.scheme.proposals
        ],
        "attribute_areas": _attribute_areas(delivery),
        "fields": _fields(delivery),
        "notes": [both(note) for note in delivery.notes],
    }


def _excluded(excluded: Excluded) -> dict[str, Any]:
    return {
        "reason": say(excluded.reason, "en"),
        "reason_zh": say(excluded.reason, "zh"),
        "count": excluded.count,
    }


def _crs_proposals(delivery: Delivery, crs: CRS | None) -> list[dict[str, str]]:
    """What the numbers suggest, where the file or the command left something open."""
    if delivery.geometry is None or crs is not None:
        return []
    bounds = bounds_of(delivery.geometry)
    return [] if bounds is None else [both(message) for message in proposals(bounds)]


def _figures(geometry: NDArray[Any] | None, crs: CRS | None) -> dict[str, Any]:
    """Extent, and areas: the official planar one in the project's grid only.

    The ellipsoidal one beside it.
    """
    if geometry is None:
        return {"extent": None, "planar_area_m2": None, "planar_area_mu": None, "ellipsoidal_area_m2": None}
    bounds = bounds_of(geometry)
    flat = len(geometry) > 0 and int(shapely.get_dimensions(geometry).max()) == 2
    planar = (
        float(planar_area_m2(geometry, crs).sum())
        if flat and crs is not None and is_metre_grid(crs)
        else None
    )
    ellipsoidal = _ellipsoidal_m2(geometry, crs) if flat and crs is not None else None
    return {
        "extent": None if bounds is None else list(bounds),
        "planar_area_m2": planar,
        "planar_area_mu": None if planar is None else float(to_mu(planar)),
        "ellipsoidal_area_m2": ellipsoidal,
    }


def _ellipsoidal_m2(geometry: NDArray[Any], crs: CRS) -> float | None:
    """The area on the ellipsoid; None where coordinates lie outside the reference system."""
    try:
        return float(ellipsoidal_area_m2(geometry, crs).sum())
    except Refused:
        return None


def _attribute_areas(delivery: Delivery) -> list[dict[str, Any]]:
    return [
        {
            "field": delivery.columns.delivered[field],
            "unit": guess.unit,
            "sum": float(np.nansum(np.asarray(delivery.columns.values[field], dtype=np.float64))),
            "ratio": None if math.isnan(guess.ratio) else guess.ratio,
            "spread": None if math.isnan(guess.spread) else guess.spread,
            "mixed": guess.mixed,
        }
        for field, guess in delivery.area_units.items()
    ]


def _fields(delivery: Delivery) -> list[dict[str, Any]]:
    by_name = {delivered: field for field, delivered in delivery.columns.delivered.items()}
    described = []
    for name, column in delivery.table.columns.items():
        field = by_name[name]
        guess = delivery.area_units.get(field)
        declared = None if delivery.kind is None else delivery.kind.field(field)
        unit = guess.unit if guess is not None else None if declared is None else declared.unit or None
        described.append(
            {
                "name": name,
                "type": delivery.table.types[name],
                "unit": unit,
                "field": None if declared is None else declared.id,
                "sample": samples(column),
            }
        )
    return described


def samples(column: Sequence[Any] | NDArray[Any]) -> list[str]:
    """The first five values that are there, as text."""
    found: list[str] = []
    for value in column:
        if value is None or (isinstance(value, (float, np.floating)) and np.isnan(value)) or str(value) == "":
            continue
        found.append(str(value))
        if len(found) == SAMPLES:
            break
    return found


def describe_project(project: Project) -> dict[str, Any]:
    """The layers of a project file."""
    return {
        "schema": INFO,
        "project_crs": None if project.crs is None else describe(project.crs),
        "layers": [_layer(layer, project.crs) for layer in project.layers.values()],
        "missing": list(project.missing_files),
        "refused": [],
        "notes": [],
    }


def _layer(layer: Layer, crs: CRS | None) -> dict[str, Any]:
    kinds = sorted({shape.geom_type for shape in layer.geometry})
    kind = layer.feature_type
    source = layer.sources[0] if layer.sources else None
    return {
        "name": layer.id,
        "path": None if source is None else source.path,
        "files": [{"path": each.path, "sha256": each.sha256} for each in layer.sources],
        "sha256": None,
        "feature_type": kind.id,
        "feature_type_basis": "project",
        "count": len(layer.frame),
        "declared_count": sum(each.declared_count for each in layer.sources),
        "excluded": [],
        "geometry_type": "/".join(kinds) or None,
        "encoding": None if source is None else source.encoding,
        "encoding_basis": None if source is None else source.encoding_basis,
        "crs": None if crs is None else describe(crs),
        "crs_basis": "project",
        "operation": None if source is None else source.operation or None,
        "crs_proposals": [],
        **_figures(layer.geometry if GEOMETRY in layer.frame else None, crs),
        "scheme": layer.scheme,
        "scheme_basis": None if source is None else source.scheme_basis or None,
        "scheme_proposals": [],
        "attribute_areas": [],
        "fields": _project_fields(layer, kind),
        "notes": [],
    }


def _project_fields(layer: Layer, kind: FeatureType) -> list[dict[str, Any]]:
    described = []
    for name in layer.frame.columns:
        if name in (GEOMETRY, SOURCE_ID):
            continue
        values = layer.rows(None, [name])[name]
        declared = kind.field(name)
        described.append(
            {
                "name": name,
                "type": _type_of(values) if declared is None else declared.type,
                "unit": None if declared is None else declared.unit or None,
                "field": None if declared is None else declared.id,
                "sample": samples(values),
            }
        )
    return described


def _type_of(values: NDArray[Any]) -> str:
    if values.dtype.kind in "iu":
        return "integer"
    if values.dtype.kind == "f":
        return "number"
    first = next((value for value in values if value is not None), "")
    return PYTHON_TYPES.get(type(first), "text")


def crs_code(crs: CRS | None) -> str | None:
    """``EPSG:4546``, or the name where there is no code."""
    if crs is None:
        return None
    code = epsg_of(crs)
    return describe(crs) if code is None else f"EPSG:{code}"


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping with days as text."""
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
