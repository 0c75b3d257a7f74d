"""Photographs of strangers made small, and where and when they were taken; only in a reader child."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_app.formats.grid import Pixels
from gis_app.formats.packing import message_data
from gis_app.formats.raster import Raster
from gis_app.language import Refused
from gis_app.worker.crew import Job
from gis_app.worker.limits import Limits

START_S, SECONDS_A_PICTURE = 30.0, 5.0
_MEMORY_BYTES = 1 << 30
_TURNS = {
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.transpose(1, 0, 2),
    6: lambda p: p[::-1].transpose(1, 0, 2),
    7: lambda p: p[::-1, ::-1].transpose(1, 0, 2),
    8: lambda p: p.transpose(1, 0, 2)[::-1],
}
"""What brings a picture upright, by the camera's word ``Orientation``."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def job(paths: list[Path], box_px: tuple[int, int]) -> Job:
    """Give the job that makes some photographs small.

    Its value has for each path ``refused`` (a message as data) or ``place`` (longitude and latitude in
    degrees as the camera wrote them, or None) and ``taken`` (``YYYY-MM-DD`` or empty); its arrays are the
    pictures, (height, width, 4) of bytes, under the numbers of the paths.
    """
    limits = Limits(START_S + SECONDS_A_PICTURE * len(paths), _MEMORY_BYTES)
    request = {"paths": [str(path) for path in paths], "box": list(box_px)}
    return Job("gis_app.formats.photograph", "read", request, limits=limits, alone=True)


def read(
    request: dict[str, Any], arrays: dict[str, NDArray[Any]], folder: Path
) -> tuple[list[dict[str, Any]], dict[str, NDArray[Any]]]:
    """Do what ``job`` asks for, in the child."""
    told: list[dict[str, Any]] = []
    made: dict[str, NDArray[Any]] = {}
    for number, path in enumerate(request["paths"]):
        try:
            pixels, said = small(Path(path), (int(request["box"][0]), int(request["box"][1])))
        except Refused as refused:
            told.append({"refused": message_data(refused.message)})
            continue
        made[str(number)] = np.ascontiguousarray(pixels)
        told.append(said)
    return told, made


def small(path: Path, box_px: tuple[int, int]) -> tuple[Pixels, dict[str, Any]]:
    """Give a picture upright that fits a box, and what the camera wrote: place and day.

    Raises
    ------
    Refused
        It is none, is damaged, or is too large to be made small.
    """
    raster = Raster.open(path)
    try:
        words = raster.words()
        turn = _TURNS.get(_whole(words.get("EXIF_Orientation", "1")))
        wide, high = raster.size
        box = box_px if turn is None or _whole(words["EXIF_Orientation"]) < 5 else box_px[::-1]
        share = min(1.0, box[0] / wide, box[1] / high)
        shape = max(1, round(high * share)), max(1, round(wide * share))
        pixels = raster.whole(shape)
    finally:
        raster.close()
    upright = pixels if turn is None else turn(pixels)
    return upright, {"place": place_of(words), "taken": day_of(words)}


def place_of(words: dict[str, str]) -> list[float] | None:
    """Give longitude and latitude as the camera wrote them; None where it wrote none that can be."""
    latitude = _degrees(words.get("EXIF_GPSLatitude", ""), words.get("EXIF_GPSLatitudeRef", ""), "S")
    longitude = _degrees(words.get("EXIF_GPSLongitude", ""), words.get("EXIF_GPSLongitudeRef", ""), "W")
    if latitude is None or longitude is None or abs(latitude) > 90.0 or abs(longitude) > 180.0:
        return None
    return None if latitude == longitude == 0.0 else [longitude, latitude]


def day_of(words: dict[str, str]) -> str:
    """Give the day on which it was taken, as the camera's clock had it; empty for none."""
    found = re.match(r"(\d{4}):(\d\d):(\d\d)\b", words.get("EXIF_DateTimeOriginal", ""))
    return "-".join(found.groups()) if found and found[1] != "0000" else ""


def _degrees(text: str, side: str, negative: str) -> float | None:
    parts = [float(each) for each in _NUMBER.findall(text)]
    if len(parts) != 3 or not all(math.isfinite(part) and part >= 0.0 for part in parts):
        return None
    value = parts[0] + parts[1] / 60.0 + parts[2] / 3600.0
    return -value if side.strip().upper().startswith(negative) else value


def _whole(text: str) -> int:
    return int(text) if text.strip().isdigit() else 1
