"""Compiled drawing: areas by exact coverage, lines by 64 samples a pixel; only arrays and numbers, no Qt.

A pixel is a premultiplied 0xAARRGGBB. Samples of lines are 64 bits a pixel, eight rows of eight, seen as
words (h, w) or bytes (h, w, 8). A transform (a, b, c, d, e, f) means
x_px = a x + b y + c, y_px = d x + e y + f.
Kernels are compiled once, for the types that stand beside them, and kept in ``NUMBA_CACHE_DIR``; an array
that may not be written is of another type and refused.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Areas = NDArray[np.float32]
Ids = NDArray[np.int64]
Flags = NDArray[np.bool_]
Pixels = NDArray[np.uint32]
Words = NDArray[np.uint64]
Samples = NDArray[np.uint8]

FILL, ALPHA, ANGLE, SPACING, WIDTH, DASH, GAP, ANCHOR_X, ANCHOR_Y, LINED = range(10)
RUN = 8
"""Points that are left out in a row, at most."""
SAMPLES = 8
REACH = 8
"""Samples that a piece of a line may run in each direction to be stamped."""
MITRE = 3.0
"""A corner of a line that is moved aside reaches no further than so many times the offset."""
JOINED_HALF = 0.75
"""Half of a line's width (pixels) from which a gap where two pieces meet would be seen."""
STAMPED = 40.0
"""Pixels: longer pieces are drawn row by row."""
STAMPED_HALF = 0.5
"""Half of a line's width (pixels) up to which its short pieces are stamped."""
"""Samples of a pixel in each direction."""

_AREAS = (
    "void(f8[:,::1],i8[::1],i8[::1],i8[::1],i8[::1],f8[:,::1],u4[::1],f8[::1],f8,f8,"
    "f8[::1],f8[::1],f4[:,::1],u4[:,::1],b1,u1[:,:,::1],u8[:,::1],u8[:,:,:,:,:,::1])"
)
_LINES = (
    "void(f8[:,::1],i8[::1],i8[::1],i8[::1],i8[::1],b1[::1],f8[::1],f8,f8,f8,f8[::1],b1,"
    "f8[::1],f8[::1],u1[:,:,::1],u8[:,::1],u8[:,:,:,:,:,::1])"
)
_SIGNS = "void(f8[:,::1],f8[:,::1],f8[:,::1],u4,u4,f8[::1],f4[:,::1],u4[:,::1])"


@njit(nogil=True, cache=True, fastmath=True)
def _thin(
    coords: Floats, start: int, end: int, a: float, b: float, c: float, d: float, e: float, f: float,
    fine: float, xs: Floats, ys: Floats,
) -> int:  # fmt: skip
    """Put a line into pixels and leave out what lies within ``fine`` of it; return how many points are left.

    The points between two that stay are all looked at, at most ``RUN`` of them.
    """
    ax = a * coords[start, 0] + b * coords[start, 1] + c
    ay = d * coords[start, 0] + e * coords[start, 1] + f
    xs[0], ys[0] = ax, ay
    limit = fine * fine
    count, run = 1, 0
    for i in range(start + 1, end):
        x = a * coords[i, 0] + b * coords[i, 1] + c
        y = d * coords[i, 0] + e * coords[i, 1] + f
        dx, dy = x - ax, y - ay
        length2 = dx * dx + dy * dy
        is_straight = run < RUN
        for k in range(count, count + run):
            px, py = xs[k] - ax, ys[k] - ay
            away = dx * py - dy * px
            along = dx * px + dy * py
            if away * away > limit * length2 or along > length2 or along < 0.0:
                is_straight = False
                break
        if is_straight:
            xs[count + run], ys[count + run] = x, y
            run += 1
        else:
            ax, ay = xs[count + run - 1], ys[count + run - 1]
            xs[count], ys[count] = ax, ay
            count += 1
            xs[count], ys[count] = x, y
            run = 1
    if run > 0:
        xs[count], ys[count] = xs[count + run - 1], ys[count + run - 1]
        count += 1
    return count


