"""Images of every odd kind: each is shown rightly or refused with a sentence, in a child, within seconds."""

from __future__ import annotations

import json
import queue
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from affine import Affine
from PIL import Image as Picture

from gis_app.formats.raster import rasterio

ROOT = Path(__file__).parents[2]
X, Y, STEP, SIDE = 512_000.0, 3_080_000.0, 1.0, 256
PLACE = Affine(STEP, 0.0, X, 0.0, -STEP, Y)
TURNED = PLACE @ Affine.rotation(90.0) @ Affine.translation(0.0, -SIDE)
BOUNDS = (X, Y - SIDE, X + SIDE, Y)
SLOT_BYTES, MOST_S, DAMAGED = 1 << 20, 20.0, 300
Made = Callable[[Path], Path]


def tiff(values: Any, **options: Any) -> Made:
    """A GeoTIFF of these values (bands, rows, columns)."""

    def make(folder: Path) -> Path:
        path = folder / "a.tif"
        bands, high, wide = values.shape
        given = {"crs": "EPSG:4546", "transform": PLACE, **options}
        colours = given.pop("colours", None)
        kinds = given.pop("kinds", None)
        with rasterio.open(
            path, "w", driver="GTiff", width=wide, height=high, count=bands, dtype=values.dtype, **given
        ) as file:
            file.write(values)
            if colours is not None:
                file.write_colormap(1, colours)
            if kinds is not None:
                file.colorinterp = kinds
        return path

    return make


def flat(value: float, bands: int, kind: Any = np.uint8, side: int = SIDE) -> Any:
    return np.full((bands, side, side), value, kind)


