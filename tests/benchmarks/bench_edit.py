"""Edits of 100 000 parcels with 60 columns: judged near by, stored, applied."""

from __future__ import annotations

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from gis_app.catalogue import load
from gis_app.edits.registry import EDITS
from gis_app.model import Layer, Project, feature_frame
from gis_app.project_file import ProjectFile
from gis_app.rules.live import changes
from gis_app.session.session import Session
from tests.benchmarks.coverage import geometry
from tests.benchmarks.figure import REFERENCE_S, Figure, calibration_s

LAYER = "supply_parcel"
PARCELS, COLUMNS = 100_000, 60
VERTEX_S, OTHER_S = 0.016, 0.050
TIMES = 40
SHIFT_M = np.array([0.3, 0.2])
CATALOGUE = load()

Arguments = Callable[[Session, int], Mapping[str, Any]]


def park(shapes: np.ndarray[Any, Any], columns: int) -> Project:
    """A park of one coverage; half of the columns texts, half numbers."""
    kind, count = CATALOGUE.feature_types[LAYER], len(shapes)
    known = [f for f in kind.fields if f.type in ("text", "number") and f.on_merge != "ask" and not f.values]
    names = [f.id for f in known] + [f"extra_{n}" for n in range(columns)]
    types = {f.id: f.type for f in known}
    random = np.random.default_rng(5)
    given: dict[str, Any] = {}
    for n, name in enumerate(names[:columns]):
        if types.get(name, "text" if n % 2 else "number") == "number":
            given[name] = random.uniform(1, 1000, count).round(2)
        else:
            given[name] = np.array([f"{name} {k % 97}" for k in range(count)], dtype=object)
    frame = feature_frame(np.arange(1, count + 1), given, shapes, CRS.from_epsg(4547))
    return Project(frame.crs, layers={LAYER: Layer(LAYER, kind, frame)}, next_fid=count + 1)


def move(session: Session, n: int) -> Mapping[str, Any]:
    """One vertex of a parcel, some decimetres."""
    points = shapely.get_coordinates(_shape(session, n))
    at = points[n % (len(points) - 1)]
    return {"from": at.tolist(), "to": (at + SHIFT_M * (-1) ** n).tolist()}


def draw(session: Session, n: int) -> Mapping[str, Any]:
    """A block that its neighbours make room for."""
    x, y = shapely.get_coordinates(shapely.point_on_surface(_shape(session, n)))[0]
    return {"geometry": shapely.box(x - 25, y - 6, x + 25, y + 6), "cut": "neighbours"}


def split(session: Session, n: int) -> Mapping[str, Any]:
    """Right through a parcel."""
    x, y = shapely.get_coordinates(shapely.point_on_surface(_shape(session, n)))[0]
    return {"fid": _fid(session, n), "line": [[x - 200, y - 3], [x + 200, y + 3]]}


def merge(session: Session, n: int) -> Mapping[str, Any]:
    """A parcel and the neighbour with the longest common edge."""
    layer, fid, shape = session.project.layers[LAYER], _fid(session, n), _shape(session, n)
    near = [int(other) for other in layer.near(shape.bounds) if other != fid]
    shared = shapely.length(shapely.intersection(shape.boundary, shapely.boundary(layer.shapes(near))))
    return {"fids": [fid, near[int(np.argmax(shared))]]}


def delete(session: Session, n: int) -> Mapping[str, Any]:
    """One parcel."""
    return {"fids": [_fid(session, n)]}


def _fid(session: Session, n: int) -> int:
    fids = session.project.layers[LAYER].fids
    return int(fids[(n * 7919) % len(fids)])


def _shape(session: Session, n: int) -> Any:
    return session.project.layers[LAYER].shapes([_fid(session, n)])[0]


VERBS: Mapping[str, tuple[str, Arguments, float]] = {
    "a vertex moved": ("move_vertex", move, VERTEX_S),
    "a block drawn over neighbours": ("draw_feature", draw, OTHER_S),
    "a parcel split": ("split", split, OTHER_S),
    "two parcels merged": ("merge", merge, OTHER_S),
    "a parcel deleted": ("delete_features", delete, OTHER_S),
}


def seconds(
    session: Session,
    verb: str,
    arguments: Arguments,
    numbers: Iterator[int],
    times: int,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Median of edits, with the rules that look at the place, until they are stored and applied."""
    taken = []
    for n in itertools.islice(numbers, times):
        given = {"layer": LAYER, **arguments(session, n)}
        start = clock()
        step = EDITS[verb].changeset(session.project, CATALOGUE, given)
        changes(session.project, step, CATALOGUE)
        session.perform(step)
        taken.append(clock() - start)
    return statistics.median(taken)


def figures() -> Iterator[Figure]:
    """Each verb."""
    machine_s = calibration_s()
    with opened(park(geometry(PARCELS), COLUMNS)) as session:
        numbers = itertools.count(1)
        for name, (verb, arguments, limit_s) in VERBS.items():
            taken_s = seconds(session, verb, arguments, numbers, TIMES)
            yield Figure(f"{name}, {PARCELS} parcels, {COLUMNS} columns", taken_s, "calibration",
                         taken_s / machine_s, limit_s / REFERENCE_S)  # fmt: skip


@contextmanager
def opened(made: Project) -> Iterator[Session]:
    """Give a project at work, stored in a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.gpkg"
        ProjectFile.create(path, made, actor="bench").close()
        with ProjectFile.open(path, catalogue=CATALOGUE) as stored:
            session = Session(stored, CATALOGUE, "bench")
            session.project.layers[LAYER].near((0, 0, 1, 1))
            stored.examined()
            yield session
