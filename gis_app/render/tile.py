"""Squares of the picture, fixed to the ground for each scale: what was drawn is found again; no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gis_app.render.view import View

TILE_PX = 512


@dataclass(frozen=True)
class Job:
    """A picture that is wanted: a view and the numbers of the layers in it, bottom to top.

    ``names`` are the names of these layers alone, which are placed for a whole view.
    """

    view: View
    layers: tuple[int, ...]
    names: bool = False


def snapped(view: View) -> View:
    """Move a view by less than a pixel, so that its pixels are those of the tiles."""
    left, top = corner_px(view)
    x = (left + view.size_px[0] / 2.0) / view.scale
    y = -(top + view.size_px[1] / 2.0) / view.scale
    return replace(view, centre=(x, y))


def corner_px(view: View) -> tuple[int, int]:
    """Top left corner of a view in whole pixels from the origin of the ground, y downwards."""
    left = view.centre[0] * view.scale - view.size_px[0] / 2.0
    top = -view.centre[1] * view.scale - view.size_px[1] / 2.0
    return round(left), round(top)


def tiles(view: View) -> list[tuple[View, tuple[int, int]]]:
    """Give the tiles that cover a view and where each begins in it (pixels), from the middle outwards."""
    left, top = corner_px(view)
    width, height = view.size_px
    found = [
        (column, row)
        for column in range(left // TILE_PX, (left + width - 1) // TILE_PX + 1)
        for row in range(top // TILE_PX, (top + height - 1) // TILE_PX + 1)
    ]
    middle = np.array([left + width / 2.0, top + height / 2.0]) / TILE_PX - 0.5
    found.sort(key=lambda tile: float(np.hypot(*(np.asarray(tile) - middle))))
    return [
        (_tile_view(column, row, view), (column * TILE_PX - left, row * TILE_PX - top))
        for column, row in found
    ]


def _tile_view(column: int, row: int, view: View) -> View:
    centre = ((column + 0.5) * TILE_PX / view.scale, -(row + 0.5) * TILE_PX / view.scale)
    return View(centre, view.scale, (TILE_PX, TILE_PX), view.dpi)
