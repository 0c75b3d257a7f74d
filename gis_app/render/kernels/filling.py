"""Fills areas and signs by exact coverage, one after the other."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from gis_app.render.kernels.arrays import (
    ALPHA,
    ANCHOR_X,
    ANCHOR_Y,
    ANGLE,
    DASH,
    FILL,
    GAP,
    JOINED_HALF,
    LINED,
    SPACING,
    WIDTH,
    Areas,
    Floats,
    Ids,
    Pixels,
    Samples,
    Words,
)
from gis_app.render.kernels.laying import laid
from gis_app.render.kernels.stroking import disc, piece
from gis_app.render.kernels.thinning import thin

_AREAS = (
    "void(f8[:,::1],i8[::1],i8[::1],i8[::1],i8[::1],f8[:,::1],u4[::1],f8[::1],f8,f8,"
    "f8[::1],f8[::1],f4[:,::1],u4[:,::1],b1,u1[:,:,::1],u8[:,::1],u8[:,:,:,:,:,::1])"
)
_SIGNS = "void(f8[:,::1],f8[:,::1],f8[:,::1],u4,u4,f8[::1],f4[:,::1],u4[:,::1])"


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
                        pixels[row, at] = laid(pixels[row, at], opaque, own, disjoint)
            elif alpha == 255:
                for at in range(column, end):
                    pixels[row, at] = opaque
            elif alpha > 0:
                for at in range(column, end):
                    pixels[row, at] = laid(pixels[row, at], opaque, alpha, disjoint)
            column = end
        acc[row, east] = 0.0
        acc[row, east + 1] = 0.0


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
            count = thin(coords, rings[ring], rings[ring + 1], a, b, c, d, e, f, fine, xs, ys)
            if is_filled:
                for i in range(1, count):
                    _edge(acc, xs[i - 1], ys[i - 1], xs[i], ys[i])
                    left, right = min(left, xs[i]), max(right, xs[i])
                    top, bottom = min(top, ys[i]), max(bottom, ys[i])
            if is_lined:
                for i in range(1, count):
                    piece(mask, words, stamp, xs[i - 1], ys[i - 1], xs[i], ys[i], half)
                    if half > JOINED_HALF:
                        disc(mask, xs[i], ys[i], half)
        # what lies to the left of the picture has left its rounding in the first column
        if is_filled and left < width and top < height and bottom >= 0.0:
            begin, stop = int(max(0.0, top)), min(height, int(bottom) + 1)
            west, east = int(max(0.0, left)), min(width, int(max(-1.0, right)) + 1)
            window = (begin, stop, west, east)
            _sweep(acc, window, paints[number], colours[number], pixels, disjoint)


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
