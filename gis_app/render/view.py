"""Which part of the ground is shown, how large and on how many pixels; where metres become pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

MM_PER_INCH = 25.4
ROUND_STEPS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
"""First figures of the scale denominators that are called round."""

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class View:
    """A window onto the ground.

    Attributes
    ----------
    centre
        x (east) and y (north) in the project's reference system, metres.
    scale
        Pixels per metre.
    size_px
        Width and height of the picture.
    dpi
        Pixels per inch of the medium: lengths in millimetres follow from it.
    rotation_deg
        How far the ground is turned counter-clockwise on the medium; north is up at 0.
    """

    centre: tuple[float, float]
    scale: float
    size_px: tuple[int, int]
    dpi: float = 96.0
    rotation_deg: float = 0.0

    @property
    def mm_px(self) -> float:
        """Pixels in one millimetre of the medium."""
        return self.dpi / MM_PER_INCH

    @property
    def denominator(self) -> float:
        """The scale's denominator: 1∶denominator on the medium."""
        return self.mm_px * 1000.0 / self.scale

    @property
    def bounds(self) -> Bounds:
        """The ground that is shown, what a turned view leaves in the corners too: xmin, ymin, xmax, ymax."""
        half_x, half_y = (size / 2.0 / self.scale for size in self.size_px)
        cos, sin = self._turn
        wide, high = half_x * abs(cos) + half_y * abs(sin), half_x * abs(sin) + half_y * abs(cos)
        x, y = self.centre
        return (x - wide, y - high, x + wide, y + high)

    @property
    def transform(self) -> tuple[float, float, float, float, float, float]:
        """(a, b, c, d, e, f): x_px = a x + b y + c, y_px = d x + e y + f for metres x and y."""
        cos, sin = self._turn
        a, b, d, e = self.scale * cos, -self.scale * sin, -self.scale * sin, -self.scale * cos
        (x, y), (width, height) = self.centre, self.size_px
        return (a, b, width / 2.0 - a * x - b * y, d, e, height / 2.0 - d * x - e * y)

    @property
    def _turn(self) -> tuple[float, float]:
        if not self.rotation_deg:
            return (1.0, 0.0)
        angle = math.radians(self.rotation_deg)
        return (math.cos(angle), math.sin(angle))

    def to_px(self, coords: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn coordinates (n, 2) in metres into pixels (n, 2), y downwards, origin at the top left."""
        offset = (np.asarray(coords, dtype=np.float64) - np.asarray(self.centre)) * self.scale
        cos, sin = self._turn
        turned = offset @ np.array([[cos, -sin], [-sin, -cos]]) if sin else offset * (1.0, -1.0)
        return np.asarray(turned + np.asarray(self.size_px) / 2.0)

    def to_ground(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn pixels (n, 2) into coordinates (n, 2) in metres."""
        offset = (np.asarray(pixels, dtype=np.float64) - np.asarray(self.size_px) / 2.0) / self.scale
        cos, sin = self._turn
        turned = offset @ np.array([[cos, -sin], [-sin, -cos]]) if sin else offset * (1.0, -1.0)
        return np.asarray(turned + np.asarray(self.centre))

    def place(self, x_px: float, y_px: float) -> tuple[float, float]:
        """Turn one pixel into coordinates in metres, as `to_ground` does for many."""
        width, height = self.size_px
        right, down = (x_px - width / 2.0) / self.scale, (y_px - height / 2.0) / self.scale
        cos, sin = self._turn
        return (self.centre[0] + right * cos - down * sin, self.centre[1] - right * sin - down * cos)

    def at_denominator(self, denominator: float) -> View:
        """Give the same middle at another scale."""
        return replace(self, scale=self.mm_px * 1000.0 / denominator)


def fit(bounds: Bounds, size_px: tuple[int, int], margin: float = 0.05, dpi: float = 96.0) -> View:
    """Give the view that shows ``bounds`` (metres) with a margin on each side, as a share of the picture.

    Bounds without extent are shown at 1∶1000.
    """
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    centre = ((bounds[0] + bounds[2]) / 2.0, (bounds[1] + bounds[3]) / 2.0)
    room = 1.0 - 2.0 * margin
    scales = [
        size * room / extent for size, extent in zip(size_px, (width, height), strict=True) if extent > 0
    ]
    view = View(centre, 1.0, size_px, dpi)
    return replace(view, scale=min(scales)) if scales else view.at_denominator(1000.0)


def rounded(view: View) -> View:
    """Give the view with the next smaller scale whose denominator is round (1∶25000, 1∶30000 …)."""
    power = 10.0 ** np.floor(np.log10(view.denominator))
    wanted = (step * factor for factor in (power, power * 10.0) for step in ROUND_STEPS)
    return view.at_denominator(
        next(float(step) for step in wanted if step >= view.denominator * (1.0 - 1e-9))
    )
