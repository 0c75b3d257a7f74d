"""Photographs made small in a child: upright, with place and day; those that are none are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gis_app.formats.photograph import day_of, job, place_of, small
from gis_app.language import Refused
from gis_app.worker.crew import run

BOX = (212, 144)


def photo(path: Path, size: tuple[int, int] = (400, 300), orientation: int = 1, gps: bool = True) -> Path:
    """A photograph whose left half is red, as the camera stores it."""
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    pixels[:, : size[0] // 2, 0] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8769)[0x9003] = "2026:11:05 10:20:30"
    if gps:
        place = exif.get_ifd(0x8825)
        place[1], place[2], place[3], place[4] = "N", (28.0, 12.0, 30.0), "E", (113.0, 4.0, 12.0)
    Image.fromarray(pixels).save(path, quality=95, exif=exif)
    return path


def red(pixels: Any) -> str:
    """Which side of a picture is red."""
    h, w = pixels.shape[:2]
    means = {
        "left": pixels[:, : w // 2, 0].mean(), "right": pixels[:, w // 2 :, 0].mean(),
        "top": pixels[: h // 2, :, 0].mean(), "bottom": pixels[h // 2 :, :, 0].mean(),
    }  # fmt: skip
    return max(means, key=lambda side: means[side])


@pytest.mark.parametrize(
    ("orientation", "side", "size"),
    [
        (1, "left", (192, 144)), (2, "right", (192, 144)), (3, "right", (192, 144)), (4, "left", (192, 144)),
        (5, "top", (108, 144)), (6, "top", (108, 144)), (7, "bottom", (108, 144)), (8, "bottom", (108, 144)),
    ],
)  # fmt: skip
def test_upright(tmp_path: Path, orientation: int, side: str, size: tuple[int, int]) -> None:
    path = photo(tmp_path / "a.jpg", orientation=orientation)
    pixels, told = small(path, BOX)
    assert (red(pixels), pixels.shape[1::-1]) == (side, size)
    assert told["taken"] == "2026-11-05"
    assert told["place"] == pytest.approx([113.07, 28.2083333], abs=1e-6)


def test_in_a_child(tmp_path: Path) -> None:
    (tmp_path / "none.jpg").write_bytes(b"\xff\xd8\xff no")
    reply = run(
        job([photo(tmp_path / "a.jpg", gps=False), tmp_path / "none.jpg", tmp_path / "gone.png"], BOX)
    )
    assert reply.value[0] == {"place": None, "taken": "2026-11-05"}
    assert [each["refused"]["id"] for each in reply.value[1:]] == ["formats.image_broken", "formats.absent"]
    assert reply.arrays["0"].shape == (144, 192, 4)


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    Image.new("1", (30_000, 30_000)).save(tmp_path / "bomb.png")
    with pytest.raises(Refused) as told:
        small(tmp_path / "bomb.png", BOX)
    assert told.value.message.id == "formats.image_too_big"


def test_a_photograph_cut_off(tmp_path: Path) -> None:
    whole = photo(tmp_path / "a.jpg", (2000, 1500)).read_bytes()
    for share in (0.1, 0.5, 0.9):
        (tmp_path / "b.jpg").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(Refused):
            small(tmp_path / "b.jpg", BOX)


@pytest.mark.parametrize(
    "words",
    [
        {}, {"EXIF_GPSLatitude": "(28) (12)", "EXIF_GPSLongitude": "(113) (4) (1)"},
        {"EXIF_GPSLatitude": "(0) (0) (0)", "EXIF_GPSLongitude": "(0) (0) (0)"},
        {"EXIF_GPSLatitude": "(280) (0) (0)", "EXIF_GPSLongitude": "(113) (4) (1)"},
        {"EXIF_GPSLatitude": "nan", "EXIF_GPSLongitude": "inf"},
    ],
)  # fmt: skip
def test_no_place(words: dict[str, str]) -> None:
    assert place_of(words) is None
    assert day_of({"EXIF_DateTimeOriginal": "0000:00:00 00:00:00"}) == "" == day_of({})


def test_south_and_west() -> None:
    words = {"EXIF_GPSLatitude": "(1) (30) (0)", "EXIF_GPSLatitudeRef": "S"}
    words |= {"EXIF_GPSLongitude": "(2) (0) (36)", "EXIF_GPSLongitudeRef": "W"}
    assert place_of(words) == pytest.approx([-2.01, -1.5])
