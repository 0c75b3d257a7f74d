"""Squares of the ground of an image, fixed for each scale: what was read is found again; no Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gis_app.render.view import Bounds, View

PIECE_PX = 512


@dataclass(frozen=True)
class Piece:
    """Some ground of one image: a square of the grid of a scale, or all of it made small.

    Attributes
    ----------
    image
        The image's id.
    bounds
        In the project's reference system, metres.
    size
        Columns and rows of its picture.
    """

    image: str
    bounds: Bounds
    size: tuple[int, int]

    @property
    def scale(self) -> float:
        """Pixels per metre."""
        return self.size[0] / (self.bounds[2] - self.bounds[0])


@dataclass(frozen=True)
class Placed:
    """An image whose place is known.

    Attributes
    ----------
    id, path
        Its own, and where the file or folder lies.
    project_crs
        EPSG number or WKT.
    affine
        From pixels to the project's ground, where a person aligned it.
    crs
        Reference system of a file that names none.
    service
        A tile service instead of a file.
    """

    id: str
    path: Path
    project_crs: str
    affine: tuple[float, ...] | None = None
    crs: str = ""
    service: dict[str, Any] | None = None

    def command(self) -> dict[str, Any]:
        """Give what the child is told."""
        told = {"open": self.id, "path": str(self.path), "project_crs": self.project_crs}
        placed = {"affine": None if self.affine is None else list(self.affine), "crs": self.crs}
        return told | placed | {"service": self.service}


def snapped(view: View) -> View:
    """Move a view by less than a pixel, so that its pixels are those of the grid."""
    left = round(view.centre[0] * view.scale - view.size_px[0] / 2.0)
    top = round(-view.centre[1] * view.scale - view.size_px[1] / 2.0)
    x = (left + view.size_px[0] / 2.0) / view.scale
    return replace(view, centre=(x, -(top + view.size_px[1] / 2.0) / view.scale))


def pieces(image: str, bounds: Bounds, view: View) -> list[Piece]:
    """Give the pieces of an image that a view shows, from the middle outwards."""
    side_m = PIECE_PX / view.scale
    x0, y0, x1, y1 = (
        pick(one, other) for one, other, pick in zip(bounds, view.bounds, (max, max, min, min), strict=True)
    )
    if x1 <= x0 or y1 <= y0:
        return []
    places = [
        (column, row)
        for column in range(math.floor(x0 / side_m), math.ceil(x1 / side_m))
        for row in range(math.floor(y0 / side_m), math.ceil(y1 / side_m))
    ]
    x, y = view.centre[0] / side_m - 0.5, view.centre[1] / side_m - 0.5
    places.sort(key=lambda place: (place[0] - x) ** 2 + (place[1] - y) ** 2)
    size = (PIECE_PX, PIECE_PX)
    return [
        Piece(image, (column * side_m, row * side_m, (column + 1) * side_m, (row + 1) * side_m), size)
        for column, row in places
    ]


def whole(image: str, bounds: Bounds) -> Piece:
    """Give all of an image as one small picture."""
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    step = max(width, height) / PIECE_PX
    return Piece(image, bounds, (max(1, round(width / step)), max(1, round(height / step))))
