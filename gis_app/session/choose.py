"""Features of a layer by a condition on their fields, or by where they lie to other features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis_app.catalogue.filter import matches, parse
from gis_app.edits.values import column_of
from gis_app.model import Layer

Fids = NDArray[np.int64]
INTERSECTS, WITHIN, NEAR = "intersects", "within", "near"
RELATIONS = (INTERSECTS, WITHIN, NEAR)


def by_attribute(layer: Layer, condition: str) -> Fids:
    """Give the features for which a condition holds; a field by its id, its title or a delivered name.

    Raises
    ------
    Refused
        The condition is not understood, or there is no such field.
    """
    asked = parse(condition)
    count = len(layer)

    def column(name: str) -> NDArray[Any]:
        id = column_of(layer, name)
        if not layer.has(id):
            return np.full(count, None, dtype=object)
        return layer.rows(None, [id])[id]

    return np.asarray(layer.fids[matches(asked, column, count)], dtype=np.int64)


def by_location(layer: Layer, others: Sequence[BaseGeometry], relation: str, distance_m: float = 0.0) -> Fids:
    """Give the features that meet others, lie within one of them, or lie within a distance of one.

    Parameters
    ----------
    layer
        What is looked through.
    others
        In the same reference system.
    relation
        One of ``RELATIONS``.
    distance_m
        For ``near``, metres.
    """
    array = np.empty(len(others), dtype=object)
    array[:] = others
    array = array[~(shapely.is_missing(array) | shapely.is_empty(array))]
    if not len(array) or not len(layer.geometry):
        return np.empty(0, dtype=np.int64)
    reach = distance_m if relation == NEAR else 0.0
    x0, y0, x1, y1 = shapely.total_bounds(array).tolist()
    fids = np.asarray(layer.near((x0 - reach, y0 - reach, x1 + reach, y1 + reach)), dtype=np.int64)
    shapes = layer.shapes(fids.tolist())
    tree = shapely.STRtree(shapes)
    if relation == NEAR:
        found = tree.query(array, predicate="dwithin", distance=reach)
    else:
        found = tree.query(array, predicate="intersects" if relation == INTERSECTS else "covers")
    return np.unique(fids[found[1]])
