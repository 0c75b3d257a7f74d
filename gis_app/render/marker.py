"""Signs for points as closed rings around the origin; no Qt."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray

CORNERS = 32
"""Of what stands for a circle."""


@lru_cache(maxsize=256)
def ring(shape: str, size: float, angle_deg: float = 0.0) -> NDArray[np.float64]:
    """Give a closed sign (k, 2), y downwards, ``size`` across, turned counter-clockwise.

    It is a circle, square, triangle, diamond, star, cross, or an arrow with its tip at the origin.
    """
    turns = np.arange(CORNERS) * 2.0 * np.pi / CORNERS
    corners = (
        np.column_stack([np.cos(turns), np.sin(turns)])
        if shape == "circle"
        else np.asarray(_SIGNS.get(shape, _SIGNS["square"]))
    )
    angle = np.deg2rad(angle_deg)
    turned = corners @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.vstack([turned, turned[:1]]) * (size / 2.0)


@lru_cache(maxsize=256)
def rimmed(
    shape: str, size: float, angle_deg: float, rim: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the rings outside and inside a rim (pixels wide) that lies along a sign's edge."""
    sign = shapely.Polygon(ring(shape, size, angle_deg))
    outer, inner = (shapely.buffer(sign, away, join_style="bevel") for away in (rim / 2, -rim / 2))
    return _largest(outer), _largest(inner)


def _largest(shape: shapely.Geometry) -> NDArray[np.float64]:
    """Give the ring (k, 2) of the largest part, none for nothing."""
    each = shapely.get_parts(shape)
    each = each[~shapely.is_empty(each)]
    if not len(each):
        return np.zeros((0, 2))
    largest = each[np.argmax(shapely.area(each))]
    return np.ascontiguousarray(shapely.get_coordinates(shapely.get_exterior_ring(largest)))


def _star() -> tuple[tuple[float, float], ...]:
    angles = np.arange(10) * np.pi / 5.0
    radii = np.where(np.arange(10) % 2 == 0, 1.0, 0.42)
    return tuple((float(r * np.sin(a)), float(-r * np.cos(a))) for a, r in zip(angles, radii, strict=True))


_SIGNS: dict[str, tuple[tuple[float, float], ...]] = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "triangle": ((0, -1), (1, 0.8), (-1, 0.8)),
    "diamond": ((0, -1), (1, 0), (0, 1), (-1, 0)),
    "star": _star(),
    "cross": (
        (-0.3, -1), (0.3, -1), (0.3, -0.3), (1, -0.3), (1, 0.3), (0.3, 0.3),
        (0.3, 1), (-0.3, 1), (-0.3, 0.3), (-1, 0.3), (-1, -0.3), (-0.3, -0.3),
    ),
    "arrow": ((0, 0), (-2, 0.62), (-1.6, 0), (-2, -0.62)),
}  # fmt: skip
