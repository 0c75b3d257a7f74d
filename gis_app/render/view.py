"""Which part of the ground is shown, how large and on how many pixels; where metres become pixels."""

from __future__ import annotations

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
    """

    centre: tuple[float, float]
    scale: float
    size_px: tuple[int, int]
    dpi: float = 96.0

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
        """The ground that is shown: xmin, ymin, xmax, ymax in metres."""
        half_x, half_y = (size / 2.0 / self.scale for size in self.size_px)
        x, y = self.centre
        return (x - half_x, y - half_y, x + half_x, y + half_y)

    def to_px(self, coords: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn coordinates (n, 2) in metres into pixels (n, 2), y downwards, origin at the top left."""
        offset = np.asarray(coords, dtype=np.float64) - np.asarray(self.centre)
        return np.asarray(offset * (self.scale, -self.scale) + np.asarray(self.size_px) / 2.0)

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
