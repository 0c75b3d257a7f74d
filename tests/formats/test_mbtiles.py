"""MBTiles: tiles of the Web Mercator on the project's ground, from the nearest zoom; hostile ones refused."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import pytest
from numpy.typing import NDArray

from gis_app.formats.image import Image, opened
from gis_app.formats.mbtiles import HALF_M, MBTiles
from gis_app.formats.raster import rasterio
from gis_app.geometry.crs import operation
from gis_app.language import Refused

ZOOM = 12
COLUMN, ROW = 3313, 1720


def png(pixels: NDArray[np.uint8], driver: str = "PNG") -> bytes:
    with rasterio.io.MemoryFile() as memory:
        with memory.open(driver=driver, width=256, height=256, count=len(pixels), dtype="uint8") as file:
            file.write(pixels)
        return bytes(memory.read())


def flat(*colour: int) -> bytes:
    return png(np.broadcast_to(np.array(colour, np.uint8)[:, None, None], (len(colour), 256, 256)).copy())


def made(path: Path, tiles: dict[tuple[int, int, int], bytes], **metadata: str) -> Path:
    """Tiles by zoom, column and row from the north."""
    database = apsw.Connection(str(path))
    database.execute("create table metadata (name text, value text)")
    database.execute(
        "create table tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)"
    )
    database.executemany("insert into metadata values (?, ?)", list(({"format": "png"} | metadata).items()))
    for (zoom, column, row), data in tiles.items():
        place = (zoom, column, (1 << zoom) - 1 - row, data)
        database.execute("insert into tiles values (?, ?, ?, ?)", place)
    database.close()
    return path


def corner(column: float, row: float, zoom: int = ZOOM) -> tuple[float, float]:
    """Web Mercator metres of a tile's north-west corner."""
    side = 2 * HALF_M / (1 << zoom)
    return -HALF_M + column * side, HALF_M - row * side


def plain(tmp_path: Path, **more: Any) -> Path:
    red, green = flat(200, 0, 0), flat(0, 200, 0, 255)
    small = np.zeros((3, 256, 256), np.uint8)
    small[2] = 250
    tiles = {
        (ZOOM, COLUMN, ROW): red,
        (ZOOM, COLUMN + 1, ROW): green,
        (ZOOM - 1, COLUMN // 2, ROW // 2): png(small),
    }
    return made(tmp_path / "a.mbtiles", tiles, **more)


def test_where_the_tiles_lie(tmp_path: Path) -> None:
    """A place of the project's ground shows the tile that holds it."""
    image = Image(plain(tmp_path), "4546", tmp_path / "cache")
    side = 2 * HALF_M / (1 << ZOOM)
    for place, colour in ((0.5, (200, 0, 0)), (1.5, (0, 200, 0))):
        east, north = corner(COLUMN + place, ROW + 0.5)
        x, y = (float(each[0]) for each in operation(3857, 4546).points(np.array([east]), np.array([north])))
        half = 0.15 * side * math.cos(math.radians(28))
        seen = image.ground((x - half, y - half, x + half, y + half), (64, 64))
        assert (seen[..., :3] == colour).all() and (seen[..., 3] == 255).all()


def test_no_tile_is_clear_and_far_away_comes_from_the_coarser_zoom(tmp_path: Path) -> None:
    tiles = MBTiles(plain(tmp_path))
    side = 256.0
    left, top = COLUMN * side, ROW * side
    assert not tiles.picture((left, top + side, left + side, top + 2 * side), (256, 256)).any()
    near = tiles.picture((left, top, left + 2 * side, top + side), (256, 512))
    assert near[10, 10].tolist() == [200, 0, 0, 255] and near[10, 500].tolist() == [0, 200, 0, 255]
    half = tiles.picture((left - side, top, left + side, top + 2 * side), (256, 256))
    assert half[10, 250].tolist() == [0, 0, 250, 255], "half as large: one zoom up"
    assert not tiles.picture((0.0, 0.0, *map(float, tiles.size)), (300, 300)).any(), "too many tiles"


def test_metadata_bounds(tmp_path: Path) -> None:
    tiles = MBTiles(plain(tmp_path, bounds="-180,-85.0511287798,180,85.0511287798"))
    assert tiles.window == pytest.approx((0, 0, *tiles.size), abs=1.0)
    assert MBTiles(made(tmp_path / "b.mbtiles", {(0, 0, 0): flat(1, 2, 3)}, bounds="x")).window[2] == 256


@pytest.mark.parametrize(
    ("words", "hint"), [("高德影像", "gcj02"), ("百度卫星", "bd09"), ("天地图 CGCS2000", ""), ("OSM", "")]
)
def test_shift_is_suspected_by_the_words(tmp_path: Path, words: str, hint: str) -> None:
    assert MBTiles(plain(tmp_path, name=words)).shift_hint == hint


def test_refused(tmp_path: Path) -> None:
    vectors = made(tmp_path / "v.mbtiles", {(0, 0, 0): b"x"}, format="pbf")
    empty = made(tmp_path / "e.mbtiles", {})
    odd = made(tmp_path / "o.mbtiles", {(0, 0, 0): b"not a picture"})
    text = tmp_path / "t.mbtiles"
    text.write_text("no database")
    for path, told in (
        (vectors, "formats.mbtiles_format"),
        (empty, "formats.mbtiles_broken"),
        (odd, "formats.image_unknown"),
        (text, "formats.mbtiles_broken"),
    ):
        with pytest.raises(Refused) as refused:
            opened(path)
        assert refused.value.message.id == told, path.name


def test_one_damaged_tile_is_a_hole(tmp_path: Path) -> None:
    good = flat(9, 9, 9)
    path = made(tmp_path / "a.mbtiles", {(1, 0, 0): good, (1, 1, 0): good[:80], (1, 0, 1): flat(9, 9, 9)})
    seen = MBTiles(path).picture((0.0, 0.0, 512.0, 512.0), (8, 8))
    assert seen[0, 0, 3] == 255 and seen[0, 7, 3] == 0 and seen[7, 0, 3] == 255


def test_the_file_and_its_folder_stay_as_they_are(tmp_path: Path) -> None:
    path = plain(tmp_path)
    before = path.read_bytes()
    tiles = MBTiles(path)
    tiles.picture((0.0, 0.0, 100.0, 100.0), (10, 10))
    tiles.close()
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["a.mbtiles"]
