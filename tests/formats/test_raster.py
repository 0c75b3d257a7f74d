"""Images are read where they lie, in the size that is asked; hostile ones are refused; sources stay."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gis_app.formats.grid import Placement, ground_picture
from gis_app.formats.image import FACTOR, Image, carry, make_room, opened
from gis_app.formats.raster import Raster
from gis_app.geometry.crs import operation
from gis_app.language import Refused
from tests.formats import images

CRS = "4546"


def placed(path: Path, tmp_path: Path, **more: Any) -> Image:
    return Image(path, CRS, tmp_path / "cache", **more)


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as told:
        opened(path)
    return told.value.message.id


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.iterdir()}


def test_window_pixel_for_pixel(tmp_path: Path) -> None:
    bands = images.slope(600, 400)
    image = placed(images.tiff(tmp_path / "a.tif", bands), tmp_path)
    seen = image.ground(images.bounds(100, 50, 200, 120), (120, 200))
    assert np.array_equal(seen[..., :3], np.moveaxis(bands[:, 50:170, 100:300], 0, -1))
    assert (seen[..., 3] == 255).all()
    assert image.bounds(CRS) == images.bounds(0, 0, 600, 400)


def test_transparent_outside(tmp_path: Path) -> None:
    image = placed(images.tiff(tmp_path / "a.tif", images.slope(100, 100)), tmp_path)
    seen = image.ground(images.bounds(-50, -50, 100, 100), (100, 100))
    assert (seen[:50, :, 3] == 0).all() and (seen[:, :50, 3] == 0).all() and (seen[50:, 50:, 3] == 255).all()
    assert not image.ground(images.bounds(500, 0, 10, 10), (10, 10)).any()


def test_smaller_is_the_mean(tmp_path: Path) -> None:
    image = placed(images.tiff(tmp_path / "a.tif", images.slope(256, 256)), tmp_path)
    seen = image.ground(images.bounds(0, 0, 256, 256), (8, 8))
    assert np.abs(seen[..., 2].astype(int) - 100).max() <= 1
    assert np.abs(seen[0, :, 0].astype(float) - (np.arange(8) * 32 + 15.5)).max() <= 1


def test_sixteen_bits_are_stretched_and_nodata_is_clear(tmp_path: Path) -> None:
    values = np.linspace(1000, 5000, 300 * 300).reshape(1, 300, 300).astype(np.uint16)
    values[0, :20] = 0
    seen = placed(images.tiff(tmp_path / "a.tif", values, nodata=0), tmp_path).ground(
        images.bounds(0, 0, 300, 300), (300, 300)
    )
    assert (seen[:20, :, 3] == 0).all() and (seen[20:, :, 3] == 255).all()
    assert seen[25, 5, 0] < 20 and seen[299, 299, 0] == 255 and (np.ptp(seen[20:, :, 0])) > 200
    assert (seen[..., 0] == seen[..., 1]).all()


def test_not_a_number_is_clear(tmp_path: Path) -> None:
    values = np.full((1, 64, 64), 5.0, np.float32)
    values[0, :32], values[0, 32:, :32] = np.nan, 1.0
    seen = placed(images.tiff(tmp_path / "a.tif", values), tmp_path).ground(
        images.bounds(0, 0, 64, 64), (64, 64)
    )
    assert (seen[:32, :, 3] == 0).all() and (seen[32:, :, 3] == 255).all()


def test_palette(tmp_path: Path) -> None:
    values = np.zeros((1, 64, 64), np.uint8)
    values[0, :, 32:] = 7
    path = images.tiff(tmp_path / "a.tif", values, colormap={0: (10, 20, 30, 255), 7: (200, 100, 50, 255)})
    seen = placed(path, tmp_path).ground(images.bounds(0, 0, 64, 64), (32, 32))
    assert seen[3, 3].tolist() == [10, 20, 30, 255] and seen[3, 30].tolist() == [200, 100, 50, 255]


def test_other_reference_system(tmp_path: Path) -> None:
    """The same picture, delivered in the neighbouring zone, lies where the first one does."""
    way = operation("EPSG:4546", "EPSG:4547")
    x, y = way.points(np.array([images.WEST + 600.0]), np.array([images.NORTH - 600.0]))
    path = images.tiff(
        tmp_path / "b.tif", images.slope(400, 400), west=x[0] - 400, north=y[0] + 400, crs="EPSG:4547"
    )
    image = placed(path, tmp_path)
    centre = (images.WEST + 600.0, images.NORTH - 600.0)
    seen = image.ground((centre[0] - 20, centre[1] - 20, centre[0] + 20, centre[1] + 20), (20, 20))
    assert (seen[..., 3] == 255).all()
    assert np.abs(seen[9:11, 9:11, :2].astype(int) - 200).max() <= 2
    west, south, east, north = image.bounds(CRS)
    assert west < centre[0] < east and south < centre[1] < north


def test_unknown_datum_is_refused(tmp_path: Path) -> None:
    path = images.tiff(tmp_path / "a.tif", images.slope(64, 64), crs="EPSG:2379")
    with pytest.raises(Refused) as told:
        placed(path, tmp_path)
    assert told.value.message.id == "geometry.no_operation"


def test_aligned_by_hand(tmp_path: Path) -> None:
    """An image without coordinates, turned by a right angle: east of the ground is up in the image."""
    path = images.tiff(tmp_path / "a.tif", images.slope(200, 100), crs=None, placed=False)
    with pytest.raises(Refused) as told:
        placed(path, tmp_path)
    assert told.value.message.id == "formats.image_not_placed"
    image = placed(path, tmp_path, affine=(0.0, -1.0, 100.0, 1.0, 0.0, 0.0))  # x = 100 − row, y = column
    seen = image.ground((0.0, 0.0, 100.0, 200.0), (200, 100))
    assert (seen[2:-2, 2:-2, 3] == 255).all()
    x, y = 30.5, 120.5
    assert seen[200 - 121, 30, :2].tolist() == [int(y), int(100 - x)]


def test_overview_in_the_cache_alone(tmp_path: Path) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    path = images.tiff(folder / "big.tif", images.slope(6000, 5000), compress="deflate")
    before = state(folder)
    image = placed(path, tmp_path)
    everything = images.bounds(0, 0, 6000, 5000)
    assert image.needs_overview
    assert not image.ground(everything, (50, 60)).any(), "nothing is read a hundred times over"
    told: list[float] = []
    image.build_overview(told.append)
    assert told == sorted(told) and told[-1] == 1.0
    assert image.take_overview() and not image.needs_overview
    seen = image.ground(everything, (50, 60))
    assert (seen[..., 3] == 255).all() and np.abs(seen[..., 2].astype(int) - 100).max() <= 8
    near = image.ground(images.bounds(160, 96, 64 * FACTOR, 64 * FACTOR), (64, 64))
    assert near[0, 0, 2] == 0 and near[0, 4, 2] == 200, "the overview lies where the image lies"
    assert [p.name for p in (tmp_path / "cache").iterdir()] == [image.overview_path().name]
    assert state(folder) == before
    os.utime(path, (1, 1))
    assert placed(path, tmp_path).needs_overview, "another time of change, another image"


def test_overview_given_up_leaves_nothing(tmp_path: Path) -> None:
    image = placed(images.tiff(tmp_path / "a.tif", images.slope(5000, 100)), tmp_path)

    def stop(_share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        image.build_overview(stop)
    assert list((tmp_path / "cache").iterdir()) == []


def test_large_scan_is_laid_out_in_tiles(tmp_path: Path) -> None:
    """A PNG can only be read from its beginning; the copy in the cache has every pixel of it."""
    bands = images.slope(4200, 900)
    path = tmp_path / "scan.png"
    with images.rasterio.open(
        path, "w", driver="PNG", width=4200, height=900, count=3, dtype="uint8"
    ) as file:
        file.write(bands)
    image = placed(path, tmp_path, affine=(1.0, 0.0, 0.0, 0.0, -1.0, 0.0))
    assert image.needs_overview and image.factor == 1
    image.build_overview(lambda share: None)
    assert image.take_overview()
    path.unlink()  # nothing of it is read any more
    seen = image.ground((3000.0, -800.0, 3100.0, -700.0), (100, 100))
    assert np.array_equal(seen[..., :3], np.moveaxis(bands[:, 700:800, 3000:3100], 0, -1))


def test_old_overviews_make_room(tmp_path: Path) -> None:
    for age in range(4):
        path = tmp_path / f"{age}.tif"
        path.write_bytes(b"x" * 100)
        os.utime(path, (1000 - age, 1000 - age))
    make_room(tmp_path, 250)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.tif", "1.tif"]


def test_its_own_overviews_are_enough(tmp_path: Path) -> None:
    path = images.tiff(tmp_path / "a.tif", images.slope(6000, 400), overviews=(2, 4, 8, 16))
    image = placed(path, tmp_path)
    assert not image.needs_overview
    assert (image.ground(images.bounds(0, 0, 6000, 400), (4, 60))[..., 3] == 255).all()


def test_mosaic(tmp_path: Path) -> None:
    folder = tmp_path / "tiles"
    folder.mkdir()
    whole = images.slope(512, 512)
    for row in (0, 256):
        for column in (0, 256):
            if (row, column) != (256, 256):
                images.tiff(
                    folder / f"t{row}_{column}.tif",
                    whole[:, row : row + 256, column : column + 256],
                    west=images.WEST + column * 2,
                    north=images.NORTH - row * 2,
                )
    image = placed(folder, tmp_path)
    assert image.size == (512, 512)
    seen = image.ground(images.bounds(0, 0, 512, 512), (512, 512))
    assert (seen[256:, 256:, 3] == 0).all()
    seen[256:, 256:] = 0
    whole[:, 256:, 256:] = 0
    assert np.array_equal(seen[..., :3], np.moveaxis(whole, 0, -1)), "no seam"


def test_mosaic_names_the_tile_that_differs(tmp_path: Path) -> None:
    folder = tmp_path / "tiles"
    folder.mkdir()
    images.tiff(folder / "a.tif", images.slope(64, 64))
    images.tiff(folder / "b.tif", images.slope(64, 64), step_m=3.0)
    with pytest.raises(Refused) as told:
        opened(folder)
    assert told.value.message.id == "formats.mosaic_differs" and told.value.message.values["file"] == "b.tif"


def test_refused(tmp_path: Path) -> None:
    vrt = tmp_path / "a.vrt"
    vrt.write_text('<VRTDataset rasterXSize="1" rasterYSize="1"></VRTDataset>')
    assert refusal(vrt) == "formats.image_vrt"
    assert refusal(shutil.copy(vrt, tmp_path / "b.tif")) == "formats.image_vrt"
    (tmp_path / "c.tif").write_bytes(b"II*\0" + b"\x08\0\0\0" + b"\xff" * 300)
    assert refusal(tmp_path / "c.tif") == "formats.image_broken"
    (tmp_path / "d.tif").write_bytes(b"GIF89a" + b"\0" * 100)
    assert refusal(tmp_path / "d.tif") == "formats.image_unknown"
    assert refusal(tmp_path / "absent.tif") == "formats.absent"
    for address in ("/vsicurl/http://example.com/a.tif", "https://example.com/a.tif", "/vsizip/a.zip/a.tif"):
        assert refusal(Path(address)) == "formats.address"
    (tmp_path / "nothing").mkdir()
    assert refusal(tmp_path / "nothing") == "formats.mosaic_empty"


def test_one_block_of_gigabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.tif"
    with images.rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=20_000,
        height=20_000,
        count=3,
        dtype="uint8",
        tiled=True,
        blockxsize=20_000,
        blockysize=20_000,
        sparse_ok=True,
        compress="deflate",
    ):
        pass
    assert path.stat().st_size < 1 << 20
    assert refusal(path) == "formats.image_too_big"


def test_truncated_file_is_refused_not_shown_black(tmp_path: Path) -> None:
    path = images.tiff(tmp_path / "a.tif", images.slope(600, 600), compress="deflate")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    with pytest.raises(Refused) as told:
        Raster.open(path).picture((0.0, 0.0, 600.0, 600.0), (600, 600))
    assert told.value.message.id == "formats.image_broken"


def test_no_other_file_is_followed(tmp_path: Path) -> None:
    """An .aux.xml beside the image names another file as its overview; it is not opened, none is written."""
    path = images.tiff(tmp_path / "a.tif", images.slope(300, 300))
    other = images.tiff(tmp_path / "other.tif", np.full((3, 75, 75), 9, np.uint8))
    (tmp_path / "a.tif.aux.xml").write_text(
        '<PAMDataset><Metadata domain="OVERVIEWS">'
        f'<MDI key="OVERVIEW_FILE">{other}</MDI></Metadata></PAMDataset>'
    )
    before = state(tmp_path)
    raster = Raster.open(path)
    assert raster.step == 1
    assert raster.picture((0.0, 0.0, 300.0, 300.0), (30, 30))[..., 2].max() > 9
    raster.close()
    assert state(tmp_path) == before


def test_carried_and_straight_agree(tmp_path: Path) -> None:
    """Through the nodes or by one window: the same picture."""
    raster = Raster.open(images.tiff(tmp_path / "a.tif", images.slope(300, 300)))
    affine = raster.affine
    assert affine is not None
    ground = images.bounds(40, 40, 200, 200)
    straight = ground_picture(raster, Placement(affine), ground, (200, 200))
    carried = ground_picture(raster, Placement(affine, lambda x, y: (x, y)), ground, (200, 200))
    assert np.abs(straight.astype(int) - carried.astype(int)).max() <= 1
    assert carry("4546", "4547")(np.array([5e5]), np.array([3e6]))[0] != 5e5
