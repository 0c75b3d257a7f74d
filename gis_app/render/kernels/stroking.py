"""Sets the samples of lines: 64 a pixel, so that where lines meet nothing is drawn twice."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from gis_app.render.kernels.arrays import JOINED_HALF, SAMPLES, Flags, Floats, Ids, Samples, Words
from gis_app.render.kernels.thinning import thin

REACH = 8
"""Samples that a piece of a line may run in each direction to be stamped."""
MITRE = 3.0
"""A corner of a line that is moved aside reaches no further than so many times the offset."""
STAMPED = 40.0
"""Pixels: longer pieces are drawn row by row."""
STAMPED_HALF = 0.5
"""Half of a line's width (pixels) up to which its short pieces are stamped."""
_LINES = (
    "void(f8[:,::1],i8[::1],i8[::1],i8[::1],i8[::1],b1[::1],f8[::1],f8,f8,f8,f8[::1],b1,"
    "f8[::1],f8[::1],u1[:,:,::1],u8[:,::1],u8[:,:,:,:,:,::1])"
)


@njit(nogil=True, cache=True)
def _set(mask: Samples, row: int, begin: int, end: int) -> None:
    """Set the samples ``begin`` to ``end`` of one row of samples."""
    cell, last = begin >> 3, end >> 3
    line, bit = row >> 3, row & 7
    if cell == last:
        mask[line, cell, bit] |= np.uint8((0xFF << (begin & 7)) & (0xFF >> (7 - (end & 7))))
        return
    mask[line, cell, bit] |= np.uint8((0xFF << (begin & 7)) & 0xFF)
    for between in range(cell + 1, last):
        mask[line, between, bit] = np.uint8(0xFF)
    mask[line, last, bit] |= np.uint8(0xFF >> (7 - (end & 7)))


@njit(nogil=True, cache=True, fastmath=True)
def _bar(mask: Samples, x0: float, y0: float, x1: float, y1: float, half: float) -> None:
    """Set the samples of a straight piece of a line, ``half`` wide on each side."""
    lines, cells = mask.shape[0], mask.shape[1]
    if min(x0, x1) - half > cells or max(x0, x1) + half < 0.0:
        return
    dx, dy = x1 - x0, y1 - y0
    length = math.sqrt(dx * dx + dy * dy)
    if length < 1e-9:
        return
    shorten = 1.0 / length
    tx, ty = dx * shorten, dy * shorten
    reach = half * abs(tx)
    top = (min(y0, y1) - reach) * SAMPLES - 0.5
    bottom = (max(y0, y1) + reach) * SAMPLES - 0.5
    if bottom < 0.0 or top > lines * SAMPLES:
        return
    row = int(max(top, -1.0) + 1.0)  # the first at or below
    stop = int(min(bottom, lines * SAMPLES - 1.0))
    # for a row of samples: the places across (|n·p| <= half) and along (0 <= t·p <= length), in samples
    y = (row + 0.5) / SAMPLES - y0
    across, across_step, spread = 0.0, 0.0, 1e9
    if abs(ty) > 1e-9:
        inverse = 1.0 / ty
        across, across_step = (x0 + y * tx * inverse) * SAMPLES - 0.5, tx * inverse
        spread = abs(half * inverse) * SAMPLES
    along, along_step, extent = -1e9, 0.0, 2e9
    if abs(tx) > 1e-9:
        inverse = 1.0 / tx
        along, along_step = (x0 - y * ty * inverse) * SAMPLES - 0.5, -ty * inverse
        extent = abs(length * inverse) * SAMPLES
        if tx < 0.0:
            along -= extent
    limit = cells * SAMPLES - 1.0
    while row <= stop:
        low = max(across - spread, along, -1.0)
        high = min(across + spread, along + extent, limit)
        if low < high and high >= 0.0:
            begin, end = int(low + 1.0), int(high)
            if begin <= end:
                _set(mask, row, begin, end)
        across += across_step
        along += along_step
        row += 1


@njit(nogil=True, cache=True)
def disc(mask: Samples, x: float, y: float, half: float) -> None:
    """Set the samples of a round joint."""
    height, width = mask.shape[0] * SAMPLES, mask.shape[1] * SAMPLES
    row = max(0, math.ceil((y - half) * SAMPLES - 0.5))
    stop = min(height - 1, math.floor((y + half) * SAMPLES - 0.5))
    while row <= stop:
        away = (row + 0.5) / SAMPLES - y
        wide = math.sqrt(max(0.0, half * half - away * away))
        begin = max(0, math.ceil((x - wide) * SAMPLES - 0.5))
        end = min(width - 1, math.floor((x + wide) * SAMPLES - 0.5))
        if begin <= end:
            _set(mask, row, begin, end)
        row += 1


