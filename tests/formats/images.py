"""Small images for tests: each pixel tells where it lies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray

from gis_app.formats.raster import rasterio  # loaded there with the few drivers that it has

WEST, NORTH, STEP_M = 500_000.0, 3_080_000.0, 2.0


def slope(width: int, height: int, left: int = 0, top: int = 0) -> NDArray[np.uint8]:
    """Red grows to the east, green to the south, blue is a chequer of 16 pixels."""
    column = (np.arange(left, left + width) % 256).astype(np.uint8)[None, :]
    row = (np.arange(top, top + height) % 256).astype(np.uint8)[:, None]
    chequer = (column // 16 % 2 ^ row // 16 % 2) * np.uint8(200)
    return np.stack([np.broadcast_to(column, chequer.shape), np.broadcast_to(row, chequer.shape), chequer])


def tiff(
    path: Path,
    bands: NDArray[Any],
    *,
    west: float = WEST,
    north: float = NORTH,
    step_m: float = STEP_M,
    crs: str | None = "EPSG:4546",
    overviews: tuple[int, ...] = (),
    placed: bool = True,
    **more: Any,
) -> Path:
    """Write a GeoTIFF."""
    count, height, width = bands.shape
    place = {"transform": Affine(step_m, 0.0, west, 0.0, -step_m, north)} if placed else {}
    options = {"tiled": True, "blockxsize": 256, "blockysize": 256} | more
    kind = bands.dtype
    colours = options.pop("colormap", None)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=width,
        height=height,
        count=count,
        dtype=kind,
        crs=crs,
        **place,
        **options,
    ) as file:
        file.write(bands)
        if colours is not None:
            file.write_colormap(1, colours)
    if overviews:
        with rasterio.open(path, "r+") as file:
            file.build_overviews(overviews)
    return path


def bounds(column: float, row: float, width: float, height: float) -> tuple[float, float, float, float]:
    """Ground of a window of the pixels."""
    x, y = WEST + column * STEP_M, NORTH - row * STEP_M
    return (x, y - height * STEP_M, x + width * STEP_M, y)
