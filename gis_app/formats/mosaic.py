"""Many image files as one: tiles of one grid, opened as they are needed; only in a reader child."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gis_app.formats.grid import Affine, Pixels, Window
from gis_app.formats.raster import EXTENSIONS, MOST_STEP, SMALL_PX, Raster, Stretch, mixed_stretch
from gis_app.formats.source import refuse

MOST_TILES = 20_000
_OPEN = 24
_SAMPLED = 8
_SAME = 1e-6


class Mosaic:
    """The image files of a folder that share a reference system and a size of pixel.

    Parameters
    ----------
    folder
        That they lie in; folders within are not looked into.

    Raises
    ------
    Refused
        There is none, or one does not fit the others; it is named.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self._paths = tiles_of(folder)
        if not self._paths:
            raise refuse("mosaic_empty", folder)
        self._open: OrderedDict[int, Raster] = OrderedDict()
        self._stretch: Stretch | None = None
        self._survey()

    def _survey(self) -> None:
        """Look at each tile once: where it lies, and whether it fits."""
        first = Raster.open(self._paths[0])
        self._affine, self.crs = _grid(first), first.crs
        boxes, samples, self.step = [], [], first.step
        every = max(1, len(self._paths) // _SAMPLED)
        for number, path in enumerate(self._paths):
            tile = first if number == 0 else Raster.open(path)
            affine = _grid(tile)
            if tile.crs != self.crs or not np.allclose(affine[:2] + affine[3:5], _steps(self._affine), _SAME):
                raise refuse("mosaic_differs", path, first=self._paths[0].name)
            boxes.append([*_corner(affine, self._affine), *tile.size])
            if number % every == 0 and tile.stretch is not None:
                samples.append(tile.stretch)
            tile.close()
        self._stretch = mixed_stretch(samples) if samples else None
        found = np.array(boxes, dtype=np.float64)
        origin = found[:, :2].min(axis=0)
        a, b, c, d, e, f = self._affine
        self.affine: Affine = (a, b, c + a * origin[0], d, e, f + e * origin[1])
        found[:, :2] -= origin
        found[:, 2:] += found[:, :2]
        self._boxes = found
        self.size: tuple[int, int] = round(float(found[:, 2].max())), round(float(found[:, 3].max()))

    is_sequential = False

    @property
    def needs_overview(self) -> bool:
        """Whether the whole of it cannot be shown at once; a mosaic of many tiles always needs one."""
        return max(self.size) > SMALL_PX

    def picture(self, window: Window, shape: tuple[int, int]) -> Pixels:
        """Give a window in any size; transparent where there is no tile, and where it shows too many."""
        out: Pixels = np.zeros((*shape, 4), dtype=np.uint8)
        c0, r0, c1, r1 = window
        step = (c1 - c0) / shape[1], (r1 - r0) / shape[0]
        if self.needs_overview and max(step) > MOST_STEP:
            return out
        boxes = self._boxes
        hit = (boxes[:, 0] < c1) & (boxes[:, 2] > c0) & (boxes[:, 1] < r1) & (boxes[:, 3] > r0)
        for number in np.flatnonzero(hit).tolist():
            left, top = boxes[number, :2].tolist()
            piece = self._tile(number).picture((c0 - left, r0 - top, c1 - left, r1 - top), shape)
            np.copyto(out, piece, where=piece[..., 3:] > out[..., 3:])
        return out

    def _tile(self, number: int) -> Raster:
        if number not in self._open:
            self._open[number] = Raster.open(self._paths[number], self._stretch)
            if len(self._open) > _OPEN:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(number)
        return self._open[number]

    def close(self) -> None:
        """Let go of the files."""
        while self._open:
            self._open.popitem()[1].close()


def tiles_of(folder: Path) -> Sequence[Path]:
    """Give the image files of a folder in the order of their names, later ones over earlier ones.

    Raises
    ------
    Refused
        There are too many.
    """
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in EXTENSIONS and path.is_file())
    if len(found) > MOST_TILES:
        raise refuse("mosaic_too_many", folder, count=len(found), most=MOST_TILES)
    return found


def _grid(tile: Raster) -> Affine:
    affine = tile.affine
    if affine is None or affine[1] or affine[3] or affine[0] <= 0 or affine[4] >= 0:
        raise refuse("mosaic_not_placed", tile.path)
    return affine


def _steps(affine: Affine) -> tuple[float, ...]:
    return affine[:2] + affine[3:5]


def _corner(affine: Affine, first: Affine) -> tuple[float, float]:
    """Give column and row of a tile's top left corner in the grid of the first tile."""
    return (affine[2] - first[2]) / first[0], (affine[5] - first[5]) / first[4]
