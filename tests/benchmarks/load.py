"""A project file of 1 000 000 parcels: first picture, ready to edit, memory; beside readers of the same file.

``python -m tests.benchmarks.load [PARCELS]`` measures another number; 1 where a limit is missed. The peers
need pyarrow, which the program does without: it is put into ``build/peers`` once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import shapely
from pyproj import CRS

from gis_app.catalogue import load
from gis_app.edits.registry import EDITS
from gis_app.model import Layer, Project, feature_frame
from gis_app.project_file import ProjectFile
from gis_app.render.scene import bounds_of, scene_layers
from gis_app.session.session import Session
from tests.benchmarks.coverage import geometry
from tests.benchmarks.figure import Figure, calibration_s
from tests.benchmarks.shown import canvas, complete_s

PARCELS = 1_000_000
PICTURE, EDIT, MEMORY = 4.0, 1.5, 6.0
LAYER = "supply_parcel"
HOME = Path(__file__).resolve().parents[2]
PEERS = HOME / "build" / "peers"
TIMES = 3


def park(count: int) -> Project:
    """Parcels with eight fields: texts, a date, numbers with gaps."""
    shapes, kind = geometry(count), load().feature_types[LAYER]
    random, count = np.random.default_rng(11), len(shapes)

    def some(*values: object) -> np.ndarray[Any, Any]:
        made = np.empty(len(values), dtype=object)
        made[:] = values
        return made[random.integers(0, len(values), count)]

    columns: dict[str, Any] = {
        "parcel_no": np.array([f"GD-{2016 + k % 10}-{k:06d}" for k in range(count)], dtype=object),
        "right_holder": some(*(f"澜溪{name}制造有限公司" for name in "恒云禾河金石宏盛华泰")),
        "class_code": some("1001", "100101", "0601", "1101"),
        "supply_mode": some("出让", "划拨", None),
        "agreed_start_date": some(*(date(2016 + year, 1 + year, 3) for year in range(10))),
        "contract_area_m2": random.uniform(2e3, 9e4, count),
        "price_wan": random.uniform(10, 9000, count),
        "invested_wan": np.where(random.random(count) < 0.2, np.nan, random.uniform(0, 9e4, count)),
    }
    frame = feature_frame(np.arange(1, count + 1), columns, shapes, CRS.from_epsg(4547))
    return Project(frame.crs, layers={LAYER: Layer(LAYER, kind, frame)}, next_fid=count + 1)


def project(count: int, folder: Path) -> Path:
    """Make the file."""
    path = folder / f"parcels-{count}.gpkg"
    ProjectFile.create(path, park(count), actor="bench").close()
    return path


def opened(path: Path) -> dict[str, float]:
    """In a process of its own: open, first picture, one parcel moved and stored; seconds and bytes."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    catalogue, found = load(), dict[str, float]()
    with canvas() as shown:
        complete_s(shown, lambda: shown.zoom_to((0.0, 0.0, 1.0, 1.0)))  # empty: window and threads are there
        shown.wait_for_kernels()
        start = time.perf_counter()
        stored = ProjectFile.open(path, catalogue=catalogue)
        session = Session(stored, catalogue, "bench")
        found["read_s"] = time.perf_counter() - start
        layer = session.project.layers[LAYER]
        drawn = scene_layers(layer, catalogue)
        found["scene_s"] = time.perf_counter() - start
        complete_s(shown, lambda: (shown.set_layers(drawn), shown.zoom_to(bounds_of(drawn), 0.0)))
        found["picture_s"] = time.perf_counter() - start
        begin = time.perf_counter()
        layer.near((0.0, 0.0, 1.0, 1.0))
        fid = int(layer.fids[len(layer) // 2])
        point = shapely.get_coordinates(layer.shapes([fid]))[1]
        given = {"layer": LAYER, "from": point.tolist(), "to": (point + 0.2).tolist()}
        assert EDITS["move_vertex"].changeset(session.project, catalogue, given)
        found["edit_s"] = found["read_s"] + time.perf_counter() - begin
        coordinates = sum(one.shapes.coords.nbytes for one in drawn)
        found["held_bytes"] = coordinates + _attribute_bytes(layer)
        stored.close()
    return found


def _attribute_bytes(layer: Layer) -> int:
    """What the attributes themselves take: numbers as numbers, texts as their bytes."""
    total = 0
    for name in layer.table.columns:
        if name != "geometry":
            values = layer.table.column(name)
            plain = values.dtype != object
            total += values.nbytes if plain else sum(len(str(v).encode()) for v in values if v is not None)
    return total


def child(*command: str) -> tuple[dict[str, float], int]:
    """What a process prints as JSON, and the most memory that it and its children held at one moment."""
    beside = {"PYTHONPATH": str(PEERS)} if command[0] == "-c" else {}
    asked = [sys.executable, *command]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, cwd=HOME, env=os.environ | beside) as process:
        most, over = [0], threading.Event()
        watch = threading.Thread(target=_watch, args=(process.pid, most, over))
        watch.start()
        out, _ = process.communicate()
        over.set()
        watch.join()
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return json.loads(out.splitlines()[-1]), most[0]


def _watch(pid: int, most: list[int], over: threading.Event) -> None:
    while not over.wait(0.02):
        try:
            top = psutil.Process(pid)
            held = sum(one.memory_info().rss for one in (top, *top.children(recursive=True)))
            most[0] = max(most[0], held)
        except psutil.NoSuchProcess:
            pass  # one ended while it was looked at


PEER = """
import json, sys, time, pyogrio, geopandas
path, found = sys.argv[1], {}
for name, read in (("arrow_s", lambda: pyogrio.read_arrow(path, layer="supply_parcel")),
                   ("frame_s", lambda: geopandas.read_file(path, layer="supply_parcel", use_arrow=True))):
    start = time.perf_counter(); read(); found[name] = time.perf_counter() - start
print(json.dumps(found))
"""


def figures(count: int = PARCELS) -> Iterator[Figure]:
    """Ratios of one run; the best of a few, in turn, so that a busy moment is nobody's alone."""
    if not PEERS.exists():
        get = ["-m", "pip", "install", "--quiet", "--no-deps", "--target", str(PEERS), "pyarrow"]
        subprocess.run([sys.executable, *get], check=True)
    with tempfile.TemporaryDirectory() as folder:
        path = project(count, Path(folder))
        path.read_bytes()
        ours, peers = [], []
        for _ in range(TIMES):
            peers.append(child("-c", PEER, str(path))[0])
            ours.append(child("-m", "tests.benchmarks.load", "--open", str(path)))
        best = {name: min(one[name] for one, _ in ours) for name in ours[0][0]}
        peer = {name: min(one[name] for one in peers) for name in peers[0]}
        peak = min(most for _, most in ours)
        what = f"{count} parcels from a project file"
        yield Figure(f"{what}: first complete picture", best["picture_s"], "read_arrow",
                     best["picture_s"] / peer["arrow_s"], PICTURE)  # fmt: skip
        yield Figure(f"{what}: ready to edit", best["edit_s"], "geopandas.read_file(use_arrow=True)",
                     best["edit_s"] / peer["frame_s"], EDIT)  # fmt: skip
        yield Figure(f"{what}: peak of all processes {peak / 1e6:.0f} MB", best["edit_s"],
                     "coordinates and attributes", peak / best["held_bytes"], MEMORY)  # fmt: skip


def main() -> int:
    """Print the figures as they come."""
    from tests.benchmarks.run import line

    kept, machine_s = True, calibration_s()
    for figure in figures(int(sys.argv[1]) if sys.argv[1:] else PARCELS):
        print(line(figure, machine_s), flush=True)
        kept = kept and figure.kept
    return 0 if kept else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--open"]:
        print(json.dumps(opened(Path(sys.argv[2]))))
    else:
        sys.exit(main())