@njit(nogil=True, cache=True, fastmath=True)
def _edge(acc: Areas, x0: float, y0: float, x1: float, y1: float) -> None:
    """Add the area to the right of an edge to the rows that it crosses."""
    height, width = acc.shape[0], acc.shape[1] - 2
    if 0.0 <= y0 < height and 0.0 <= y1 < height and 0.0 <= x0 < width and 0.0 <= x1 < width:
        row, cell = int(y0), int(x0)
        if row == int(y1) and cell == int(x1):  # within one pixel, as most edges of a dense map
            amount = y1 - y0
            beyond = amount * (0.5 * (x0 + x1) - cell)
            acc[row, cell] += amount - beyond
            acc[row, cell + 1] += beyond
            return
    if y0 == y1:
        return
    direction = 1.0
    if y0 > y1:
        direction = -1.0
        x0, y0, x1, y1 = x1, y1, x0, y0
    if y1 <= 0.0 or y0 >= height:
        return
    slope = (x1 - x0) / (y1 - y0)
    if y0 < 0.0:
        x0 -= y0 * slope
        y0 = 0.0
    if y1 > height:
        y1 = float(height)
    x = x0
    y = y0
    row = int(y0)
    while y < y1:
        below = min(row + 1.0, y1)
        part = below - y
        x_below = x + slope * part
        amount = part * direction
        left, right = (x, x_below) if x < x_below else (x_below, x)
        if right <= 0.0:
            acc[row, 0] += amount
        elif left < width:
            if left < 0.0:
                outside = amount * left / (left - right)
                acc[row, 0] += outside
                amount -= outside
                left = 0.0
            if right > width:
                amount -= amount * (right - width) / (right - left)
                right = float(width)
            cell = int(left)
            end = int(right)
            if cell == end:
                beyond = amount * (0.5 * (left + right) - cell)
                acc[row, cell] += amount - beyond
                acc[row, cell + 1] += beyond
            else:
                each = amount / (right - left)
                into = cell + 1.0 - left
                done = 0.5 * each * into * into
                acc[row, cell] += done
                # what lies right of the edge in a column is the sum up to it
                reached = each * into
                for column in range(cell + 1, end):
                    total = reached + 0.5 * each
                    acc[row, column] += total - done
                    done = total
                    reached += each
                rest = right - end
                total = reached + each * rest * (1.0 - 0.5 * rest)
                acc[row, end] += total - done
                acc[row, end + 1] += amount - total
        x = x_below
        y = below
        row += 1


@njit(nogil=True, cache=True)
def _times(colour: np.uint32, share: np.uint32) -> np.uint32:
    """Multiply the four bytes of a pixel by ``share`` / 255, rounded."""
    low = (colour & np.uint32(0x00FF00FF)) * share
    low = (low + ((low >> np.uint32(8)) & np.uint32(0x00FF00FF)) + np.uint32(0x00800080)) >> np.uint32(8)
    high = ((colour >> np.uint32(8)) & np.uint32(0x00FF00FF)) * share
    high = high + ((high >> np.uint32(8)) & np.uint32(0x00FF00FF)) + np.uint32(0x00800080)
    return (high & np.uint32(0xFF00FF00)) | (low & np.uint32(0x00FF00FF))


@njit(nogil=True, cache=True)
def _laid(there: np.uint32, opaque: np.uint32, alpha: int, disjoint: bool) -> np.uint32:
    """Give a pixel with a colour laid over it; disjoint neighbours fill up what they leave each other."""
    own = _times(opaque, np.uint32(alpha))
    keep = np.uint32(255 - alpha)
    if disjoint:
        before = there >> np.uint32(24)
        if before <= keep:
            return there + own
        keep = np.uint32(float(keep) * 255.0 / float(before))
    return _times(there, keep) + own


@njit(nogil=True, cache=True)
def _hatched(paint: Floats, x: float, y: float) -> float:
    """Share of a pixel that the lines of a hatch cover."""
    cos, sin = math.cos(paint[ANGLE]), math.sin(paint[ANGLE])
    dx, dy = x + 0.5 - paint[ANCHOR_X], y + 0.5 - paint[ANCHOR_Y]
    across = (dx * sin + dy * cos) / paint[SPACING]
    line = math.floor(across + 0.5)
    away = abs(across - line) * paint[SPACING]
    share = min(1.0, max(0.0, 0.5 * paint[WIDTH] + 0.5 - away), paint[WIDTH])
    period = paint[DASH] + paint[GAP]
    if period > 0.0 and share > 0.0:
        along = dx * cos - dy * sin
        if int(line) % 2 != 0:
            along -= 0.5 * period
        along -= math.floor(along / period) * period
        # from the middle of the dash; the next period's dash is as near
        off = abs(along - 0.5 * paint[DASH])
        off = min(off, period - off)
        share *= min(1.0, max(0.0, 0.5 * paint[DASH] + 0.5 - off))
    return float(share)


