"""Hatch lines as geometry: they stay vectors in every medium and need no clipping; no Qt."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray


def hatch_lines(
    polygons: NDArray[Any],
    angle_deg: float,
    spacing: float,
    anchor: tuple[float, float] = (0.0, 0.0),
    period: float = 0.0,
) -> NDArray[np.float64]:
    """Parallel lines within polygons.

    Parameters
    ----------
    polygons
        Valid shapely polygons (n,), in pixels (y downwards).
    angle_deg
        Direction, counter-clockwise from the horizontal as seen.
    spacing
        Distance of the lines, in pixels.
    anchor
        A point on one of the lines: with a fixed point of the ground the pattern of neighbours is continuous
        and does not swim when the view moves.
    period
        Length of a dash and its gap: lines then begin where a dash does, every other one half a period later.

    Returns
    -------
    NDArray
        Segments (k, 4): x0, y0, x1, y1 in pixels.
    """
    if not len(polygons) or spacing <= 0:
        return np.empty((0, 4))
    angle = -np.deg2rad(angle_deg)
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    owner, offset, reach = _candidates(polygons, across, np.asarray(anchor), spacing)
    middle = np.asarray(anchor) + offset[:, None] * across
    lines = shapely.linestrings(
        np.stack([middle + reach[:, :1] * along, middle + reach[:, 1:] * along], axis=1)
    )
    cut = shapely.intersection(lines, polygons[owner])
    pieces = shapely.get_parts(shapely.get_parts(cut))
    pieces = pieces[shapely.get_type_id(pieces) == shapely.GeometryType.LINESTRING]
    ends = np.stack([shapely.get_coordinates(shapely.get_point(pieces, end)) for end in (0, -1)], axis=1)
    if period > 0:
        ends = _in_step(ends, along, across, np.asarray(anchor), spacing, period)
    return np.asarray(ends.reshape(-1, 4))


def _in_step(
    ends: NDArray[np.float64],
    along: NDArray[np.float64],
    across: NDArray[np.float64],
    anchor: NDArray[np.float64],
    spacing: float,
    period: float,
) -> NDArray[np.float64]:
    """Let each line (n, 2, 2) begin at a whole number of periods, shifted by half of one on odd lines."""
    run = np.sort((ends - anchor) @ along, axis=1)
    number = np.round((ends[:, 0] - anchor) @ across / spacing)
    shift = (number % 2) * period / 2.0
    start = np.ceil((run[:, 0] - shift) / period) * period + shift
    kept = start < run[:, 1]
    foot = anchor + (number * spacing)[:, None] * across
    whole = np.stack([foot + start[:, None] * along, foot + run[:, 1:] * along], axis=1)
    return np.asarray(whole[kept])


def _candidates(
    polygons: NDArray[Any], across: NDArray[np.float64], anchor: NDArray[np.float64], spacing: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """For each polygon the lines that can meet it: its index, the line's offset, its span (m, 2)."""
    bounds = shapely.bounds(polygons)
    corners = (
        np.stack([bounds[:, [0, 1]], bounds[:, [0, 3]], bounds[:, [2, 1]], bounds[:, [2, 3]]], axis=1)
        - anchor
    )
    distance = corners @ across
    run = corners @ np.array([across[1], -across[0]])
    first = np.ceil(distance.min(axis=1) / spacing).astype(np.int64)
    count = np.floor(distance.max(axis=1) / spacing).astype(np.int64) - first + 1
    owner = np.repeat(np.arange(len(polygons)), count)
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + first[owner]
    span = np.stack([run.min(axis=1) - 1.0, run.max(axis=1) + 1.0], axis=1)
    return owner, step * spacing, span[owner]
