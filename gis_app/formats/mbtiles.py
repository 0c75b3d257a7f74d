"""MBTiles with pictures: tiles of the Web Mercator in a database that is only read; only in a reader child.

MBTiles Specification 1.3; rows count from the south.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from pathlib import Path

import apsw

from gis_app.formats.grid import Affine, Pixels, Window
from gis_app.formats.pyramid import Pyramid
from gis_app.formats.raster import decoded
from gis_app.formats.source import content_kind, head, plain, refuse
from gis_app.language import Refused

CRS = "EPSG:3857"
HALF_M = 20037508.342789244
MOST_ZOOM = 24
MOST_BYTES = 8 << 20
_KEPT = 64
_HINTS = {
    "gcj02": ("gcj-02", "gcj02", "autonavi", "amap", "gaode", "高德", "腾讯", "tencent", "火星"),
    "bd09": ("bd-09", "bd09", "baidu", "百度"),
}
_READ = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI


class MBTiles(Pyramid):
    """A database of picture tiles, open; its pixels are those of its finest zoom.

    Raises
    ------
    Refused
        It is none, is damaged, or holds vectors.
    """

    crs = CRS
    needs_overview = is_sequential = False

    def __init__(self, path: Path) -> None:
        self.path = path
        if content_kind(head(plain(path))) != "sqlite":
            raise refuse("mbtiles_broken", path, cause="not a database")
        try:
            address = f"{path.resolve().as_uri()}?immutable=1"
            self._database = apsw.Connection(address, flags=_READ)
            self._database.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
            self._database.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
            self.metadata = {
                str(name): str(value)
                for name, value in self._database.execute("select name, value from metadata")
            }
            zooms = self._database.execute("select min(zoom_level), max(zoom_level) from tiles").fetchone()
        except apsw.Error as error:
            raise refuse("mbtiles_broken", path, cause=str(error)) from error
        if self.metadata.get("format", "png").lower() not in ("png", "jpg", "jpeg"):
            raise refuse("mbtiles_format", path, format=self.metadata["format"])
        if zooms is None or zooms[0] is None or not 0 <= zooms[0] <= zooms[1] <= MOST_ZOOM:
            raise refuse("mbtiles_broken", path, cause="no tiles")
        self._zooms = int(zooms[0]), int(zooms[1])
        self._kept: OrderedDict[tuple[int, int, int], Pixels | None] = OrderedDict()
        self._side = self._first_side()

    def _first_side(self) -> int:
        """Pixels along a side of each tile: 256, or 512."""
        data = self._database.execute("select tile_data from tiles limit 1").get
        side = int(decoded(bytes(data), self.path).shape[0]) if isinstance(data, bytes) else 0
        if side not in (256, 512):
            raise refuse("mbtiles_broken", self.path, cause=f"tile of {side} px")
        return side

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of the whole world at the finest zoom."""
        return (self._side << self._zooms[1],) * 2

    @property
    def affine(self) -> Affine:
        """From pixels to Web Mercator metres."""
        step = 2 * HALF_M / self.size[0]
        return (step, 0.0, -HALF_M, 0.0, -step, HALF_M)

    @property
    def window(self) -> Window:
        """The part of the world that it says it has, in pixels; all of it where it says nothing."""
        side = float(self.size[0])
        try:
            west, south, east, north = (float(each) for each in self.metadata["bounds"].split(","))
            (c0, r0), (c1, r1) = _mercator(west, north), _mercator(east, south)
        except (KeyError, ValueError, OverflowError):
            return (0.0, 0.0, side, side)
        return (c0 * side, r0 * side, c1 * side, r1 * side) if c1 > c0 and r1 > r0 else (0.0, 0.0, side, side)

    @property
    def shift_hint(self) -> str:
        """``gcj02`` or ``bd09`` where its words name a publisher whose maps are shifted, else empty."""
        words = " ".join(self.metadata.get(key, "") for key in ("name", "description", "attribution")).lower()
        return next((shift for shift, hints in _HINTS.items() if any(each in words for each in hints)), "")

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _tile(self, zoom: int, column: int, row: int) -> Pixels | None:
        key = (zoom, column, row)
        if key not in self._kept:
            self._kept[key] = self._read(zoom, column, (1 << zoom) - 1 - row)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]

    def _read(self, zoom: int, column: int, row: int) -> Pixels | None:
        query = (
            "select tile_data from tiles where zoom_level = ? and tile_column = ? and tile_row = ? "
            "and length(tile_data) <= ?"
        )
        data = self._database.execute(query, (zoom, column, row, MOST_BYTES)).get
        if not isinstance(data, bytes):
            return None
        try:
            tile = decoded(data, self.path)
        except Refused:  # one damaged tile is a hole, not the end of the map
            return None
        return tile if tile.shape[:2] == (self._side, self._side) else None


def _mercator(lon: float, lat: float) -> tuple[float, float]:
    """Give a place as shares of the world's width and height, from the north-west."""
    sine = math.sin(math.radians(max(-85.0511, min(85.0511, lat))))
    return (lon + 180.0) / 360.0, 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)
