"""Invalid polygons: where they are invalid and why, and a repair that is asked for, never made on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis_app.geometry.polygons import Floats, Indices, Objects, polygons_of

METHOD: Final = "structure"
REASON_AT = re.compile(r"^(?P<reason>.*?)\s*\[(?P<x>\S+) (?P<y>\S+).*\]$")


@dataclass(frozen=True)
class Invalid:
    """Geometries that break the rules of OGC simple features (ISO 19125-1, 6.1.11).

    Attributes
    ----------
    indices : array of int, shape (n,)
    reasons : tuple of str
        The rule broken, in GEOS's words ("Self-intersection", "Hole lies outside shell", …).
    locations : array of shapely Points
        Where the first fault is; None when GEOS names no place.
    """

    indices: Indices
    reasons: tuple[str, ...]
    locations: Objects


def invalid(geometry: Objects) -> Invalid:
    """Find the invalid geometries; missing ones are not judged."""
    shapes = np.asarray(geometry, dtype=object)
    wrong = np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
    found = [_reason(str(text)) for text in shapely.is_valid_reason(shapes[wrong])]
    locations = np.array([None, *(point for _, point in found)], dtype=object)[1:]
    return Invalid(wrong.astype(np.int64), tuple(reason for reason, _ in found), locations)


def _reason(text: str) -> tuple[str, BaseGeometry | None]:
    match = REASON_AT.match(text)
    if match is None:
        return text, None
    return match["reason"], shapely.Point(float(match["x"]), float(match["y"]))


@dataclass(frozen=True)
class Repair:
    """What a repair did.

    Attributes
    ----------
    geometry : array of polygons and multipolygons
        Valid; those that were valid are the given objects, unchanged.
    area_before_m2, area_after_m2 : arrays of float64
        Planar areas; that of an invalid polygon is what its rings add up to, a loop run backwards counting
        against it.
    method : str
    """

    geometry: Objects
    area_before_m2: Floats
    area_after_m2: Floats
    method: str


def repair(geometry: Objects) -> Repair:
    """Make polygons valid by their structure: shells bound ground, holes exclude it.

    The other method of GEOS, linework, alternates inside and outside at every crossing and so turns ground
    that a shell covers twice into a hole; structure keeps it. Collapsed lines and points are dropped.
    """
    shapes = np.asarray(geometry, dtype=object)
    result = shapes.copy()
    wrong = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    mended = shapely.make_valid(shapes[wrong], method=METHOD, keep_collapsed=False)
    result[wrong] = polygons_of(np.asarray(mended, dtype=object))
    before, after = (np.nan_to_num(shapely.area(part).astype(np.float64)) for part in (shapes, result))
    return Repair(result, before, after, METHOD)
