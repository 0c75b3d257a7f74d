"""One image of any kind on the project's ground, with its overview from the cache; in a reader child."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gis_app.formats.grid import Affine, Carry, Pixels, Placement, Window, ground_picture
from gis_app.formats.mbtiles import MBTiles
from gis_app.formats.mosaic import Mosaic, tiles_of
from gis_app.formats.raster import Raster, Store
from gis_app.formats.source import not_an_address, plain, refuse
from gis_app.geometry.crs import operation, same_crs

if TYPE_CHECKING:
    from gis_app.formats.tile_service import TileService

FACTOR = 4
"""Pixels along a side that go into one of the overview; 1 where the image can only be read in a row."""
MOST_CACHE_BYTES = 20 << 30
"""Overviews beyond that are removed, those first that were used longest ago."""
_CHUNK_PX = 1024
Bounds = tuple[float, float, float, float]
Source = Raster | Mosaic | MBTiles


def _service(told: Mapping[str, Any], cache: Path) -> TileService:
    from gis_app.formats.tile_service import TileService  # what talks to a network is loaded only for it

    return TileService(told, cache)


def opened(path: Path) -> Source:
    """Open an image file, a folder of image files, or MBTiles.

    Raises
    ------
    Refused
        It cannot be read, or is an address.
    """
    not_an_address(path)
    if path.is_dir():
        return Mosaic(path)
    return MBTiles(path) if path.suffix.lower() == ".mbtiles" else Raster.open(path)


class Image:
    """An image on the project's ground.

    Parameters
    ----------
    path
        File or folder.
    project_crs
        EPSG number or WKT.
    affine
        From pixels to the project's ground, where a person aligned it; it holds before the file's own.
    crs
        What a person said of the reference system of a file that says nothing.
    cache
        Folder of overviews, and of tiles that were fetched.
    service
        A tile service instead of a file, as ``TileService`` takes it.

    Raises
    ------
    Refused
        It cannot be read or placed.
    """

    def __init__(
        self,
        path: Path,
        project_crs: str,
        cache: Path,
        affine: Affine | None = None,
        crs: str = "",
        service: Mapping[str, Any] | None = None,
    ) -> None:
        self.path, self._cache = path, cache
        self._source: Source | TileService = opened(path) if service is None else _service(service, cache)
        self._around: Bounds | None = None if service is None else self._source.around  # type: ignore[union-attr]
        self._overview: Raster | None = None
        self._placed = self._place(project_crs, affine, crs)
        self.take_overview()

    def _place(self, project_crs: str, affine: Affine | None, said: str) -> Placement:
        if affine is not None:
            return Placement(affine)
        own, crs = self._source.affine, said or self._source.crs
        if own is None:
            raise refuse("image_not_placed", self.path, width=self.size[0], height=self.size[1])
        if crs is None:
            raise refuse("image_no_crs", self.path)
        return Placement(own, None if same_crs(project_crs, crs) else carry(project_crs, crs))

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self._source.size

    @property
    def factor(self) -> int:
        """Pixels along a side that go into one of its overview."""
        return 1 if self._source.is_sequential else FACTOR

    @property
    def shift_hint(self) -> str:
        """What its own words tell of a shifted reference system, empty for nothing."""
        return self._source.shift_hint if isinstance(self._source, MBTiles) else ""

    @property
    def needs_overview(self) -> bool:
        """Whether one should be built before the whole can be shown."""
        return self._overview is None and self._source.needs_overview

    def bounds(self, project_crs: str, crs: str = "") -> Bounds:
        """Give its ground in the project's reference system; of a service what may be fetched."""
        if self._around is not None:
            return self._around
        c0, r0, c1, r1 = self._source.window if isinstance(self._source, MBTiles) else (0.0, 0.0, *self.size)
        over, down = np.linspace(c0, c1, 9), np.linspace(r0, r1, 9)
        column, row = (each.ravel() for each in np.meshgrid(over, down))
        a, b, c, d, e, f = self._placed.affine
        x, y = a * column + b * row + c, d * column + e * row + f
        if self._placed.carry is not None:
            x, y = operation(crs or self._source.crs, project_crs).points(x, y)
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())

    def ground(self, bounds: Bounds, shape: tuple[int, int]) -> Pixels:
        """Give the picture of some of the project's ground; transparent where there is nothing."""
        return ground_picture(self, self._placed, bounds, shape)

    def picture(self, window: Window, shape: tuple[int, int]) -> Pixels:
        """Give a window of its pixels, from the overview where that is fine enough."""
        step = max((window[2] - window[0]) / shape[1], (window[3] - window[1]) / shape[0])
        if self._overview is not None and step >= self.factor * 0.999:
            less = tuple(each / self.factor for each in window)
            return self._overview.picture((less[0], less[1], less[2], less[3]), shape)
        return self._source.picture(window, shape)

    def close(self) -> None:
        """Let go of its files."""
        self._source.close()
        if self._overview is not None:
            self._overview.close()

    # --- the overview

    def overview_path(self) -> Path:
        """Where its overview lies: by path, size and time of change of what it is made of."""
        digest = hashlib.sha256()
        for path in tiles_of(self.path) if self.path.is_dir() else [plain(self.path)]:
            found = path.stat()
            digest.update(f"{path.resolve()}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
        return self._cache / f"{digest.hexdigest()[:32]}-{self.factor}.tif"

    def take_overview(self) -> bool:
        """Use the overview if it is there; whether it is."""
        if self._overview is not None or not self._source.needs_overview:
            return self._overview is not None
        path = self.overview_path()
        if path.is_file():
            self._overview = Raster.open(path)
            path.touch()  # used now
        return self._overview is not None

    def build_overview(self, tell: Callable[[float], None]) -> None:
        """Build the overview in the cache; nothing is there before it is whole.

        Raises
        ------
        Refused
            There is no room.
        """
        target = self.overview_path()
        width, height = (-(-side // self.factor) for side in self.size)
        self._cache.mkdir(parents=True, exist_ok=True)
        make_room(self._cache, MOST_CACHE_BYTES)
        free_bytes = shutil.disk_usage(self._cache).free
        if free_bytes < width * height * 2:
            raise refuse("no_room_for_overview", self.path, bytes=width * height * 2)
        part = target.with_name(f"{target.stem}.{os.getpid()}.part")
        store = Store(part, (width, height))
        try:
            wide, high = _chunk(width, self._source.is_sequential)
            for row in range(0, height, high):
                for column in range(0, width, wide):
                    corner = min(column + wide, width), min(row + high, height)
                    store.put(column, row, self._part(column, row, *corner))
                tell(0.9 * min(1.0, (row + high) / height))
            store.close()
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
        tell(1.0)

    def _part(self, left: int, top: int, right: int, bottom: int) -> Pixels:
        c0, r0, c1, r1 = (float(each * self.factor) for each in (left, top, right, bottom))
        return self._source.picture((c0, r0, c1, r1), (bottom - top, right - left))


def _chunk(width: int, is_sequential: bool) -> tuple[int, int]:
    """Give width and height of what is read at once, some megabytes."""
    return (width, max(16, _CHUNK_PX**2 // width)) if is_sequential else (_CHUNK_PX, _CHUNK_PX)


def make_room(cache: Path, most_bytes: int) -> None:
    """Remove the overviews that were used longest ago until the others take no more than some bytes."""
    found = sorted(cache.glob("*.tif"), key=lambda path: path.stat().st_mtime, reverse=True)
    total = 0
    for path in found:
        total += path.stat().st_size
        if total > most_bytes:
            with suppress(PermissionError):  # in use, which some systems do not allow to be removed
                path.unlink(missing_ok=True)


def carry(source: object, target: object) -> Carry:
    """Give what carries coordinates from one reference system to another.

    Raises
    ------
    Refused
        The way is not known.
    """
    way = operation(source, target)

    def carried(x: Any, y: Any) -> Any:
        return way.points(x, y)

    return carried
