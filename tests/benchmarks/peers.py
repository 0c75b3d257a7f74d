"""The same picture by ParkPlan, QGIS and Mapnik in one run: ``python -m tests.benchmarks.peers [COUNT…]``.

1920 × 1080, parcels of ten class colours with an outline, antialiased, two threads each; all draw the same
views in turns, none of them twice. ParkPlan reads the parcels when it opens the file, the others for each
picture: it is what whoever uses them waits for. Ends with 1 where a limit is missed. The files and the last
pictures are left in ``build/peers``.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gis_app.render.scene import SceneLayer
from gis_app.render.tile import snapped
from gis_app.render.view import View
from tests.benchmarks import coverage, frame
from tests.benchmarks.shown import SIZE, canvas, complete_s

COUNTS = (100_000, 1_000_000)
LIMITS = {
    100_000: {1.0: 5.0, 0.3: 4.0, 0.05: 1.0},
    1_000_000: {1.0: 10.0, 0.3: 5.0, 0.05: 1.0},
}
"""How many times as long each of the others must take, by extent."""
TIMES = 5
QUIET_S = 0.5
"""Longer than the canvas waits before it draws what is not seen yet."""
SEED = 5
DPI = 96.0
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "peers"
SYSTEM_PYTHON = "/usr/bin/python3"
PEERS = ("QGIS", "Mapnik")
OURS = "ParkPlan"
LAYER, FIELD = "parcels", "cls"
DIFFERENT = 32
"""Of 255 in one of three colours: a pixel that is seen to differ."""


@dataclass
class Peer:
    """Another program, in a process of its own that answers line by line."""

    name: str
    process: subprocess.Popen[str]
    version: str = ""

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Give its answer; it ends the run where it has none."""
        send, take = self.process.stdin, self.process.stdout
        assert send is not None and take is not None  # it was started with both
        send.write(json.dumps(question) + "\n")
        send.flush()
        for line in take:
            if line.startswith("{"):
                return dict(json.loads(line))
        raise SystemExit(f"{self.name} ended: {self.process.wait()}")


@dataclass
class Timed:
    """Seconds of each program at one extent."""

    count: int
    extent: float
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def median_s(self, name: str) -> float:
        """Give the median, the first picture left out."""
        return statistics.median(self.seconds[name][1:])

    def ratio(self, peer: str) -> float:
        """How many times as long as we another program takes."""
        return self.median_s(peer) / self.median_s(OURS)

    @property
    def kept(self) -> bool:
        """Whether all of them take as much longer as is wanted."""
        return all(self.ratio(peer) >= LIMITS[self.count][self.extent] for peer in PEERS)


def written(count: int) -> Path:
    """Give a GeoPackage of so many parcels, with a spatial index; made where it is not there yet."""
    path = FOLDER / f"parcels-{count}.gpkg"
    if not path.exists():
        import geopandas as gpd

        FOLDER.mkdir(parents=True, exist_ok=True)
        shapes = coverage.geometry(count)
        columns = pd.DataFrame({FIELD: coverage.classes(len(shapes)).astype(np.int32)})
        made = gpd.GeoDataFrame(columns, geometry=shapes, crs=4547)
        part = path.with_suffix(".part.gpkg")
        made.to_file(part, layer=LAYER, driver="GPKG", engine="pyogrio", SPATIAL_INDEX="YES")
        part.replace(path)
    return path


