"""Leaves out the points of a line that nobody would see."""

from __future__ import annotations

import numpy as np
from numba import njit

from gis_app.render.kernels.arrays import Floats

RUN = 8
"""Points that are left out in a row, at most."""


@njit(nogil=True, cache=True, fastmath=True)
def thin(
    coords: Floats, start: int, end: int, a: float, b: float, c: float, d: float, e: float, f: float,
    fine: float, xs: Floats, ys: Floats,
) -> int:  # fmt: skip
    """Put a line into pixels and leave out what lies within ``fine`` of it; return how many points are left.

    The points between two that stay are all looked at, at most ``RUN`` of them.
    """
    # an index that is known not to be negative is not looked at twice
    east, north = coords[np.uintp(start), 0], coords[np.uintp(start), 1]
    ax, ay = a * east + b * north + c, d * east + e * north + f
    xs[0], ys[0] = ax, ay
    limit = fine * fine
    count, run = 1, 0
    for i in range(start + 1, end):
        east, north = coords[np.uintp(i), 0], coords[np.uintp(i), 1]
        x, y = a * east + b * north + c, d * east + e * north + f
        dx, dy = x - ax, y - ay
        length2 = dx * dx + dy * dy
        is_straight = run < RUN
        for k in range(count, count + run):
            px, py = xs[np.uintp(k)] - ax, ys[np.uintp(k)] - ay
            away = dx * py - dy * px
            along = dx * px + dy * py
            if away * away > limit * length2 or along > length2 or along < 0.0:
                is_straight = False
                break
        if not is_straight:
            ax, ay = xs[np.uintp(count + run - 1)], ys[np.uintp(count + run - 1)]
            xs[np.uintp(count)], ys[np.uintp(count)] = ax, ay
            count += 1
            run = 0
        xs[np.uintp(count + run)], ys[np.uintp(count + run)] = x, y
        run += 1
    if run > 0:
        xs[np.uintp(count)], ys[np.uintp(count)] = (
            xs[np.uintp(count + run - 1)],
            ys[np.uintp(count + run - 1)],
        )
        count += 1
    return count
