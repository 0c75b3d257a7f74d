"""Compiled reading of WKB: bytes to coordinates, offsets and bounds; only arrays and numbers.

Compiled once, for the types that stand beside it, and kept in ``NUMBA_CACHE_DIR``; ``packed.py`` has the
plain twin, which reads where this is not loaded.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Ids = NDArray[np.int64]
Kinds = NDArray[np.int8]

EMPTY_BYTES = 9
"""A geometry of so few bytes holds no coordinate."""

_READ = "b1(u1[::1],i8[::1],i8[::1],i1[::1],f8[:,::1],f8[:,::1],i8[::1],i8[::1],i8[::1])"


@njit(nogil=True, cache=True)
def _word(data: Bytes, at: int) -> int:
    word = 0
    for k in range(4):
        word |= int(data[at + k]) << (8 * k)
    return word


@njit(nogil=True, cache=True)
def _turn(coords: Floats, start: int, end: int, counter_clockwise: bool) -> None:
    """Let a ring run the wanted way round."""
    area = 0.0
    x0, y0 = coords[start, 0], coords[start, 1]
    for i in range(start, end - 1):
        area += (coords[i, 0] - x0) * (coords[i + 1, 1] - y0) - (coords[i + 1, 0] - x0) * (coords[i, 1] - y0)
    if (area > 0.0) == counter_clockwise:
        return
    i, j = start, end - 1
    while i < j:
        coords[i, 0], coords[j, 0] = coords[j, 0], coords[i, 0]
        coords[i, 1], coords[j, 1] = coords[j, 1], coords[i, 1]
        i += 1
        j -= 1


@njit(_READ, nogil=True, cache=True)
def read(
    data: Bytes, starts: Ids, lengths: Ids, kind: Kinds, bounds: Floats,
    coords: Floats, rings: Ids, parts: Ids, features: Ids,
) -> bool:  # fmt: skip
    """Fill the arrays of ``packed.Ragged``; False where a geometry is one that it cannot hold."""
    point, ring, part = 0, 0, 0
    rings[0], parts[0], features[0] = 0, 0, 0
    for f in range(len(starts)):
        at, end = starts[f], starts[f] + lengths[f]
        kind[f] = -1
        bounds[f, :] = np.nan
        if lengths[f] > EMPTY_BYTES:
            if data[at] != 1:
                return False
            code = _word(data, at + 1)
            single, many, dimensions = code % 1000, 1, code // 1000
            if single < 1 or single > 6 or dimensions > 3:
                return False
            if single > 3:
                many = _word(data, at + 5)
                at += 9
                single -= 3
            step = 16 if dimensions == 0 else (32 if dimensions == 3 else 24)
            first = point
            for _ in range(many):
                if at + 9 > end or data[at] != 1 or _word(data, at + 1) % 1000 != single:
                    return False
                at += 5
                own = 1
                if single == 3:
                    own = _word(data, at)
                    at += 4
                for k in range(own):
                    count = 1
                    if single != 1:
                        if at + 4 > end:
                            return False
                        count = _word(data, at)
                        at += 4
                    if count == 0 or at + count * step > end:
                        return False
                    if step == 16:
                        pairs = data[at : at + count * 16].view(np.float64)
                        for i in range(count):
                            coords[point + i, 0] = pairs[2 * i]
                            coords[point + i, 1] = pairs[2 * i + 1]
                    else:
                        for i in range(count):
                            one = data[at + i * step : at + i * step + 16].view(np.float64)
                            coords[point + i, 0] = one[0]
                            coords[point + i, 1] = one[1]
                    at += count * step
                    if single == 3:
                        _turn(coords, point, point + count, k == 0)
                    point += count
                    ring += 1
                    rings[ring] = point
                if own == 0:
                    return False
                part += 1
                parts[part] = ring
            if at != end or many == 0:
                return False
            west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
            finite = True
            for i in range(first, point):
                x, y = coords[i, 0], coords[i, 1]
                finite = finite and np.isfinite(x) and np.isfinite(y)
                west, east = min(west, x), max(east, x)
                south, north = min(south, y), max(north, y)
            if finite:
                kind[f] = single - 1
                bounds[f, 0], bounds[f, 1], bounds[f, 2], bounds[f, 3] = west, south, east, north
        features[f + 1] = part
    return True