@njit(nogil=True, cache=True, fastmath=True)
def _sweep(
    acc: Areas, window: tuple[int, int, int, int], paint: Floats, opaque: np.uint32, pixels: Pixels,
    disjoint: bool,
) -> None:  # fmt: skip
    """Turn what edges left in a window of rows and columns into pixels, and leave it empty."""
    begin, stop, west, east = window
    opacity = paint[ALPHA] * 255.0
    is_hatch = paint[FILL] == 2.0
    for row in range(begin, stop):
        total = np.float32(0.0)
        column = west
        while column < east:
            total += acc[row, column]
            acc[row, column] = 0.0
            end = column + 1
            while end < east and acc[row, end] == 0.0:  # as far as nothing changes
                end += 1
            share = min(np.float32(1.0), abs(total))
            alpha = int(share * opacity + 0.5)
            if is_hatch and alpha > 0:
                for at in range(column, end):
                    own = int(share * _hatched(paint, at, row) * opacity + 0.5)
                    if own > 0:
                        pixels[row, at] = _laid(pixels[row, at], opaque, own, disjoint)
            elif alpha == 255:
                for at in range(column, end):
                    pixels[row, at] = opaque
            elif alpha > 0:
                for at in range(column, end):
                    pixels[row, at] = _laid(pixels[row, at], opaque, alpha, disjoint)
            column = end
        acc[row, east] = 0.0
        acc[row, east + 1] = 0.0


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
def _disc(mask: Samples, x: float, y: float, half: float) -> None:
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
def _piece(
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
    pieces = (max(x_end - x, abs(y_end - y)) + REACH - 1) // REACH
    run, rise = x_end - x, y_end - y
    x_start, y_start = x, y
    for piece in range(1, pieces + 1):
        dx = x_start + (2 * run * piece + pieces) // (2 * pieces) - x
        dy = y_start + (2 * rise * piece + pieces) // (2 * pieces) - y
        left, top = x - around, y + min(dy, 0) - around
        column, row = left >> 3, top >> 3
        own = stamp[dx, dy + REACH, left & 7, top & 7]
        for i in range(3):
            for j in range(3):
                words[row + i, column + j] |= own[i, j]
        x += dx
        y += dy


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


@njit(_AREAS, nogil=True, cache=True, fastmath=True)
def areas(
    coords: Floats, rings: Ids, shells: Ids, chosen: Ids, paint_of: Ids, paints: Floats, colours: Pixels,
    at: Floats, fine: float, half: float, xs: Floats, ys: Floats, acc: Areas, pixels: Pixels,
    disjoint: bool, mask: Samples, words: Words, stamp: Words,
) -> None:  # fmt: skip
    """Fill polygons one after the other, and set the samples of their outlines.

    Parameters
    ----------
    coords, rings, shells
        (n, 2) metres; offsets of rings; (f + 1,) which rings a feature has. Holes run against their shells.
    chosen
        Features to draw, in drawing order.
    paint_of, paints, colours
        (f,) row of ``paints`` (p, 10): see the names FILL … LINED; colours (p,) opaque pixels.
        FILL 0 draws nothing, 1 an even colour, 2 a hatch; ALPHA 0 to 1; lengths in pixels, angle in radians;
        LINED 1 sets the outline's samples.
    at
        The transform.
    fine, half
        Pixels: what need not be drawn; half of an outline's width.
    xs, ys
        Working memory, as long as the longest ring.
    acc
        Working memory, zero, (h, w + 2); zero again afterwards.
    pixels
        (h, w), drawn over.
    disjoint
        Features do not overlap: what neighbours leave of a pixel is filled up.
    mask
        (h, w, 8) samples of outlines, set where they are covered.
    """
    height, width = pixels.shape
    a, b, c, d, e, f = at[0], at[1], at[2], at[3], at[4], at[5]
    for feature in chosen:
        number = paint_of[feature]
        is_filled = paints[number, FILL] != 0.0
        is_lined = paints[number, LINED] != 0.0
        left, top, right, bottom = 1e30, 1e30, -1e30, -1e30
        for ring in range(shells[feature], shells[feature + 1]):
            count = _thin(coords, rings[ring], rings[ring + 1], a, b, c, d, e, f, fine, xs, ys)
            if is_filled:
                for i in range(1, count):
                    _edge(acc, xs[i - 1], ys[i - 1], xs[i], ys[i])
                    left, right = min(left, xs[i]), max(right, xs[i])
                    top, bottom = min(top, ys[i]), max(bottom, ys[i])
            if is_lined:
                for i in range(1, count):
                    _piece(mask, words, stamp, xs[i - 1], ys[i - 1], xs[i], ys[i], half)
                    if half > JOINED_HALF:
                        _disc(mask, xs[i], ys[i], half)
        # what lies to the left of the picture has left its rounding in the first column
        if is_filled and left < width and top < height and bottom >= 0.0:
            begin, stop = int(max(0.0, top)), min(height, int(bottom) + 1)
            west, east = int(max(0.0, left)), min(width, int(max(-1.0, right)) + 1)
            window = (begin, stop, west, east)
            _sweep(acc, window, paints[number], colours[number], pixels, disjoint)


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
            count = _thin(coords, rings[ring], rings[ring + 1], a, b, c, d, e, f, fine, xs, ys)
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
                        _piece(mask, words, stamp, x0, y0, x1, y1, half)
                    if is_joint and (i + 1 < count or is_closed):
                        _disc(mask, x1, y1, half)
                    continue
                tx, ty = dx / length, dy / length
                if is_near:
                    _dashes(mask, x0, y0, tx, ty, length, half, dash, phase, width, height, around)
                phase = (phase + length) % period
                if is_joint and i + 1 < count and _is_drawn(dash, phase):
                    _wedge(mask, x1, y1, half, tx, ty, xs[i + 1] - x1, ys[i + 1] - y1)


@njit(_SIGNS, nogil=True, cache=True, fastmath=True)
def signs(
    points: Floats, outer: Floats, inner: Floats, rim: np.uint32, opaque: np.uint32, at: Floats,
    acc: Areas, pixels: Pixels,
) -> None:  # fmt: skip
    """Draw a sign at each point, one after the other: its rim, and its colour within.

    Parameters
    ----------
    points
        (n, 2) metres.
    outer, inner
        (k, 2), (m, 2) closed rings around the point, in pixels.
    rim, opaque
        Opaque pixels.
    """
    height, width = pixels.shape
    paint = np.zeros(LINED + 1)
    paint[ALPHA] = 1.0
    paint[FILL] = 1.0
    for point in range(len(points)):
        x = at[0] * points[point, 0] + at[1] * points[point, 1] + at[2]
        y = at[3] * points[point, 0] + at[4] * points[point, 1] + at[5]
        for turn in range(2):
            ring, colour = (outer, rim) if turn == 0 else (inner, opaque)
            left, top, right, bottom = 1e30, 1e30, -1e30, -1e30
            for i in range(len(ring)):
                left, right = min(left, x + ring[i, 0]), max(right, x + ring[i, 0])
                top, bottom = min(top, y + ring[i, 1]), max(bottom, y + ring[i, 1])
            if left < width and top < height and bottom >= 0.0:
                for i in range(1, len(ring)):
                    _edge(acc, x + ring[i - 1, 0], y + ring[i - 1, 1], x + ring[i, 0], y + ring[i, 1])
                window = (int(max(0.0, top)), min(height, int(bottom) + 1),
                          int(max(0.0, left)), min(width, int(max(-1.0, right)) + 1))  # fmt: skip
                _sweep(acc, window, paint, colour, pixels, False)


@njit("void(u4[:,::1],f8,u4[:,::1],i8[::1])", nogil=True, cache=True)
def over(pixels: Pixels, opacity: float, target: Pixels, window: Ids) -> None:
    """Lay a picture over another and leave it empty.

    ``window`` says where: first row, last + 1, first column, last + 1.
    """
    share = np.uint32(opacity * 255.0 + 0.5)
    for row in range(window[0], window[1]):
        for column in range(window[2], window[3]):
            own = pixels[row, column]
            if own:
                pixels[row, column] = 0
                own = _times(own, share)
                keep = np.uint32(255) - (own >> np.uint32(24))
                target[row, column] = own + _times(target[row, column], keep)


@njit("void(u8[:,::1],u4,f8,u4[:,::1],i8[::1])", nogil=True, cache=True)
def lay(words: Words, opaque: np.uint32, alpha: float, pixels: Pixels, window: Ids) -> None:
    """Lay a colour (an opaque pixel, ``alpha`` 0 to 1) over the samples that are set; leave none set.

    ``window`` as for `over`; no sample is set outside it.
    """
    ones, twos, fours = (
        np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F),
    )  # fmt: skip
    for row in range(window[0], window[1]):
        for column in range(window[2], window[3]):
            bits = words[row, column]
            if bits:
                words[row, column] = 0
                bits = bits - ((bits >> np.uint64(1)) & ones)
                bits = (bits & twos) + ((bits >> np.uint64(2)) & twos)
                bits = (bits + (bits >> np.uint64(4))) & fours
                count = (bits * np.uint64(0x0101010101010101)) >> np.uint64(56)
                own = int(float(count) * alpha * 255.0 / 64.0 + 0.5)
                if own == 255:
                    pixels[row, column] = opaque
                elif own > 0:
                    pixels[row, column] = _laid(pixels[row, column], opaque, own, False)
