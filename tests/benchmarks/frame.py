"""How long one complete frame of a file takes: 1920 × 1080, categorised fill with outline.

``python -m tests.benchmarks.frame FILE [--layer L] [--property P] [--extent 1.0|0.3|0.05] [--format json]
[--png OUT]``

*Cold* is a view that was never drawn, of which no picture is kept; *warm* the same view again. Before the
first frame coordinates are read and sorted into cells (``build_s``); no pixel is made.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from gis_app.render import compiling
from gis_app.render.scene import SceneLayer
from gis_app.render.shape import columns
from gis_app.render.symbol import Symbol
from gis_app.render.view import View, fit
from tests.benchmarks import coverage
from tests.benchmarks.shown import SIZE, canvas, complete_s

EXTENTS = (1.0, 0.3, 0.05)
TIMES = 5
RANDOM_VIEWS = 10


@dataclass(frozen=True)
class Frames:
    """Seconds of frames at one extent; memory in MB (10⁶ bytes)."""

    cold_s: float
    warm_s: float
    random_s: float
    recoloured_s: float


def read(path: Path, layer: str | None, property: str | None) -> SceneLayer:
    """Read polygons, each value of a column in one of ten colours."""
    import pyogrio

    _meta, _ids, geometry, fields = pyogrio.raw.read(path, layer=layer)
    import shapely

    names = list(_meta["fields"])
    values = fields[names.index(property)] if property else fields[0] if fields else np.zeros(len(geometry))
    shapes = np.asarray(shapely.from_wkb(geometry))
    kept = np.asarray(shapely.get_dimensions(shapes) == 2) & ~shapely.is_empty(shapes)
    _unique, classes = np.unique(values[kept].astype(str), return_inverse=True)
    symbols = symbols_of(coverage.COLOURS)
    fids = np.arange(1, int(kept.sum()) + 1, dtype=np.int64)
    return SceneLayer(
        "parcels", {}, columns("polygon", shapes[kept]), fids, symbols,
        np.asarray(classes % len(symbols), dtype=np.int64), coverage=True,
    )  # fmt: skip


def symbols_of(colours: tuple[str, ...]) -> tuple[Symbol, ...]:
    """Give a fill with the outline of the benchmark for each colour."""
    return tuple(Symbol(fill=colour, outline=coverage.OUTLINE) for colour in colours)


def build(layer: SceneLayer) -> tuple[float, int]:
    """Sort a layer's coordinates; give the seconds, and the bytes of what is kept beside them."""
    compiling.load()  # whether they were compiled before is not the file's doing
    started_s = time.perf_counter()
    shapes = layer.shapes
    _ = (layer.bounds, shapes.shells, shapes.longest, layer.paint_of)
    cells, seams = shapes.cells, shapes.seams
    seconds = time.perf_counter() - started_s
    kept = (shapes.bounds, shapes.shells, layer.paint_of, cells.order, cells.starts, cells.large)
    return seconds, sum(array.nbytes for array in kept) + seams.nbytes


def views(layer: SceneLayer, extent: float, count: int, seed: int) -> list[View]:
    """Give views of a share of the full extent: of one scale nearly, nowhere aligned."""
    assert layer.bounds is not None
    full = fit(layer.bounds, SIZE, 0.0)
    random = np.random.default_rng(seed)
    free = (1.0 - extent) / 2.0
    made = []
    for _ in range(count):
        west, south, east, north = layer.bounds
        away = random.uniform(-free, free, 2) * (east - west, north - south)
        centre = (float(full.centre[0] + away[0]), float(full.centre[1] + away[1]))
        made.append(replace(full, centre=centre, scale=full.scale / extent * random.uniform(0.995, 1.005)))
    return made


def frames(shown: Any, layer: SceneLayer, extent: float) -> Frames:
    """Measure one extent: cold, warm, at random views, and after all classes changed their colour."""
    go = partial(_go, shown)
    cold = [go(view) for view in views(layer, extent, TIMES, seed=1)]
    last = views(layer, extent, 2, seed=2)
    go(last[0])
    go(last[1])
    warm = [go(last[number % 2]) for number in range(TIMES)]
    random = [go(view) for view in views(layer, extent, RANDOM_VIEWS, seed=3)]
    other = replace(layer, symbols=symbols_of(coverage.COLOURS[5:] + coverage.COLOURS[:5]))
    recoloured = complete_s(shown, lambda: shown.set_layers([other]))
    shown.set_layers([layer])
    medians = (statistics.median(each) for each in (cold, warm, random))
    return Frames(*medians, recoloured)


def _go(shown: Any, view: View) -> float:
    return complete_s(shown, partial(shown.zoom_to, view.bounds, 0.0))


def main() -> int:
    """Print the figures of one extent, or of all three."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.frame")
    parser.add_argument("file", type=Path)
    parser.add_argument("--layer")
    parser.add_argument("--property")
    parser.add_argument("--extent", type=float)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--png", type=Path, help="write the last cold frame")
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    started_s = time.perf_counter()
    layer = read(asked.file, asked.layer, asked.property)
    read_s = time.perf_counter() - started_s
    build_s, index_bytes = build(layer)
    result: dict[str, Any] = {"read_s": read_s, "build_s": build_s, "features": len(layer.fids)}
    with canvas() as shown:
        complete_s(shown, lambda: shown.zoom_to((0.0, 0.0, 1.0, 1.0)))  # empty: window and threads are there
        shown.wait_for_kernels()
        complete_s(shown, lambda: (shown.set_layers([layer]), shown.zoom_to(layer.bounds, 0.4)))
        for extent in [asked.extent] if asked.extent else EXTENTS:
            own = frames(shown, layer, extent)
            found = {"cold_s": own.cold_s, "warm_s": own.warm_s, "random_s": own.random_s,
                     "recoloured_s": own.recoloured_s}  # fmt: skip
            result |= found if asked.extent else {f"{extent}": found}
            if asked.png:
                _go(shown, views(layer, extent, 1, seed=2)[0])
                shown.grab().save(str(asked.png))
    result["coordinates_mb"] = layer.shapes.coords.nbytes / 1e6
    result["index_mb"] = index_bytes / 1e6
    result["peak_mb"] = peak_mb()
    print(json.dumps(result) if asked.format == "json" else "\n".join(f"{k}: {v}" for k, v in result.items()))
    return 0


def peak_mb() -> float:
    """Give the largest memory this process has had, in 10⁶ bytes; what it has now where nobody counts."""
    try:
        import resource
    except ImportError:
        return float(psutil.Process().memory_info().rss / 1e6)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


if __name__ == "__main__":
    sys.exit(main())
