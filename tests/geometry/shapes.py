"""Shapes that several geometry tests use, placed on real Gauss-Krüger coordinates."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

EAST, NORTH = 380_000.123, 3_100_000.456


def placed(shape: BaseGeometry, angle: float = 0.0) -> BaseGeometry:
    """Turn a shape around its origin and carry it to zone 37."""
    return affinity.translate(affinity.rotate(shape, angle, origin=(0, 0)), EAST, NORTH)


def array(*shapes: BaseGeometry | None) -> np.ndarray:
    return np.array([None, *shapes], dtype=object)[1:]


def bite(size: float, length: float, width: float) -> BaseGeometry:
    """A square joined to a long sliver."""
    return shapely.union_all([shapely.box(0, 0, size, size), shapely.box(size, 0, size + length, width)])


def star(
    rng: np.random.Generator, corners: int, radius: float = 500.0, spread: float = 200.0
) -> BaseGeometry:
    """A valid, irregular polygon around the place."""
    turns = np.sort(rng.uniform(0, 2 * np.pi, corners))
    turns = turns[np.r_[True, np.diff(turns) > 1e-3]]
    reach = radius * rng.uniform(0.5, 1, len(turns))
    cx, cy = rng.uniform(-spread, spread, 2)
    return shapely.Polygon(
        np.column_stack((EAST + cx + reach * np.cos(turns), NORTH + cy + reach * np.sin(turns)))
    )