@njit(nogil=True, cache=True)
def _wedge(
    mask: Samples, x: float, y: float, half: float, ax: float, ay: float, bx: float, by: float,
) -> None:  # fmt: skip
    """Set the samples of a round joint that lie beyond a piece of direction a and before one of direction b.

    A whole disc would reach into the gap beside a short dash.
    """
    height, width = mask.shape[0] * SAMPLES, mask.shape[1] * SAMPLES
    row = max(0, math.ceil((y - half) * SAMPLES - 0.5))
    stop = min(height - 1, math.floor((y + half) * SAMPLES - 0.5))
    while row <= stop:
        away = (row + 0.5) / SAMPLES - y
        wide = math.sqrt(max(0.0, half * half - away * away))
        low, high = x - wide, x + wide
        for nx, ny in ((ax, ay), (-bx, -by)):
            if nx > 1e-9:
                low = max(low, x - away * ny / nx)
            elif nx < -1e-9:
                high = min(high, x - away * ny / nx)
            elif ny * away < 0.0:
                high = -1.0
        begin = max(0, math.ceil(low * SAMPLES - 0.5))
        end = min(width - 1, math.floor(high * SAMPLES - 0.5))
        if begin <= end:
            _set(mask, row, begin, end)
        row += 1


@njit("u8[:,:,:,:,:,::1](f8)", nogil=True, cache=True)
def stamps(half: float) -> Words:
    """Draw all short pieces of a line once: (dx, dy + REACH, x, y, 3, 3) words of samples.

    None of them for a line that is not stamped. ``x`` and ``y`` are where the piece begins, in samples
    from the corner of what it covers, its first point being the left one.
    """
    made = np.zeros((REACH + 1, 2 * REACH + 1, SAMPLES, SAMPLES, 3, 3), np.uint64)
    around = math.ceil(half * SAMPLES) / SAMPLES
    if half < 0.0 or half > STAMPED_HALF:
        return made
    mask = np.zeros((3, 3, SAMPLES), np.uint8)
    for dx in range(REACH + 1):
        for dy in range(-REACH, REACH + 1):
            for x in range(SAMPLES):
                for y in range(SAMPLES):
                    x0, y0 = x / SAMPLES + around, y / SAMPLES + around - min(dy, 0) / SAMPLES
                    mask[:] = 0
                    _bar(mask, x0, y0, x0 + dx / SAMPLES, y0 + dy / SAMPLES, half)
                    for i in range(3):
                        for j in range(3):
                            word = np.uint64(0)
                            for bit in range(SAMPLES):
                                word |= np.uint64(mask[i, j, bit]) << np.uint64(8 * bit)
                            made[dx, dy + REACH, x, y, i, j] = word
    return made


@njit(nogil=True, cache=True, fastmath=True)
def piece(
    mask: Samples, words: Words, stamp: Words, x0: float, y0: float, x1: float, y1: float, half: float,
) -> None:  # fmt: skip
    """Set the samples of a straight piece of a line, a short one by stamps."""
    longest = max(abs(x1 - x0), abs(y1 - y0))
    inside = min(x0, x1) > 2.0 and max(x0, x1) < words.shape[1] - 3.0
    inside = inside and min(y0, y1) > 2.0 and max(y0, y1) < words.shape[0] - 3.0
    if half > STAMPED_HALF or longest > STAMPED or not inside:
        _bar(mask, x0, y0, x1, y1, half)
        return
    # in samples; all is positive, so that cutting is rounding down
    x, y = int(x0 * SAMPLES + 0.5), int(y0 * SAMPLES + 0.5)
    x_end, y_end = int(x1 * SAMPLES + 0.5), int(y1 * SAMPLES + 0.5)
    if x_end < x:
        x, y, x_end, y_end = x_end, y_end, x, y
    around = math.ceil(half * SAMPLES)
    run, rise = x_end - x, y_end - y
    pieces = (max(run, abs(rise)) + REACH - 1) >> 3
    each = 1.0 / max(pieces, 1)
    along, up = run * each, rise * each
    from_x, from_y = x + 0.5, y + 0.5
    for number in range(1, pieces + 1):
        to_x, to_y = int(from_x + along * number), int(from_y + up * number)
        dx, dy = to_x - x, to_y - y
        left, top = x - around, min(y, to_y) - around
        row, column = np.uintp(top >> 3), np.uintp(left >> 3)
        own = stamp[np.uintp(dx), np.uintp(dy + REACH), np.uintp(left & 7), np.uintp(top & 7)]
        for i in range(np.uintp(3)):
            for j in range(np.uintp(3)):
                words[row + i, column + j] |= own[i, j]
        x, y = to_x, to_y