def halves(left: float, right: float, kind: Any) -> Any:
    values = np.full((1, SIDE, SIDE), left, kind)
    values[..., SIDE // 2 :] = right
    return values


def holes(kind: Any, nodata: float) -> Any:
    values = halves(10, 200, kind)
    values[:, : SIDE // 2] = nodata
    return values


def picture(mode: str, colour: Any, suffix: str, **options: Any) -> Made:
    """A picture without a place; a world file is no place here, it is aligned by hand."""

    def make(folder: Path) -> Path:
        path = folder / f"a{suffix}"
        Picture.new(mode, (SIDE, SIDE), colour).save(path, **options)
        return path

    return make


def cut(whole: Made, share: float) -> Made:
    """A file that ends too early."""

    def make(folder: Path) -> Path:
        path = whole(folder)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        return path

    return make


def png_that_says(wide: int, high: int, rows: bytes = b"") -> Made:
    """A PNG whose head says a size that its content does not have."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    def make(folder: Path) -> Path:
        path = folder / "a.png"
        head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
        body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
        return path

    return make


def bomb(folder: Path) -> Path:
    """A million pixels along each side, of nothing: 200 bytes of file for 3 TB of pixels."""
    path = folder / "bomb.tif"
    options = {"tiled": True, "blockxsize": 256, "blockysize": 256, "sparse_ok": True, "compress": "deflate"}
    with rasterio.open(
        path, "w", driver="GTiff", width=999_000, height=999_000, count=3, dtype="uint8", crs="EPSG:4546",
        transform=PLACE, bigtiff="yes", **options,
    ):  # fmt: skip
        pass
    return path


def noise(size: int) -> Made:
    def make(folder: Path) -> Path:
        path = folder / "a.tif"
        path.write_bytes(b"II*\0" + np.random.default_rng(1).bytes(size))
        return path

    return make


def loop(folder: Path) -> Path:
    """A TIFF whose first directory names itself as the next."""
    path = folder / "a.tif"
    entries = struct.pack("<HHII", 256, 3, 1, 16) + struct.pack("<HHII", 257, 3, 1, 16)
    path.write_bytes(b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 2) + entries + struct.pack("<I", 8))
    return path


GREY, RED = (120, 120, 120), (255, 0, 0)
PALETTE = {0: (255, 0, 0, 255), 1: (0, 0, 255, 255)}
SHOWN: dict[str, tuple[Made, tuple[int, int, int] | None]] = {
    "three bytes": (tiff(np.stack([flat(v, 1)[0] for v in RED])), RED),
    "one byte": (tiff(flat(120, 1)), GREY),
    "two bands": (tiff(flat(120, 2)), GREY),
    "five bands": (tiff(flat(120, 5)), GREY),
    "one bit": (tiff(flat(1, 1), nbits=1, photometric="MINISBLACK"), (255, 255, 255)),
    "palette": (tiff(halves(0, 1, np.uint8), colours=PALETTE), RED),
    "sixteen bits": (tiff(halves(0, 60_000, np.uint16)), (0, 0, 0)),
    "heights as floats": (tiff(halves(-12.5, 812.25, np.float32)), (0, 0, 0)),
    "signed": (tiff(halves(-300, 300, np.int16)), (0, 0, 0)),
    "nodata of bytes": (tiff(holes(np.uint8, 255), nodata=255), None),
    "nodata of floats": (tiff(holes(np.float32, -9999.0), nodata=-9999.0), None),
    "not a number": (tiff(holes(np.float32, np.nan)), None),
    "nothing but nodata": (tiff(flat(0, 1, np.uint16), nodata=0), None),
    "BigTIFF": (tiff(flat(120, 3), bigtiff="YES"), GREY),
    "planes apart": (tiff(flat(120, 3), interleave="band"), GREY),
    "JPEG inside": (tiff(flat(120, 3), compress="jpeg", photometric="YCBCR"), GREY),
    "turned by a quarter": (tiff(flat(120, 3), transform=TURNED), GREY),
    "degrees": (
        tiff(flat(120, 3), crs="EPSG:4490", transform=Affine(1e-4, 0.0, 111.11, 0.0, -1e-4, 27.84)),
        GREY,
    ),
    "sparse and enormous": (bomb, (0, 0, 0)),
}
"""What is shown, and the colour of a place at the upper left; None where nothing may be seen there."""

ALIGNED: dict[str, tuple[Made, tuple[int, int, int]]] = {
    "PNG with a palette": (picture("P", 0, ".png"), (0, 0, 0)),
    "PNG of one bit": (picture("1", 1, ".png"), (255, 255, 255)),
    "PNG of sixteen bits": (picture("I;16", 0, ".png"), (0, 0, 0)),
    "PNG with opacity": (picture("RGBA", (255, 0, 0, 255), ".png"), RED),
    "grey JPEG": (picture("L", 120, ".jpg", quality=95), GREY),
    "JPEG for print, CMYK": (picture("CMYK", (0, 255, 255, 0), ".jpg", quality=95), RED),
    "JPEG in steps": (picture("RGB", RED, ".jpg", quality=95, progressive=True), RED),
}
"""Pictures that a person lays onto the map."""

REFUSED: dict[str, tuple[Made, str]] = {
    "no reference system": (tiff(flat(120, 3), crs=None), "image_no_crs"),
    "no place": (picture("RGB", RED, ".png"), "image_not_placed"),
    "complex numbers": (tiff(flat(1, 1, np.complex64)), "image_values"),
    "TIFF cut off in its head": (cut(tiff(flat(120, 3)), 0.0005), "image_broken"),
    "PNG cut off": (cut(picture("RGB", RED, ".png"), 0.5), "image_broken"),
    "JPEG cut off": (cut(picture("RGB", RED, ".jpg", quality=95), 0.2), "image_broken"),
    "PNG that says too much": (png_that_says(2_000_000, 2_000_000), "image_broken image_too_big"),
    "empty PNG": (png_that_says(0, 0), "image_broken"),
    "noise in a TIFF's clothes": (noise(40_000), "image_broken"),
    "a directory that names itself": (loop, "image_broken image_not_placed image_no_crs"),
    "PNG of 900 000 along each side": (png_that_says(900_000, 900_000), "image_broken image_too_big"),
}
"""What is refused, by one of these sentences."""
UNPLACED = ("no reference system", "no place")


class Reader:
    """The reader's own process, asked line by line as the window asks it."""

    def __init__(self, folder: Path) -> None:
        self.slots, cache = folder / "slots", folder / "cache"
        self.slots.write_bytes(bytes(SLOT_BYTES))
        code = "from gis_app.formats.image_child import main; main()"
        command = [sys.executable, "-c", code, str(self.slots), str(SLOT_BYTES), str(cache)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
        self.answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._hear, daemon=True).start()
        self.answers.get(timeout=60.0)

    def _hear(self) -> None:
        assert self.process.stdout is not None
        for told in self.process.stdout:
            self.answers.put(json.loads(told))

    def ask(self, **command: Any) -> dict[str, Any]:
        """Give the answer; none within some seconds is a hang."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()
        return self.answers.get(timeout=MOST_S)

    def see(self, path: Path, affine: bool) -> tuple[str, Any]:
        """Give the sentence that refuses an image, or the pixels of its ground: blue, green, red, opacity."""
        place = list(PLACE)[:6] if affine else None
        id = str(path)
        told = self.ask(open=id, path=id, project_crs="4546", affine=place, crs="")
        if "opened" in told:
            told = self.ask(job=1, slot=0, image=id, bounds=BOUNDS, size=[64, 64])
        if "refused" in told:
            return str(told["message"]["id"]).removeprefix("formats."), None
        assert "failed" not in told, told
        pixels = np.frombuffer(self.slots.read_bytes()[: 64 * 64 * 4], np.uint8).reshape(64, 64, 4)
        return "", np.zeros_like(pixels) if told["empty"] else pixels

    def close(self) -> None:
        """End it; it must be there still."""
        alive = self.process.poll() is None
        self.process.kill()
        self.process.wait()
        assert alive


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    made = Reader(tmp_path_factory.mktemp("reader"))
    yield made
    made.close()


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("name", SHOWN)
def test_shown(name: str, reader: Reader, tmp_path: Path) -> None:
    make, colour = SHOWN[name]
    told, pixels = reader.see(make(tmp_path), affine=False)
    assert told == ""
    _holds(pixels, colour)


@pytest.mark.parametrize("name", ALIGNED)
def test_shown_where_it_was_laid(name: str, reader: Reader, tmp_path: Path) -> None:
    make, colour = ALIGNED[name]
    told, pixels = reader.see(make(tmp_path), affine=True)
    assert told == ""
    _holds(pixels, colour)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, reader: Reader, tmp_path: Path) -> None:
    make, sentences = REFUSED[name]
    told, _pixels = reader.see(make(tmp_path), affine=name not in UNPLACED)
    assert told in sentences.split()


def test_hundreds_of_damaged_files_end_nothing(reader: Reader, tmp_path: Path) -> None:
    """Bytes changed at random, from a seed: each is shown or refused, and the reader goes on."""
    pick = np.random.default_rng(20261130)
    (tmp_path / "whole").mkdir()
    whole = [tiff(flat(120, 3), compress="deflate")(tmp_path / "whole").read_bytes()]
    whole.append(picture("RGB", RED, ".png")(tmp_path / "whole").read_bytes())
    whole.append(picture("RGB", RED, ".jpg")(tmp_path / "whole").read_bytes())
    refused = 0
    for number in range(DAMAGED):
        data = bytearray(whole[number % 3])
        for place in pick.integers(0, min(len(data), 600), 3):
            data[place] = pick.integers(0, 256)
        path = tmp_path / f"{number}.img"
        path.write_bytes(data)
        told, _pixels = reader.see(path, affine=True)
        refused += told != ""
        reader.process.stdin.write(json.dumps({"close": str(path)}).encode() + b"\n")  # type: ignore[union-attr]
    assert 0 < refused < DAMAGED


def _holds(pixels: Any, colour: tuple[int, int, int] | None) -> None:
    blue, green, red, opacity = (int(each) for each in pixels[8, 8])
    if colour is None:
        assert opacity == 0
    else:
        assert opacity == 255 and np.abs(np.array((red, green, blue)) - colour).max() <= 8, (red, green, blue)