@contextmanager
def peer(name: str, what: dict[str, Any]) -> Iterator[Peer]:
    """Start another program and tell it what to draw."""
    script = Path(__file__).with_name(f"peer_{name.lower()}.py")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    process = subprocess.Popen(
        [SYSTEM_PYTHON, "-E", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=environment | {"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    with process:
        started = Peer(name, process)
        started.version = str(started.ask(what)["version"])
        yield started
        assert process.stdin is not None
        process.stdin.close()


def measure(count: int) -> Iterator[Timed]:
    """Let all of them draw the same views in turns, extent after extent."""
    path = written(count)
    layer = frame.read(path, LAYER, FIELD)
    frame.build(layer)
    what = {
        "path": str(path), "layer": LAYER, "field": FIELD, "size": SIZE, "colours": coverage.COLOURS,
        "outline": coverage.OUTLINE.colour, "outline_px": coverage.OUTLINE.width_mm * DPI / 25.4,
    }  # fmt: skip
    with ExitStack() as opened:
        peers = [opened.enter_context(peer(name, what)) for name in PEERS]
        shown = opened.enter_context(canvas())
        shown.set_theme("#FFFFFF", "#000000")
        complete_s(shown, lambda: shown.zoom_to((0.0, 0.0, 1.0, 1.0)))  # empty: window and threads are there
        if not shown.wait_for_kernels():
            raise SystemExit("there are no compiled kernels")
        complete_s(shown, lambda: (shown.set_layers([layer]), shown.zoom_to(layer.bounds, 0.4)))
        print(", ".join(f"{other.name} {other.version}" for other in peers), f"{count} parcels", flush=True)
        for extent in frame.EXTENTS:
            yield _extent(shown, peers, layer, count, extent)


def _extent(shown: Any, peers: Sequence[Peer], layer: SceneLayer, count: int, extent: float) -> Timed:
    views = [snapped(view) for view in frame.views(layer, extent, TIMES + 1, SEED)]
    timed = Timed(count, extent, {name: [] for name in (OURS, *PEERS)})
    for view in views:
        is_last = view is views[-1]
        timed.seconds[OURS].append(complete_s(shown, partial(shown.zoom_to, view.bounds, 0.0)))
        if is_last:
            shown.grab().save(str(picture(OURS, count, extent)))
        _rest()
        for other in peers:
            png = str(picture(other.name, count, extent)) if is_last else ""
            answer = other.ask({"bounds": _bounds(view), "png": png})
            timed.seconds[other.name].append(float(answer["seconds"]))
    return timed


def _rest() -> None:
    """Let our own program draw ahead what it likes, until it no longer takes time from the others."""
    from PySide6.QtWidgets import QApplication

    quiet_s = time.perf_counter()
    while time.perf_counter() - quiet_s < QUIET_S:
        used_s = time.process_time()
        QApplication.processEvents()
        time.sleep(0.02)
        if time.process_time() - used_s > 0.005:
            quiet_s = time.perf_counter()


def _bounds(view: View) -> list[float]:
    return [float(value) for value in view.bounds]


def picture(name: str, count: int, extent: float) -> Path:
    """Name the last picture of a program."""
    return FOLDER / f"{count}-{extent:g}-{name.lower()}.png"


def different(name: str, count: int, extent: float) -> float:
    """Share of pixels in which the picture of another program is seen to differ from ours."""
    ours, theirs = (_pixels(picture(each, count, extent)) for each in (OURS, name))
    return float((np.abs(ours - theirs).max(axis=2) > DIFFERENT).mean())


def _pixels(path: Path) -> np.ndarray[Any, np.dtype[np.int16]]:
    from PySide6.QtGui import QImage

    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGBX8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return rows[..., :3].astype(np.int16)


def line(timed: Timed) -> str:
    """Give one row of the table."""
    parts = [f"{timed.count:>9} {timed.extent:>5.0%} {timed.median_s(OURS):9.4f} s"]
    for name in PEERS:
        off = different(name, timed.count, timed.extent)
        parts.append(f"{timed.median_s(name):9.4f} s {timed.ratio(name):6.1f} × ({off:5.1%} differ)")
    limit = LIMITS[timed.count][timed.extent]
    return "  ".join([*parts, f"limit {limit:g} × {'kept' if timed.kept else 'MISSED'}"])


def main() -> int:
    """Print a row for each extent."""
    kept = True
    print(f"{'parcels':>9} {'view':>5} {OURS:>11}  " + "  ".join(f"{name:>37}" for name in PEERS))
    for count in [int(each) for each in sys.argv[1:]] or COUNTS:
        for timed in measure(count):
            print(line(timed), flush=True)
            kept = kept and timed.kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
