"""Finds the seams of neighbours, and draws a coverage by them: each once, for both that it parts.

A *run* is a part of a ring along which the same feature, or none, lies on the other side. Two segments are
one where their ends have the same bits; where neighbours only nearly meet, each has a run of its own.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from gis_app.render.kernels.arrays import (
    JOINED_HALF,
    Flags,
    Floats,
    Ids,
    Places,
    Samples,
    Words,
)
from gis_app.render.kernels.stroking import disc, piece
from gis_app.render.kernels.thinning import thin

NONE = -1
"""In place of a neighbour: nothing is known to lie there."""
CROWD = 64
"""Segments that fall together; more are copies of each other, and are left apart."""
EACH = 8
"""Segments that fall together on average."""
CELL = 256
"""Parts of a pixel in which corners are placed."""
UNIT = 2 * CELL * CELL
"""What a whole pixel counts."""
DEEP = 17
"""UNIT is 2 to the power of it."""
SLACK = 0.3
"""Share of a pixel in which neighbours that only nearly meet may lie over each other."""

_RUNS = "i8(f8[:,::1],u8[:,::1],i8[::1],i8[::1],i4[::1],i4[::1])"
_WRITTEN = "void(i8[::1],i4[::1],i4[::1],i4[::1])"
_MARK = "void(i8[::1],i4[::1],i4)"
_COVER = (
    "void(f8[:,::1],i8[::1],i8[::1],i4[::1],i4[::1],i4[::1],i8[::1],i4[::1],i4,i8[::1],i8[:,::1],b1[::1],"
    "f8[::1],f8,f8,f8[::1],f8[::1],i8[::1],u1[:,:,::1],u8[:,::1],u8[:,:,:,:,:,::1])"
)
_SETTLE = "b1(i8[::1],i8[::1],i4[::1],u1[:,::1],i8)"


@njit(nogil=True, cache=True)
def _mixed(bits: np.uint64) -> np.uint64:
    """Spread a number over all of 64 bits."""
    bits ^= bits >> np.uint64(33)
    bits *= np.uint64(0xFF51AFD7ED558CCD)
    bits ^= bits >> np.uint64(33)
    bits *= np.uint64(0xC4CEB9FE1A85EC53)
    return bits ^ (bits >> np.uint64(33))


@njit(nogil=True, cache=True)
def _keys(
    bits: Words, rings: Ids, shells: Ids, shift: np.uint64, keys: Words, of: Places, counts: Places,
) -> None:  # fmt: skip
    """Give each segment a key: the same for both directions but in the last bit; 0 for one without length."""
    for feature in range(len(shells) - 1):
        for ring in range(shells[feature], shells[feature + 1]):
            before = np.uint64(0)
            for i in range(rings[ring], rings[ring + 1]):
                own = _mixed(bits[i, 0] * np.uint64(0x9E3779B97F4A7C15) + _mixed(bits[i, 1]))
                of[i] = feature
                keys[i] = 0
                if i > rings[ring] and own != before:
                    key = (_mixed(own + before) & ~np.uint64(1)) | np.uint64(own > before)
                    keys[i - 1] = key
                    counts[(key >> shift) + np.uint64(1)] += 1
                before = own


@njit(nogil=True, cache=True)
def _pairs(counts: Places, keys: Words, segments: Places, of: Places, other: Places) -> None:
    """Tell the two of a pair of each other, among those that fell together."""
    for pile in range(len(counts) - 1):
        begin, end = counts[pile], counts[pile + 1]
        if end - begin > CROWD:
            continue
        for i in range(begin, end):
            for j in range(i + 1, end):
                if keys[i] ^ keys[j] == np.uint64(1):
                    other[segments[i]], other[segments[j]] = of[segments[j]], of[segments[i]]
                    keys[j] = 0
                    break


@njit(_RUNS, nogil=True, cache=True)
def find(coords: Floats, bits: Words, rings: Ids, shells: Ids, other: Places, runs_of: Places) -> int:
    """Find out what lies on the other side of each segment.

    Parameters
    ----------
    coords, bits, rings, shells
        (n, 2) metres and the same as bits; offsets of rings; (f + 1,) which rings a feature has.
    other
        (n,) filled: the feature beyond the segment that begins at a coordinate, NONE for none.
    runs_of
        (r + 1,) filled: ring i has the runs ``runs_of[i]:runs_of[i + 1]``.

    Returns
    -------
    int
        How many runs there are.
    """
    bucket_bits = 1
    while (EACH << bucket_bits) < len(coords):
        bucket_bits += 1
    shift = np.uint64(64 - bucket_bits)
    counts = np.zeros((1 << bucket_bits) + 1, np.int32)
    keys, of = np.empty(len(coords), np.uint64), np.empty(len(coords), np.int32)
    _keys(bits, rings, shells, shift, keys, of, counts)
    for pile in range(1, len(counts)):
        counts[pile] += counts[pile - 1]
    filled = counts[:-1].copy()
    sorted_keys, segments = np.empty(counts[-1], np.uint64), np.empty(counts[-1], np.int32)
    for i in range(len(coords)):
        other[i] = NONE
        if keys[i]:
            at = filled[keys[i] >> shift]
            filled[keys[i] >> shift] += 1
            sorted_keys[at], segments[at] = keys[i], i
    _pairs(counts, sorted_keys, segments, of, other)
    total = 0
    for ring in range(len(rings) - 1):
        runs_of[ring] = total
        for i in range(rings[ring], rings[ring + 1] - 1):
            if i == rings[ring] or other[i] != other[i - 1]:
                total += 1
    runs_of[len(rings) - 1] = total
    return total


@njit(_WRITTEN, nogil=True, cache=True)
def write(rings: Ids, other: Places, starts: Places, others: Places) -> None:
    """Write where each run begins and what lies beyond it (both (runs,))."""
    at = 0
    for ring in range(len(rings) - 1):
        for i in range(rings[ring], rings[ring + 1] - 1):
            if i == rings[ring] or other[i] != other[i - 1]:
                starts[at], others[at] = i, other[i]
                at += 1


@njit(nogil=True, cache=True)
def _add(acc: Ids, at: int, dy: int, twice: int, one: int, two: int) -> None:
    """Add an edge within one pixel: its height, and twice how far from the left it lies on average."""
    beyond = dy * twice
    rest = dy * (2 * CELL) - beyond
    k = np.uintp(at)
    first, second = acc[k] + rest * one, acc[k + np.uintp(1)] + rest * two
    third, fourth = acc[k + np.uintp(2)] + beyond * one, acc[k + np.uintp(3)] + beyond * two
    acc[k], acc[k + np.uintp(1)] = first, second
    acc[k + np.uintp(2)], acc[k + np.uintp(3)] = third, fourth


@njit(nogil=True, cache=True)
def _row(acc: Ids, at: int, width: int, x0: int, x1: int, dy: int, one: int, two: int) -> None:
    """Add an edge within one row of pixels that begins at ``at``; what is left of it counts in the first."""
    if x0 > x1:
        x0, x1 = x1, x0
    limit = width * CELL
    if x0 >= limit or dy == 0:
        return
    if x1 <= 0:
        _add(acc, at, dy, 0, one, two)
        return
    if x0 < 0:
        part = int(dy * (float(-x0) / (x1 - x0)))
        _add(acc, at, part, 0, one, two)
        dy -= part
        x0 = 0
    if x1 > limit:
        dy -= int(dy * (float(x1 - limit) / (x1 - x0)))
        x1 = limit
    cell, last = x0 >> 8, x1 >> 8
    begin, done = x0 & 255, 0
    slope = float(dy) / max(x1 - x0, 1)
    reach = CELL - begin
    while cell < last:
        upto = int(slope * reach)
        _add(acc, at + 2 * cell, upto - done, begin + CELL, one, two)
        done, begin = upto, 0
        cell += 1
        reach += CELL
    _add(acc, at + 2 * cell, dy - done, begin + (x1 & 255), one, two)


@njit(nogil=True, cache=True)
def _edge(
    acc: Ids, width: int, height: int, x0: int, y0: int, x1: int, y1: int, one: int, two: int,
) -> None:  # fmt: skip
    """Add an edge to the rows that it crosses (corners in parts of a pixel)."""
    if y0 == y1:
        return
    wide = 2 * (width + 2)
    row = y0 >> 8
    if row == y1 >> 8 and 0 <= row < height:
        cell = x0 >> 8
        if cell == x1 >> 8 and 0 <= cell < width:  # within one pixel, as most edges of a dense map
            _add(acc, row * wide + 2 * cell, y1 - y0, (x0 & 255) + (x1 & 255), one, two)
        else:
            _row(acc, row * wide, width, x0, x1, y1 - y0, one, two)
        return
    if y0 > y1:
        x0, y0, x1, y1 = x1, y1, x0, y0
        one, two = -one, -two
    if y1 <= 0 or y0 >= height * CELL:
        return
    slope = float(x1 - x0) / (y1 - y0)
    row, stop = y0 >> 8, min((y1 - 1) >> 8, height - 1)
    x, y = x0, y0
    if row < 0:
        x, y, row = int(np.floor(x0 - y0 * slope + 0.5)), 0, 0
    while row <= stop:
        below = (row + 1) << 8
        x_below = x1
        if below < y1:
            x_below = int(np.floor(x0 + (below - y0) * slope + 0.5))
        else:
            below = y1
        _row(acc, row * wide, width, x, x_below, below - y, one, two)
        x, y = x_below, below
        row += 1


@njit(_MARK, nogil=True, cache=True)
def mark(chosen: Ids, marked: Places, number: int) -> None:
    """Write a number at each of the chosen features."""
    for feature in chosen:
        marked[feature] = number


@njit(_COVER, nogil=True, cache=True, fastmath=True)
def cover(
    coords: Floats, rings: Ids, shells: Ids, runs_of: Places, starts: Places, others: Places, chosen: Ids,
    marked: Places, number: int, paint_of: Ids, colours: Ids, lined: Flags, at: Floats, fine: float,
    half: float, xs: Floats, ys: Floats, acc: Ids, mask: Samples, words: Words, stamp: Words,
) -> None:  # fmt: skip
    """Add up the colours on both sides of each seam, and set the samples of outlines.

    Parameters
    ----------
    coords, rings, shells, chosen, at, fine, half, xs, ys, mask, words, stamp
        As for `areas`; shells run counter-clockwise on the ground.
    runs_of, starts, others
        The runs, see `find` and `write`.
    marked, number
        (f,): features that are drawn, in this portion or another, have the number.
    paint_of, colours, lined
        (f,) row of ``colours`` (p, 2), two numbers of two halves each: green · 2³² + blue, alpha · 2³² + red
        (premultiplied, 0 to 255; 0 for no fill), and of ``lined`` (p,): whether it has the outline.
    acc
        Working memory, zero, flat (h, w + 2, 2): what changes from pixel to pixel, UNIT for a whole one.
    """
    height, width = words.shape
    a, b, c, d, e, f = at[0], at[1], at[2], at[3], at[4], at[5]
    for feature in chosen:
        paint = paint_of[feature]
        for ring in range(shells[feature], shells[feature + 1]):
            beyond = runs_of[ring + 1]
            for run in range(runs_of[ring], beyond):
                one, two, is_lined = colours[paint, 0], colours[paint, 1], lined[paint]
                other = others[run]
                if other != NONE and marked[other] == number:
                    if other < feature:
                        continue
                    there = paint_of[other]
                    one -= colours[there, 0]
                    two -= colours[there, 1]
                    is_lined = is_lined or lined[there]
                is_filled = one != 0 or two != 0
                if not (is_filled or is_lined):
                    continue
                end = starts[run + 1] + 1 if run + 1 < beyond else rings[ring + 1]
                count = thin(coords, starts[run], end, a, b, c, d, e, f, fine, xs, ys)
                if is_filled:
                    x, y = int(np.floor(xs[0] * CELL + 0.5)), int(np.floor(ys[0] * CELL + 0.5))
                    for i in range(1, count):
                        x1 = int(np.floor(xs[np.uintp(i)] * CELL + 0.5))
                        y1 = int(np.floor(ys[np.uintp(i)] * CELL + 0.5))
                        _edge(acc, width, height, x, y, x1, y1, one, two)
                        x, y = x1, y1
                if is_lined:
                    for i in range(1, count):
                        x1f, y1f = xs[np.uintp(i)], ys[np.uintp(i)]
                        piece(mask, words, stamp, xs[np.uintp(i - 1)], ys[np.uintp(i - 1)], x1f, y1f, half)
                        if half > JOINED_HALF:
                            disc(mask, x1f, y1f, half)


@njit(nogil=True, cache=True)
def _level(halves: Places, line: Samples, full: int) -> None:
    """Share pixels out in which neighbours that only nearly meet lie a little over each other."""
    for at in range(0, len(line), 4):
        there = halves[at + 3]
        if there > full:
            for i in range(at, at + 4):
                value = (np.int64(halves[i]) * full) // there
                line[i] = np.uint8(min(max((value + UNIT // 2) >> DEEP, 0), 255))


@njit(_SETTLE, nogil=True, cache=True)
def settle(acc: Ids, sums: Ids, halves: Places, parts: Samples, full: int) -> bool:
    """Turn what seams left into pixels, and leave it empty.

    Parameters
    ----------
    acc
        See `cover`.
    sums, halves
        Working memory, (2 w,) and the same as (4 w,) halves.
    parts
        (h, 4 w) blue, green, red, alpha: written over.
    full
        What alpha a pixel that is filled once has, 0 to 255.

    Returns
    -------
    bool
        Whether features lie nowhere over each other; else the pixels are not to be used.
    """
    height, width = parts.shape[0], parts.shape[1] // 4
    half, none, every = np.int32(UNIT // 2), np.int32(0), np.int32(255)
    slack = int(full * UNIT * SLACK)
    is_flat = True
    k = np.uintp(0)
    for row in range(height):
        one, two = np.int64(0), np.int64(0)
        for column in range(width):
            one += acc[k]
            two += acc[k + np.uintp(1)]
            acc[k], acc[k + np.uintp(1)] = 0, 0
            sums[np.uintp(2 * column)], sums[np.uintp(2 * column + 1)] = one, two
            k += np.uintp(2)
        for _ in range(4):
            acc[k] = 0
            k += np.uintp(1)
        most, least = none, none
        line = parts[row]
        for i in range(4 * width):
            value = halves[i]
            most, least = max(most, value), min(least, value)
            line[i] = np.uint8(min(max((value + half) >> DEEP, none), every))
        if most > full * UNIT + UNIT:
            _level(halves, line, full * UNIT)
        if most > full * UNIT + slack or least < -slack:
            is_flat = False
    return is_flat
