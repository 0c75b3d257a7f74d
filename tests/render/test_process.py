"""Layers survive their way to another process, tiles are the picture, painters die and come back."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
import shapely
import shapely.affinity
from PySide6.QtCore import QCoreApplication, QEventLoop
from PySide6.QtGui import QImage, QPainter

from gis_app.catalogue.style import Hatch, Line, Marker
from gis_app.render import painter
from gis_app.render.painters import Painters
from gis_app.render.scene import Scene, SceneLayer, View, bounds_of, scene_layer
from gis_app.render.stored import store, stored
from gis_app.render.symbol import LabelStyle, Symbol
from gis_app.render.tile import Job, corner_px, snapped, tiles
from gis_app.render.view import fit
from gis_app.render.work import blank, work
from tests.benchmarks import coverage

SIZE = (900, 700)


@pytest.fixture(autouse=True)
def _application() -> None:
    painter.application()


def mixed() -> tuple[SceneLayer, ...]:
    """A coverage; areas with holes and several parts; dashed and cased lines; signs."""
    parcels = coverage.layer(2_000)
    west, south, east, north = bounds_of([parcels])
    random = np.random.default_rng(3)
    places = random.uniform((west, south), (east, north), (60, 2))
    rings = [shapely.Point(x, y).buffer(90.0).difference(shapely.Point(x, y).buffer(50.0)) for x, y in places]
    pairs = [shapely.union(a, shapely.affinity.translate(a, 300.0, 120.0)) for a in rings[:20]]
    slivers = [shapely.box(x, y, x + 400.0, y + 0.4) for x, y in places[20:40]]
    roads = [shapely.LineString(random.uniform((west, south), (east, north), (6, 2))) for _ in range(8)]
    dashed = Symbol(outline=Line("#101418", 0.7, (3.0, 1.0)), casing=Line("#FFFFFF", 1.7))
    hatch = Hatch(45, 2.0, "#C8102E", 0.4)
    hatched = Symbol(fill="#C8102E", opacity=0.3, hatch=hatch, outline=Line("#C8102E", 0.6))
    return (
        parcels,
        *scene_layer("rings", [*rings[20:], *pairs, *slivers], hatched),
        *scene_layer("halo", rings[:5], Symbol(outline=Line("#80FFFFFF", 2.4))),
        *scene_layer("roads", roads, dashed),
        *scene_layer("signs", shapely.points(places), Symbol(marker=Marker("diamond", 3.0, "#FFE600"))),
    )


def pixels(image: QImage) -> np.ndarray:
    shape = (image.height(), image.width(), 4)
    return np.frombuffer(bytes(image.constBits()), dtype=np.uint8).reshape(shape).astype(int)


def whole(layers: tuple[SceneLayer, ...], view: View) -> QImage:
    image = blank(view)
    with QPainter(image) as drawing:
        painter.paint(drawing, Scene(layers, view), labels=False)
    return image


def tiled(layers: tuple[SceneLayer, ...], view: View) -> QImage:
    known = dict(enumerate(layers))
    image = blank(view)
    with QPainter(image) as drawing:
        for tile, at in tiles(view):
            part = blank(tile)
            for _ in work(part, Job(tile, tuple(known)), known):
                continue
            drawing.drawImage(*at, part)
    return image


def off(a: QImage, b: QImage) -> float:
    """Share of pixels that differ by more than 32 of 255."""
    return float((np.abs(pixels(a) - pixels(b)).max(axis=2) > 32).mean())


@pytest.mark.parametrize("dpi", [96.0, 192.0])
@pytest.mark.parametrize("share", [1.0, 0.3, 0.05])
def test_tiles_are_the_picture(share: float, dpi: float) -> None:
    layers = mixed()
    view = fit(bounds_of(layers), SIZE, 0.05, dpi)
    view = snapped(View((view.centre[0] + 77.7, view.centre[1]), view.scale / share, SIZE, dpi))
    drawn = whole(layers, view)
    assert pixels(drawn)[:, :, 3].mean() > 100
    assert off(drawn, tiled(layers, view)) <= 0.01


@pytest.mark.parametrize("count", [20_000])
def test_leaving_out_fine_vertices_is_not_seen(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = coverage.layer(count)
    view = fit(bounds_of([layer]), SIZE, 0.02)
    fine = whole((layer,), view)
    monkeypatch.setattr("gis_app.render.gather.FINE_PX", 1e-6)
    assert off(fine, whole((layer,), view)) <= 0.01


def test_a_snapped_view_lies_on_the_pixels_of_its_tiles() -> None:
    view = snapped(View((512345.678, 3076543.21), 0.7319, (901, 700)))
    left, top = corner_px(view)
    assert view.centre[0] * view.scale - 901 / 2.0 == pytest.approx(left, abs=1e-6)
    assert -view.centre[1] * view.scale - 700 / 2.0 == pytest.approx(top, abs=1e-6)
    covered = {(x + i, y + j) for _, (x, y) in tiles(view) for i in (0, 511) for j in (0, 511)}
    assert min(covered) <= (0, 0) and max(covered) >= (900, 699)
    moved = snapped(View((view.centre[0] + 100.0, view.centre[1]), view.scale, view.size_px))
    assert {tile for tile, _ in tiles(view)} & {tile for tile, _ in tiles(moved)}


def test_a_stored_layer_is_the_layer(tmp_path: Path) -> None:
    named = Symbol(
        {"zh": "面", "en": "area"},
        "#ff0000",
        0.5,
        Hatch(45, 2.0, "#00ff00", 0.3),
        Line("#000000", 0.3, (2.0, 1.0)),
        Line("#ffffff", 1.0),
        Marker("star", 3.0, "#0000ff"),
        LabelStyle(2.5, boxed=True),
        "0601",
    )
    (plain,) = scene_layer("a", [shapely.box(0, 0, 4, 4), shapely.box(9, 9, 10, 10)], named)
    labelled = replace(plain, id="b", labels=("𠮷厂", ""), coverage=True, opacity=0.6)
    for number, layer in enumerate([plain, labelled]):
        store(tmp_path / str(number), layer)
        back = stored(tmp_path / str(number))
        assert (back.id, back.title, back.labels) == (layer.id, layer.title, layer.labels)
        assert (back.symbols, back.coverage, back.opacity) == (layer.symbols, layer.coverage, layer.opacity)
        assert np.array_equal(back.shapes.coords, layer.shapes.coords) and back.bounds == layer.bounds


def test_a_layer_without_features_can_be_stored(tmp_path: Path) -> None:
    (one,) = scene_layer("a", [shapely.box(0, 0, 4, 4)], Symbol(fill="#ff0000"))
    shapes = type(one.shapes)("polygon", np.empty((0, 2)), *(np.zeros(1, dtype=np.int64) for _ in range(3)))
    none = np.empty(0, dtype=np.int64)
    store(tmp_path / "a", SceneLayer("a", {}, shapes, none, one.symbols, none))
    assert len(stored(tmp_path / "a").shapes) == 0


class Answers:
    """What painters delivered."""

    def __init__(self, painters: Painters) -> None:
        self.complete: dict[Job, QImage] = {}
        self.partial: list[Job] = []
        painters.painted.connect(self.take)

    def take(self, job: Job, image: QImage, complete: bool) -> None:
        if complete:
            self.complete[job] = image.copy()
        else:
            self.partial.append(job)

    def wait(self, jobs: list[Job], most_s: float = 30.0) -> None:
        until_s = time.monotonic() + most_s
        while not self.complete.keys() >= set(jobs):
            assert time.monotonic() < until_s, "no picture came"
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


@pytest.fixture
def two() -> Iterator[Painters]:
    made = Painters(2)
    yield made
    made.close()


def jobs_of(layer: SceneLayer, number: int = 1) -> list[Job]:
    view = snapped(fit(layer.bounds, SIZE))
    return [Job(tile, (number,)) for tile, _ in tiles(view)]


@pytest.mark.parametrize("processes", [0, 1, 2])
def test_pictures_are_the_same_wherever_they_are_painted(processes: int) -> None:
    painters = Painters(processes)
    answers = Answers(painters)
    layer = coverage.layer(3_000)
    jobs = jobs_of(layer)
    painters.add(1, layer)
    painters.want(jobs)
    answers.wait(jobs)
    for job in jobs:
        assert pixels(answers.complete[job]).any() == pixels(whole((layer,), job.view)).any()
        assert np.array_equal(pixels(answers.complete[job]), pixels(whole((layer,), job.view)))
    assert len(painters.pids) == processes
    painters.close()


def test_what_is_no_longer_wanted_is_given_up(two: Painters) -> None:
    answers = Answers(two)
    slow = coverage.layer(300_000)
    two.add(1, slow)
    first = jobs_of(slow)
    two.want(first)
    answers.wait(first[:1])
    last = [Job(tile, (1,)) for tile, _ in tiles(snapped(View(slow_middle(slow), 2.0, SIZE)))]
    asked_s = time.perf_counter()
    two.want(last)
    answers.wait(last)
    assert time.perf_counter() - asked_s < 5.0
    two.want([])
    until_s = time.monotonic() + 1.0
    while time.monotonic() < until_s:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    assert len(answers.complete) < len(first) + len(last)


def slow_middle(layer: SceneLayer) -> tuple[float, float]:
    west, south, east, north = layer.bounds
    return ((west + east) / 2.0, (south + north) / 2.0)


def test_a_killed_process_comes_back_with_its_layers(two: Painters) -> None:
    answers = Answers(two)
    layer = coverage.layer(20_000)
    jobs = jobs_of(layer)
    two.add(1, layer)
    two.want(jobs[:1])
    answers.wait(jobs[:1])
    before = set(two.pids)
    for pid in before:
        psutil.Process(pid).kill()
    two.want(jobs[1:])
    answers.wait(jobs)
    assert len(two.pids) == 2 and not before & set(two.pids)


def test_processes_that_keep_dying_are_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis_app.render.starting._START", "import sys; sys.exit(3)")
    painters = Painters(2)
    answers = Answers(painters)
    layer = coverage.layer(500)
    painters.add(1, layer)
    painters.want(jobs_of(layer))
    answers.wait(jobs_of(layer))
    assert painters.pids == []
    painters.close()


def test_where_no_process_starts_the_main_thread_paints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis_app.render.starting.sys.executable", "/no/such/interpreter")
    painters = Painters(2)
    answers = Answers(painters)
    layer = coverage.layer(500)
    painters.add(1, layer)
    painters.want(jobs_of(layer))
    answers.wait(jobs_of(layer))
    painters.close()


def test_a_disk_that_takes_nothing_does_not_stop_the_painting(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path, layer: SceneLayer) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr("gis_app.render.painters.store", full)
    painters = Painters(1)
    answers = Answers(painters)
    layer = coverage.layer(500)
    painters.add(1, layer)
    painters.want(jobs_of(layer))
    answers.wait(jobs_of(layer))
    assert painters.pids == []
    painters.close()


def test_a_layer_that_is_let_go_leaves_no_file(two: Painters) -> None:
    answers = Answers(two)
    for number in (1, 2):
        two.add(number, coverage.layer(500))
    jobs = jobs_of(coverage.layer(500), 2)
    two.want(jobs)
    answers.wait(jobs)
    two.forget(1)
    assert two._folder is not None
    assert sorted(path.name for path in two._folder.glob("layer-*")) == ["layer-2"]
    again = [Job(replace(job.view, dpi=120.0), job.layers) for job in jobs]
    two.want(again)
    answers.wait(again)


def test_closing_leaves_no_process_and_no_file() -> None:
    painters = Painters(2)
    painters.start()
    folder = painters._folder
    pids = painters.pids
    assert folder is not None and all(psutil.pid_exists(pid) for pid in pids)
    painters.add(1, coverage.layer(500))
    painters.close()
    assert not folder.exists()
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_a_process_ends_with_its_parent(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "from gis_app.render.painter import application\n"
        "from gis_app.render.painters import Painters\n"
        "app = application(); painters = Painters(1); painters.start(); print(painters.pids[0], flush=True)\n"
        "from PySide6.QtCore import QTimer\n"
        "painters._processes[0]._process.readyReadStandardOutput.connect(lambda: os.kill(os.getpid(), 9))\n"
        "QTimer.singleShot(20000, app.quit); app.exec()\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    pid = int(done.stdout)
    until_s = time.monotonic() + 10.0
    while psutil.pid_exists(pid) or list(tmp_path.iterdir()):
        assert time.monotonic() < until_s, "the child outlived its parent"
        time.sleep(0.05)