@njit(nogil=True, cache=True)
def _is_drawn(dash: Floats, phase: float) -> bool:
    """Whether a place of the pattern lies in a dash and not in a gap."""
    for number in range(len(dash)):
        if phase < dash[number]:
            return number % 2 == 0
        phase -= dash[number]
    return True


@njit(nogil=True, cache=True)
def _dashes(
    mask: Samples, x0: float, y0: float, tx: float, ty: float, length: float, half: float, dash: Floats,
    phase: float, width: int, height: int, around: float,
) -> None:  # fmt: skip
    """Set the samples of the dashes of one straight piece that begins at ``phase`` of the pattern."""
    period = 0.0
    for part in dash:
        period += part
    # whole periods before the picture need not be walked through
    near = 0.0
    if abs(tx) > 1e-9:
        near = max(near, min((-around - x0) / tx, (width + around - x0) / tx))
    if abs(ty) > 1e-9:
        near = max(near, min((-around - y0) / ty, (height + around - y0) / ty))
    run = math.floor(max(0.0, near) / period) * period - phase
    passed = 0.0
    while run < length:
        for number in range(len(dash)):
            begin, end = max(0.0, run), min(length, run + dash[number])
            if number % 2 == 0 and end > begin:
                _bar(mask, x0 + tx * begin, y0 + ty * begin, x0 + tx * end, y0 + ty * end, half)
            run += dash[number]
        x, y = x0 + tx * run, y0 + ty * run
        is_inside = -around <= x <= width + around and -around <= y <= height + around
        if is_inside:
            passed = 1.0
        elif passed > 0.0:
            break


@njit(nogil=True, cache=True)
def _aside(xs: Floats, ys: Floats, count: int, offset: float) -> None:
    """Move a line to its left, corners along their bisector."""
    before_x, before_y = 0.0, 0.0
    for i in range(count):
        tx, ty = before_x, before_y
        if i + 1 < count:
            dx, dy = xs[i + 1] - xs[i], ys[i + 1] - ys[i]
            length = math.sqrt(dx * dx + dy * dy)
            if length > 1e-9:
                tx, ty = dx / length, dy / length
        if before_x == 0.0 and before_y == 0.0:
            before_x, before_y = tx, ty
        share = offset / max(1.0 + before_x * tx + before_y * ty, 2.0 / (MITRE * MITRE))
        xs[i] += share * (before_y + ty)
        ys[i] -= share * (before_x + tx)
        before_x, before_y = tx, ty


@njit(_LINES, nogil=True, cache=True)
def lines(
    coords: Floats, rings: Ids, shells: Ids, chosen: Ids, paint_of: Ids, lined: Flags, at: Floats,
    fine: float, half: float, offset: float, dash: Floats, is_closed: bool, xs: Floats, ys: Floats,
    mask: Samples, words: Words, stamp: Words,
) -> None:  # fmt: skip
    """Set the samples of lines.

    Parameters
    ----------
    lined
        (p,) whether features of a paint are drawn.
    offset
        Pixels to the left of the line.
    dash
        (k,) lengths of dashes and gaps in pixels, none for a whole line.
    is_closed
        The last point is the first: there is a joint.

    The others as for `areas`.
    """
    height, width = words.shape
    a, b, c, d, e, f = at[0], at[1], at[2], at[3], at[4], at[5]
    around = half + 1.0
    period = 0.0
    for length in dash:
        period += length
    for feature in chosen:
        if not lined[paint_of[feature]]:
            continue
        for ring in range(shells[feature], shells[feature + 1]):
            count = thin(coords, rings[ring], rings[ring + 1], a, b, c, d, e, f, fine, xs, ys)
            if offset != 0.0:
                _aside(xs, ys, count, offset)
            phase = 0.0
            for i in range(1, count):
                x0, y0, x1, y1 = xs[i - 1], ys[i - 1], xs[i], ys[i]
                dx, dy = x1 - x0, y1 - y0
                length = math.sqrt(dx * dx + dy * dy)
                if length < 1e-9:
                    continue
                is_near = min(x0, x1) - around < width and max(x0, x1) + around > 0.0
                is_near = is_near and min(y0, y1) - around < height and max(y0, y1) + around > 0.0
                is_joint = is_near and half > JOINED_HALF
                if period == 0.0:
                    if is_near:
                        piece(mask, words, stamp, x0, y0, x1, y1, half)
                    if is_joint and (i + 1 < count or is_closed):
                        disc(mask, x1, y1, half)
                    continue
                tx, ty = dx / length, dy / length
                if is_near:
                    _dashes(mask, x0, y0, tx, ty, length, half, dash, phase, width, height, around)
                phase = (phase + length) % period
                if is_joint and i + 1 < count and _is_drawn(dash, phase):
                    _wedge(mask, x1, y1, half, tx, ty, xs[i + 1] - x1, ys[i + 1] - y1)
