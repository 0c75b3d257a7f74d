"""The pixel grid of an image on the ground, and a window of it brought onto another grid; numpy alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""(height, width, 4): red, green, blue, opacity; not premultiplied."""
Floats = NDArray[np.float64]
Window = tuple[float, float, float, float]
"""First column, first row, last column, last row, counted in pixels from the top left corner."""
Affine = tuple[float, float, float, float, float, float]
"""``a b c d e f``: x = a·column + b·row + c, y = d·column + e·row + f."""
Carry = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""Coordinates of one reference system as those of another."""

NODES = 17
"""The way between two reference systems is exact at so many places along each side of a picture."""
MOST_PX = 2048


class Readable(Protocol):
    """What gives a window of its pixels in any size."""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""

    def picture(self, window: Window, shape: tuple[int, int]) -> Pixels:
        """Give a window as ``shape`` (rows, columns) pixels; what lies outside is transparent."""


@dataclass(frozen=True)
class Placement:
    """Where the pixels of an image lie: an affine, and what carries ground of the project to its own.

    Parameters
    ----------
    affine
        From pixels to coordinates of the image's reference system.
    carry
        From the project's reference system to the image's; None where they are the same.
    """

    affine: Affine
    carry: Carry | None = None

    @property
    def is_straight(self) -> bool:
        """Whether columns run east and rows south of the project's grid."""
        a, b, _, d, e, _ = self.affine
        return self.carry is None and b == 0.0 and d == 0.0 and a > 0.0 and e < 0.0

    def to_pixels(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Give column and row of places on the project's ground."""
        if self.carry is not None:
            x, y = self.carry(x, y)
        a, b, c, d, e, f = self.affine
        over = a * e - b * d
        return (e * (x - c) - b * (y - f)) / over, (a * (y - f) - d * (x - c)) / over


def overlap(
    window: Window, shape: tuple[int, int], size: tuple[int, int]
) -> tuple[Window, slice, slice] | None:
    """Give the part of a window that an image has, and the rows and columns of the picture that it fills."""
    c0, r0, c1, r1 = window
    rows, columns = shape
    step_c, step_r = (c1 - c0) / columns, (r1 - r0) / rows
    first = max(0, math.ceil(-c0 / step_c - 0.5)), max(0, math.ceil(-r0 / step_r - 0.5))
    last = (
        min(columns, math.ceil((size[0] - c0) / step_c - 0.5)),
        min(rows, math.ceil((size[1] - r0) / step_r - 0.5)),
    )
    if last[0] <= first[0] or last[1] <= first[1]:
        return None
    own = (
        max(0.0, c0 + first[0] * step_c),
        max(0.0, r0 + first[1] * step_r),
        min(float(size[0]), c0 + last[0] * step_c),
        min(float(size[1]), r0 + last[1] * step_r),
    )
    return own, slice(first[1], last[1]), slice(first[0], last[0])


def ground_picture(
    image: Readable, placed: Placement, bounds: tuple[float, float, float, float], shape: tuple[int, int]
) -> Pixels:
    """Give the picture of some ground: north is up, one pixel of the result is one of the screen.

    Parameters
    ----------
    image, placed
        What is shown, and where it lies.
    bounds
        xmin, ymin, xmax, ymax in the project's reference system.
    shape
        Rows and columns of the picture.

    Returns
    -------
    NDArray[uint8]
        (rows, columns, 4); transparent where the image has nothing.
    """
    x0, y0, x1, y1 = bounds
    if placed.is_straight:
        (c0, c1), (r0, r1) = placed.to_pixels(np.array([x0, x1]), np.array([y1, y0]))
        return image.picture((float(c0), float(r0), float(c1), float(r1)), shape)
    rows, columns = shape
    x, y = np.meshgrid(np.linspace(x0, x1, NODES), np.linspace(y1, y0, NODES))
    column, row = placed.to_pixels(x.ravel(), y.ravel())
    if not (np.isfinite(column).all() and np.isfinite(row).all()):
        return np.zeros((rows, columns, 4), dtype=np.uint8)
    window = _around(column, row, image.size)
    if window is None:
        return np.zeros((rows, columns, 4), dtype=np.uint8)
    step = _step(column.reshape(NODES, NODES), row.reshape(NODES, NODES), shape)
    sides = window[2] - window[0], window[3] - window[1]
    wide, high = (min(MOST_PX, max(2, math.ceil(side / step))) for side in sides)
    source = image.picture(window, (high, wide))
    over, down = _between(columns), _between(rows)
    column, row = (down @ each.reshape(NODES, NODES) @ over.T for each in (column, row))
    return _sampled(
        source,
        (column - window[0]) * wide / sides[0] - 0.5,
        (row - window[1]) * high / sides[1] - 0.5,
    )


def _step(column: Floats, row: Floats, shape: tuple[int, int]) -> float:
    """Give how many pixels of the image go into one of the picture, along the side where they are fewer."""
    down, over = (np.hypot(np.diff(column, axis=axis), np.diff(row, axis=axis)) for axis in (0, 1))
    return max(1e-9, min(float(down.max()) / shape[0], float(over.max()) / shape[1]) * (NODES - 1))


def _around(column: Floats, row: Floats, size: tuple[int, int]) -> Window | None:
    """Give the window that some places lie in, as far as the image goes, with a pixel to spare."""
    c0, c1 = max(-1.0, column.min() - 2.0), min(size[0] + 1.0, column.max() + 2.0)
    r0, r1 = max(-1.0, row.min() - 2.0), min(size[1] + 1.0, row.max() + 2.0)
    return (float(c0), float(r0), float(c1), float(r1)) if c1 > c0 and r1 > r0 else None


def _between(count: int) -> Floats:
    """Weights (count, NODES) of the nodes at the middle of each pixel."""
    place = (np.arange(count) + 0.5) / count * (NODES - 1)
    left = np.minimum(place.astype(np.intp), NODES - 2)
    weights = np.zeros((count, NODES))
    weights[np.arange(count), left] = 1.0 - (place - left)
    weights[np.arange(count), left + 1] = place - left
    return weights


def _sampled(source: Pixels, column: Floats, row: Floats) -> Pixels:
    """Give the pixels between four others, weighed by nearness and by opacity; outside is transparent."""
    high, wide = source.shape[:2]
    plain = source.astype(np.float32)
    plain[..., :3] *= plain[..., 3:] / 255.0
    plain = np.pad(plain, ((1, 1), (1, 1), (0, 0)))
    column, row = np.clip(column, -1.0, wide) + 1.0, np.clip(row, -1.0, high) + 1.0
    left, top = np.minimum(column.astype(np.intp), wide), np.minimum(row.astype(np.intp), high)
    right = (column - left).astype(np.float32)[..., None]
    below = (row - top).astype(np.float32)[..., None]
    upper = plain[top, left] * (1 - right) + plain[top, left + 1] * right
    lower = plain[top + 1, left] * (1 - right) + plain[top + 1, left + 1] * right
    mixed = upper * (1 - below) + lower * below
    opacity = mixed[..., 3:]
    mixed[..., :3] *= 255.0 / np.maximum(opacity, 1e-3)
    return np.asarray(np.clip(np.rint(mixed), 0, 255), dtype=np.uint8)
