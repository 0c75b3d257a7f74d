"""How a mosaic of 8 GB is moved over: sixteen tiles of 13 000 × 13 000 pixels without overviews.

The tiles hold a pattern that compresses well, one copied over the others, so that the 8.1 GB of pixels take
some 200 MB of a temporary folder for the length of the run. Every tile is decoded as any other would be.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from tests.benchmarks.figure import REFERENCE_S, Figure, calibration_s
from tests.benchmarks.shown import canvas

SIDE_PX, TILES, STEP_M = 13_000, 4, 0.1
WEST, NORTH = 500_000.0, 3_080_000.0
LIMIT_S, LIMIT_MB = 0.0167, 500.0
MOVES, BEAT_S = 240, 0.016
MOST_S = 900.0


def figures() -> Iterator[Figure]:
    """Measure the building of the overview, then panning at three scales, then memory."""
    folder = Path(tempfile.mkdtemp(prefix="parkplan-mosaic-"))
    try:
        (folder / "tiles").mkdir()
        code = "import sys; from tests.benchmarks.bench_imagery import mosaic; mosaic(sys.argv[1])"
        # elsewhere, so that its memory is not measured
        subprocess.run([sys.executable, "-c", code, str(folder / "tiles")], check=True)
        disk_mb = sum(path.stat().st_blocks * 512 for path in (folder / "tiles").iterdir()) / 1e6
        yield from _measured(folder, disk_mb)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def mosaic(place: str) -> None:
    """Make the tiles in a folder."""
    folder = Path(place)
    from affine import Affine

    from gis_app.formats.raster import rasterio

    column = np.arange(SIDE_PX, dtype=np.int32)[None, :]
    row = np.arange(SIDE_PX, dtype=np.int32)[:, None]
    fields = ((column // 700 * 37 + row // 500 * 91) % 140).astype(np.uint8)
    roads = (column % 2600 < 90) | (row % 2000 < 70)
    first = folder / "tile_0_0.tif"
    options = {"tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "deflate", "zlevel": 1}
    with rasterio.open(
        first, "w", driver="GTiff", width=SIDE_PX, height=SIDE_PX, count=3, dtype="uint8", crs="EPSG:4546",
        transform=Affine(STEP_M, 0.0, WEST, 0.0, -STEP_M, NORTH), interleave="pixel", **options,
    ) as file:  # fmt: skip
        for band, shift in enumerate((60, 80, 40), 1):
            file.write(np.where(roads, 130, fields + shift).astype(np.uint8), band)
    for east in range(TILES):
        for south in range(TILES):
            path = folder / f"tile_{east}_{south}.tif"
            if path != first:
                shutil.copyfile(first, path)
                with rasterio.open(path, "r+") as file:
                    x, y = WEST + east * SIDE_PX * STEP_M, NORTH - south * SIDE_PX * STEP_M
                    file.transform = Affine(STEP_M, 0.0, x, 0.0, -STEP_M, y)


def _measured(folder: Path, disk_mb: float) -> Iterator[Figure]:
    from gis_app.render.imagery import ImageReader
    from gis_app.session.imagery import Image
    from gis_app.ui.imagery import Imagery

    with canvas() as shown:
        reader = ImageReader(folder / "cache")
        imagery = Imagery(reader=reader)
        try:
            shown.underlay = imagery.paint
            shown.view_changed.connect(imagery.want)
            imagery.ready.connect(shown.update)
            start_s = time.perf_counter()
            imagery.set_images([Image(folder / "tiles")], "4546")
            imagery.begin()
            _until(lambda: imagery.shown())
            state = imagery.shown()[0]
            open_s = time.perf_counter() - start_s
            _until(lambda: state.built is None)
            build_s = time.perf_counter() - start_s - open_s
            machine_s = calibration_s()
            said = f"a mosaic of 8.1 GB ({disk_mb:.0f} MB on the disk) is opened"
            yield Figure(said, open_s, "calibration", open_s / machine_s)
            said = "its overview is built in the cache, beside everything else"
            yield Figure(said, build_s, "calibration", build_s / machine_s)
            yield from _panned(shown, imagery)
            held = [psutil.Process(pid).memory_info().rss for pid in imagery.pids]
            own_mb = psutil.Process().memory_info().rss / 1e6
            mb = own_mb + sum(held) / 1e6
            said = f"memory of window ({own_mb:.0f} MB) and reader ({sum(held) / 1e6:.0f} MB): {mb:.0f} MB"
            yield Figure(said, 0.0, f"{LIMIT_MB:.0f} MB", mb / LIMIT_MB, 1.0)
        finally:
            imagery.close()


def _panned(shown: Any, imagery: Any) -> Iterator[Figure]:
    """Move as a hand does, sixty times a second, and time each move to its first repaint."""
    side_m = SIDE_PX * TILES * STEP_M
    for name, share in (("all of it", 0.9), ("a tenth", 0.1), ("a hundredth", 0.01)):
        x, y, half = WEST + side_m / 3, NORTH - side_m / 3, side_m * share / 2
        shown.zoom_to((x - half, y - half, x + half, y + half), 0.0)
        _until(imagery.is_complete)
        took = []
        for step in range(MOVES):
            begun_s = time.perf_counter()
            shown.pan_by(-23.0 if step % 60 < 30 else 23.0, 9.0 if step % 40 < 20 else -9.0)
            shown.repaint()
            took.append(time.perf_counter() - begun_s)
            _for(begun_s + BEAT_S)
        start_s = time.perf_counter()
        _until(imagery.is_complete)
        whole_s = time.perf_counter() - start_s
        p95 = float(np.quantile(took, 0.95))
        said = f"moved over a mosaic of 8.1 GB, {name} in view, to the first repaint, 95 % of {MOVES}"
        said += f" (longest {max(took) * 1000:.0f} ms, sharp again after {whole_s * 1000:.0f} ms)"
        yield Figure(said, p95, "calibration", p95 / calibration_s(), LIMIT_S / REFERENCE_S)


def _until(done: Callable[[], object]) -> None:
    end_s = time.perf_counter() + MOST_S
    while not done():
        if time.perf_counter() > end_s:
            raise SystemExit("the mosaic was not shown")
        _for(time.perf_counter() + 0.005)


def _for(end_s: float) -> None:
    """Let events be handled until a moment."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    while True:
        left_ms = int((end_s - time.perf_counter()) * 1000)
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, max(1, left_ms))
        if time.perf_counter() >= end_s:
            return
        time.sleep(0.001)
