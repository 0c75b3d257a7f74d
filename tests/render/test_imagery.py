"""Images are read in a process of their own: asked for, replaced, cancelled, watched, built up beside."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QImage

from gis_app.render import imagery, painter
from gis_app.render.imagery import ImageReader
from gis_app.render.piece import Piece, Placed, pieces, snapped, whole
from gis_app.render.view import View
from tests.formats import images

CRS = "4546"


class Told:
    """What a reader told."""

    def __init__(self, reader: ImageReader) -> None:
        self.opened: dict[str, Any] = {}
        self.refused: dict[str, Any] = {}
        self.painted: dict[Piece, QImage | None] = {}
        self.shares: list[float] = []
        self.ended: list[str] = []
        reader.opened.connect(lambda id, known: self.opened.update({id: known}))
        reader.refused.connect(lambda id, message: self.refused.update({id: message}))
        reader.painted.connect(lambda piece, picture: self.painted.update({piece: picture}))
        reader.building.connect(lambda _id, share: self.shares.append(share))
        reader.ended.connect(self.ended.append)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[ImageReader]:
    painter.application()
    made = ImageReader(tmp_path / "cache")
    yield made
    pids = made.pids
    made.close()
    assert not [pid for pid in pids if psutil.pid_exists(pid)]


def until(done: Callable[[], object], most_s: float = 20.0) -> None:
    end_s = time.monotonic() + most_s
    while not done():
        assert time.monotonic() < end_s, "nothing came"
        QCoreApplication.processEvents()
        time.sleep(0.005)


def placed(path: Path, id: str = "a") -> Placed:
    return Placed(id, path, CRS)


def test_a_piece_is_what_the_file_holds(reader: ImageReader, tmp_path: Path) -> None:
    path = images.tiff(tmp_path / "a.tif", images.slope(600, 600))
    told = Told(reader)
    reader.open(placed(path))
    until(lambda: told.opened)
    assert tuple(told.opened["a"]["bounds"]) == images.bounds(0, 0, 600, 600)
    piece = Piece("a", images.bounds(20, 30, 64, 48), (64, 48))
    edge = Piece("a", images.bounds(-32, 0, 64, 64), (64, 64))
    outside = Piece("a", images.bounds(-900, 0, 64, 64), (64, 64))
    reader.want([piece, edge, outside])
    until(lambda: len(told.painted) == 3)
    seen = told.painted[piece]
    assert seen is not None and seen.format() == QImage.Format.Format_RGB32
    assert seen.pixelColor(5, 7) == QColor(25, 37, ((25 // 16 + 37 // 16) % 2) * 200)
    half = told.painted[edge]
    assert half is not None and half.pixelColor(10, 10).alpha() == 0
    assert half.pixelColor(40, 10) == QColor(8, 10, 0)
    assert told.painted[outside] is None


def test_what_is_wanted_later_comes_instead(reader: ImageReader, tmp_path: Path) -> None:
    path = images.tiff(tmp_path / "a.tif", images.slope(2000, 2000))
    told = Told(reader)
    reader.open(placed(path))
    until(lambda: told.opened)
    many = [Piece("a", images.bounds(column, 0, 40, 40), (512, 512)) for column in range(60)]
    reader.want(many)
    last = Piece("a", images.bounds(900, 900, 40, 40), (512, 512))
    reader.want([last])
    until(lambda: last in told.painted)
    assert len(told.painted) <= imagery.SLOTS, "all others but those under way were dropped"


def test_refused_with_a_sentence(reader: ImageReader, tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(b"nothing")
    told = Told(reader)
    reader.open(placed(path))
    reader.open(placed(images.tiff(tmp_path / "b.tif", images.slope(64, 64)), "b"))
    until(lambda: told.opened)
    assert told.refused["a"]["id"] == "formats.image_unknown" and list(told.opened) == ["b"]


def test_overview_is_built_beside(reader: ImageReader, tmp_path: Path) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    path = images.tiff(folder / "big.tif", images.slope(5000, 4500), compress="deflate")
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    told = Told(reader)
    reader.open(placed(path))
    until(lambda: told.opened)
    assert told.opened["a"]["needs_overview"]
    everything = whole("a", tuple(told.opened["a"]["bounds"]))
    reader.want([everything])
    until(lambda: everything in told.painted)
    assert told.painted.pop(everything) is None
    reader.build("a")
    until(lambda: told.shares and told.shares[-1] == 1.0, 60.0)
    assert told.shares == sorted(told.shares)
    reader.want([everything])
    until(lambda: everything in told.painted)
    picture = told.painted[everything]
    assert picture is not None and picture.size().width() == 512
    assert [p.name for p in folder.iterdir()] == ["big.tif"]
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    until(lambda: len(reader.pids) == 1)


def test_building_given_up_leaves_nothing(reader: ImageReader, tmp_path: Path) -> None:
    path = images.tiff(tmp_path / "big.tif", images.slope(9000, 9000), compress="deflate")
    told = Told(reader)
    reader.open(placed(path))
    until(lambda: told.opened)
    reader.build("a")
    until(lambda: told.shares)
    reader.stop_building("a")
    assert list((tmp_path / "cache").iterdir()) == [] and len(reader.pids) == 1


def test_a_child_that_dies_is_replaced(reader: ImageReader, tmp_path: Path) -> None:
    path = images.tiff(tmp_path / "a.tif", images.slope(600, 600))
    told = Told(reader)
    reader.open(placed(path))
    until(lambda: told.opened)
    first = reader.pids[0]
    psutil.Process(first).kill()
    until(lambda: reader.pids and reader.pids[0] not in (0, first))
    piece = Piece("a", images.bounds(0, 0, 64, 64), (64, 64))
    reader.want([piece])
    until(lambda: piece in told.painted)
    assert told.painted[piece] is not None and told.ended == []


def test_a_child_that_always_dies_is_given_up(reader: ImageReader, tmp_path: Path) -> None:
    path = images.tiff(tmp_path / "a.tif", images.slope(64, 64))
    told = Told(reader)
    reader.open(placed(path))
    for _ in range(imagery.RESTARTS + 1):
        until(lambda: reader.pids and reader.pids[0] > 0)
        pid = reader.pids[0]
        psutil.Process(pid).kill()
        until(lambda pid=pid: told.ended or (reader.pids and reader.pids[0] not in (0, pid)))
    assert len(told.ended) == 1


def test_one_that_takes_too_long_is_ended(
    reader: ImageReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = images.tiff(tmp_path / "a.tif", images.slope(600, 600))
    told = Told(reader)
    reader.open(placed(path))
    until(lambda: told.opened)
    first = reader.pids[0]
    psutil.Process(first).suspend()
    monkeypatch.setattr(imagery, "MOST_S", 0.1)
    piece = Piece("a", images.bounds(0, 0, 64, 64), (64, 64))
    reader.want([piece])
    until(lambda: reader.pids and reader.pids[0] not in (0, first))
    until(lambda: piece in told.painted)
    assert told.painted[piece] is None, "it is not asked for again and again"


def test_it_ends_with_the_window(tmp_path: Path) -> None:
    """Standard input closed is the end of the window, whatever ended it."""
    painter.application()
    reader = ImageReader(tmp_path / "cache")
    told = Told(reader)
    reader.open(placed(images.tiff(tmp_path / "a.tif", images.slope(64, 64))))
    until(lambda: told.opened)
    process = psutil.Process(reader.pids[0])
    assert reader._reader is not None
    reader._reader._process.finished.disconnect()
    reader._reader._process.closeWriteChannel()
    until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    reader._reader = None
    reader.close()


@pytest.mark.parametrize("rotation", [0.0, 33.0])
def test_pieces_cover_the_view_once(rotation: float) -> None:
    view = snapped(View((501_234.5, 3_078_900.25), 0.37, (900, 700), rotation_deg=rotation))
    ground = (490_000.0, 3_070_000.0, 510_000.0, 3_090_000.0)
    found = pieces("a", ground, view)
    assert len({piece.bounds for piece in found}) == len(found)
    corners = view.to_ground(np.array([(0.5, 0.5), (899.5, 0.5), (0.5, 699.5), (899.5, 699.5), (450, 350)]))
    for x, y in corners:
        holds = [p for p in found if p.bounds[0] <= x < p.bounds[2] and p.bounds[1] <= y < p.bounds[3]]
        assert len(holds) == 1
    x, y = view.centre
    assert found[0].bounds[0] <= x <= found[0].bounds[2] and found[0].bounds[1] <= y <= found[0].bounds[3]
    if not rotation:
        left, top = view.to_px(np.array([(found[0].bounds[0], found[0].bounds[3])]))[0]
        assert abs(left - round(left)) < 1e-6 and abs(top - round(top)) < 1e-6
    assert pieces("a", (0.0, 0.0, 1.0, 1.0), view) == []
