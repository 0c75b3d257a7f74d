"""Squares of the picture, fixed to the ground for each scale: what was drawn is found again; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

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

    @cached_property
    def _hash(self) -> int:
        return hash((self.view, self.layers, self.names))

    def __hash__(self) -> int:
        """Worked out once: a job is looked for many times on its way from what is wanted to its picture."""
        return self._hash


def snapped(view: View) -> View:
    """Move a view by less than a pixel, so that its pixels are those of the tiles."""
    left, top = corner_px(view)
    return replace(view, centre=_ground(left + view.size_px[0] / 2.0, top + view.size_px[1] / 2.0, view))


def corner_px(view: View) -> tuple[int, int]:
    """Top left corner of a view in whole pixels from the origin of the ground, y downwards."""
    a, b, _, d, e, _ = view.transform
    x, y = a * view.centre[0] + b * view.centre[1], d * view.centre[0] + e * view.centre[1]
    return round(x - view.size_px[0] / 2.0), round(y - view.size_px[1] / 2.0)


def _ground(right_px: float, down_px: float, view: View) -> tuple[float, float]:
    """Give the ground (metres) that lies so many pixels from its origin."""
    return replace(view, centre=(0.0, 0.0), size_px=(0, 0)).place(right_px, down_px)


def tiles(view: View) -> list[tuple[View, tuple[int, int]]]:
    """Give the tiles that cover a view and where each begins in it (pixels), from the middle outwards."""
    left, top = corner_px(view)
    width, height = view.size_px
    found = [
        (column, row)
        for column in range(left // TILE_PX, (left + width - 1) // TILE_PX + 1)
        for row in range(top // TILE_PX, (top + height - 1) // TILE_PX + 1)
    ]
    x, y = (left + width / 2.0) / TILE_PX - 0.5, (top + height / 2.0) / TILE_PX - 0.5
    found.sort(key=lambda tile: (tile[0] - x) ** 2 + (tile[1] - y) ** 2)
    return [
        (_tile_view(column, row, view), (column * TILE_PX - left, row * TILE_PX - top))
        for column, row in found
    ]


def part(tile: View, left: int, top: int, width: int, height: int) -> View:
    """Give the view of a part of a tile; pixels from its top left corner."""
    if (width, height) == tile.size_px:
        return tile
    centre = tile.place(left + width / 2.0, top + height / 2.0)
    return replace(tile, centre=centre, size_px=(width, height))


def joined(views: Sequence[View]) -> View:
    """Give the view of parts of one picture that stand side by side, from the left."""
    first, width = views[0], sum(view.size_px[0] for view in views)
    height = first.size_px[1]
    return replace(first, centre=first.place(width / 2.0, height / 2.0), size_px=(width, height))


def _tile_view(column: int, row: int, view: View) -> View:
    centre = _ground((column + 0.5) * TILE_PX, (row + 0.5) * TILE_PX, view)
    return replace(view, centre=centre, size_px=(TILE_PX, TILE_PX))
